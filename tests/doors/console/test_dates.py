"""Days and instants as people read them, in either language and calendar."""

from datetime import UTC, date, datetime

import pytest

from service.console.dates import calendar_of, short_day, shown_day, shown_moment

DAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("language", "calendar", "shown"),
    [
        ("ja", "both", "2026年(令和8年)11月28日"),
        ("ja", "western", "2026年11月28日"),
        ("ja", "era", "令和8年11月28日"),
        ("en", "both", "28 November 2026 (Reiwa 8)"),
        ("en", "western", "28 November 2026"),
        ("en", "era", "28 November, Reiwa 8"),
    ],
)
def test_a_day_is_written_as_its_reader_set_it(language: str, calendar: str, shown: str) -> None:
    assert shown_day(DAY, language, calendar) == shown  # type: ignore[arg-type]
    assert shown_day(DAY.isoformat(), language, calendar) == shown  # type: ignore[arg-type]


def test_a_table_has_the_short_form_and_nothing_for_nothing() -> None:
    assert short_day(DAY, "both") == "2026-11-28 (R8.11.28)"
    assert short_day(DAY, "western") == "2026-11-28"
    assert short_day(DAY, "era") == "R8.11.28"
    assert short_day(None, "both") == short_day("", "era") == "―"


def test_an_instant_is_told_in_japan_s_time() -> None:
    assert shown_moment(datetime(2026, 11, 28, 15, 30, tzinfo=UTC), "western") == "2026-11-29 00:30"
    assert shown_moment("2026-11-28T15:30:00Z", "era") == "R8.11.29 00:30"
    assert shown_moment(None, "both") == "―"


def test_a_calendar_that_there_is_not_is_both() -> None:
    assert [calendar_of(one) for one in ("era", "western", "lunar", None)] == ["era", "western", "both", "both"]
