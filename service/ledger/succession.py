"""A log's end, and the one that follows it: another name and other keys, the same tree.

1. `close_log`: the last entry names the successor's key; from then on the database takes no entry. 2. The last checkpoint is
signed under the old name. 3. `open_successor`: the first entry under the new name embeds it. The tree goes on, so that an
ordinary consistency proof leads from any checkpoint of the old log to any of the new one, and no index means two things.
A loss is declared by both acts in one transaction: nothing is ever signed under the old name behind what was lost.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger.acts import Draft, begin_act, read_head, record
from service.ledger.kinds import Kind
from service.ledger.log import Log
from service.ledger.model import ClosingRow, LogRow
from service.ledger.signers import used_keys
from service.statute.refusals import Conflict
from service.tlog.notes import NoteError, Verifier, parse_checkpoint, split_note


class SuccessionError(Conflict):
    """A log cannot be closed, or its successor opened, as things are."""

    slug = "succession"


@dataclass(frozen=True, slots=True)
class Lost:
    """Entries that were acknowledged and are gone: from `start` up to, not including, `end`."""

    start: int
    end: int

    def __str__(self) -> str:
        """Return it as the entry says it."""
        return f"{self.start}-{self.end}"


def close_log(session: Session, *, log: Log, actor: Actor, at: datetime, successor: str) -> int:
    """End the log in favour of the one whose vkey is given and return the index of its last entry. Raises SuccessionError.

    It needs two people, who are the caller's to ask. Behind this entry the database takes nothing but the successor's first.
    """
    begin_act(session)
    try:
        name = Verifier.parse(successor).name
    except NoteError as broken:
        message = f"successor: {broken}"
        raise SuccessionError(message) from broken
    if session.scalars(select(LogRow).where(LogRow.origin == name)).first() is not None:
        message = f"there was a log {name} before; a successor has a name of its own"
        raise SuccessionError(message)
    if any(Verifier.parse(one).public == Verifier.parse(successor).public for one in used_keys(session)):
        message = "the successor's key was used before"
        raise SuccessionError(message)
    if not log.signers.has(successor):
        message = f"the private key of {successor} is not here; make one on the server: sekisho ledger prepare-key --origin {name}"
        raise SuccessionError(message)
    row = ClosingRow(origin=current_origin(session), successor=successor, closed_at=at)
    return record(session, log=log, draft=Draft(kind=Kind.LOG_CLOSED, actor=actor, at=at, object=successor), rows=[row])


def open_successor(
    session: Session, *, log: Log, actor: Actor, at: datetime, checkpoint: str | None = None, lost: Lost | None = None
) -> int:
    """Begin the log that the closing entry names and return the index of its first entry. Raises SuccessionError.

    Its first entry embeds the checkpoint, by default the old log's last, in base64 since entries are ASCII; with `lost` it says
    which entries are missing, and without a loss the checkpoint covers all of the old log. Processes that serve start anew.
    """
    begin_act(session)
    size = read_head(session).size
    closing = session.scalars(select(ClosingRow).where(ClosingRow.changed_index == size - 1)).first()
    if closing is None:
        message = "the log was not closed, or its successor was opened already"
        raise SuccessionError(message)
    note = checkpoint if checkpoint is not None else _last_checkpoint(session)
    _require_former(note, closing.origin, size=None if lost else size)
    before = session.scalars(select(LogRow).where(LogRow.origin == closing.origin)).one()
    name = Verifier.parse(closing.successor).name
    row = LogRow(origin=name, seat=before.seat, clock=before.clock, vkey=closing.successor, opened_at=at, opened_index=size)
    session.add(row)
    session.flush()
    former = {"checkpoint": b64encode(note.encode()).decode()} | ({"lost": str(lost)} if lost else {})
    draft = Draft(kind=Kind.LOG_OPENED, actor=actor, at=at, object=name, former=former)
    return record(session, log=log, draft=draft, rows=[])


def current_origin(session: Session) -> str:
    """Return the name of the log that was opened last."""
    return str(session.scalars(select(LogRow.origin).order_by(LogRow.opened_index.desc()).limit(1)).one())


def _last_checkpoint(session: Session) -> str:
    found = session.execute(text("select note from ledger.checkpoints order by size desc limit 1")).scalar()
    if found is None:
        message = "no checkpoint of the closed log was signed; sign its last one: sekisho ledger checkpoint"
        raise SuccessionError(message)
    return str(found)


def _require_former(note: str, origin: str, *, size: int | None) -> None:
    try:
        former = parse_checkpoint(split_note(note)[0])
    except NoteError as broken:
        message = f"checkpoint: {broken}"
        raise SuccessionError(message) from broken
    if former.origin != origin or size not in (None, former.size):
        message = f"the checkpoint is of {former.size} entries of {former.origin}, not of all {size} of {origin}; sign the last one"
        raise SuccessionError(message)
