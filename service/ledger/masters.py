"""The master keys: they wrap the key of each person, and each wrapped key names the one that it needs.

A master key lies in a file that its owner alone can read, or in a file that an external command (a KMS) has wrapped.
The newest wraps; the older ones open what they wrapped until a rotation has wrapped it anew.
"""

import hmac
import os
import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.ledger.key_files import KEY_BYTES, LogError, read_private, write_new

NONCE_BYTES = 12
KMS_SECONDS = 10.0
FIRST = "1"
LABEL = b"sekisho wrapping key 2\0"
_FILE = re.compile(r"master(?:-([1-9][0-9]{0,8}))?(\.key|\.kms)", re.ASCII)


class WrongKeyError(ValueError):
    """What is to be opened was wrapped under another key, in another place, or was altered."""


class Keeper(Protocol):
    """How a master key lies on disk."""

    def shut(self, master_id: str, raw: bytes) -> bytes:
        """Return what is written to the file of this master key."""
        ...

    def open(self, master_id: str, stored: bytes) -> bytes:
        """Return the master key from what its file holds. Raises LogError."""
        ...


class PlainFiles:
    """The file is the key; who can read it is what protects it."""

    def shut(self, master_id: str, raw: bytes) -> bytes:  # noqa: ARG002 - the form of all keepers
        """Return the key itself."""
        return raw

    def open(self, master_id: str, stored: bytes) -> bytes:
        """Return the key itself. Raises LogError for one of another length."""
        return _whole(master_id, stored)


class KmsCommand:
    """An external program holds what wraps the master keys: `PROGRAM wrap|unwrap ID`, bytes in, bytes out, no shell."""

    def __init__(self, command: str, *, seconds: float = KMS_SECONDS) -> None:
        """Take the program and its first words. Raises LogError for an empty one."""
        self._words = shlex.split(command)
        self._seconds = seconds
        if not self._words:
            message = "SEKISHO_KMS_COMMAND is empty; name a program, or leave it out"
            raise LogError(message)

    def shut(self, master_id: str, raw: bytes) -> bytes:
        """Return the master key as the program wrapped it, once the program has shown that it opens it again."""
        stored = self._run("wrap", master_id, raw)
        if raw in stored or self.open(master_id, stored) != raw:
            message = f"the KMS command does not give master key {master_id} back as it was, or does not wrap it"
            raise LogError(message)
        return stored

    def open(self, master_id: str, stored: bytes) -> bytes:
        """Return the master key that the program unwraps. Raises LogError."""
        return _whole(master_id, self._run("unwrap", master_id, stored))

    def _run(self, verb: str, master_id: str, given: bytes) -> bytes:
        words = [*self._words, verb, master_id]
        try:
            done = subprocess.run(words, input=given, capture_output=True, timeout=self._seconds, check=False)  # noqa: S603 - the site's own program
        except subprocess.TimeoutExpired as late:
            message = f"the KMS command did not answer `{verb} {master_id}` within {self._seconds:g} seconds"
            raise LogError(message) from late
        except OSError as missing:
            message = f"the KMS command {self._words[0]} cannot be run: {missing.strerror}"
            raise LogError(message) from missing
        if done.returncode != 0 or not done.stdout:
            told = done.stderr.decode(errors="replace").strip().partition("\n")[0][:200]
            message = f"the KMS command refused `{verb} {master_id}` (exit code {done.returncode}): {told}"
            raise LogError(message)
        return done.stdout


class MasterKeys(Protocol):
    """The current master key's id, and wrapping and unwrapping by id."""

    @property
    def current(self) -> str:
        """The id of the newest master key, which wraps."""
        ...

    def wrap(self, master_id: str, raw: bytes, *, secret: bytes, about: bytes) -> bytes:
        """Return bytes wrapped under a master key together with a secret, bound to what they are about."""
        ...

    def unwrap(self, master_id: str, wrapped: bytes, *, secret: bytes | None, about: bytes) -> bytes:
        """Return the bytes; without a secret, in the form of version 1. Raises WrongKeyError, LogError."""
        ...

    def create(self) -> str:
        """Make a new master key, on disk before it has a name, and return its id."""
        ...


