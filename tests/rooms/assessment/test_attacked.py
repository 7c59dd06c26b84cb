"""What somebody might try with an assessment, and a doubt that must never be kept out (Act 12 to 14)."""

from datetime import date, timedelta
from typing import Any

import pytest

from service.assessment import operations, queries
from service.assessment.rules import AssessmentRefusedError
from service.clearance import correcting
from service.clearance import operations as clearance
from service.clearance.operations import Reuse
from service.clearance.queries import results_of
from service.personnel.corrections import AlreadyCorrectedError, Grounds
from service.statute.periods import day_start
from tests.builders.assessing import Walk
from tests.builders.law import organizations
from tests.builders.personnel import employee
from tests.builders.site import Site, world_of

FIRST = date(2027, 6, 1)
SHOWN = Grounds("mistyped", "訂正1号")


def lay_site(organ: Site) -> None:
    organizations(organ)
    employee(organ, "sato", "meti")
    employee(organ, "ito", "meti")


@pytest.fixture
def site(organ: Site) -> Site:
    return organ


WORLDS = {"site": world_of("organ", lay_site)}


def told(site: Site, *, law: str = "iesi", outcome: str = "positive", on: date = FIRST, head_id: str = "meti", **words: Any) -> str:
    given = {"person_id": "sato", "head_id": head_id, "law": law, "outcome": outcome, "notified_on": on}
    return str(site.act(clearance.record_result, day=on, **given, **words))


def newest(site: Site, head_id: str) -> Any:
    return site.ask(results_of, person_id="sato", head_id=head_id, at=day_start(date(2040, 1, 1)))[0]


def test_nobody_tells_a_result_of_a_day_to_come(site: Site) -> None:
    """One person who chose the day of the notice would choose from when ten years run."""
    walk = Walk(site, "sato").decided("positive")
    today = walk.day + timedelta(days=1)
    with pytest.raises(ValueError, match="has not come yet"):
        site.act(operations.notify_result, day=today, person_id="sato", head_id="meti", on=today + timedelta(days=1))
    site.act(operations.notify_result, day=today, person_id="sato", head_id="meti", on=today)


def test_no_step_is_of_a_day_to_come(site: Site) -> None:
    with pytest.raises(ValueError, match="has not come yet"):
        site.act(operations.give_notice, day=FIRST, person_id="sato", head_id="meti", on=FIRST + timedelta(days=1))


def test_who_is_assessed_takes_no_part_in_it(site: Site) -> None:
    walk = Walk(site, "sato").consented()
    walk.step("record_own_investigation", ground="work_of_the_organ_impeded")
    with pytest.raises(AssessmentRefusedError, match="requirement_not_met"):
        walk.step("decide", outcome="positive", officer_id="sato")


def test_who_complains_does_not_answer_it_and_nobody_answers_before_it(site: Site) -> None:
    walk = Walk(site, "sato").told("negative")
    made = walk.step("complain")
    with pytest.raises(AssessmentRefusedError, match="requirement_not_met"):
        site.act(operations.answer_complaint, day=walk.day, complaint_id=made, outcome="put_right", on=walk.day, officer_id="sato")
    with pytest.raises(AssessmentRefusedError, match="wrong_step"):
        site.act(
            operations.answer_complaint,
            day=walk.day,
            complaint_id=made,
            outcome="put_right",
            on=walk.day - timedelta(days=1),
            officer_id="ito",
        )
    with pytest.raises(ValueError, match="has not come yet"):
        site.act(
            operations.answer_complaint,
            day=walk.day,
            complaint_id=made,
            outcome="put_right",
            on=walk.day + timedelta(days=1),
            officer_id="ito",
        )
    site.act(operations.answer_complaint, day=walk.day, complaint_id=made, outcome="put_right", on=walk.day, officer_id="ito")


def test_a_doubt_is_told_to_whoever_stands_on_one_act_and_was_found_unfit_under_the_other(site: Site) -> None:
    """Unfit under the other Act is the very doubt that Act 12(1)(iii) speaks of."""
    told(site)
    told(site, law="sds", outcome="negative", on=FIRST + timedelta(days=100))
    on = FIRST + timedelta(days=101)
    site.act(operations.give_notice, day=on, person_id="sato", head_id="meti", on=on, doubt=True)
    seen = site.ask(queries.state_of, person_id="sato", head_id="meti", viewer="outside", on=on, at=day_start(on))
    assert not seen.clear


def test_a_doubt_is_not_told_to_whoever_stands_on_nothing(site: Site) -> None:
    told(site)
    told(site, outcome="negative", on=FIRST + timedelta(days=100))
    on = FIRST + timedelta(days=101)
    with pytest.raises(AssessmentRefusedError, match="requirement_not_met"):
        site.act(operations.give_notice, day=on, person_id="sato", head_id="meti", on=on, doubt=True)


def reusing(site: Site, result_id: str, on: date) -> Walk:
    walk = Walk(site, "sato", "mof", on=on)
    walk.step("record_consent", reuse=True)
    walk.step("reuse_investigation", result_id=result_id)
    return walk


def test_what_was_reused_counts_as_it_is_put_right_before_the_notice(site: Site) -> None:
    first = told(site)
    walk = reusing(site, first, date(2030, 1, 1))
    walk.step("receive_opinion")
    walk.step("decide", outcome="positive")
    earlier = FIRST - timedelta(days=300)
    site.act(correcting.correct_result, day=walk.day, result_id=first, grounds=SHOWN, notified_on=earlier)
    walk.step("notify_result")
    assert newest(site, "mof").counted_on == earlier


def test_what_never_was_is_not_reused(site: Site) -> None:
    first = told(site)
    walk = reusing(site, first, date(2030, 1, 1))
    walk.step("receive_opinion")
    walk.step("decide", outcome="positive")
    site.act(correcting.correct_result, day=walk.day, result_id=first, grounds=SHOWN, never_was=True)
    with pytest.raises(AlreadyCorrectedError):
        walk.step("notify_result")


def test_a_result_that_itself_reused_another_is_not_reused_though_the_first_is_not_recorded_here(site: Site) -> None:
    """Act 12(7) opens only what the Prime Minister investigated for it; of a chain, the first."""
    second = told(site, reuse=Reuse(original_on=date(2026, 6, 1)))
    with pytest.raises(AssessmentRefusedError, match="not_reusable"):
        reusing(site, second, date(2030, 1, 1))
