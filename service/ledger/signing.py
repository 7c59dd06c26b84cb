"""Signing the head: a checkpoint for each size at most once, stored as it was signed."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.ledger.acts import read_head
from service.ledger.log import Log
from service.tlog.notes import Checkpoint, sign_checkpoint


def checkpoint_head(session: Session, *, log: Log) -> str:
    """Return the signed checkpoint of the head, signing and storing it if there is none for its size yet."""
    head = read_head(session)
    note = sign_checkpoint(Checkpoint(log.origin, head.size, head.frontier.root()), signer=log.signer)
    session.execute(
        text("insert into ledger.checkpoints (size, note) values (:size, :note) on conflict do nothing"),
        {"size": head.size, "note": note},
    )
    stored = session.execute(text("select note from ledger.checkpoints where size = :size"), {"size": head.size}).scalar_one()
    return str(stored)


def latest_checkpoint(session: Session) -> tuple[int, str] | None:
    """Return size and note of the newest checkpoint, or None."""
    found = session.execute(text("select size, note from ledger.checkpoints order by size desc limit 1")).first()
    return None if found is None else (int(found[0]), str(found[1]))
