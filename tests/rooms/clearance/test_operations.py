from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.clearance import operations, queries, rules
from service.clearance.rules import ClearanceRefusedError
from service.ledger import entries, read_entry
from service.personnel import operations as personnel
from service.personnel.rules import AlreadyRecordedError, ConflictingPersonError, UnknownIdError
from service.statute.periods import day_start
from service.statute.refusals import Refusal
from tests.builders.law import cleared, organizations
from tests.builders.personnel import employee, organization
from tests.builders.site import Site, notice, world_of

ON = date(2027, 3, 1)
AT = day_start(date(2030, 1, 1))


def lay_site(organ: Site) -> None:
    organizations(organ)
    employee(organ, "sato", "meti")
    employee(organ, "mori", "meti")


@pytest.fixture
def site(organ: Site) -> Site:
    return organ


def lay_firm(operator: Site) -> None:
    organizations(operator)
    employee(operator, "sato", "denryoku")


@pytest.fixture
def firm(operator: Site) -> Site:
    return operator


WORLDS = {"site": world_of("organ", lay_site), "firm": world_of("operator", lay_firm)}


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
    told = date(2027, 3, 8)
    words = {"person_id": "sato", "head_id": "meti", "outcome": "positive", "notified_on": told, "notice": letter}
    with pytest.raises(ValueError, match="has not come yet"):
        firm.act(operations.record_result, day=told - timedelta(days=1), **words)
    firm.act(operations.record_result, day=told, **words)
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


LETTER = notice(date(2027, 3, 5), date(2027, 3, 9))


def told(firm: Site, **facts: object) -> str:
    """Record what the letter said, the person's day unknown unless it is given."""
    words = {"person_id": "sato", "head_id": "meti", "outcome": "positive", "notified_on": None, "notice": LETTER} | facts
    return str(firm.act(operations.record_result, day=date(2027, 3, 9), **words))


def newest(site: Site, person_id: str = "sato") -> tuple[date | None, date, bool]:
    row = site.ask(queries.results_of, person_id=person_id, at=AT)[0]
    return row.notified_on, row.counted_on, row.provisional


def test_an_operator_is_told_only_that_no_assessment_was_carried_out(firm: Site) -> None:
    for outcome in ("refused", "withdrawn"):
        with pytest.raises(ClearanceRefusedError, match=r"outcome_of_other_seat \(Act 13\(2\)\)"):
            told(firm, outcome=outcome)
    told(firm, outcome="not_carried_out")
    assert not in_force(firm, date(2027, 3, 10))


def test_that_none_was_carried_out_displaces_nothing(firm: Site) -> None:
    told(firm)
    told(firm, outcome="not_carried_out", notice=notice(date(2028, 1, 10)))
    assert in_force(firm, date(2028, 2, 1))


def test_an_organ_knows_whether_consent_was_refused_or_withdrawn(site: Site) -> None:
    with pytest.raises(ClearanceRefusedError, match="outcome_of_other_seat"):
        cleared(site, "sato", outcome="not_carried_out")
    cleared(site, "sato", outcome="withdrawn")


def test_a_later_day_of_the_notice_is_never_recorded_without_saying_that_it_widens(firm: Site) -> None:
    first = told(firm)
    with pytest.raises(ClearanceRefusedError, match=r"later_day_widens \(Act 11\(1\), Act 13\(1\)\)"):
        firm.act(operations.record_notice_day, day=date(2027, 4, 1), result_id=first, notified_on=date(2027, 3, 8))
    assert newest(firm) == (None, date(2027, 3, 5), True)
    firm.act(operations.record_notice_day, day=date(2027, 4, 1), result_id=first, notified_on=date(2027, 3, 8), widening=True)
    assert newest(firm) == (date(2027, 3, 8), date(2027, 3, 8), False)
    assert in_force(firm, date(2037, 3, 8))
    assert not in_force(firm, date(2037, 3, 9))


