"""The checklist of Order 16 at both seats, and changes that are reported before they take effect."""

from datetime import date
from typing import Any

import pytest

from service.designation.rules import WrongSeatError
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError
from service.provision import operations, readiness
from service.provision.operations.ready import LONGEST_REFERENCE
from service.provision.rules import DEFAULT_REPORT_DAYS, READINESS_ITEMS, ProvisionRefusedError
from tests.builders.law import CERTIFIED_ON, operators_world, organizations
from tests.builders.site import Site, world_of

ON = date(2026, 6, 10)
LATER = date(2026, 12, 10)
CHANGE = {"operator_id": "denryoku", "organ_id": "meti", "matter": "place", "planned_on": date(2027, 3, 1), "change_id": "ch-1"}


def lay_site(operator: Site) -> None:
    operators_world(operator)


@pytest.fixture
def site(operator: Site) -> Site:
    return operator


WORLDS = {"site": world_of("operator", lay_site)}


def note(site: Site, item: str, *, on: date = ON, **words: Any) -> str:
    return str(site.act(operations.record_readiness, day=on, operator_id="denryoku", item=item, on=on, **{"met": True} | words))


def states(site: Site, *, organ_id: str | None = None, examined: bool = False, on: date = ON) -> dict[str, readiness.ItemState]:
    found = site.ask(readiness.readiness, operator_id="denryoku", organ_id=organ_id, examined=examined, on=on)
    assert [one.item for one in found] == list(READINESS_ITEMS)
    return {one.item: one for one in found}


def test_before_anybody_looked_every_item_of_the_order_is_open(site: Site) -> None:
    assert {one.met for one in states(site).values()} == {None}
    assert {str(one.citation).split("(")[0] for one in states(site).values()} == {"Act 10", "Order 16"}


def test_an_operator_notes_its_own_view_with_evidence_owner_and_review_before_it_applies(site: Site) -> None:
    note(site, "education", evidence=["研修簿 令8-2"], owner="保護責任者", review_on=date(2026, 9, 30))
    found = states(site)["education"]
    assert (found.met, found.evidence, found.owner, found.review_over) == (True, ("研修簿 令8-2",), "保護責任者", False)
    assert states(site, on=date(2026, 6, 9))["education"].met is None
    assert states(site, on=date(2026, 10, 1))["education"].review_over
    note(site, "education", on=LATER, met=False)
    assert states(site, on=LATER)["education"].met is False


def test_a_view_for_one_organ_stands_before_that_for_all_and_the_organ_s_finding_apart(site: Site) -> None:
    note(site, "facilities")
    note(site, "facilities", on=LATER, met=False, organ_id="meti")
    assert states(site, on=LATER)["facilities"].met is True
    assert states(site, organ_id="mof", on=LATER)["facilities"].met is True
    assert states(site, organ_id="meti", on=LATER)["facilities"].met is False
    assert states(site, organ_id="meti", examined=True, on=LATER)["facilities"].met is None


