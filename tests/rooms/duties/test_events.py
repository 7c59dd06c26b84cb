"""What a report does, over plain values."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.registers import events
from service.registers.periods import PERIODS, months_after
from service.statute.citations import cite

ON = date(2027, 2, 1)
days = st.dates(date(2026, 1, 1), date(2030, 12, 31))
open_days = st.none() | days


@pytest.mark.parametrize("code", events.EVENT_CODES)
def test_every_kind_of_report_has_a_line_and_a_basis_that_is_law_or_says_that_it_is_none(code: str) -> None:
    line = events.event(code, on=ON)
    assert line == events.event(code, on=date(2020, 1, 1))
    for kind in ("organ", "police", "operator"):
        basis = events.basis_of(line, kind=kind)
        assert (basis == events.DEFAULT) is not line.by_law
        assert basis == events.DEFAULT or str(cite(basis)) == basis
    assert not line.by_law or line.removal in {"from_that_day", "day_after"}


def test_no_line_is_given_twice_and_none_is_of_an_unknown_code() -> None:
    told = [(line.code, line.since) for line in events.EVENTS]
    assert len(told) == len(set(told))
    assert {code for code, _since in told} == set(events.EVENT_CODES)
    with pytest.raises(ValueError, match="there is no event 'gossip'"):
        events.event("gossip", on=ON)


def test_what_an_organization_chose_last_for_a_day_counts() -> None:
    line = events.event("address_changed", on=ON)
    chosen = [
        events.Rule("at_once", date(2027, 1, 1), order=5),
        events.Rule("review", date(2027, 3, 1), order=3),
        events.Rule("at_once", date(2027, 3, 1), order=7),
    ]
    assert events.removal_of(line, chosen, on=date(2026, 12, 31)) == "none"
    assert events.removal_of(line, chosen, on=ON) == "at_once"
    assert events.removal_of(line, chosen, on=date(2027, 3, 1)) == "at_once"
    assert events.removal_of(line, chosen[:2], on=date(2027, 3, 1)) == "review"


@given(off=days, from_on=open_days, until_on=open_days, on=days)
def test_no_report_lets_a_line_count_on_a_day_on_which_it_did_not(off: date, from_on: date | None, until_on: date | None, on: date) -> None:
    def counts(until: date | None) -> bool:
        return (from_on is None or from_on <= on) and (until is None or on < until)

    ended = events.ends_on(off, from_on=from_on, until_on=until_on)
    assert counts(until_on) or not counts(ended)
    assert not counts(ended) or on < off
    assert from_on is None or ended >= from_on or (until_on is not None and until_on < from_on)


@pytest.mark.parametrize(
    ("removal", "off"),
    [
        ("at_once", date(2027, 2, 3)),
        ("from_that_day", ON),
        ("day_after", ON + timedelta(days=1)),
        ("review", None),
        ("none", None),
    ],
)
def test_the_day_from_which_somebody_is_off_the_lists(removal: str, off: date | None) -> None:
    assert events.off_from(removal, happened_on=ON, reported_on=date(2027, 2, 3)) == off


@pytest.mark.parametrize(("kind", "basis"), [("organ", "Act 5(1)"), ("police", "Act 5(3)"), ("operator", "Act 10(4)")])
@pytest.mark.parametrize("code", ["resigned", "died", "assignment_ended"])
def test_the_house_keeps_nobody_listed_who_no_longer_works_there(code: str, kind: str, basis: str) -> None:
    with pytest.raises(events.DutyRefusedError, match="set_by_law") as refused:
        events.require_choice(events.event(code, on=ON), removal="review", kind=kind)
    assert refused.value.basis == (cite(basis),)
    events.require_choice(events.event(code, on=ON), removal="at_once", kind=kind)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2027, 2, 1), 12, date(2028, 2, 1)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
    ],
)
def test_months_end_with_the_month_that_has_no_such_day(day: date, months: int, then: date) -> None:
    assert months_after(day, months=months) == then


def test_a_period_of_the_house_says_what_it_follows() -> None:
    assert PERIODS["training_months"].default == 12