@pytest.mark.parametrize("day", [date(2027, 3, 1), date(2027, 3, 5)])
def test_an_earlier_day_of_the_notice_narrows_and_takes_one_person(firm: Site, day: date) -> None:
    first = told(firm)
    firm.act(operations.record_notice_day, day=date(2027, 4, 1), result_id=first, notified_on=day)
    assert newest(firm) == (day, day, False)


def test_what_was_recorded_before_the_day_was_known_stays(firm: Site) -> None:
    first = told(firm)
    firm.act(operations.record_notice_day, day=date(2027, 4, 1), result_id=first, notified_on=date(2027, 3, 1))
    (before,) = firm.ask(queries.results_of, person_id="sato", at=day_start(date(2027, 3, 31)))
    (after,) = firm.ask(queries.results_of, person_id="sato", at=AT)
    assert (before.id, before.provisional, after.replaces, after.document_number) == (first, True, first, "経産第12号")


def test_the_day_is_recorded_once_and_never_before_it_has_come(firm: Site) -> None:
    first = told(firm)
    with pytest.raises(ValueError, match="has not come"):
        firm.act(operations.record_notice_day, day=date(2027, 4, 1), result_id=first, notified_on=date(2027, 4, 2), widening=True)
    second = firm.act(operations.record_notice_day, day=date(2027, 4, 1), result_id=first, notified_on=date(2027, 3, 1))
    for result_id in (first, second):
        with pytest.raises(AlreadyRecordedError):
            firm.act(operations.record_notice_day, day=date(2027, 4, 2), result_id=result_id, notified_on=date(2027, 3, 1))


def test_the_notice_of_a_reused_result_does_not_begin_its_years_again(firm: Site) -> None:
    original = date(2025, 9, 12)
    first = told(firm, head_id="mof", reuse=operations.Reuse(original_on=original))
    with pytest.raises(ClearanceRefusedError, match="later_day_widens"):
        firm.act(operations.record_notice_day, day=date(2027, 4, 1), result_id=first, notified_on=date(2027, 3, 1))
    firm.act(operations.record_notice_day, day=date(2027, 4, 1), result_id=first, notified_on=date(2027, 3, 8), widening=True)
    assert newest(firm) == (date(2027, 3, 8), original, False)
    assert in_force(firm, date(2035, 9, 12), head_id="mof")
    assert not in_force(firm, date(2035, 9, 13), head_id="mof")


def test_an_earlier_day_of_a_negative_result_takes_two_people(firm: Site) -> None:
    """A negative result that comes to stand before a positive one would open it again."""
    told(firm, notified_on=date(2027, 3, 4))
    first = told(firm, outcome="negative")
    with pytest.raises(ClearanceRefusedError, match="later_day_widens"):
        firm.act(operations.record_notice_day, day=date(2027, 4, 1), result_id=first, notified_on=date(2027, 3, 3))
    assert not in_force(firm, date(2027, 4, 1))


def test_a_result_that_does_not_count_yet_is_not_begun_earlier_by_one_person(firm: Site) -> None:
    first = told(firm, notice=notice(date(2027, 5, 1)))
    with pytest.raises(ClearanceRefusedError, match="later_day_widens"):
        firm.act(operations.record_notice_day, day=date(2027, 4, 1), result_id=first, notified_on=date(2027, 3, 20))


def test_an_organ_has_no_provisional_results(site: Site) -> None:
    first = cleared(site, "sato", on=ON)
    with pytest.raises(Refusal, match="wrong_seat"):
        site.act(operations.record_notice_day, day=date(2027, 4, 1), result_id=first, notified_on=ON)


days = st.dates(date(2027, 1, 1), date(2027, 12, 31))


