"""The log of a deployment: its name, seat and keys; opened once, by its entry 0."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.actor import SYSTEM
from service.ledger.checkpoint import require_origin, verifier_key
from service.ledger.disclosures import KEY_BYTES, Keyring
from service.ledger.entries import build
from service.ledger.kinds import Kind
from service.ledger.locks import ACT_LOCK, WRITER_LOCK
from service.ledger.model import BatchRow, EntryRow, LogRow
from service.ledger.tree import Frontier, leaf_hash

Seat = Literal["organ", "operator"]
Clock = Literal["wall", "told"]
MASTER_KEY, SIGNING_KEY = "master.key", "log-signing.key"
PRIVATE = 0o600


class LogError(RuntimeError):
    """The log cannot be opened or read; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Log:
    """An open log. `told` marks a log of legal cases, whose clock is the case's own; all others go by the wall clock."""

    origin: str
    seat: Seat
    clock: Clock
    vkey: str
    keyring: Keyring
    signer: Ed25519PrivateKey


def create_keys(folder: Path) -> None:
    """Make the master key and the signing key, 0600 each, where they are missing; an existing one stays."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (MASTER_KEY, SIGNING_KEY):
        try:
            handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        except FileExistsError:
            continue
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())


def read_key(path: Path) -> bytes:
    """Return a key of 32 bytes from a file that only its owner can read. Raises LogError."""
    try:
        mode = path.stat().st_mode & 0o777
        raw = path.read_bytes()
    except OSError as missing:
        message = f"the key file {path} cannot be read: {missing.strerror}"
        raise LogError(message) from missing
    if mode & 0o077:
        message = f"the key file {path} can be read by others (mode {mode:o}); set it to 600"
        raise LogError(message)
    if len(raw) != KEY_BYTES:
        message = f"the key file {path} holds {len(raw)} bytes, not {KEY_BYTES}"
        raise LogError(message)
    return raw


def _with_keys(row: LogRow, keys: Path) -> Log:
    signer = Ed25519PrivateKey.from_private_bytes(read_key(keys / SIGNING_KEY))
    vkey = verifier_key(row.origin, signer.public_key().public_bytes_raw())
    if row.vkey != vkey:
        message = f"the signing key in {keys} is not the one this log was opened with"
        raise LogError(message)
    seat: Seat = "organ" if row.seat == "organ" else "operator"
    clock: Clock = "told" if row.clock == "told" else "wall"
    return Log(row.origin, seat, clock, row.vkey, Keyring(read_key(keys / MASTER_KEY)), signer)


def open_log(session: Session, *, origin: str, seat: Seat, at: datetime, keys: Path, clock: Clock = "wall") -> Log:
    """Open the log of an empty deployment with its entry 0 and return it. Raises LogError, NoteError."""
    session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": ACT_LOCK})
    session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
    found = session.scalars(select(LogRow)).first()
    if found is not None:
        message = f"this database holds the log {found.origin} already"
        raise LogError(message)
    require_origin(origin)
    create_keys(keys)
    signer = Ed25519PrivateKey.from_private_bytes(read_key(keys / SIGNING_KEY))
    vkey = verifier_key(origin, signer.public_key().public_bytes_raw())
    row = LogRow(origin=origin, seat=seat, clock=clock, vkey=vkey, opened_at=at, opened_index=0)
    body = build(kind=Kind.LOG_OPENED, at=at, out="accepted", actor=SYSTEM.id, object=origin)
    leaf = leaf_hash(body)
    frontier = Frontier()
    frontier.append(leaf)
    batch = BatchRow(
        first_index=0,
        size=1,
        leaves=leaf,
        frontier=frontier.to_bytes(),
        changed_index=0,
        changed_at=at,
        last_at=at,
        batch_id=uuid4(),
    )
    session.add_all([row, EntryRow(index=0, body=body), batch])
    return _with_keys(row, keys)


def load_log(session: Session, *, keys: Path) -> Log:
    """Return the log of this deployment. Raises LogError if none was opened or its keys are not at hand."""
    row = session.scalars(select(LogRow)).first()
    if row is None:
        message = "no log has been opened in this database yet; run: sekisho migrate --seat organ|operator --origin NAME"
        raise LogError(message)
    return _with_keys(row, keys)
