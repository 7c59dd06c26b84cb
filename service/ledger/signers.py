"""The keys that sign checkpoints: their files, and which of them sign at which size, as rows beside the entries say.

A key that is live for a tree of `size` is the one that its log was opened with, or was added by an entry below `size`, and
was not retired by one.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.ledger.key_files import KEY_BYTES, LogError, read_key, write_new
from service.tlog.notes import Verifier, require_origin, verifier_key

SIGNING_KEY = "log-signing.key"
LATER = "log-signing-{}.key"
_NOW = 2**62
_LOG_AT = text("select origin, vkey, opened_index from ledger.log where opened_index < :size order by opened_index desc limit 1")
_ALL = text(
    "select k.vkey, k.since, coalesce(r.changed_index + 1, c.changed_index + 1) from"
    " (select vkey, opened_index as since, origin from ledger.log union all"
    " select s.vkey, s.changed_index + 1, (select origin from ledger.log where opened_index < s.changed_index order by opened_index desc"
    " limit 1) from ledger.signing_keys s where step = 'added') k"
    " left join ledger.signing_keys r on r.vkey = k.vkey and r.step = 'retired' left join ledger.closings c on c.origin = k.origin"
    " order by k.since"
)
_CHANGES = text("select vkey, step, changed_index from ledger.signing_keys where changed_index < :size order by changed_index")


class Signers:
    """The signing keys in a folder, read when they are asked for: another process may have made one since."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def first(self) -> Ed25519PrivateKey:
        """Return the key that was made with the folder. Raises LogError."""
        return _read(self._folder / SIGNING_KEY)

    def of(self, vkey: str) -> Ed25519PrivateKey:
        """Return the private key of a vkey. Raises LogError, NoteError."""
        found = self._all(Verifier.parse(vkey).name).get(vkey)
        if found is None:
            message = f"the signing key of {vkey} is not in {self._folder}"
            raise LogError(message)
        return found

    def has(self, vkey: str) -> bool:
        """Say whether the private key of a vkey is at hand. Raises LogError for a file that is none."""
        return vkey in self._all(Verifier.parse(vkey).name)

    def unused(self, name: str, *, used: frozenset[str]) -> str:
        """Return the vkey, under a log's name, of a key that no log has used yet; make it if there is none."""
        for vkey, signer in self._all(require_origin(name)).items():
            public = signer.public_key().public_bytes_raw()
            if all(Verifier.parse(one).public != public for one in used):
                return vkey
        number = 2
        while not write_new(self._folder / LATER.format(number), os.urandom(KEY_BYTES)):
            number += 1
        return _vkey(name, _read(self._folder / LATER.format(number)))

    def _all(self, name: str) -> dict[str, Ed25519PrivateKey]:
        files = [self._folder / SIGNING_KEY, *sorted(self._folder.glob(LATER.format("*")))]
        return {_vkey(name, signer): signer for signer in map(_read, (file for file in files if file.exists()))}


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Whose checkpoints of a size are: the log's name, and the keys that sign them, the oldest first."""

    origin: str
    vkeys: tuple[str, ...]


def signed_by(session: Session, *, size: int) -> SignedBy:
    """Return which log and which keys sign a tree of `size`. Raises LogError where there is no log."""
    opened = session.execute(_LOG_AT, {"size": size}).first()
    if opened is None:
        message = f"no log had been opened when there were {size} entries"
        raise LogError(message)
    live = [str(opened.vkey)]
    for vkey, step, index in session.execute(_CHANGES, {"size": size}):
        if index >= opened.opened_index and step == "added":
            live.append(vkey)
        elif step == "retired" and vkey in live:
            live.remove(vkey)
    return SignedBy(str(opened.origin), tuple(live))


def live_keys(session: Session) -> tuple[str, ...]:
    """Return the keys that sign now, the oldest first. Raises LogError where there is no log."""
    return signed_by(session, size=_NOW).vkeys


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key of this deployment's logs: the checkpoints of more than `since` entries bear it, up to `until` where it was retired."""

    vkey: str
    since: int
    until: int | None


def log_keys(session: Session) -> list[LogKey]:
    """Return every key that signed checkpoints of this log and those before it, the oldest first."""
    return [LogKey(str(vkey), int(since), None if until is None else int(until)) for vkey, since, until in session.execute(_ALL)]


def used_keys(session: Session) -> frozenset[str]:
    """Return every vkey that a log was opened with, or that was added to one or named as its successor's."""
    query = text("select vkey from ledger.log union select vkey from ledger.signing_keys union select successor from ledger.closings")
    return frozenset(session.scalars(query))


def _read(file: Path) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(read_key(file))


def _vkey(name: str, signer: Ed25519PrivateKey) -> str:
    return verifier_key(name, signer.public_key().public_bytes_raw())
