"""A new master key, online: every key is wrapped anew while the services run, and none is ever without a wrapping.

1. The new master key gets its file; from then on every process wraps under it. 2. All rows are wrapped anew, a few at a
time, each only if it is still what was read. 3. Under both locks what came in between is wrapped, and the entry is
written: a batch that was prepared before cannot go in behind it. Broken off anywhere, the next run goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from service.actor import Actor
from service.database import read, transaction
from service.ledger.acts import Draft, begin_act, record
from service.ledger.keyring import header_of, read_wrapped
from service.ledger.kinds import Kind
from service.ledger.locks import WRITER_LOCK
from service.ledger.log import Log
from service.ledger.masters import FIRST
from service.ledger.model import MasterRow

CHUNK = 500
_OTHERS = text(
    "select id, wrapped from ledger.keys where id > :after and substring(wrapped from 1 for :length) <> :header order by id limit :chunk"
)
_REWRAP = text(
    "update ledger.keys k set wrapped = n.fresh from unnest(cast(:ids as text[]), cast(:old as bytea[]), cast(:fresh as bytea[]))"
    " as n (id, old, fresh) where k.id = n.id and k.wrapped = n.old"
)


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: the master key in use, how many keys it wrapped anew, and whether it went on with an earlier run."""

    master: str
    rewrapped: int
    resumed: bool


@dataclass(frozen=True, slots=True)
class Status:
    """The master key in use, how many keys each master key wraps, and whether a rotation is unfinished."""

    current: str
    keys: dict[str, int]
    unfinished: bool


def rotate_master(engine: Engine, *, log: Log, actor: Actor, clock: Callable[[], datetime]) -> Rotated:
    """Make a new master key and wrap all keys under it, or finish the rotation that was begun. Raises LogError, OSError."""
    with read(engine) as session:
        resumed = is_unfinished(session, log=log)
    master = log.keyring.masters.current if resumed else log.keyring.masters.create()
    count, after = 0, ""
    while True:
        with transaction(engine) as session:
            last, done = _rewrap(session, log=log, master=master, after=after)
        count += done
        if last is None:
            break
        after = last
    with transaction(engine) as session:
        count += _finish(session, log=log, master=master, actor=actor, at=clock(), count=count)
    return Rotated(master, count, resumed)


def master_status(session: Session, *, log: Log) -> Status:
    """Return which master keys wrap how many keys."""
    keys: dict[str, int] = {}
    for (wrapped,) in session.execute(text("select wrapped from ledger.keys"), execution_options={"yield_per": 10 * CHUNK}):
        master = read_wrapped(bytes(wrapped)).master
        keys[master] = keys.get(master, 0) + 1
    return Status(log.keyring.masters.current, keys, is_unfinished(session, log=log))


def is_unfinished(session: Session, *, log: Log) -> bool:
    """Say whether a rotation was begun and has not ended, or left keys of a process that had not heard of it."""
    current = log.keyring.masters.current
    if current == FIRST:
        return False
    return session.get(MasterRow, current) is None or bool(_others(session, master=current, after="", chunk=1))


def _others(session: Session, *, master: str, after: str, chunk: int = CHUNK) -> dict[str, bytes]:
    header = header_of(master)
    rows = session.execute(_OTHERS, {"after": after, "length": len(header), "header": header, "chunk": chunk})
    return {row.id: bytes(row.wrapped) for row in rows}


def _rewrap(session: Session, *, log: Log, master: str, after: str) -> tuple[str | None, int]:
    """Wrap one chunk anew; return its last id, None for no more, and how many rows were still what was read."""
    old = _others(session, master=master, after=after)
    if not old:
        return None, 0
    fresh = log.keyring.rewrap_all(old)
    done = session.execute(_REWRAP, {"ids": list(old), "old": list(old.values()), "fresh": [fresh[key_id] for key_id in old]})
    return max(old), done.rowcount  # type: ignore[attr-defined]  # an update has it


def _finish(session: Session, *, log: Log, master: str, actor: Actor, at: datetime, count: int) -> int:
    """Wrap what came meanwhile and write the entry; return how many keys were wrapped here."""
    begin_act(session)
    session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
    late, after = 0, ""
    while True:
        last, done = _rewrap(session, log=log, master=master, after=after)
        late += done
        if last is None:
            break
        after = last
    if session.scalars(select(MasterRow).where(MasterRow.id == master)).first() is None:
        draft = Draft(kind=Kind.MASTER_ROTATED, actor=actor, at=at, object=master, note={"rewrapped": count + late})
        record(session, log=log, draft=draft, rows=[MasterRow(id=master, rotated_at=at)])
    return late
