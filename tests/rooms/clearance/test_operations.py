from datetime import date

import pytest

from service.clearance import operations, queries
from service.clearance.rules import ClearanceRefusedError
from service.personnel.rules import AlreadyRecordedError, ConflictingPersonError, UnknownIdError
from service.statute.periods import day_start
from tests.builders.law import cleared, organizations
from tests.builders.personnel import employee
from tests.builders.site import Site, notice

ON = date(2027, 3, 1)
AT = day_start(date(2030, 1, 1))


@pytest.fixture
def site(organ: Site) -> Site:
    organizations(organ)
    employee(organ, "sato", "meti")
    employee(organ, "mori", "meti")
    return organ


@pytest.fixture
def firm(operator: Site) -> Site:
    organizations(operator)
    employee(operator, "sato", "denryoku")
    return operator


def in_force(site: Site, on: date, head_id: str = "meti") -> bool:
    return bool(site.ask(queries.clearance_in_force, person_id="sato", head_id=head_id, on=on, at=AT))


def test_an_organ_knows_the_day_of_its_own_notice(site: Site) -> None:
    with pytest.raises(ClearanceRefusedError, match="notice_missing"):
        site.act(operations.record_result, day=ON, person_id="sato", head_id="meti", outcome="positive", notified_on=None)
    cleared(site, "sato", on=ON)
    assert in_force(site, ON)
    assert not in_force(site, ON, head_id="mof")


def test_an_operator_knows_only_by_the_organs_letter(firm: Site) -> None:
    with pytest.raises(ClearanceRefusedError, match="notice_missing"):
        firm.act(operations.record_result, day=ON, person_id="sato", head_id="meti", outcome="positive", notified_on=ON)


def test_while_the_persons_day_is_unknown_the_earliest_day_counts_for_now(firm: Site) -> None:
    letter = notice(date(2027, 3, 5), date(2027, 3, 9))
    firm.act(operations.record_result, day=ON, person_id="sato", head_id="meti", outcome="positive", notified_on=None, notice=letter)
    (row,) = firm.ask(queries.results_of, person_id="sato", at=AT)
    assert (row.notified_on, row.counted_on, row.provisional) == (None, date(2027, 3, 5), True)
    assert (row.document_number, row.letter_on, row.arrived_on) == ("経産第12号", date(2027, 3, 5), date(2027, 3, 9))
    assert in_force(firm, date(2037, 3, 5))
    assert not in_force(firm, date(2037, 3, 6))


def test_the_persons_own_day_counts_where_it_is_known(firm: Site) -> None:
    letter = notice(date(2027, 3, 5), date(2027, 3, 9))
    firm.act(
        operations.record_result, day=ON, person_id="sato", head_id="meti", outcome="positive", notified_on=date(2027, 3, 8), notice=letter
    )
    (row,) = firm.ask(queries.results_of, person_id="sato", at=AT)
    assert (row.counted_on, row.provisional) == (date(2027, 3, 8), False)


def test_a_reused_result_without_its_original_day_opens_nothing(firm: Site) -> None:
    facts = {"person_id": "sato", "head_id": "mof", "notified_on": ON, "notice": notice(ON)}
    with pytest.raises(ClearanceRefusedError, match=r"original_day_missing \(Act 12\(8\)\)"):
        firm.act(operations.record_result, day=ON, outcome="positive", reuse=operations.Reuse(), **facts)
    assert not in_force(firm, ON, head_id="mof")
    firm.act(operations.record_result, day=ON, outcome="positive", reuse=operations.Reuse(original_on=date(2025, 9, 12)), **facts)
    assert in_force(firm, date(2035, 9, 12), head_id="mof")
    assert not in_force(firm, date(2035, 9, 13), head_id="mof")


def test_a_reused_result_takes_the_day_of_the_first_where_that_is_recorded(site: Site) -> None:
    first = cleared(site, "sato", on=date(2025, 9, 12))
    reuse = operations.Reuse(result_id=first)
    second = site.act(operations.record_result, day=ON, person_id="sato", head_id="mof", outcome="positive", notified_on=ON, reuse=reuse)
    newest, _ = site.ask(queries.results_of, person_id="sato", at=AT)
    assert (newest.id, newest.counted_on, newest.reuses) == (second, date(2025, 9, 12), first)
    with pytest.raises(ConflictingPersonError, match="somebody else's"):
        site.act(operations.record_result, day=ON, person_id="mori", head_id="mof", outcome="positive", notified_on=ON, reuse=reuse)


def test_a_doubt_notice_counts_from_the_earliest_day_that_it_can_mean(firm: Site) -> None:
    firm.act(operations.record_result, day=ON, person_id="sato", head_id="meti", outcome="positive", notified_on=ON, notice=notice(ON))
    letter = notice(date(2027, 6, 1), date(2027, 6, 4))
    firm.act(operations.record_doubt_notice, day=date(2027, 6, 4), person_id="sato", head_id="meti", notified_on=None, notice=letter)
    assert in_force(firm, date(2027, 5, 31))
    assert not in_force(firm, date(2027, 6, 1))


def test_an_office_is_held_to_its_last_day(site: Site) -> None:
    site.act(operations.record_office, day=ON, person_id="sato", office="nra_member", from_on=ON, last_day=date(2027, 9, 30))
    assert in_force(site, date(2027, 9, 30))
    assert not in_force(site, date(2027, 10, 1))


@pytest.mark.parametrize("head_id", ["denryoku", "chisai", "alpha"])
def test_only_an_organ_or_the_police_assesses(site: Site, head_id: str) -> None:
    with pytest.raises(ClearanceRefusedError, match="requirement_not_met"):
        cleared(site, "sato", head_id=head_id)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"person_id": "nobody", "head_id": "meti"}, "there is no person 'nobody'"),
        ({"person_id": "sato", "head_id": "x"}, "there is no organization 'x'"),
    ],
)
def test_an_unknown_id_is_named(site: Site, facts: dict[str, str], told: str) -> None:
    for verb, more in (("record_result", {"outcome": "positive"}), ("record_doubt_notice", {})):
        with pytest.raises(UnknownIdError, match=told):
            site.act(getattr(operations, verb), day=ON, notified_on=ON, **facts, **more)


@pytest.mark.parametrize("wrong", [{"outcome": "maybe"}, {"law": "gdpr"}, {"investigated_by": "nobody"}])
def test_an_unknown_code_is_named(site: Site, wrong: dict[str, str]) -> None:
    facts = {"person_id": "sato", "head_id": "meti", "outcome": "positive", "notified_on": ON}
    with pytest.raises(ValueError, match=next(iter(wrong.values()))):
        site.act(operations.record_result, day=ON, **facts | wrong)


def test_an_id_is_given_once(site: Site) -> None:
    facts = {"person_id": "sato", "head_id": "meti", "outcome": "positive", "notified_on": ON, "result_id": "a1"}
    site.act(operations.record_result, day=ON, **facts)
    with pytest.raises(AlreadyRecordedError, match="'a1'"):
        site.act(operations.record_result, day=ON, **facts)
