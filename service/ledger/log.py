"""The log of a deployment: its name, seat and keys; opened once, by its entry 0."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.actor import SYSTEM
from service.ledger.entries import build
from service.ledger.key_files import KEY_BYTES, PRIVATE_FOLDER, LogError, read_key, write_new
from service.ledger.keyring import FORM, Keyring
from service.ledger.kinds import Kind
from service.ledger.locks import ACT_LOCK, WRITER_LOCK
from service.ledger.masters import FolderMasterKeys, KmsCommand
from service.ledger.model import BatchRow, EntryRow, LogRow
from service.ledger.signers import SIGNING_KEY, Signers, live_keys
from service.ledger.subject_secrets import FILE as SECRETS
from service.ledger.subject_secrets import SubjectSecrets
from service.tlog.notes import require_origin, verifier_key
from service.tlog.tree import Frontier, leaf_hash

Seat = Literal["organ", "operator"]
Clock = Literal["wall", "told"]
SEAL_KEY = "row-seal.key"
"""From it come the keys of row seals; no rotation of master keys touches it."""


@dataclass(frozen=True, slots=True)
class Log:
    """An open log. `told` marks a log of legal cases, whose clock is the case's own; all others go by the wall clock.

    `vkey` is the key that it was opened with; which ones sign now is told by its entries (`signers`).
    """

    origin: str
    seat: Seat
    clock: Clock
    vkey: str
    keyring: Keyring
    signers: Signers


def create_keys(folder: Path, *, kms: KmsCommand | None = None) -> None:
    """Make the master key, the signing key and the file of secrets, 0600 each, where they are missing; an existing one stays."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    masters = FolderMasterKeys(folder, kms=kms)
    if not masters.ids:
        masters.create()
    write_new(folder / SIGNING_KEY, os.urandom(KEY_BYTES))
    write_new(folder / SEAL_KEY, os.urandom(KEY_BYTES))
    SubjectSecrets(folder).create()


def _keyring(keys: Path, kms: KmsCommand | None) -> Keyring:
    masters = FolderMasterKeys(keys, kms=kms)
    masters.check()
    return Keyring(masters, SubjectSecrets(keys), read_key(keys / SEAL_KEY))


def _with_keys(row: LogRow, keys: Path, kms: KmsCommand | None, *, signing: Sequence[str]) -> Log:
    signers = Signers(keys)
    for vkey in signing:
        signers.of(vkey)
    seat: Seat = "organ" if row.seat == "organ" else "operator"
    clock: Clock = "told" if row.clock == "told" else "wall"
    return Log(row.origin, seat, clock, row.vkey, _keyring(keys, kms), signers)


def open_log(
    session: Session, *, origin: str, seat: Seat, at: datetime, keys: Path, clock: Clock = "wall", kms: KmsCommand | None = None
) -> Log:
    """Open the log of an empty deployment with its entry 0 and return it. Raises LogError, NoteError."""
    session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": ACT_LOCK})
    session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
    found = session.scalars(select(LogRow)).first()
    if found is not None:
        message = f"this database holds the log {found.origin} already"
        raise LogError(message)
    require_origin(origin)
    create_keys(keys, kms=kms)
    signer = Signers(keys).first()
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
    return _with_keys(row, keys, kms, signing=(vkey,))


def load_log(session: Session, *, keys: Path, kms: KmsCommand | None = None) -> Log:
    """Return the log of this deployment. Raises LogError if none was opened or its keys are not at hand."""
    row = session.scalars(select(LogRow).order_by(LogRow.opened_index.desc())).first()
    if row is None:
        message = "no log has been opened in this database yet; run: sekisho migrate --seat organ|operator --origin NAME"
        raise LogError(message)
    _require_secrets(session, keys)
    _require_seal_key(session, keys)
    return _with_keys(row, keys, kms, signing=live_keys(session))


def _require_seal_key(session: Session, keys: Path) -> None:
    """Return if the key of row seals is there, or is made now because no row was sealed yet. Raises LogError."""
    if (keys / SEAL_KEY).exists():
        return
    if session.execute(text("select exists (select from ledger.row_accounts)")).scalar_one():
        message = f"the key of row seals is not in {keys}; bring the file {SEAL_KEY} back from its newest copy"
        raise LogError(message)
    write_new(keys / SEAL_KEY, os.urandom(KEY_BYTES))


def _require_secrets(session: Session, keys: Path) -> None:
    """Return if the file of secrets is there, or is made now because no key needs it yet. Raises LogError."""
    secrets = SubjectSecrets(keys)
    if secrets.exists:
        return
    needed = text("select exists (select from ledger.keys where substring(wrapped from 1 for :length) = :form)")
    if session.execute(needed, {"length": len(FORM), "form": FORM}).scalar_one():
        message = f"the secrets of the keys are not in {keys}; bring the file {SECRETS} back from its newest copy"
        raise LogError(message)
    secrets.create()