class FolderMasterKeys:
    """The master keys of a folder: `master.key` is 1, then `master-2.key`; `.kms` where a command wraps them.

    INVARIANT: a file never changes once it has its name, so that what was read once need not be read again.
    """

    def __init__(self, folder: Path, *, kms: KmsCommand | None = None) -> None:
        """Take the folder and the command, if there is one."""
        self._folder = folder
        self._keepers: Mapping[str, Keeper | None] = {".key": PlainFiles(), ".kms": kms}
        self._suffix = ".key" if kms is None else ".kms"
        self._known: dict[str, bytes] = {}

    @property
    def current(self) -> str:
        """The newest id in the folder, looked up each time: a rotation reaches running services by it. Raises LogError."""
        ids = self.ids
        if not ids:
            message = f"there is no master key in {self._folder}"
            raise LogError(message)
        return ids[-1]

    @property
    def ids(self) -> list[str]:
        """The ids of all master keys in the folder, oldest first. Raises LogError."""
        return sorted(self._files(), key=int)

    def check(self) -> None:
        """Return if the current master key can be had. Raises LogError."""
        self._master(self.current)

    def wrap(self, master_id: str, raw: bytes, *, secret: bytes, about: bytes) -> bytes:
        """Return bytes wrapped under a master key together with a secret, bound to what they are about."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(wrapping_key(self._master(master_id), secret)).encrypt(nonce, raw, about)

    def unwrap(self, master_id: str, wrapped: bytes, *, secret: bytes | None, about: bytes) -> bytes:
        """Return the bytes; without a secret, in the form of version 1. Raises WrongKeyError, LogError."""
        master = self._master(master_id)
        try:
            cipher = AESGCM(master if secret is None else wrapping_key(master, secret))
            return cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], about)
        except (InvalidTag, ValueError) as wrong:
            message = f"not wrapped by master key {master_id}"
            raise WrongKeyError(message) from wrong

    def create(self) -> str:
        """Make the next master key and return its id; where another process makes it at the same time, it is that one's."""
        ids = self.ids
        master_id = str(int(ids[-1]) + 1) if ids else FIRST
        name = "master" if master_id == FIRST else f"master-{master_id}"
        keeper = self._keepers[self._suffix]
        assert keeper is not None  # the suffix follows from it
        write_new(self._folder / f"{name}{self._suffix}", keeper.shut(master_id, os.urandom(KEY_BYTES)))
        return master_id

    def _master(self, master_id: str) -> bytes:
        known = self._known.get(master_id)
        if known is None:
            path = self._files().get(master_id)
            if path is None:
                message = f"master key {master_id} is not in {self._folder}; bring its file back, or share the folder"
                raise LogError(message)
            keeper = self._keepers[path.suffix]
            if keeper is None:
                message = f"{path} was wrapped by a KMS; set SEKISHO_KMS_COMMAND"
                raise LogError(message)
            known = self._known[master_id] = keeper.open(master_id, read_private(path))
        return known

    def _files(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        try:
            paths = list(self._folder.iterdir())
        except OSError as missing:
            message = f"the folder of the keys {self._folder} cannot be read: {missing.strerror}"
            raise LogError(message) from missing
        for path in paths:
            match = _FILE.fullmatch(path.name)
            if match is None:
                continue
            master_id = match[1] or FIRST
            if master_id in found:
                message = f"master key {master_id} is twice in {self._folder}; remove the one that is not used"
                raise LogError(message)
            found[master_id] = path
        return found


def wrapping_key(master: bytes, secret: bytes) -> bytes:
    """Return the key that wraps one person's key: HKDF-SHA-256 (RFC 5869) of the master key, salted with the secret.

    Without the secret, which lies in no database and in no WAL, the master key opens nothing.
    """
    extracted = hmac.digest(secret, master, "sha256")
    return hmac.digest(extracted, LABEL + b"\x01", "sha256")


def _whole(master_id: str, raw: bytes) -> bytes:
    if len(raw) != KEY_BYTES:
        message = f"the file of master key {master_id} holds {len(raw)} bytes, not {KEY_BYTES}"
        raise LogError(message)
    return raw
