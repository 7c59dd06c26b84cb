"""Tests that speak of today do not begin where today ends."""

from datetime import UTC, datetime

from tests.builders.days import wait_for_next_day


def test_a_test_in_the_last_half_minute_of_a_day_waits_for_the_next() -> None:
    assert wait_for_next_day(datetime(2026, 11, 29, 14, 59, 45, tzinfo=UTC)) == 15.0


def test_no_other_test_waits() -> None:
    assert wait_for_next_day(datetime(2026, 11, 29, 14, 59, 29, tzinfo=UTC)) == 0.0
    assert wait_for_next_day(datetime(2026, 11, 29, 15, 0, tzinfo=UTC)) == 0.0
