"""Seals of the rows that decisions rest on: what a row says, under a key that the database never sees.

A seal binds a row's content to its table, its key and the entry that changed it last. It cannot tell a row that was put
back to an older state with its older seal, nor one that was deleted: for these there is the *account*, the sum of one
secret number for each row in its newest state, kept after each change, encrypted and bound to that change's index.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from hmac import compare_digest
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.ledger.keyring import NONCE_BYTES, Keyring

SEAL_COLUMN = "seal"
SEAL_BYTES, WEIGHT_BYTES = 32, 32
MODULUS = 1 << (8 * WEIGHT_BYTES)
OFFSET, INSTANT_LENGTH, WHOLE_LENGTH = "+00:00", len("2026-11-24T00:00:00"), len("2026-11-24T00:00:00.000000")
_encode = msgspec.json.Encoder(order="sorted").encode


class RecordMismatchError(RuntimeError):
    """A row is not as the service wrote it, so no act may build on it."""


class Seal(NamedTuple):
    """A row's seal, and the secret number by which the row counts in the account."""

    seal: bytes
    weight: int


class RowSeals:
    """Makes and compares seals, and keeps the account secret; its keys are derived from the master key."""

    def __init__(self, keyring: Keyring) -> None:
        """Derive the keys."""
        # Keyed once; each row goes on from a copy.
        self._keyed = blake2b(key=keyring.derived("row-seal"), person=b"sekisho row")
        self._account = AESGCM(keyring.derived("row-account"))

    def of(self, table: str, row: Mapping[str, Any]) -> Seal:
        """Return the seal of a row, given as entries carry it or as PostgreSQL's `to_jsonb` does in UTC.

        An empty column counts as absent, so that a later version may add one.
        """
        form = {name: value for name, value in row.items() if value is not None}
        form.pop(SEAL_COLUMN, None)
        for name in _instants_among(tuple(row)):
            if isinstance(form.get(name), str):
                form[name] = _instant(form[name])
        return self._sealed(table, form)

    def of_each(self, table: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Seal]:
        """Yield the seals of rows of a table that have the same columns, one after the other, as `of` makes each."""
        names = sorted(name for name in rows[0] if name != SEAL_COLUMN) if rows else []
        instants = _instants_among(tuple(names))
        for row in rows:
            form = {name: value for name in names if (value := row[name]) is not None}
            for name in instants:
                if name in form:
                    form[name] = _instant(form[name])
            yield self._sealed(table, form)

    def _sealed(self, table: str, form: Mapping[str, Any]) -> Seal:
        # One keyed hash of 64 bytes: its halves are independent, and only the first is ever stored.
        keyed = self._keyed.copy()
        keyed.update(_encode([table, form]))
        digest = keyed.digest()
        return Seal(digest[:SEAL_BYTES], int.from_bytes(digest[SEAL_BYTES:], "big"))

    def holds(self, table: str, row: Mapping[str, Any], seal: bytes | None) -> bool:
        """Say whether a row is as it was sealed; one without a seal never is."""
        return seal is not None and compare_digest(self.of(table, row).seal, seal)

    def shut(self, account: int, *, index: int) -> bytes:
        """Return the account as it is stored after the change at an index."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._account.encrypt(nonce, account.to_bytes(WEIGHT_BYTES, "big"), index.to_bytes(8, "big"))

    def open(self, shut: bytes, *, index: int) -> int | None:
        """Return a stored account, or None for one that was not stored after the change at this index."""
        try:
            return int.from_bytes(self._account.decrypt(shut[:NONCE_BYTES], shut[NONCE_BYTES:], index.to_bytes(8, "big")), "big")
        except InvalidTag:
            return None


@lru_cache(maxsize=1024)
def _instants_among(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of a table's columns are instants: by their names, looked at once for all its rows."""
    return tuple(name for name in columns if name.endswith("_at"))


def _instant(value: str) -> str:
    """Return an instant as entries write it, from either way of writing it in UTC."""
    if not value.endswith(OFFSET):
        return value
    bare = value[: -len(OFFSET)]
    if len(bare) == WHOLE_LENGTH:
        return bare + "Z"
    return f"{bare[:INSTANT_LENGTH]}.{bare[INSTANT_LENGTH + 1 :]:0<6}Z"
