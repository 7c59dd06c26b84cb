"""The log as a C2SP tlog-tiles log, for auditors of the whole deployment and for applications that were granted it.

It shows the clear part of entries and no disclosure, which auditors read without more ado; so reading it is no entry, and being
refused is one. Nothing behind the published checkpoint is there for anybody.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.acts.attempts import attempts_kept, keep_attempt_of_program
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError, require_any_role
from service.acts.reading.auditors import everywhere
from service.database import read, transaction
from service.identity.callers import Named
from service.identity.desk import Seated
from service.identity.on_record import callers_on_record
from service.ledger import Log, Published, RowSeals, checkpoint_of, hashes_of, published_checkpoint, tile_of
from service.tlog.proofs import AddCheckpoint, TlogProof, consistency_path, inclusion_path
from service.tlog.tiles import Tile, TileError

ROLE = "auditor"
TRIED = "log"
"""What an attempt is said to have been for."""


class NotThereError(Exception):
    """There is nothing of this name, not yet, or not for the person who asks: one answer for all of it."""


class NobodyError(Exception):
    """No live application names itself so."""


class NotGrantedError(Exception):
    """The application is known and was not granted to read the log."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The log to whoever was let in; `reading_of_person` and `reading_of_program` give it, and nobody reads but through it."""

    engine: Engine

    def checkpoint(self) -> str:
        """Return the published checkpoint. Raises NotThereError."""
        with read(self.engine) as session:
            return _published(session).note

    def tile(self, path: str) -> bytes:
        """Return a tile or bundle by its path. Raises NotThereError, also for one that lies behind the published checkpoint."""
        try:
            tile = Tile.parse(path)
        except TileError as unreadable:
            raise NotThereError from unreadable
        with read(self.engine) as session:
            raw = tile_of(session, tile, size=_published(session).size)
        if raw is None:
            raise NotThereError
        return raw

    def proof(self, *, index: int, size: int | None) -> str:
        """Return the tlog-proof of an entry under the checkpoint of a size, the published one by default. Raises NotThereError."""
        with read(self.engine) as session:
            signed = _signed(session, size)
            if index >= signed.size:
                raise NotThereError
            path = inclusion_path(hashes_of(session, size=signed.size), index=index, size=signed.size)
        return TlogProof(index, tuple(path), signed.note).text()

    def consistency(self, *, old: int, size: int | None) -> str:
        """Return the proof that the first `old` entries are where they were, as witnesses take it. Raises NotThereError."""
        with read(self.engine) as session:
            signed = _signed(session, size)
            if old > signed.size:
                raise NotThereError
            path = consistency_path(hashes_of(session, size=signed.size), old=old, size=signed.size)
        return AddCheckpoint(old, tuple(path), signed.note).text()


def reading_of_person(seated: Seated) -> Reading:
    """Return the log to an auditor of the whole deployment. Raises NotThereError, which is an entry then."""
    try:
        _require_auditor_of_all(seated)
    except (NotAllowedError, OutsideError) as refused:
        raise NotThereError from refused
    return Reading(seated.desk.engine)


def reading_of_program(engine: Engine, *, log: Log, seals: RowSeals, at: datetime, named: Named) -> Reading:
    """Return the log to an application that was granted it.

    Raises NobodyError; NotGrantedError, which is an entry then; RecordMismatchError, ClockUnsureError.
    """
    with read(engine) as session:
        caller = callers_on_record(session, seals=seals, named={named}, at=at).get(named)
    if caller is None:
        raise NobodyError
    if not caller.may_read_ledger:
        with transaction(engine) as session:
            keep_attempt_of_program(session, log=log, at=at, application=caller.id, what=TRIED)
        raise NotGrantedError
    return Reading(engine)


@attempts_kept(TRIED)
def _require_auditor_of_all(seated: Seated) -> None:
    """Refuse whoever audits not the whole deployment. Raises NotAllowedError, OutsideError."""
    require_any_role(seated.member, {ROLE})
    with read(seated.desk.engine) as session:
        if not everywhere(session, [held for held in seated.member.roles if held.role == ROLE]):
            word = "reach"
            raise OutsideError(word)


def _published(session: Session) -> Published:
    """Return what is published. Raises NotThereError."""
    found = published_checkpoint(session)
    if found is None:
        raise NotThereError
    return found


def _signed(session: Session, size: int | None) -> Published:
    published = _published(session)
    if size is None or size == published.size:
        return published
    note = checkpoint_of(session, size=size) if size < published.size else None
    if note is None:
        raise NotThereError
    return Published(size, note)
