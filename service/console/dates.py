"""Days and instants as people read them: western, by era (和暦) or both, as the reader has set it; instants in Japan's time."""

from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from service.console.words import Language
from service.statute.eras import ENGLISH, era_of, in_era, short_in_era

Calendar = Literal["both", "western", "era"]
CALENDARS: tuple[Calendar, ...] = ("both", "western", "era")
JAPAN = ZoneInfo("Asia/Tokyo")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def calendar_of(asked: str | None) -> Calendar:
    """Return the calendar that was asked for; both where none was."""
    return next((one for one in CALENDARS if one == asked), "both")


def shown_day(value: date | str | None, language: Language, calendar: Calendar) -> str:
    """Return a day in full, as 2026年(令和8年)11月28日 or 28 November 2026 (Reiwa 8); a dash for none."""
    day = _day(value)
    if day is None:
        return "―" if value is None or value == "" else str(value)
    found = era_of(day)
    if language == "ja":
        western = f"{day.year}年{day.month}月{day.day}日"
        if calendar == "western" or found is None:
            return western
        return (
            in_era(day) if calendar == "era" else f"{day.year}年({found[0]}{'元' if found[1] == 1 else found[1]}年){day.month}月{day.day}日"
        )
    western = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    if calendar == "western" or found is None:
        return western
    era = f"{ENGLISH[found[0]]} {found[1]}"
    return f"{day.day} {_MONTHS[day.month - 1]}, {era}" if calendar == "era" else f"{western} ({era})"


def short_day(value: date | str | None, calendar: Calendar) -> str:
    """Return a day for a table, as 2026-11-28, R8.11.28 or both; a dash for none."""
    day = _day(value)
    if day is None:
        return "―" if value is None or value == "" else str(value)
    match calendar:
        case "western":
            return day.isoformat()
        case "era":
            return short_in_era(day)
        case _:
            return f"{day.isoformat()} ({short_in_era(day)})" if era_of(day) else day.isoformat()


def shown_moment(value: datetime | str | None, calendar: Calendar) -> str:
    """Return an instant in Japan's time to the minute; a dash for none."""
    at = datetime.fromisoformat(value) if isinstance(value, str) and value else value
    if not isinstance(at, datetime):
        return "―"
    here = (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(JAPAN)
    return f"{short_day(here.date(), calendar)} {here:%H:%M}"


def _day(value: date | str | None) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(JAPAN).date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None
