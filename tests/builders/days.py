"""Keeping a test within one legal day."""

from datetime import datetime, timedelta

from service.statute.periods import day_start, legal_day

LAST_OF_DAY = timedelta(seconds=30)
"""Longer than nearly every test of the short form takes."""


def wait_for_next_day(at: datetime) -> float:
    """Return the seconds to wait so that a test begins on the next legal day: 0 but for the last half minute of one."""
    left = day_start(legal_day(at) + timedelta(days=1)) - at
    return left.total_seconds() if left <= LAST_OF_DAY else 0.0
