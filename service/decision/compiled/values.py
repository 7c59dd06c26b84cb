"""What compiled policies call: arithmetic within 64 bits, instants and durations in whole milliseconds, patterns.

Cedar's operators: https://docs.cedarpolicy.com/policies/syntax-operators.html; its literals of time are those of
https://docs.cedarpolicy.com/policies/syntax-datatypes.html.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")
LEAST, MOST = -(2**63), 2**63 - 1
FIRST_MS, LAST_MS = -62_135_596_800_000, 253_402_300_799_999
"""The first and the last millisecond of the years 1 to 9999."""
UNIT_MS = {"to_milliseconds": 1, "to_seconds": 1_000, "to_minutes": 60_000, "to_hours": 3_600_000, "to_days": 86_400_000}
INSTANT = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{3}))?(?:Z|([+-])(\d{2})(\d{2})))?", re.ASCII)
DURATION = re.compile(r"(-?)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?", re.ASCII)
DAY_HOURS, HOUR_MINUTES = 24, 60


def within(value: int) -> int:
    """Return a number that 64 bits hold. Raises OverflowError."""
    if LEAST <= value <= MOST:
        return value
    raise OverflowError


def present(value: T | None) -> T:
    """Return what an attribute holds. Raises KeyError where it is absent."""
    if value is None:
        raise KeyError
    return value


def whole(value: int, unit_ms: int) -> int:
    """Return how many whole units a duration has, towards zero."""
    return value // unit_ms if value >= 0 else -(-value // unit_ms)


def instant_of(text: str) -> int:
    """Return the milliseconds since 1970 of an instant as Cedar writes it. Raises ValueError."""
    found = INSTANT.fullmatch(text)
    if found is None:
        message = f"{text!r} is no instant"
        raise ValueError(message)
    year, month, day, hour, minute, second, millisecond, sign, hours, minutes = found.groups(default="0")
    if int(hours) >= DAY_HOURS or int(minutes) >= HOUR_MINUTES:
        message = f"{text!r} has no such offset"
        raise ValueError(message)
    at = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    offset_ms = (int(hours) * 60 + int(minutes)) * 60_000 * (-1 if sign == "-" else 1)
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) + int(millisecond) - offset_ms


def duration_of(text: str) -> int:
    """Return the milliseconds of a duration as Cedar writes it. Raises ValueError."""
    found = DURATION.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        message = f"{text!r} is no duration"
        raise ValueError(message)
    days, hours, minutes, seconds, milliseconds = (int(part or 0) for part in found.groups()[1:])
    value = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds
    value = -value if found[1] else value
    if not LEAST <= value <= MOST:
        message = f"{text!r} is too long a duration"
        raise ValueError(message)
    return value


def pattern(parts: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells whether a text has these parts in this order, the first at its start and the last at its end.

    Between two parts stands anything. The earliest place of each part is as good as any other, so nothing is tried twice.
    """
    if len(parts) == 1:
        return parts[0].__eq__
    first, *middle, last = parts

    def matches(text: str) -> bool:
        at, end = len(first), len(text) - len(last)
        if end < at or not text.startswith(first) or not text.endswith(last):
            return False
        for part in middle:
            at = text.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
        return True

    return matches
