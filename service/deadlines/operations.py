"""Periods of the house, holidays, and what the ledger is told of dates that passed."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.deadlines.model import HolidayRow, PeriodRow, ToldRow
from service.deadlines.queries import untold
from service.deadlines.rules import Deadline, PeriodName, require_period
from service.ledger import Draft, Kind, Log, begin_act, record, record_many
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, UnknownIdError, require_words
from service.statute.holidays import Holiday
from service.statute.periods import legal_day


def set_period(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    name: PeriodName,
    value: int,
    from_on: date,
) -> str:
    """Set a period that no law sets, from a day on, and return the id of the line.

    Raises PeriodRefusedError (out_of_bounds), and ValueError for an unknown name.
    """
    begin_act(session)
    require_period(name, value)
    row = PeriodRow(id=new_id(), name=name, value=value, from_on=from_on)
    record(session, log=log, draft=Draft(kind=Kind.PERIOD_SET, actor=actor, at=at, on=from_on, object=name), rows=[row])
    return row.id


def record_holiday(session: Session, *, log: Log, actor: Actor, at: datetime, on: date, name: str, source: str) -> str:
    """Record a public holiday with where it is laid down, and return its day. Raises AlreadyRecordedError, ValueError for blank words."""
    begin_act(session)
    require_words(name=name, source=source)
    row = session.get(HolidayRow, on)
    if row is not None and not row.struck:
        raise AlreadyRecordedError(message=f"{on} is a holiday already", facts={"on": on.isoformat()})
    row = row or HolidayRow(on=on)
    row.name, row.source, row.struck = name, source, False
    record(session, log=log, draft=Draft(kind=Kind.HOLIDAYS_CHANGED, actor=actor, at=at, on=on), rows=[row])
    return on.isoformat()


def strike_holiday(session: Session, *, log: Log, actor: Actor, at: datetime, on: date) -> str:
    """Strike a day that is no holiday after all, and return it. Raises UnknownIdError, AlreadyEndedError."""
    begin_act(session)
    row = session.get(HolidayRow, on)
    if row is None:
        raise UnknownIdError(message=f"{on} is no holiday", facts={"on": on.isoformat()})
    if row.struck:
        raise AlreadyEndedError(message=f"{on} was struck already", facts={"on": on.isoformat()})
    row.struck = True
    record(session, log=log, draft=Draft(kind=Kind.HOLIDAYS_CHANGED, actor=actor, at=at, on=on), rows=[row])
    return on.isoformat()


def import_holidays(session: Session, *, log: Log, actor: Actor, at: datetime, found: Sequence[Holiday], digest: str) -> int:
    """Import holidays of a file with this digest and return how many are new or said otherwise before.

    A day that was struck stays struck: a file does not overrule whoever struck it. Where nothing changes, nothing is recorded.
    """
    begin_act(session)
    rows = []
    for one in found:
        row = session.get(HolidayRow, one.on) or HolidayRow(on=one.on, struck=False)
        if not row.struck and (row.name, row.source) != (one.name, one.source):
            row.name, row.source = one.name, one.source
            rows.append(row)
    if rows:
        draft = Draft(kind=Kind.HOLIDAYS_CHANGED, actor=actor, at=at, note={"file": digest, "days": len(rows)})
        record(session, log=log, draft=draft, rows=rows)
    return len(rows)


def tell(session: Session, *, log: Log, actor: Actor, at: datetime, found: Sequence[Deadline]) -> int:
    """Record an entry for each of some dates that has come and was not told before; return how many.

    In clear an entry says nothing of a person's clearance: neither whom it is about nor the day. May be called again with
    the same dates, from several processes: each date is told once.
    """
    begin_act(session)
    drafts = []
    for one in untold(session, found, on=legal_day(at)):
        row = ToldRow(
            id=one.key,
            sort=one.sort.code,
            on=one.on,
            person_id=one.person_id,
            information_id=one.information_id,
            contract_id=one.contract_id,
            told_at=at,
        )
        open_to_all = one.sort.shows != "clearance_state"
        draft = Draft(
            kind=Kind.DEADLINE_TOLD,
            actor=actor,
            at=at,
            on=one.on if open_to_all else None,
            object=(one.information_id or one.contract_id) if open_to_all else None,
            subject=one.person_id or one.information_id or one.contract_id or "log",
        )
        drafts.append((draft, [row]))
    record_many(session, log=log, drafts=drafts)
    return len(drafts)
