"""Fiscal years and holidays: dates of offices, never of the law."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.statute.fiscal import days_of_fiscal_year, days_of_year, fiscal_year, half_of, halves_of
from service.statute.holidays import Calendar, Holiday, read_holidays, shipped_holidays

D = date.fromisoformat
DAYS = st.dates(D("2000-01-01"), D("2100-12-31"))
CALENDAR = Calendar(frozenset(one.on for one in shipped_holidays()))


@pytest.mark.parametrize(
    ("day", "year", "first", "last"),
    [
        ("2026-03-31", 2025, "2025-10-01", "2026-03-31"),
        ("2026-04-01", 2026, "2026-04-01", "2026-09-30"),
        ("2026-09-30", 2026, "2026-04-01", "2026-09-30"),
        ("2026-10-01", 2026, "2026-10-01", "2027-03-31"),
        ("2027-01-01", 2026, "2026-10-01", "2027-03-31"),
        ("2028-02-29", 2027, "2027-10-01", "2028-03-31"),
    ],
)
def test_a_day_lies_in_its_fiscal_year_and_half(day: str, year: int, first: str, last: str) -> None:
    assert fiscal_year(D(day)) == year
    assert (half_of(D(day)).first, half_of(D(day)).last) == (D(first), D(last))


@given(st.integers(2000, 2100))
def test_halves_make_up_a_year_without_gap(year: int) -> None:
    whole, (first, second) = days_of_fiscal_year(year), halves_of(year)
    assert (first.first, second.last) == (whole.first, whole.last)
    assert second.first - first.last == timedelta(days=1)
    assert days_of_fiscal_year(year + 1).first - whole.last == timedelta(days=1)
    assert (days_of_year(year).first, days_of_year(year).last) == (date(year, 1, 1), date(year, 12, 31))


@given(DAYS)
def test_every_day_is_in_one_half_of_its_year(day: date) -> None:
    assert sum(day in half for half in halves_of(fiscal_year(day))) == 1
    assert day in half_of(day)


def by_the_act(year: int) -> Iterator[date]:
    """The holidays of a year, worked out anew from the Public Holidays Act; equinoxes by their mean formula."""

    def monday(month: int, which: int) -> date:
        mondays = [day for number in range(1, 32) if number <= 31 and (day := _day(year, month, number)) and day.weekday() == 0]
        return mondays[which - 1]

    leaps = (year - 1980) // 4
    fixed = {
        date(year, month, number)
        for month, number in ((1, 1), (2, 11), (2, 23), (4, 29), (5, 3), (5, 4), (5, 5), (8, 11), (11, 3), (11, 23))
    }
    fixed |= {monday(1, 2), monday(7, 3), monday(9, 3), monday(10, 2)}
    fixed |= {
        date(year, 3, int(20.8431 + 0.242194 * (year - 1980)) - leaps),
        date(year, 9, int(23.2488 + 0.242194 * (year - 1980)) - leaps),
    }
    yield from fixed
    given_instead = set()
    for day in fixed:
        if day.weekday() == 6:
            while day in fixed:
                day += timedelta(days=1)  # noqa: PLW2901 - the first day after that is none
            given_instead.add(day)
    yield from given_instead
    for day in fixed:
        between = day + timedelta(days=1)
        if between not in fixed | given_instead and between + timedelta(days=1) in fixed:
            yield between


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


@pytest.mark.parametrize("year", range(2025, 2032))
def test_the_shipped_holidays_are_those_of_the_act(year: int) -> None:
    assert sorted(by_the_act(year)) == [one.on for one in shipped_holidays() if one.on.year == year]


def test_every_shipped_holiday_says_where_it_is_laid_down() -> None:
    assert all("国民の祝日に関する法律" in one.source for one in shipped_holidays())


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-11-26", "2026-11-26"),
        ("2026-09-23", "2026-09-18"),  # two holidays and the one between them, behind a weekend
        ("2027-01-03", "2026-12-28"),  # offices are closed from 29 December to 3 January
        ("2026-05-06", "2026-05-01"),
        ("2027-03-22", "2027-03-19"),
    ],
)
def test_an_office_deadline_moves_to_the_working_day_before(day: str, working: str) -> None:
    assert CALENDAR.working_day_until(D(day)) == D(working)


@given(DAYS, st.frozensets(DAYS, max_size=30))
def test_no_holiday_makes_anything_later(day: date, holidays: frozenset[date]) -> None:
    found = Calendar(holidays).working_day_until(day)
    assert found <= day
    assert Calendar(holidays).works(found)


def test_a_file_of_holidays_is_read_by_day() -> None:
    text = "\ufeffdate,name,source\r\n2032-05-03,憲法記念日,官報\r\n2032-01-01,元日,官報\r\n"
    assert read_holidays(text) == (Holiday(D("2032-01-01"), "元日", "官報"), Holiday(D("2032-05-03"), "憲法記念日", "官報"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1"),
        ("day,name\n2032-01-01,元日\n", "line 1"),
        ("date,name,source\n2032-13-01,元日,官報\n", "line 2"),
        ("date,name,source\n2032-01-01,元日,官報\n2032-01-01,元日,官報\n", "line 3: 2032-01-01 stands twice"),
        ("date,name,source\n2032-01-01,,官報\n", "line 2: name and source"),
        (f"date,name,source\n2032-01-01,{'x' * 101},官報\n", "line 2"),
    ],
)
def test_a_file_that_is_none_is_refused_by_its_line(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_holidays(text)
