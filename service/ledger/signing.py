"""Signing the head: a checkpoint for each size at most once, stored as it was signed, with the tiles that it covers."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.ledger.acts import read_head
from service.ledger.log import Log
from service.ledger.signers import signed_by
from service.ledger.tiles import TileMissingError, store_subtrees
from service.tlog.notes import Checkpoint, sign_checkpoint

_NOTE = text("select note from ledger.checkpoints where size = :size")


def checkpoint_head(session: Session, *, log: Log) -> str:
    """Return the signed checkpoint of the head, signing and storing it if there is none for its size yet.

    Every key that is live at this size signs. Raises LogError for a key that is not at hand, TileMissingError where the tiles
    do not lead to the head's root: what nobody could prove is not signed.
    """
    head = read_head(session)
    stored = session.execute(_NOTE, {"size": head.size}).scalar()
    if stored is not None:
        return str(stored)
    root = head.frontier.root()
    if store_subtrees(session, size=head.size) != root:
        message = f"the tiles of the first {head.size} entries do not lead to the head's root; run: sekisho verify"
        raise TileMissingError(message)
    signing = signed_by(session, size=head.size)
    first, *also = (log.signers.of(vkey) for vkey in signing.vkeys)
    note = sign_checkpoint(Checkpoint(signing.origin, head.size, root), signer=first, also=also)
    session.execute(
        text("insert into ledger.checkpoints (size, note) values (:size, :note) on conflict do nothing"),
        {"size": head.size, "note": note},
    )
    return str(session.execute(_NOTE, {"size": head.size}).scalar_one())


def latest_checkpoint(session: Session) -> tuple[int, str] | None:
    """Return size and note of the newest checkpoint, or None."""
    found = session.execute(text("select size, note from ledger.checkpoints order by size desc limit 1")).first()
    return None if found is None else (int(found[0]), str(found[1]))


def checkpoint_of(session: Session, *, size: int) -> str | None:
    """Return the checkpoint that was signed of a size, or None."""
    found = session.execute(_NOTE, {"size": size}).scalar()
    return None if found is None else str(found)
