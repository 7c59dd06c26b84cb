"""Instants of entries as people read them: in UTC, on Japan's clocks, in milliseconds."""

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

JAPAN = timezone(timedelta(hours=9))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
A_MILLISECOND = timedelta(milliseconds=1)


@lru_cache(maxsize=4096)
def japanese_time(at: str) -> str:
    """Return an entry's instant as Japan's clocks showed it, with the offset; empty for what is no instant."""
    try:
        there = datetime.fromisoformat(at).astimezone(JAPAN)
    except (ValueError, OverflowError):
        return ""
    return there.isoformat(sep=" ", timespec="microseconds")


@lru_cache(maxsize=4096)
def milliseconds(at: str) -> int:
    """Return an entry's instant in whole milliseconds since 1970; 0 for what is no instant."""
    try:
        return (datetime.fromisoformat(at).astimezone(UTC) - EPOCH) // A_MILLISECOND
    except (ValueError, OverflowError):
        return 0
