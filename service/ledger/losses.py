"""A declared loss: a database that was restored with fewer entries than were acknowledged goes on as another log.

1. What is missing is told: from the entries that are here to those that a witness cosigned, or this server acknowledged.
2. The old log is closed and its successor opened, in one transaction; its first entry embeds the witness's checkpoint and
names the missing range. 3. Everything that opens anything is ended, each with an entry, and entered again by two people, for
nobody here can know what was taken away in the range. 4. An entry says that this was done; before it nothing is served.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger.acts import Draft, begin_act, read_head, record
from service.ledger.entries import read as read_entry
from service.ledger.floor import Floor
from service.ledger.kinds import Kind
from service.ledger.log import Log
from service.ledger.model import LogRow, LossRow
from service.ledger.signers import live_keys
from service.ledger.succession import Lost, close_log, open_successor
from service.ledger.tiles import hashes_of
from service.ledger.witnesses import witnessing
from service.statute.refusals import Conflict
from service.tlog.cosignatures import Cosigner
from service.tlog.loss import Attested, read_loss
from service.tlog.notes import Checkpoint, split_note
from service.tlog.proofs import tree_root


class LossError(Conflict):
    """A loss cannot be declared as things are, or was declared and not gone through with."""

    slug = "loss"


@dataclass(frozen=True, slots=True)
class Loss:
    """What is missing, and the newest checkpoint that anybody holds: a witness's, as a note."""

    lost: Lost
    note: str
    attested: tuple[Attested, ...]


def judge_loss(session: Session, *, log: Log, statements: Sequence[str], floor: Floor | None, strangers: Sequence[str] = ()) -> Loss:
    """Return what is missing, by the statements of a quorum of the log's witnesses. Raises LossError, NoteError.

    `strangers` are vkeys of witnesses that this database does not name, because they were set in what is missing; who declares
    the loss answers for them, and each of them is a quorum then.
    """
    attested = _attested(session, statements=statements, strangers=strangers)
    newest = max(attested, key=lambda one: one.checkpoint.size)
    for one in attested:
        if one.checkpoint.size == newest.checkpoint.size and one.checkpoint.root != newest.checkpoint.root:
            message = f"two witnesses hold different roots of {one.checkpoint.size} entries; this log was forked, keep both statements"
            raise LossError(message)
    size = read_head(session).size
    if newest.checkpoint.origin != log.origin:
        message = f"the statement is about {newest.checkpoint.origin}, and this is {log.origin}"
        raise LossError(message)
    _require_missing(session, size=size, newest=newest.checkpoint)
    end = max(newest.checkpoint.size, floor.size if floor is not None and floor.origin == log.origin else 0)
    if size >= end:
        message = f"nothing is missing: {size} entries are here, and no more than {end} are known of"
        raise LossError(message)
    return Loss(Lost(size, end), newest.note, tuple(attested))


def declare_loss(session: Session, *, log: Log, actor: Actor, at: datetime, successor: str, loss: Loss) -> int:
    """Close the log and open its successor, whose vkey is given; return the index of its first entry. Raises SuccessionError.

    It needs two people, who are the caller's to ask.
    """
    close_log(session, log=log, actor=actor, at=at, successor=successor)
    return open_successor(session, log=log, actor=actor, at=at, checkpoint=loss.note, lost=loss.lost)


def unsettled_loss(session: Session) -> str | None:
    """Return the missing range of the newest log's beginning where it was not gone through with yet; None where all is well."""
    opened = int(session.scalars(select(LogRow.opened_index).order_by(LogRow.opened_index.desc()).limit(1)).one())
    if opened == 0 or session.get(LossRow, opened) is not None:
        return None
    body = session.execute(text("select body from ledger.entries where index = :index"), {"index": opened}).scalar_one()
    lost = read_entry(bytes(body)).get("lost")
    return None if lost is None else str(lost)


def require_settled(session: Session) -> None:
    """Return unless a declared loss was not gone through with. Raises LossError."""
    lost = unsettled_loss(session)
    if lost is not None:
        message = (
            f"the entries {lost} were declared lost, and and this was not gone through with; run again: sekisho restore --declare-loss"
        )
        raise LossError(message)


def settle_loss(session: Session, *, log: Log, actor: Actor, at: datetime, statements: Sequence[str], ended: dict[str, int]) -> int:
    """Say that everything that opens anything has been ended after a loss, and return the entry's index. Raises LossError."""
    begin_act(session)
    lost = unsettled_loss(session)
    if lost is None:
        message = "no loss was declared, or it was gone through with already"
        raise LossError(message)
    opened = int(session.scalars(select(LogRow.opened_index).order_by(LogRow.opened_index.desc()).limit(1)).one())
    row = LossRow(opened_index=opened, lost=lost, settled_at=at)
    note = {"ended": ended, "statements": list(statements)}
    draft = Draft(kind=Kind.LOSS_SETTLED, actor=actor, at=at, object=lost, note=note)
    return record(session, log=log, draft=draft, rows=[row])


def _attested(session: Session, *, statements: Sequence[str], strangers: Sequence[str]) -> list[Attested]:
    trust, vkeys = witnessing(session).trust, tuple(live_keys(session))
    named = {Cosigner.parse(one.vkey): one.name for one in trust.witnesses}
    unknown = [Cosigner.parse(one) for one in strangers]
    found: dict[Cosigner, Attested] = {}
    for statement in statements:
        _text, signatures = split_note(statement)
        by = [one for one in [*named, *unknown] if any(signature.name == one.name for signature in signatures)]
        for cosigner in by:
            found[cosigner] = read_loss(statement, cosigner=cosigner, vkeys=vkeys)
        if not by:
            message = f"the statement of {signatures[0].name} is of no witness of this log; name its key by --witness if it was set since"
            raise LossError(message)
    met = trust.is_met(named[one] for one in found if one in named) and bool(found)
    if not met and not any(one in found for one in unknown):
        message = "the statements are not those of a quorum of this log's witnesses"
        raise LossError(message)
    return list(found.values())


def _require_missing(session: Session, *, size: int, newest: Checkpoint) -> None:
    """Return if what is here is less than what was cosigned. Raises LossError."""
    if size < newest.size:
        return
    if tree_root(hashes_of(session, size=newest.size), newest.size) == newest.root:
        return
    message = (
        f"{size} entries are here, and the first {newest.size} of them are not those that were cosigned: this database was written to"
        " after it was restored. Keep it as evidence, restore the backup again, and declare the loss before anything else"
    )
    raise LossError(message)
