"""Questions about deadlines, periods and holidays; nothing here writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines.model import HolidayRow, PeriodRow, ToldRow
from service.deadlines.rules import PERIODS, Deadline
from service.deadlines.sight import Sight, Source
from service.deadlines.sources import SOURCES
from service.ledger.model import LogRow
from service.statute.holidays import Calendar
from service.statute.periods import legal_day

ASKED_AT_ONCE = 10_000


def deadlines(
    session: Session, *, at: datetime, until: date, sources: Iterable[Source] = SOURCES, person_id: str | None = None
) -> list[Deadline]:
    """Return every date up to a day, by day, or one person's own; those that passed and are not settled, and the silent ones, included."""
    seen = replace(sight(session, at=at, until=until), person_id=person_id)
    found = {one.key: one for source in sources for one in source.find(session, seen) if one.on <= until}
    return sorted(found.values(), key=lambda one: one.order)


def sight(session: Session, *, at: datetime, until: date) -> Sight:
    """Return what sources are told at an instant."""
    on = legal_day(at)
    seat = session.scalars(select(LogRow.seat).order_by(LogRow.opened_index.desc()).limit(1)).one()
    return Sight(at=at, on=on, until=until, seat=seat, periods=periods_on(session, on=on), calendar=calendar(session))


def periods_on(session: Session, *, on: date) -> Mapping[str, int]:
    """Return the periods of the house in force on a day: those that were set, and the defaults of the others."""
    rows = session.scalars(select(PeriodRow).where(PeriodRow.from_on <= on).order_by(PeriodRow.from_on, PeriodRow.changed_index))
    return {name: period.default for name, period in PERIODS.items()} | {row.name: row.value for row in rows}


def periods_set(session: Session) -> Sequence[PeriodRow]:
    """Return every line by which a period was set, the latest last."""
    return session.scalars(select(PeriodRow).order_by(PeriodRow.from_on, PeriodRow.changed_index)).all()


def calendar(session: Session) -> Calendar:
    """Return the holidays that are known and not struck."""
    return Calendar(frozenset(session.scalars(select(HolidayRow.on).where(HolidayRow.struck.is_(False)))))


def holidays(session: Session) -> Sequence[HolidayRow]:
    """Return every holiday that was ever imported, by day; the struck ones too."""
    return session.scalars(select(HolidayRow).order_by(HolidayRow.on)).all()


def untold(session: Session, found: Sequence[Deadline], *, on: date) -> list[Deadline]:
    """Return those of some dates that the ledger is to tell of by a day and has not."""
    due = [one for one in found if not one.kept_quiet and one.told_on() <= on]
    told: set[str] = set()
    for start in range(0, len(due), ASKED_AT_ONCE):
        keys = [one.key for one in due[start : start + ASKED_AT_ONCE]]
        told |= set(session.scalars(select(ToldRow.id).where(ToldRow.id.in_(keys))))
    return [one for one in due if one.key not in told]
