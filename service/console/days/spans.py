"""Deadlines by month and by fiscal year: the same dates as the list, laid out by day. Nothing here moves a date."""

from calendar import Calendar as Weeks
from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from starlette.responses import Response

from service.acts.asking import UnfitError
from service.acts.board import Known
from service.acts.reminded import Line, between, told_to
from service.console.days.deadlines import HORIZON, SETTERS, Told, told
from service.console.visit import Visit
from service.database import read
from service.deadlines.queries import holidays
from service.statute.fiscal import days_of_fiscal_year, fiscal_year
from service.statute.periods import legal_day

IN_A_DAY = 3
"""Dates that a day of the month shows; where there are more, it says how many and opens them."""
MONTHS_OF_A_YEAR = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month as it is shown."""

    on: date
    inside: bool
    """Whether it is one of the month, not of a week that begins before or ends after it."""
    today: bool
    holiday: str
    dates: tuple[Told, ...]
    more: int
    path: str


def month(visit: Visit) -> Response:
    """GET of /deadlines/month?on=2026-11."""
    today = legal_day(visit.at)
    first = _month(visit.asked("on"), today)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    known = _known(visit, last)
    lines = between(_lines_of(known), first, last)
    by_day: dict[date, list[Line]] = {}
    for line in lines:
        by_day.setdefault(line.deadline.on, []).append(line)
    with read(visit.desk.engine) as session:
        names = {row.on: row.name for row in holidays(session) if not row.struck}
    weeks = [
        [_day(visit, on, first, by_day.get(on, []), names.get(on, ""), today) for on in week]
        for week in Weeks(firstweekday=6).monthdatescalendar(first.year, first.month)
    ]
    beside = [_beside(first, -1), _beside(first, 1)]
    year = fiscal_year(first)
    shown: dict[str, Any] = {"first": first, "last": last, "number": len(lines), "as_of": _as_of(known)}
    return visit.page("days/month.html", weeks=weeks, beside=beside, year=year, **shown)


def _day(visit: Visit, on: date, first: date, lines: list[Line], holiday: str, today: date) -> Day:
    inside = on.month == first.month
    dates = tuple(told(visit, lines[:IN_A_DAY])) if inside else ()
    return Day(on, inside, on == today, holiday, dates, max(0, len(lines) - IN_A_DAY) if inside else 0, f"/deadlines?first={on}&last={on}")


def _month(words: str, today: date) -> date:
    """Return the first day of the month that is asked for; this one where none is. Raises UnfitError."""
    if not words:
        return today.replace(day=1)
    try:
        found = date.fromisoformat(f"{words[:7]}-01")
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        message = "on: a month as 2026-11"
        raise UnfitError(message)
    return found


def _beside(first: date, step: int) -> str:
    years, place = divmod(first.month - 1 + step, 12)
    return f"{first.year + years}-{place + 1:02}"


def year(visit: Visit) -> Response:
    """GET of /deadlines/year?of=2026: the twelve months of a fiscal year, how many dates each has and who set them."""
    today = legal_day(visit.at)
    of = _year(visit.asked("of"), today)
    span = days_of_fiscal_year(of)
    known = _known(visit, span.last)
    rows = []
    for number in MONTHS_OF_A_YEAR:
        first = date(of if number >= MONTHS_OF_A_YEAR[0] else of + 1, number, 1)
        last = first.replace(day=monthrange(first.year, first.month)[1])
        numbers: Counter[str] = Counter(line.deadline.sort.set_by for line in between(_lines_of(known), first, last))
        by_setter = [numbers[setter] for setter in SETTERS]
        rows.append((first, last, by_setter, sum(by_setter), first <= today <= last))
    most = max((row[3] for row in rows), default=0)
    return visit.page("days/year.html", of=of, rows=rows, most=most, setters=SETTERS, span=span, as_of=_as_of(known))


def _year(words: str, today: date) -> int:
    if not words:
        return fiscal_year(today)
    if not (words.isascii() and words.isdigit() and FIRST_YEAR <= int(words[:5]) <= LAST_YEAR):
        message = "of: a fiscal year as 2026"
        raise UnfitError(message)
    return int(words)


def _known(visit: Visit, last: date) -> Known | None:
    """Return the deadlines up to a day, and never fewer than the list has; None while everybody's dates are being found."""
    until = max(last, legal_day(visit.at) + HORIZON)
    return told_to(visit.desk.engine, member=visit.member, at=visit.at, until=until, purpose=None, wait=False)


def _lines_of(known: Known | None) -> Sequence[Line]:
    return () if known is None else known.found[0]


def _as_of(known: Known | None) -> datetime | None:
    return None if known is None else known.as_of
