"""The log as a C2SP tlog-tiles log, for auditors of the whole deployment: checkpoint, tiles, bundles and proofs.

It shows the clear part of entries and no disclosure, which auditors read without more ado; so it is no entry itself. Nothing
behind the published checkpoint is there for anybody.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.acts.reading.auditors import everywhere
from service.database import read
from service.identity.desk import Seated
from service.ledger import Published, checkpoint_of, hashes_of, published_checkpoint, tile_of
from service.tlog.proofs import AddCheckpoint, TlogProof, consistency_path, inclusion_path
from service.tlog.tiles import Tile, TileError

ROLE = "auditor"


class NotThereError(Exception):
    """There is nothing of this name, not yet, or not for whoever asks: one answer for all of it."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a tile or bundle."""

    tile: Tile
    raw: bytes


def require_reader(seated: Seated) -> None:
    """Return if somebody may read the log at all, before anything is said of what they ask. Raises NotThereError."""
    with read(seated.desk.engine) as session:
        _published(session, seated)


def checkpoint_for(seated: Seated) -> str:
    """Return the published checkpoint. Raises NotThereError."""
    with read(seated.desk.engine) as session:
        return _published(session, seated).note


def tile_for(seated: Seated, *, path: str) -> Content:
    """Return a tile or bundle by its path. Raises NotThereError, also for one that lies behind the published checkpoint."""
    try:
        tile = Tile.parse(path)
    except TileError as unreadable:
        raise NotThereError from unreadable
    with read(seated.desk.engine) as session:
        raw = tile_of(session, tile, size=_published(session, seated).size)
    if raw is None:
        raise NotThereError
    return Content(tile, raw)


def proof_for(seated: Seated, *, index: int, size: int | None) -> str:
    """Return the tlog-proof of an entry under the checkpoint of a size, the published one by default. Raises NotThereError."""
    with read(seated.desk.engine) as session:
        signed = _signed(session, seated, size)
        if index >= signed.size:
            raise NotThereError
        path = inclusion_path(hashes_of(session, size=signed.size), index=index, size=signed.size)
    return TlogProof(index, tuple(path), signed.note).text()


def consistency_for(seated: Seated, *, old: int, size: int | None) -> str:
    """Return the proof that the first `old` entries are where they were, in the form that witnesses take. Raises NotThereError."""
    with read(seated.desk.engine) as session:
        signed = _signed(session, seated, size)
        if old > signed.size:
            raise NotThereError
        path = consistency_path(hashes_of(session, size=signed.size), old=old, size=signed.size)
    return AddCheckpoint(old, tuple(path), signed.note).text()


def _published(session: Session, seated: Seated) -> Published:
    """Return what is published if somebody is an auditor of the whole deployment. Raises NotThereError."""
    found = published_checkpoint(session)
    if found is None or not everywhere(session, [held for held in seated.member.roles if held.role == ROLE]):
        raise NotThereError
    return found


def _signed(session: Session, seated: Seated, size: int | None) -> Published:
    published = _published(session, seated)
    if size is None or size == published.size:
        return published
    note = checkpoint_of(session, size=size) if size < published.size else None
    if note is None:
        raise NotThereError
    return Published(size, note)
