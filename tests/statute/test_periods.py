"""Calendar law against a table of dated examples, and against counting day by day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.statute.periods import after, counted_from, day_after, day_start, days_after, legal_day, months_before, next_midnight_ms

D = date.fromisoformat

COUNTED_FROM = [
    # Act 4(1): the day itself counts (起算). Years, then months; the last day of the period.
    ("2025-10-01", 5, 0, "2030-09-30"),
    ("2025-05-16", 5, 0, "2030-05-15"),
    ("2025-05-16", 30, 0, "2055-05-15"),
    ("2025-05-16", 60, 0, "2085-05-15"),
    ("2026-01-01", 5, 0, "2030-12-31"),
    ("2026-12-31", 5, 0, "2031-12-30"),
    ("2026-04-01", 1, 0, "2027-03-31"),
    ("2027-03-01", 1, 0, "2028-02-29"),  # ends before 1 March: in a leap year on the 29th
    ("2026-03-01", 1, 0, "2027-02-28"),
    ("2028-03-01", 1, 0, "2029-02-28"),
    ("2027-03-01", 5, 0, "2032-02-29"),
    ("2028-02-29", 1, 0, "2029-02-28"),  # no corresponding day: the month's end
    ("2028-02-29", 4, 0, "2032-02-28"),  # a corresponding day: the day before it
    ("2028-02-29", 5, 0, "2033-02-28"),
    ("2028-02-29", 10, 0, "2038-02-28"),
    ("2028-02-29", 30, 0, "2058-02-28"),
    ("2028-02-29", 60, 0, "2088-02-28"),
    ("2028-02-28", 5, 0, "2033-02-27"),
    ("2027-02-28", 1, 0, "2028-02-27"),
    ("2040-02-29", 60, 0, "2100-02-28"),  # 2100 is no leap year
    ("2096-02-29", 4, 0, "2100-02-28"),
    ("2099-03-01", 1, 0, "2100-02-28"),
    ("1996-02-29", 4, 0, "2000-02-28"),  # 2000 was one
    ("1999-03-01", 1, 0, "2000-02-29"),
    ("2026-01-31", 0, 1, "2026-02-28"),
    ("2028-01-31", 0, 1, "2028-02-29"),
    ("2026-01-30", 0, 1, "2026-02-28"),
    ("2028-01-30", 0, 1, "2028-02-29"),
    ("2026-01-29", 0, 1, "2026-02-28"),
    ("2028-01-29", 0, 1, "2028-02-28"),
    ("2026-01-28", 0, 1, "2026-02-27"),
    ("2026-03-31", 0, 1, "2026-04-30"),
    ("2026-05-31", 0, 6, "2026-11-30"),
    ("2026-08-31", 0, 6, "2027-02-28"),
    ("2027-08-31", 0, 6, "2028-02-29"),
    ("2026-04-01", 0, 6, "2026-09-30"),
    ("2026-10-01", 0, 6, "2027-03-31"),
    ("2026-12-01", 0, 1, "2026-12-31"),
    ("2026-12-15", 0, 1, "2027-01-14"),
    ("2026-04-30", 0, 12, "2027-04-29"),
    ("2026-10-31", 1, 1, "2027-11-30"),
]
AFTER = [
    # Act 11(1): the day of the notice does not count (Civil Code 140).
    ("2025-06-10", 10, 0, "2035-06-10"),
    ("2025-06-10", 5, 0, "2030-06-10"),
    ("2026-02-28", 10, 0, "2036-02-29"),  # the period begins on 1 March
    ("2028-02-28", 10, 0, "2038-02-28"),  # it begins on 29 February, which 2038 has not
    ("2028-02-29", 10, 0, "2038-02-28"),
    ("2028-02-27", 10, 0, "2038-02-27"),
    ("2026-02-27", 10, 0, "2036-02-27"),
    ("2027-02-28", 5, 0, "2032-02-29"),
    ("2027-02-28", 10, 0, "2037-02-28"),
    ("2028-02-28", 5, 0, "2033-02-28"),
    ("2028-02-29", 5, 0, "2033-02-28"),
    ("2024-02-28", 4, 0, "2028-02-28"),
    ("2024-02-29", 4, 0, "2028-02-29"),
    ("2025-12-31", 10, 0, "2035-12-31"),
    ("2026-01-01", 10, 0, "2036-01-01"),
    ("2026-03-31", 10, 0, "2036-03-31"),
    ("2026-04-01", 5, 0, "2031-04-01"),
    ("2026-04-30", 5, 0, "2031-04-30"),
    ("2090-02-28", 10, 0, "2100-02-28"),  # 2100 has no 29 February
    ("2095-02-28", 5, 0, "2100-02-28"),
    ("2026-01-31", 0, 1, "2026-02-28"),
    ("2028-01-31", 0, 1, "2028-02-29"),
    ("2026-01-30", 0, 1, "2026-02-28"),
    ("2028-01-30", 0, 1, "2028-02-29"),
    ("2026-01-29", 0, 1, "2026-02-28"),
    ("2028-01-28", 0, 1, "2028-02-28"),
    ("2026-02-28", 0, 1, "2026-03-31"),
    ("2026-03-30", 0, 1, "2026-04-30"),
    ("2026-08-31", 0, 6, "2027-02-28"),
    ("2026-09-30", 0, 6, "2027-03-31"),
    ("2026-12-31", 0, 1, "2027-01-31"),
    ("2026-06-15", 1, 6, "2027-12-15"),
]
BEFORE = [
    ("2035-06-10", 12, "2034-06-10"),
    ("2036-02-29", 12, "2035-02-28"),
    ("2036-02-29", 48, "2032-02-29"),
    ("2030-09-30", 3, "2030-06-30"),
    ("2030-05-31", 3, "2030-02-28"),
    ("2032-05-31", 3, "2032-02-29"),
    ("2030-03-31", 1, "2030-02-28"),
    ("2027-01-15", 1, "2026-12-15"),
    ("2027-01-31", 2, "2026-11-30"),
]


def day_by_day(first_day: date, months: int) -> date:
    """The same law by walking the calendar: the period is over on the eve of the day that bears the first one's number, or with its month."""
    day, begun = first_day, 0
    while True:
        day += timedelta(days=1)
        begun += day.day == 1
        if begun > months or (begun == months and day.day == first_day.day):
            return day - timedelta(days=1)


