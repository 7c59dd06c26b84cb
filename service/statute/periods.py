"""Calendar law: the only bridge between legal days in Japan and instants, and the two ways of counting years."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")
ONE_DAY = timedelta(days=1)


def legal_day(at: datetime) -> date:
    """Return the day in Japan on which an aware instant falls."""
    return at.astimezone(JAPAN).date()


def day_start(day: date) -> datetime:
    """Return the instant (UTC) at which a legal day begins."""
    return datetime.combine(day, time(), JAPAN).astimezone(UTC)


@cache
def day_start_ms(day: date) -> int:
    """Return the instant at which a legal day begins, in milliseconds since 1970."""
    return int(day_start(day).timestamp()) * 1000


def instant_ms(at: datetime) -> int:
    """Return an aware instant in whole milliseconds since 1970, never rounded up."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def next_midnight_ms(now_ms: int) -> int:
    """Return the instant at which the next day in Japan begins, in milliseconds since 1970."""
    day = legal_day(datetime.fromtimestamp(now_ms / 1000, UTC))
    return day_start_ms(day + ONE_DAY)


def _years_from(first_day: date, years: int) -> date:
    """Return the last day of a period of years whose first day counts (Civil Code 143(2)).

    It ends with the day before the corresponding one; where the last month has no corresponding day, with that month.
    """
    year = first_day.year + years
    try:
        return first_day.replace(year=year) - ONE_DAY
    except ValueError:
        # Only 29 February has no corresponding day: the period ends with February.
        return date(year, 3, 1) - ONE_DAY


def counted_from(start: date, *, years: int) -> date:
    """Return the last day of a period counted from and including `start` (起算, Act 4(1); Civil Code 143(2))."""
    return _years_from(start, years)


def after(event: date, *, years: int) -> date:
    """Return the last day of a period whose first day is the one after `event` (Civil Code 140, 141, 143(2); Act 11(1))."""
    return _years_from(event + ONE_DAY, years)


def day_after(day: date) -> date:
    """Return the day after: where a period's last day is given, the first on which it no longer runs."""
    return day + ONE_DAY
