"""How many entries concern each organ that provided information is stated in time: daily, and before a package for its inspector.

What was stated, the log and its witnesses had before anybody asked; so nothing can be left out of such a package unnoticed.
"""

from collections.abc import Sequence
from datetime import date, datetime

import psycopg
from sqlalchemy import Engine

from service.actor import SYSTEM
from service.database import transaction
from service.evidence import rows
from service.evidence.package.concerning import Statement, count, providing_organs, statements
from service.ledger import Draft, Kind, Log, begin_act, record_many
from service.statute.periods import legal_day


def state_counts(engine: Engine, *, url: str, log: Log, at: datetime, organs: Sequence[str] | None = None, on: date | None = None) -> int:
    """State the counts of some organs, or of all that provided something; return how many statements were made.

    With a day those are left out of whom something was stated that day already.
    """
    if log.seat != "operator":
        return 0
    with rows.snapshot(url) as connection:
        size = rows.log_size(connection)
        wanted = [organ for organ in providing_organs(connection) if organs is None or organ in organs]
        last = {organ: _newest(connection, log, organ, size) for organ in wanted}
        due = {organ: made for organ, made in last.items() if on is None or made is None or _day(made) < on}
        found = [count(connection, organ=organ, since=0 if made is None else made.until, until=size) for organ, made in due.items()]
    if not found:
        return 0
    with transaction(engine) as session:
        begin_act(session)
        with rows.snapshot(url) as connection:
            now = rows.log_size(connection)
            # Somebody else may have stated the same meanwhile: what is counted begins where the last statement ended.
            fresh = [one for one in found if _newest(connection, log, one.organ, now, behind=size) is None]
        drafts = [Draft(kind=Kind.COUNTS_STATED, actor=SYSTEM, at=at, object=one.organ, note=one.note()) for one in fresh]
        record_many(session, log=log, drafts=[(draft, []) for draft in drafts])
    return len(fresh)


def _newest(connection: psycopg.Connection, log: Log, organ: str, size: int, *, behind: int = 0) -> Statement | None:
    return next(iter(statements(connection, keyring=log.keyring, size=size, organ=organ, newest=True, behind=behind)), None)


def _day(made: Statement) -> date:
    return legal_day(datetime.fromisoformat(made.at))