def test_an_organ_examines_the_same_items_for_itself(organ: Site) -> None:
    organizations(organ)
    words = {"operator_id": "denryoku", "item": "rule_computers", "on": ON}
    organ.act(operations.examine_readiness, day=ON, organ_id="meti", met=False, evidence=["調書第2号"], **words)
    assert states(organ, organ_id="meti", examined=True)["rule_computers"].met is False
    assert states(organ, organ_id="mof", examined=True)["rule_computers"].met is None
    with pytest.raises(ProvisionRefusedError, match="requirement_not_met"):
        organ.act(operations.examine_readiness, day=ON, organ_id="keishicho", met=True, **words)
    with pytest.raises(WrongSeatError):
        organ.act(operations.record_readiness, day=ON, met=True, **words)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"evidence": ["あ" * (LONGEST_REFERENCE + 1)]}, "never what the document says"),
        ({"evidence": [" "]}, "evidence is blank"),
        ({"owner": " "}, "owner is blank"),
        ({"review_on": date(2026, 6, 9)}, "lies before"),
    ],
)
def test_evidence_is_a_number_and_never_a_content(site: Site, words: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        note(site, "education", **words)


def test_a_coming_change_is_a_task_due_so_many_days_before_it_and_the_default_is_marked_as_one(site: Site) -> None:
    site.act(operations.plan_change, day=LATER, on=LATER, **CHANGE)
    term = site.ask(readiness.report_term, organ_id="meti", on=LATER)
    assert (term.days, term.is_default) == (DEFAULT_REPORT_DAYS, True)
    task = site.ask(readiness.changes_to_report, operator_id="denryoku", on=LATER)
    assert [(one.id, one.due_on, one.matter) for one in task] == [("ch-1", date(2027, 1, 30), "place")]


def test_an_organ_s_own_term_counts_from_its_day_and_leaves_older_tasks_alone(site: Site) -> None:
    site.act(operations.plan_change, day=LATER, on=LATER, **CHANGE)
    site.act(operations.set_report_term, day=LATER, organ_id="meti", days=60, from_on=date(2026, 12, 11), source="認定要領 第4")
    assert site.ask(readiness.report_term, organ_id="meti", on=LATER).is_default
    assert not site.ask(readiness.report_term, organ_id="meti", on=date(2026, 12, 11)).is_default
    assert site.ask(readiness.report_term, organ_id="mof", on=date(2026, 12, 11)).is_default
    site.act(operations.plan_change, day=date(2026, 12, 11), on=date(2026, 12, 11), **CHANGE | {"change_id": "ch-2", "matter": "officer"})
    tasks = site.ask(readiness.changes_to_report, operator_id="denryoku", on=date(2026, 12, 11))
    assert [(one.id, one.due_on) for one in tasks] == [("ch-2", date(2026, 12, 31)), ("ch-1", date(2027, 1, 30))]
    with pytest.raises(ValueError, match="not made afterwards"):
        site.act(operations.set_report_term, day=LATER, organ_id="meti", days=-1, from_on=LATER, source="x")


def test_a_change_stays_on_the_list_until_it_is_reported_even_when_it_is_late(site: Site) -> None:
    site.act(operations.plan_change, day=LATER, on=LATER, **CHANGE)
    late = date(2027, 3, 5)
    assert len(site.ask(readiness.changes_to_report, operator_id="denryoku", on=late)) == 1
    site.act(operations.report_change, day=late, change_id="ch-1", on=late, number="電第9号")
    assert site.ask(readiness.changes_to_report, operator_id="denryoku", on=late) == []
    with pytest.raises(AlreadyRecordedError):
        site.act(operations.report_change, day=late, change_id="ch-1", on=late)


def test_only_what_is_certified_has_changes_to_report(site: Site) -> None:
    with pytest.raises(ProvisionRefusedError, match="not_certified"):
        site.act(operations.plan_change, day=LATER, on=LATER, **CHANGE | {"organ_id": "mof"})
    before = date(2026, 6, 19)
    with pytest.raises(ProvisionRefusedError, match="not_certified"):
        site.act(operations.plan_change, day=before, on=before, **CHANGE)


def test_an_organ_decides_once_on_what_was_reported_to_it(organ: Site) -> None:
    organizations(organ)
    organ.act(operations.certify, day=CERTIFIED_ON, operator_id="denryoku", organ_id="meti", on=CERTIFIED_ON)
    organ.act(operations.receive_change, day=LATER, on=LATER, **CHANGE, number="電第9号")
    assert [one.id for one in organ.ask(readiness.changes_to_settle, organ_id="meti", on=LATER)] == ["ch-1"]
    with pytest.raises(AlreadyEndedError):
        organ.act(operations.settle_change, day=ON, change_id="ch-1", on=ON, outcome="kept")
    organ.act(operations.settle_change, day=LATER, change_id="ch-1", on=LATER, outcome="lost")
    assert organ.ask(readiness.changes_to_settle, organ_id="meti", on=LATER) == []
    with pytest.raises(AlreadyEndedError):
        organ.act(operations.settle_change, day=LATER, change_id="ch-1", on=LATER, outcome="kept")
