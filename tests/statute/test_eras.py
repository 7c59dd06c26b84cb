"""Days by era: what is written is read back, and eras begin on their days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from service.personnel.roster.eras import parse_day
from service.statute.eras import era_of, in_era, short_in_era


@given(some.dates(min_value=date(1873, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_written_by_era_is_that_day(day: date) -> None:
    assert parse_day(in_era(day)) == day
    assert parse_day(short_in_era(day)) == day


@pytest.mark.parametrize(
    ("day", "written", "short"),
    [
        (date(2019, 4, 30), "平成31年4月30日", "H31.4.30"),
        (date(2019, 5, 1), "令和元年5月1日", "R1.5.1"),
        (date(2026, 11, 28), "令和8年11月28日", "R8.11.28"),
        (date(1989, 1, 7), "昭和64年1月7日", "S64.1.7"),
        (date(1867, 12, 31), "1867年12月31日", "1867-12-31"),
    ],
)
def test_an_era_begins_on_its_day(day: date, written: str, short: str) -> None:
    assert (in_era(day), short_in_era(day)) == (written, short)


def test_before_the_first_era_there_is_none() -> None:
    assert era_of(date(1868, 1, 24)) is None
    assert era_of(date(1868, 1, 25)) == ("明治", 1)
