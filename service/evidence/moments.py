"""The times by which auditors narrow: a day, or a minute of one, by western or Japanese year; Japan's days, whatever the server's."""

import re
from datetime import UTC, date, datetime, timedelta

from service.personnel.roster.eras import parse_day
from service.statute.periods import ONE_DAY, day_start

LONGEST = 128
EARLIEST, LATEST = 1900, 2199
_CLOCK = re.compile(r"(.+?)[ T]+(\d{1,2}):(\d{2})", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_MINUTE = timedelta(minutes=1)


def moment_of(word: str, *, last: bool) -> datetime:
    """Return the instant from which (or, for the `last`, before which) a day or a minute bounds a time, or an instant as it is written.

    Raises ValueError for what is none of these, lies outside of the era it names, or outside of any calendar of ours.
    """
    if len(word) > LONGEST:
        raise ValueError(word[:LONGEST])
    if _INSTANT.fullmatch(word):
        at = datetime.fromisoformat(word).astimezone(UTC)
        return _within(at.date(), at)
    clock = _CLOCK.fullmatch(word)
    day = parse_day(clock[1] if clock else word)
    return _within(day, _bound(day, (int(clock[2]), int(clock[3])) if clock else None, last=last))


def _within(day: date, at: datetime) -> datetime:
    if not EARLIEST <= day.year <= LATEST:
        raise ValueError(day)
    return at


def _bound(day: date, clock: tuple[int, int] | None, *, last: bool) -> datetime:
    _within(day, datetime.min.replace(tzinfo=UTC))
    if clock is None:
        return day_start(day + ONE_DAY) if last else day_start(day)
    hours, minutes = clock
    if hours > 23 or minutes > 59:  # noqa: PLR2004 - a clock's
        raise ValueError(clock)
    # Japan has no summer time: hours of a legal day are all there.
    at = day_start(day) + timedelta(hours=hours, minutes=minutes)
    return at + _MINUTE if last else at
