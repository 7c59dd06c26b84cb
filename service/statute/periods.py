"""Calendar law: the only bridge between legal days in Japan and instants, and the two ways of counting months and years."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")
ONE_DAY = timedelta(days=1)
DAY_MS, JAPAN_MS = 86_400_000, 32_400_000
ONE_OFFSET_SINCE_MS = 0
"""Since long before 1970 Japan has been nine hours ahead, in summer too; before, the calendar of its time zone is asked."""


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
    if now_ms < ONE_OFFSET_SINCE_MS:
        return day_start_ms(legal_day(datetime.fromtimestamp(now_ms / 1000, UTC)) + ONE_DAY)
    return (now_ms + JAPAN_MS) // DAY_MS * DAY_MS + DAY_MS - JAPAN_MS


def _month_later(first_day: date, months: int) -> date | None:
    """Return the day that corresponds to a period's first one some months later, or None where that month has none."""
    year, month = divmod(first_day.year * 12 + first_day.month - 1 + months, 12)
    try:
        return first_day.replace(year=year, month=month + 1)
    except ValueError:
        return None


def _last_day(first_day: date, months: int) -> date:
    """Return the last day of a period of months or years whose first day counts (Civil Code 143(2)).

    It ends with the day before the corresponding one; where the last month has no corresponding day, with that month.
    """
    corresponding = _month_later(first_day, months)
    if corresponding is not None:
        return corresponding - ONE_DAY
    following = _month_later(first_day.replace(day=1), months + 1)
    assert following is not None  # every month has a first day
    return following - ONE_DAY


def _months(years: int, months: int) -> int:
    total = 12 * years + months
    if total <= 0:
        message = f"a period of {years} years and {months} months is none"
        raise ValueError(message)
    return total


def counted_from(start: date, *, years: int = 0, months: int = 0) -> date:
    """Return the last day of a period counted from and including `start` (起算, Act 4(1); Civil Code 143(2)).

    Raises ValueError for a period of nothing.
    """
    return _last_day(start, _months(years, months))


def after(event: date, *, years: int = 0, months: int = 0) -> date:
    """Return the last day of a period whose first day is the one after `event` (Civil Code 140, 141, 143(2); Act 11(1)).

    Raises ValueError for a period of nothing.
    """
    return _last_day(event + ONE_DAY, _months(years, months))


def days_after(event: date, days: int) -> date:
    """Return the last day of a period of days whose first day is the one after `event` (Civil Code 140, 141)."""
    return event + timedelta(days=days)


def months_before(day: date, months: int) -> date:
    """Return the day that lies months before another; where that month has no such day, its last one.

    A day from which to be reminded: no period of law ends by it. Raises ValueError for fewer than one month.
    """
    if months < 1:
        message = f"{months} months before is not before"
        raise ValueError(message)
    found = _month_later(day, -months)
    if found is not None:
        return found
    following = _month_later(day.replace(day=1), 1 - months)
    assert following is not None  # every month has a first day
    return following - ONE_DAY


def day_after(day: date) -> date:
    """Return the day after: where a period's last day is given, the first on which it no longer runs."""
    return day + ONE_DAY
