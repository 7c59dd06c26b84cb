"""What can be said of one entry from the log alone: that it is in the tree, and that the tree is signed."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.ledger import (
    Log,
    NoteError,
    checkpoint_head,
    entries,
    hashes_of,
    leaf_hash,
    live_keys,
    verify_inclusion,
)
from service.tlog.notes import verify_note_by_any
from service.tlog.proofs import inclusion_path


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry as it stands, and what was checked of it; `steps` is the proof's length."""

    index: int
    body: bytes
    size: int
    steps: int
    leaf_holds: bool
    included: bool
    signed: bool


def prove(session: Session, *, log: Log, index: int) -> Proof:
    """Check one entry as an auditor would, against a checkpoint signed now.

    1. The checkpoint's signature, by the log's public key alone. 2. The entry's own hash
    against the leaf. 3. The inclusion proof from that leaf to the signed root. Raises
    ValueError for an index that the log does not have.
    """
    note = checkpoint_head(session, log=log)
    body = dict(entries(session, start=index, end=index + 1)).get(index)
    if body is None:
        message = f"there is no entry {index}"
        raise ValueError(message)
    try:
        checkpoint = verify_note_by_any(note, vkeys=live_keys(session))
    except NoteError:
        return Proof(index, body, 0, 0, leaf_holds=False, included=False, signed=False)
    hashes = hashes_of(session, size=checkpoint.size)
    path = inclusion_path(hashes, index=index, size=checkpoint.size)
    leaf = leaf_hash(body)
    return Proof(
        index=index,
        body=body,
        size=checkpoint.size,
        steps=len(path),
        leaf_holds=hashes(0, index) == leaf,
        included=verify_inclusion(leaf=leaf, index=index, size=checkpoint.size, path=path, root=checkpoint.root),
        signed=checkpoint.origin == log.origin,
    )
