"""One secret for each key, outside the database: without it the wrapped key opens under no master key.

A file of records of 64 bytes, appended to and durable before the row that needs a record is written; the row names the
record's place, so that nothing need be searched or kept in memory. A secret is destroyed by overwriting it in place.
What a crash leaves at the end is passed over: places are whole records, and each record names whose it is.
"""

import fcntl
import os
import weakref
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from service.ledger.key_files import LogError, require_private, write_new
from service.tlog.salted import DisclosureError

FILE = "subject-secrets"
NAME_BYTES, SECRET_BYTES = 32, 32
RECORD = NAME_BYTES + SECRET_BYTES
GONE = bytes(SECRET_BYTES)


class DestroyedKeyError(DisclosureError):
    """The secret of this key was destroyed: nothing that it sealed can ever be read again."""


class SubjectSecrets:
    """The secrets of a folder, shared by all processes of a deployment."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; the file is opened at first use."""
        self._path = folder / FILE
        self._reading: int | None = None

    @property
    def exists(self) -> bool:
        """Whether the file is there."""
        return self._path.exists()

    def create(self) -> None:
        """Make the file, empty, unless it is there."""
        write_new(self._path, b"")

    def add(self, key_ids: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        """Make a secret for each key, all durable at once, and return place and secret of each. Raises LogError."""
        secrets = [os.urandom(SECRET_BYTES) for _ in key_ids]
        if not secrets:
            return {}
        records = b"".join(_name(key_id) + secret for key_id, secret in zip(key_ids, secrets, strict=True))
        handle = self._open(os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            first = -(-os.fstat(handle).st_size // RECORD)
            _write(handle, records, first * RECORD)
            fcntl.flock(handle, fcntl.LOCK_UN)
            os.fsync(handle)
        finally:
            os.close(handle)
        return {key_id: (first + place, secret) for place, (key_id, secret) in enumerate(zip(key_ids, secrets, strict=True))}

    def get(self, place: int, key_id: str) -> bytes:
        """Return the secret of a key. Raises DestroyedKeyError, DisclosureError, LogError."""
        if self._reading is None:
            self._reading = self._open(os.O_RDONLY)
            weakref.finalize(self, os.close, self._reading)
        return _secret(os.pread(self._reading, RECORD, place * RECORD), key_id)

    def destroy(self, place: int, key_id: str) -> None:
        """Overwrite the secret of a key in place, on disk before this returns; done again it changes nothing.

        Raises DisclosureError where another key's secret lies there, LogError, OSError.
        """
        handle = self._open(os.O_RDWR)
        try:
            record = os.pread(handle, RECORD, place * RECORD)
            if record != _name(key_id) + GONE:
                _secret(record, key_id)
                _write(handle, GONE, place * RECORD + NAME_BYTES)
            os.fsync(handle)
        finally:
            os.close(handle)

    def stands(self, place: int, key_id: str) -> bool:
        """Say whether the secret of a key can be read in its place. Raises LogError."""
        try:
            self.get(place, key_id)
        except DisclosureError:
            return False
        return True

    def _open(self, flags: int) -> int:
        try:
            handle = os.open(self._path, flags | os.O_CLOEXEC)
        except OSError as missing:
            message = f"the secrets of the keys {self._path} cannot be opened: {missing.strerror}; without them nothing sealed can be read"
            raise LogError(message) from missing
        try:
            require_private(self._path, os.fstat(handle).st_mode)
        except LogError:
            os.close(handle)
            raise
        return handle


def _name(key_id: str) -> bytes:
    return sha256(key_id.encode()).digest()


def _secret(record: bytes, key_id: str) -> bytes:
    if record[:NAME_BYTES] != _name(key_id) or len(record) != RECORD:
        message = f"the secret of {key_id} does not lie in its place: the file of secrets is older than the database, or another's"
        raise DisclosureError(message)
    secret = record[NAME_BYTES:]
    if secret == GONE:
        message = f"the key {key_id} was destroyed"
        raise DestroyedKeyError(message)
    return secret


def _write(handle: int, raw: bytes, offset: int) -> None:
    while raw:
        written = os.pwrite(handle, raw, offset)
        raw, offset = raw[written:], offset + written
