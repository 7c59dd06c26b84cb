"""The steps of Act 12 to 16 in their order, what each needs, and what it makes."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from service.assessment import operations, queries
from service.assessment.operations.complaining import bring_forward_officers
from service.assessment.rules import AssessmentRefusedError
from service.clearance import operations as clearance
from service.clearance.queries import doubt_notices_of, results_of
from service.designation.rules import WrongSeatError
from service.personnel.operations import register_person, take_post
from service.personnel.rules import AlreadyEndedError, ConflictingPersonError
from service.statute.periods import day_start
from tests.builders.assessing import BEGUN, Walk
from tests.builders.law import cleared, contracted, designated, organizations
from tests.builders.personnel import FOUNDED, employee
from tests.builders.site import Site, world_of

LATER = day_start(date(2040, 1, 1))
STEPS = (
    "give_notice",
    "record_consent",
    "record_refusal",
    "record_withdrawal",
    "answer_inquiries",
    "waive_reasons",
    "request_investigation",
    "record_own_investigation",
    "receive_opinion",
    "decide",
    "notify_result",
    "sign_pledge",
    "complain",
)
NEEDED: dict[str, dict[str, Any]] = {
    "answer_inquiries": {"agreed": True},
    "record_own_investigation": {"ground": "work_of_the_organ_impeded"},
    "decide": {"outcome": "positive"},
}


def lay_site(organ: Site) -> None:
    organizations(organ)
    for person in ("sato", "harada", "onishi"):
        employee(organ, person, "meti")
    employee(organ, "mori", "denryoku")


@pytest.fixture
def site(organ: Site) -> Site:
    return organ


WORLDS = {"site": world_of("organ", lay_site)}


def refused(reason: str, *basis: str) -> Any:
    return pytest.raises(AssessmentRefusedError, match="^" + re.escape(reason + (f" ({', '.join(basis)})" if basis else "")))


def state(site: Site, viewer: str, *, person_id: str = "sato", on: date = date(2027, 1, 1)) -> queries.Seen:
    found: queries.Seen = site.ask(queries.state_of, person_id=person_id, head_id="meti", viewer=viewer, on=on, at=LATER)
    return found


def results(site: Site, person_id: str = "sato") -> list[Any]:
    return list(site.ask(results_of, person_id=person_id, at=LATER))


def test_an_assessment_goes_from_notice_to_pledge(site: Site) -> None:
    walk = Walk(site, "sato").consented()
    walk.step("answer_inquiries", agreed=True)
    walk.step("waive_reasons")
    walk.step("request_investigation", document_number="照会1号")
    walk.step("receive_opinion", document_number="回答1号")
    walk.step("decide", outcome="positive")
    assert results(site) == []
    walk.step("notify_result", document_number="通知1号")
    told_on = walk.day
    walk.step("sign_pledge")
    (row,) = results(site)
    assert (row.outcome, row.notified_on, row.counted_on, row.investigated_by, row.reuses) == (
        "positive",
        told_on,
        told_on,
        "prime_minister",
        None,
    )
    taken = ["notified", "consented", "inquiries", "waived", "requested", "opinion", "decided", "told", "pledged"]
    assert [step for step, _on in state(site, "officer").steps] == taken
    assert state(site, "outside").clear


TOO_EARLY: list[tuple[tuple[str, ...], str, str, str]] = [
    ((), "record_consent", "no_notice", "Act 12(3)"),
    ((), "record_refusal", "no_notice", "Act 12(3)"),
    ((), "record_withdrawal", "wrong_step", "Act 12(3)"),
    ((), "request_investigation", "no_consent", "Act 12(3)"),
    ((), "decide", "no_consent", "Act 12(3)"),
    ((), "notify_result", "wrong_step", "Act 13(1)"),
    (("give_notice",), "request_investigation", "no_consent", "Act 12(3)"),
    (("give_notice",), "record_own_investigation", "no_consent", "Act 12(3)"),
    (("give_notice",), "give_notice", "wrong_step", "Act 12(3)"),
    (("give_notice",), "answer_inquiries", "no_consent", "Act 12(3)"),
    (("give_notice", "record_consent"), "record_consent", "wrong_step", "Act 12(3)"),
    (("give_notice", "record_consent"), "record_refusal", "wrong_step", "Act 12(3)"),
    (("give_notice", "record_consent"), "decide", "wrong_step", "Act 12(2)"),
    (("give_notice", "record_consent"), "receive_opinion", "wrong_step", "Act 12(5)"),
    (("give_notice", "record_consent", "request_investigation"), "decide", "wrong_step", "Act 12(5)"),
    (("give_notice", "record_consent", "request_investigation"), "request_investigation", "wrong_step", "Act 12(4)"),
    (("give_notice", "record_consent", "request_investigation"), "record_own_investigation", "wrong_step", "Act 12(4)"),
    (("give_notice", "record_consent", "record_own_investigation"), "receive_opinion", "wrong_step", "Act 12(5)"),
    (("give_notice", "record_consent", "record_own_investigation"), "notify_result", "wrong_step", "Act 13(1)"),
    (("give_notice", "record_refusal"), "request_investigation", "no_consent", "Act 12(3)"),
    (("give_notice", "record_refusal"), "decide", "no_consent", "Act 12(3)"),
    (("give_notice", "record_refusal"), "record_consent", "no_notice", "Act 12(3)"),
    (("give_notice", "record_refusal"), "record_withdrawal", "wrong_step", "Act 12(3)"),
    (("give_notice", "record_refusal"), "notify_result", "wrong_step", "Act 13(2)"),
    (("give_notice", "record_consent", "record_withdrawal"), "request_investigation", "no_consent", "Act 12(3)"),
    (("give_notice", "record_consent", "record_withdrawal"), "record_withdrawal", "wrong_step", "Act 12(3)"),
    (("give_notice", "record_consent", "record_own_investigation", "decide"), "decide", "wrong_step", "Act 12(2)"),
    (
        ("give_notice", "record_consent", "record_own_investigation", "decide", "notify_result"),
        "notify_result",
        "wrong_step",
        "Act 13(1)",
    ),
    (
        ("give_notice", "record_consent", "record_own_investigation", "decide", "notify_result"),
        "record_withdrawal",
        "wrong_step",
        "Act 12(3)",
    ),
    (("give_notice", "record_consent"), "sign_pledge", "wrong_step", "Act 13(1)"),
]


def test_a_step_without_what_must_come_before_it_is_refused_and_changes_nothing(site: Site) -> None:
    for place, (before, verb, reason, basis) in enumerate(TOO_EARLY):
        walk = Walk(site, employee(site, f"p{place}", "meti"))
        for one in before:
            walk.step(one, **NEEDED.get(one, {}))
        entries = site.size()
        with refused(reason, basis):
            walk.step(verb, **NEEDED.get(verb, {}))
        assert site.size() == entries


def test_consent_dated_before_the_notice_is_no_consent_to_it(site: Site) -> None:
    walk = Walk(site, "sato")
    walk.step("give_notice")
    walk.day = BEGUN
    with refused("wrong_step"):
        site.act(operations.record_consent, day=walk.day, person_id="sato", head_id="meti", on=BEGUN)


def test_consent_may_be_withdrawn_at_any_point_before_the_result(site: Site) -> None:
    for after in range(4):
        person = employee(site, f"p{after}", "meti")
        walk = Walk(site, person).consented()
        for verb in ("request_investigation", "receive_opinion", "decide")[:after]:
            walk.step(verb, **NEEDED.get(verb, {}))
        walk.step("record_withdrawal")
        assert [row.outcome for row in results(site, person)] == ["withdrawn"]
        with refused("wrong_step", "Act 13(2)"):
            walk.step("notify_result")
        walk.step("decide", outcome="not_carried_out")
        walk.step("notify_result")
        assert [row.outcome for row in results(site, person)] == ["withdrawn"]
        assert not state(site, "outside", person_id=person).clear


def test_what_was_carried_out_is_not_established_as_not_carried_out(site: Site) -> None:
    walk = Walk(site, "sato").consented()
    walk.step("record_own_investigation", ground="work_of_the_organ_impeded")
    with refused("wrong_step", "Act 13(2)"):
        walk.step("decide", outcome="not_carried_out")


def test_an_assessment_begins_anew_after_a_refusal_only_with_a_new_notice(site: Site) -> None:
    walk = Walk(site, "sato").told("refused")
    with refused("no_notice"):
        walk.step("record_consent")
    walk.told("positive")
    assert state(site, "outside").clear


def test_an_own_investigation_is_told_as_one(site: Site) -> None:
    walk = Walk(site, "sato").consented()
    walk.step("record_own_investigation", ground="work_of_the_organ_impeded")
    walk.step("decide", outcome="positive")
    walk.step("notify_result")
    assert results(site)[0].investigated_by == "organ"


# Reuse, Act 12(7) and (8).


def reused(site: Site, result_id: str, *, on: date, head_id: str = "mof") -> Walk:
    walk = Walk(site, "sato", head_id, on=on)
    walk.step("record_consent", reuse=True)
    walk.step("reuse_investigation", result_id=result_id)
    return walk


def test_a_reused_investigation_needs_consent_but_no_notice_and_keeps_the_first_day(site: Site) -> None:
    first = cleared(site, "sato", on=date(2026, 6, 15))
    walk = Walk(site, "sato", "mof", on=date(2030, 1, 10))
    with refused("no_consent", "Act 12(3)"):
        walk.step("reuse_investigation", result_id=first)
    walk.step("record_consent", reuse=True)
    walk.step("reuse_investigation", result_id=first)
    with refused("wrong_step"):
        walk.step("decide", outcome="positive")
    walk.step("receive_opinion")
    walk.step("decide", outcome="positive")
    walk.step("notify_result")
    (row,) = [row for row in results(site) if row.head_id == "mof"]
    assert (row.notified_on, row.counted_on, row.reuses) == (walk.day, date(2026, 6, 15), first)


def test_consent_to_reuse_is_no_consent_to_an_investigation(site: Site) -> None:
    walk = Walk(site, "sato", "mof")
    walk.step("record_consent", reuse=True)
    with refused("no_notice", "Act 12(3)"):
        walk.step("request_investigation")
    walk.step("give_notice")
    with refused("no_consent", "Act 12(3)"):
        walk.step("request_investigation")
    walk.step("record_consent")
    walk.step("request_investigation")


def test_only_what_the_prime_minister_investigated_is_reused_and_only_the_first(site: Site) -> None:
    words: dict[str, Any] = {"person_id": "sato", "head_id": "meti", "outcome": "positive"}
    own = site.act(clearance.record_result, day=BEGUN, notified_on=BEGUN, investigated_by="organ", **words)
    with refused("not_reusable", "Act 12(7)"):
        reused(site, own, on=date(2027, 1, 1))
    first = site.act(clearance.record_result, day=date(2026, 8, 1), notified_on=date(2026, 8, 1), **words)
    again = clearance.Reuse(result_id=first)
    second = site.act(
        clearance.record_result, day=date(2027, 2, 1), notified_on=date(2027, 2, 1), reuse=again, **words | {"head_id": "npa"}
    )
    walk = Walk(site, "sato", "mof", on=date(2028, 1, 1))
    with refused("not_reusable"):
        walk.step("reuse_investigation", result_id=second)
    walk.step("reuse_investigation", result_id=first)


@pytest.mark.parametrize(
    ("head", "outcome", "reason"),
    [
        ("mof", "negative", "own_later_assessment"),
        ("mof", "positive", "own_later_assessment"),
        ("npa", "negative", "not_reusable"),
        ("mof", "refused", None),
    ],
)
def test_a_later_assessment_closes_the_way_if_it_was_carried_out(site: Site, head: str, outcome: str, reason: str | None) -> None:
    first = cleared(site, "sato", on=date(2026, 6, 15))
    cleared(site, "sato", head_id=head, on=date(2027, 6, 15), outcome=outcome)
    if reason is None:
        reused(site, first, on=date(2028, 1, 1))
        return
    with refused(reason, "Act 12(7)"):
        reused(site, first, on=date(2028, 1, 1))


def test_after_ten_years_and_for_the_head_itself_nothing_is_reused(site: Site) -> None:
    first = cleared(site, "sato", on=date(2026, 6, 15))
    with refused("not_reusable"):
        reused(site, first, on=date(2036, 6, 14))
    with refused("not_reusable"):
        reused(site, first, on=date(2028, 1, 1), head_id="meti")
    reused(site, first, on=date(2036, 6, 13), head_id="npa")


def test_nobody_elses_result_is_reused(site: Site) -> None:
    first = cleared(site, "harada", on=date(2026, 6, 15))
    with pytest.raises(ConflictingPersonError):
        reused(site, first, on=date(2028, 1, 1))


# Doubt, Act 12(1)(iii), and the end of the ten years, Act 12(1)(ii).


def test_doubt_denies_at_once_and_only_a_new_positive_assessment_ends_it(site: Site) -> None:
    cleared(site, "sato", on=date(2026, 6, 15))
    walk = Walk(site, "sato", on=date(2027, 1, 1))
    walk.step("give_notice", doubt=True)
    assert [row.notified_on for row in site.ask(doubt_notices_of, person_id="sato", at=LATER)] == [walk.day]
    assert not state(site, "outside", on=walk.day).clear
    walk.step("record_refusal")
    assert not state(site, "outside", on=walk.day).clear
    walk.told("positive")
    assert state(site, "outside", on=walk.day).clear


def test_doubt_comes_before_an_assessment_that_is_under_way(site: Site) -> None:
    cleared(site, "sato", on=date(2026, 6, 15))
    walk = Walk(site, "sato", on=date(2027, 1, 1)).consented()
    walk.step("give_notice", doubt=True)
    assert state(site, "officer").doubt
    with refused("no_consent"):
        walk.step("request_investigation")


def test_doubt_is_about_somebody_whom_this_head_found_fit(site: Site) -> None:
    for outcome in (None, "negative", "refused"):
        person = employee(site, f"p-{outcome}", "meti")
        if outcome is not None:
            cleared(site, person, outcome=outcome)
        cleared(site, person, head_id="mof")
        with refused("requirement_not_met", "Act 12(1)(iii)"):
            Walk(site, person).step("give_notice", doubt=True)


def test_a_re_assessment_may_start_before_the_ten_years_end(site: Site) -> None:
    cleared(site, "sato", on=date(2026, 6, 15))
    walk = Walk(site, "sato", on=date(2036, 1, 10)).told("positive")
    assert state(site, "outside", on=date(2036, 6, 16)).clear
    assert walk.day < date(2036, 6, 15)


# Who assesses whom.


def test_only_organs_and_the_police_assess_and_the_police_only_its_own(site: Site) -> None:
    employee(site, "keiji", "keishicho")
    for head in ("denryoku", "alpha"):
        with refused("requirement_not_met", "Act 12(1), Act 15(1)"):
            Walk(site, "sato", head).step("give_notice")
    with refused("requirement_not_met", "Act 15(1)"):
        Walk(site, "mori", "keishicho").step("give_notice")
    Walk(site, "keiji", "keishicho").told("positive")


def test_the_steps_of_an_assessment_are_no_acts_of_an_operator(operator: Site) -> None:
    organizations(operator)
    employee(operator, "sato", "denryoku")
    for verb in STEPS:
        with pytest.raises(WrongSeatError):
            Walk(operator, "sato").step(verb, **NEEDED.get(verb, {}))


# What is kept of reasons, and what changes when somebody complains.


def test_of_the_reasons_only_the_number_of_the_sealed_letter_is_kept_and_only_of_a_negative_result(site: Site) -> None:
    walk = Walk(site, "sato").decided("negative")
    walk.step("notify_result", reasons_number="理由1号")
    with site.engine.connect() as connection:
        columns = set(
            connection.execute(text("select column_name from information_schema.columns where table_schema = 'assessment'")).scalars()
        )
    assert not {column for column in columns if "reason" in column} - {"reason"}
    with refused("requirement_not_met", "Act 13(4)"):
        Walk(site, "harada").decided("positive").step("notify_result", reasons_number="理由2号")


def test_reasons_that_the_person_does_not_want_are_not_given(site: Site) -> None:
    walk = Walk(site, "sato").decided("negative")
    walk.step("waive_reasons")
    with refused("requirement_not_met", "Act 13(4)"):
        walk.step("notify_result", reasons_number="理由1号")
    walk.step("notify_result")


def complained(site: Site, on: date, officer_id: str | None, person_id: str = "sato") -> str:
    made = site.act(operations.complain, day=on, person_id=person_id, head_id="meti", on=on, document_number="苦情1号")
    return str(site.act(operations.answer_complaint, day=on, complaint_id=made, outcome="result_stands", on=on, officer_id=officer_id))


def test_nobody_who_took_part_answers_a_complaint_and_a_complaint_changes_nothing(site: Site) -> None:
    walk = Walk(site, "sato").consented()
    walk.step("request_investigation", officer_id="harada")
    walk.step("receive_opinion")
    walk.step("decide", outcome="positive")
    walk.step("notify_result")
    with refused("took_part", "Act 14(2)"):
        complained(site, walk.day, "harada")
    with refused("took_part"):
        complained(site, walk.day, None)  # whoever records it took the steps
    before = [row.id for row in results(site)], state(site, "outside")
    made = complained(site, walk.day, "onishi")
    assert ([row.id for row in results(site)], state(site, "outside")) == before
    with pytest.raises(AlreadyEndedError):
        site.act(operations.answer_complaint, day=walk.day, complaint_id=made, outcome="result_stands", on=walk.day, officer_id="onishi")


def test_who_took_part_before_this_record_is_remembered_too(site: Site) -> None:
    cleared(site, "sato", outcome="negative")
    site.act(
        lambda session, **told: bring_forward_officers(
            session, log=told["log"], at=told["at"], person_id="sato", head_id="meti", officers=["harada"]
        ),
        day=BEGUN,
    )
    with refused("took_part"):
        complained(site, BEGUN, "harada")
    complained(site, BEGUN, "onishi")


def test_nobody_complains_of_a_head_that_never_assessed_them(site: Site) -> None:
    cleared(site, "sato", head_id="mof")
    with refused("requirement_not_met", "Act 14(1)"):
        site.act(operations.complain, day=BEGUN, person_id="sato", head_id="meti", on=BEGUN)


# The list of candidates.


@pytest.mark.parametrize("seat", ["organ", "operator"])
def test_nobody_is_listed_who_does_not_agree_and_refusing_leaves_nothing_to_see(request: pytest.FixtureRequest, seat: str) -> None:
    site: Site = request.getfixturevalue(seat)
    organizations(site)
    place = "meti" if seat == "organ" else "denryoku"
    employee(site, "sato", place)
    words = {"person_id": "sato", "organization_id": place, "on": BEGUN}

    def listed() -> list[str]:
        return [row.person_id for row in site.ask(queries.candidates, organization_id=place)]

    with refused("no_consent", "Act 12(3)"):
        site.act(operations.list_candidate, day=BEGUN, consent=False, **words)
    asked = site.act(operations.list_candidate, day=BEGUN, **words)
    assert listed() == []
    site.act(operations.answer_listing, day=BEGUN, candidate_id=asked, agreed=False, on=BEGUN)
    assert listed() == []
    # Asking again tells nobody what was answered; the new question takes the place of the old one.
    first, asked = asked, site.act(operations.list_candidate, day=BEGUN, **words)
    with pytest.raises(AlreadyEndedError):
        site.act(operations.answer_listing, day=BEGUN, candidate_id=first, agreed=True, on=BEGUN)
    with pytest.raises(ValueError, match="the day of the question"):
        site.act(operations.answer_listing, day=BEGUN, candidate_id=asked, agreed=True, on=BEGUN - timedelta(days=1))
    site.act(operations.answer_listing, day=BEGUN, candidate_id=asked, agreed=True, on=BEGUN)
    assert listed() == ["sato"]
    # Nor does listing somebody who is listed: the new line takes the place of the old one.
    again = site.act(operations.list_candidate, day=BEGUN, consent=True, **words)
    assert listed() == ["sato"]
    with pytest.raises(AlreadyEndedError):
        site.act(operations.answer_listing, day=BEGUN, candidate_id=asked, agreed=True, on=BEGUN)
    site.act(operations.strike_candidate, day=BEGUN, candidate_id=again, on=BEGUN)
    assert listed() == []
    with pytest.raises(AlreadyEndedError):
        site.act(operations.answer_listing, day=BEGUN, candidate_id=again, agreed=True, on=BEGUN)


def test_only_who_works_there_is_listed_and_only_by_those_who_may_have_handlers(site: Site) -> None:
    for organization, person in (("denryoku", "sato"), ("alpha", "sato")):
        with refused("requirement_not_met", "Act 12(1)"):
            site.act(operations.list_candidate, day=BEGUN, person_id=person, organization_id=organization, on=BEGUN, consent=True)


def test_the_employer_of_a_dispatched_worker_is_told_and_nobody_elses(operator: Site) -> None:
    organizations(operator)
    operator.act(register_person, day=FOUNDED, legal_name="派遣 花子", person_id="haken")
    operator.act(take_post, day=FOUNDED, person_id="haken", organization_id="denryoku", employer_id="kinzoku")
    employee(operator, "sato", "denryoku")
    words = {"organization_id": "denryoku", "on": BEGUN, "consent": True}
    dispatched = operator.act(operations.list_candidate, day=BEGUN, person_id="haken", **words)
    operator.act(operations.tell_employer, day=BEGUN, candidate_id=dispatched, on=BEGUN)
    (row,) = operator.ask(queries.candidates, organization_id="denryoku")
    assert (row.employer_id, row.employer_told_on) == ("kinzoku", BEGUN)
    own = operator.act(operations.list_candidate, day=BEGUN, person_id="sato", **words)
    with refused("requirement_not_met", "Act 13(3)"):
        operator.act(operations.tell_employer, day=BEGUN, candidate_id=own, on=BEGUN)


# What was edited behind the service is not acted on.


@pytest.mark.parametrize(
    "edit",
    [
        "update assessment.steps set outcome = 'positive' where step = 'decided'",
        "update assessment.cases set person_id = 'harada'",
    ],
)
def test_a_decision_that_was_edited_behind_the_service_makes_no_result(site: Site, edit: str) -> None:
    walk = Walk(site, "sato").decided("negative")
    with site.engine.begin() as connection:
        connection.execute(text(edit))
    if "cases" in edit:
        walk.person_id = "harada"
    with refused("record_mismatch"):
        walk.step("notify_result")


def test_a_contracted_operators_employee_is_assessed_by_the_organ(site: Site) -> None:
    designated(site)
    contracted(site)
    Walk(site, "mori", on=date(2026, 8, 1)).told("positive")
    assert state(site, "outside", person_id="mori").clear