def test_the_table_has_examples_enough() -> None:
    assert len(COUNTED_FROM) + len(AFTER) + len(BEFORE) >= 60


@pytest.mark.parametrize(("start", "years", "months", "last"), COUNTED_FROM)
def test_a_period_counted_from_a_day_includes_it(start: str, years: int, months: int, last: str) -> None:
    assert counted_from(D(start), years=years, months=months) == D(last)
    assert day_by_day(D(start), 12 * years + months) == D(last)


@pytest.mark.parametrize(("event", "years", "months", "last"), AFTER)
def test_a_period_after_an_event_leaves_its_day_out(event: str, years: int, months: int, last: str) -> None:
    assert after(D(event), years=years, months=months) == D(last)
    assert day_by_day(D(event) + timedelta(days=1), 12 * years + months) == D(last)


@pytest.mark.parametrize(("day", "months", "found"), BEFORE)
def test_a_reminder_lies_whole_months_before(day: str, months: int, found: str) -> None:
    assert months_before(D(day), months) == D(found)


DAYS = st.dates(D("1950-01-01"), D("2150-12-31"))
NEAR_MONTH_ENDS = st.builds(
    lambda year, month, back: date(year + month // 12, month % 12 + 1, 1) - timedelta(days=back),
    st.integers(1990, 2110),
    st.integers(1, 12),
    st.integers(0, 4),
)


@given(DAYS | NEAR_MONTH_ENDS, st.integers(1, 40))
def test_months_are_counted_as_the_calendar_does(start: date, months: int) -> None:
    assert counted_from(start, months=months) == day_by_day(start, months)
    assert after(start, months=months) == day_by_day(start + timedelta(days=1), months)


@given(DAYS | NEAR_MONTH_ENDS, st.sampled_from([1, 2, 3, 4, 5, 10, 30]))
def test_years_are_counted_as_the_calendar_does(start: date, years: int) -> None:
    assert counted_from(start, years=years) == day_by_day(start, 12 * years)
    assert after(start, years=years) == day_by_day(start + timedelta(days=1), 12 * years)


@given(DAYS | NEAR_MONTH_ENDS, st.integers(1, 60))
def test_the_two_ways_differ_by_whether_the_day_itself_counts(day: date, years: int) -> None:
    assert after(day, years=years) == counted_from(day_after(day), years=years)
    assert timedelta(0) <= after(day, years=years) - counted_from(day, years=years) <= timedelta(days=2)


@given(DAYS | NEAR_MONTH_ENDS, st.integers(1, 60))
def test_a_later_beginning_never_ends_earlier(day: date, years: int) -> None:
    assert counted_from(day, years=years) <= counted_from(day_after(day), years=years)


@given(DAYS | NEAR_MONTH_ENDS, st.integers(1, 120))
def test_a_day_months_before_has_its_number_or_ends_its_month(day: date, months: int) -> None:
    found = months_before(day, months)
    assert (day.year - found.year) * 12 + day.month - found.month == months
    assert found.day == day.day or (found.day < day.day and day_after(found).day == 1)


def test_days_after_an_event_leave_its_day_out() -> None:
    assert days_after(D("2026-02-28"), 1) == D("2026-03-01")
    assert days_after(D("2028-02-28"), 14) == D("2028-03-13")


@pytest.mark.parametrize("count", [counted_from, after])
@pytest.mark.parametrize("length", [{}, {"years": -1}, {"months": 0}, {"years": 1, "months": -12}])
def test_a_period_of_nothing_is_none(count: object, length: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="is none"):
        count(D("2026-04-01"), **length)  # type: ignore[operator]  # either of the two


def test_nothing_lies_no_months_before() -> None:
    with pytest.raises(ValueError, match="not before"):
        months_before(D("2026-04-01"), 0)


@given(DAYS)
def test_a_legal_day_begins_at_three_in_the_afternoon_of_the_eve_in_utc(day: date) -> None:
    begins = day_start(day)
    # Between 1948 and 1951 Japan had summer time.
    if day.year > 1951:
        assert begins == datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)
    assert legal_day(begins) == day
    assert legal_day(begins - timedelta(microseconds=1)) == day - timedelta(days=1)


@given(now_ms=st.integers(min_value=-3_000_000_000_000, max_value=10_000_000_000_000))
def test_the_next_midnight_is_where_the_next_legal_day_begins(now_ms: int) -> None:
    day = legal_day(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=now_ms))
    assert next_midnight_ms(now_ms) == day_start(day + timedelta(days=1)).timestamp() * 1000