@given(
    first=st.tuples(st.sampled_from(rules.CARRIED_OUT), days),
    others=st.lists(st.builds(rules.Assessed, st.sampled_from(rules.LAWS), st.sampled_from(rules.CARRIED_OUT), days, days), max_size=3),
    doubts=st.lists(st.builds(rules.Doubted, st.sampled_from(rules.LAWS), days), max_size=2),
    by=st.integers(-90, 5),
    since=st.integers(-5, 90),
)
def test_no_day_that_one_person_may_record_clears_anybody_from_then_on(
    first: tuple[str, date], others: list[rules.Assessed], doubts: list[rules.Doubted], by: int, since: int
) -> None:
    outcome, counted_on = first
    others = [replace(one, counted_on=min(one.known_on, one.counted_on)) for one in others]
    told_on, today = counted_on + timedelta(days=by), counted_on + timedelta(days=since)
    if told_on > today or not rules.narrows(rules.Provisional(outcome, counted_on, counted_on), notified_on=told_on, on=today):
        return
    before = rules.Record(results=[*others, rules.Assessed("iesi", outcome, counted_on, counted_on)], doubts=doubts)
    after = rules.Record(results=[*others, rules.Assessed("iesi", outcome, told_on, told_on)], doubts=doubts)
    for day in (today, date(2028, 1, 1), date(2031, 12, 31), date(2032, 6, 30), *(date(2037, month, 15) for month in range(1, 13))):
        if day >= today and rules.is_cleared(after, on=day):
            assert rules.is_cleared(before, on=day)


@pytest.fixture
def dispatched(firm: Site) -> Site:
    organization(firm, "haken", "dispatch_agency")
    firm.act(personnel.register_person, day=ON, legal_name="派遣 花子", person_id="mori")
    words = {"person_id": "mori", "organization_id": "denryoku", "employer_id": "haken"}
    firm.act(personnel.take_post, day=ON, from_on=date(2026, 4, 1), **words)
    return firm


@pytest.mark.parametrize("outcome", rules.TOLD_OUTCOMES)
def test_every_result_is_passed_to_the_employer_who_dispatches_and_looks_alike(dispatched: Site, outcome: str) -> None:
    first = told(dispatched, person_id="mori", outcome=outcome)
    words = {"result_id": first, "organization_id": "denryoku", "employer_id": "haken"}
    with pytest.raises(ValueError, match="arrived only on 2027-03-09"):
        dispatched.act(operations.pass_result, day=ON, on=date(2027, 3, 8), **words)
    dispatched.act(operations.pass_result, day=ON, on=date(2027, 3, 9), **words)
    entry = read_entry(dispatched.ask(lambda session: list(entries(session, start=dispatched.size() - 1, end=dispatched.size())))[0][1])
    assert {name: value for name, value in entry.items() if name not in {"_sd", "_sd_alg", "at", "seen"}} == {
        "v": entry["v"],
        "kind": "clearance:result:passed",
        "out": "accepted",
        "actor": "officer-1",
        "for": "denryoku",
    }
    assert len(entry["_sd"]) == 1
    with pytest.raises(AlreadyRecordedError):
        dispatched.act(operations.pass_result, day=ON, on=date(2027, 3, 9), **words)


@pytest.mark.parametrize("employer_id", ["kinzoku", "meti", "denryoku"])
def test_a_result_is_passed_to_nobody_but_the_dispatch_employer(dispatched: Site, employer_id: str) -> None:
    first = told(dispatched, person_id="mori")
    with pytest.raises(ClearanceRefusedError, match=r"requirement_not_met \(Act 13\(3\), Act 16\(2\)\)"):
        words = {"result_id": first, "organization_id": "denryoku", "employer_id": employer_id, "on": date(2027, 3, 9)}
        dispatched.act(operations.pass_result, day=ON, **words)


def test_the_result_of_somebody_who_is_not_dispatched_is_passed_to_nobody(dispatched: Site) -> None:
    first = told(dispatched)
    with pytest.raises(ClearanceRefusedError, match="requirement_not_met"):
        words = {"result_id": first, "organization_id": "denryoku", "employer_id": "haken", "on": date(2027, 3, 9)}
        dispatched.act(operations.pass_result, day=ON, **words)


def test_an_original_day_contradicts_a_result_that_was_not_reused() -> None:
    with pytest.raises(ValueError, match="only a reused result"):
        operations.Reuse(reused=False, original_on=ON)
