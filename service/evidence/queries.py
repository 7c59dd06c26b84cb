"""Queries that auditors keep: saved with a reason, run again and again, each time an entry; packages of one follow one another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.evidence.model import QueryExport, QueryRow, QueryRun
from service.evidence.predicate import Predicate, read_canonical
from service.ledger import Draft, Kind, Log, begin_act, log_size, record
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, UnknownIdError, require_words

MOST = 200
"""Queries that a list shows."""


@dataclass(frozen=True, slots=True)
class LastExport:
    """The package of a query that was finished last: its id, the size of the log that it is about, and the entry that says so."""

    export_id: str
    size: int
    index: int


def save_query(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    name: str,
    query: Predicate,
    reason: str,
    case_number: str | None = None,
) -> str:
    """Save a query with what it is for, and return its id.

    What is asked is never changed: whoever wants another asks it under another name, or ends this one first.
    Raises AlreadyRecordedError where its owner has one of that name, ValueError for blank words.
    """
    begin_act(session)
    require_words(name=name, reason=reason)
    if _is_taken(session, actor.id, name):
        raise AlreadyRecordedError(message="there is a query of this name", facts={"name": name})
    row = _row(actor.id, name, query, reason, case_number, at)
    record(session, log=log, draft=Draft(kind=Kind.QUERY_SAVED, actor=actor, at=at, object=row.id), rows=[row])
    return row.id


def bring_query(
    session: Session, *, log: Log, actor: Actor, at: datetime, account_id: str, name: str, query: Predicate, reason: str
) -> str:
    """Save for somebody else what they kept elsewhere, and return its id; where they have a query of that name, with a number behind."""
    begin_act(session)
    names = (name if number == 1 else f"{name} ({number})" for number in count(1))
    row = _row(account_id, next(one for one in names if not _is_taken(session, account_id, one)), query, reason, None, at)
    record(session, log=log, draft=Draft(kind=Kind.QUERY_SAVED, actor=actor, at=at, object=row.id), rows=[row])
    return row.id


def _is_taken(session: Session, account_id: str, name: str) -> bool:
    same = select(QueryRow.id).where(QueryRow.account_id == account_id, QueryRow.name == name, QueryRow.ended_at.is_(None))
    return session.scalar(same) is not None


def _row(account_id: str, name: str, query: Predicate, reason: str, case_number: str | None, at: datetime) -> QueryRow:
    return QueryRow(
        id=new_id(),
        account_id=account_id,
        name=name,
        predicate=query.canonical.decode(),
        digest=query.digest,
        reason=reason,
        case_number=case_number or None,
        saved_at=at,
        ended_at=None,
    )


def end_query(session: Session, *, log: Log, actor: Actor, at: datetime, query_id: str) -> int:
    """End a query of one's own and return the index of the entry; its runs and packages stay. Raises UnknownIdError, AlreadyEndedError."""
    begin_act(session)
    row = session.get(QueryRow, query_id)
    if row is None or row.account_id != actor.id:
        raise UnknownIdError(message="no query of yours has this id", facts={"query_id": query_id})
    if row.ended_at is not None:
        raise AlreadyEndedError(message="the query was ended already", facts={"query_id": query_id})
    row.ended_at = at
    return record(session, log=log, draft=Draft(kind=Kind.QUERY_ENDED, actor=actor, at=at, object=row.id), rows=[row])


def query_of(session: Session, query_id: str) -> QueryRow:
    """Return a query, also an ended one. Raises UnknownIdError."""
    row = session.get(QueryRow, query_id)
    if row is None:
        raise UnknownIdError(message="no query has this id", facts={"query_id": query_id})
    return row


def predicate_of(row: QueryRow) -> Predicate:
    """Return what a query asks, as it was saved."""
    return read_canonical(row.predicate.encode())


def queries_of(session: Session, *, account_id: str | None = None) -> Sequence[QueryRow]:
    """Return the queries that were not ended, of one account or of all, by name."""
    found = select(QueryRow).where(QueryRow.ended_at.is_(None))
    if account_id is not None:
        found = found.where(QueryRow.account_id == account_id)
    return session.scalars(found.order_by(QueryRow.name, QueryRow.id).limit(MOST)).all()


def record_run(session: Session, *, log: Log, actor: Actor, at: datetime, row: QueryRow, purpose: str | None, opened: int) -> int:
    """Record that a query is run, before anything is shown, and return the index of that.

    `opened` says among how many acts and decisions what is withheld is looked through; `size` how far the log reached.
    """
    begin_act(session)
    size = log_size(session)
    run = QueryRun(id=new_id(), query_id=row.id, account_id=actor.id, size=size, run_at=at)
    note = {"digest": row.digest, "size": size, "purpose": purpose, "opened": opened, "case_number": row.case_number}
    return record(session, log=log, draft=Draft(kind=Kind.QUERY_RUN, actor=actor, at=at, object=row.id, note=note), rows=[run])


def runs_of(session: Session, *, query_id: str, limit: int = 20) -> Sequence[QueryRun]:
    """Return the runs of a query, the newest first."""
    found = select(QueryRun).where(QueryRun.query_id == query_id).order_by(QueryRun.changed_index.desc())
    return session.scalars(found.limit(limit)).all()


def last_exported(session: Session, query_id: str) -> LastExport | None:
    """Return the package of a query that was finished last, which its successor is linked to by a consistency proof; None for none."""
    found = select(QueryExport).where(QueryExport.query_id == query_id).order_by(QueryExport.index.desc()).limit(1)
    row = session.scalar(found)
    return None if row is None else LastExport(row.export_id, row.size, row.index)


def record_exported(session: Session, query_id: str, *, export_id: str, size: int, index: int) -> None:
    """Remember that a package of a query was finished, in the transaction of the entry at `index` that says so.

    Raises UnknownIdError; a package that is smaller than the last one is remembered too, as the newest. One that was made
    again, since its maker ended before it could say so, stays remembered by its first entry.
    """
    query_of(session, query_id)
    if session.get(QueryExport, export_id) is not None:
        return
    session.add(QueryExport(export_id=export_id, query_id=query_id, size=size, index=index))
    session.flush()  # what refers to no query must end the caller's transaction here and not at its end
