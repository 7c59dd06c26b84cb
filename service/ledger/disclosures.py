"""Salted disclosures (in the form of RFC 9901) and the keys they are sealed under.

An entry names the digest; the value lies beside the log, sealed by AES-256-GCM under the key of whom it concerns.
Destroying that key makes the value unreadable and breaks no hash.
"""

import base64
import binascii
import json
import os
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.ledger.canonical import canonical

SALT_BYTES, NONCE_BYTES, KEY_BYTES, DIGEST_BYTES = 16, 12, 32, 32
REMEMBERED_KEYS = 1024


class DisclosureError(ValueError):
    """A disclosure that does not open, does not match its digest, or is not of the form."""


def encode(raw: bytes) -> str:
    """Return base64url without padding, as digests are written in entries."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes of base64url without padding. Raises DisclosureError."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error) as broken:
        raise DisclosureError(str(broken)) from broken


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A value made ready to be withheld: its text and the digest that stands for it."""

    digest: bytes
    text: str

    @property
    def name(self) -> str:
        """The digest as an entry writes it."""
        return encode(self.digest)


def disclose(name: str, value: Any, *, salt: bytes | None = None) -> Disclosure:
    """Return the disclosure of a named value under a fresh random salt of 128 bits (RFC 9901, 4.2.1)."""
    salted = canonical([encode(salt or os.urandom(SALT_BYTES)), name, value])
    text = encode(salted)
    return Disclosure(sha256(text.encode("ascii")).digest(), text)


def open_disclosure(text: str, *, digest: str) -> tuple[str, Any]:
    """Return name and value of a disclosure whose digest (base64url) is given. Raises DisclosureError."""
    if encode(sha256(text.encode("ascii", "replace")).digest()) != digest:
        message = "the disclosure does not match the digest in the entry"
        raise DisclosureError(message)
    try:
        _salt, name, value = json.loads(decode(text))
    except ValueError as broken:
        message = "a disclosure is a salt, a name and a value"
        raise DisclosureError(message) from broken
    if not isinstance(name, str):
        message = "the name of a disclosure is a string"
        raise DisclosureError(message)
    return name, value


class Keyring:
    """Seals and opens disclosures; holds the master key and remembers the keys that were used last."""

    def __init__(self, master_key: bytes) -> None:
        """Take the master key of 32 bytes. Raises DisclosureError for any other length."""
        if len(master_key) != KEY_BYTES:
            message = f"the master key has {len(master_key)} bytes, not {KEY_BYTES}"
            raise DisclosureError(message)
        self._master = AESGCM(master_key)
        self._raw = master_key
        self._known: OrderedDict[str, AESGCM] = OrderedDict()

    def scratch(self) -> "Keyring":
        """Return a keyring under the same master key that knows nothing yet: for keys whose rows may yet be undone."""
        other = object.__new__(Keyring)
        other._master = self._master
        other._raw = self._raw
        other._known = OrderedDict()
        return other

    def derived(self, purpose: str) -> bytes:
        """Return a key of 32 bytes for one purpose alone, derived from the master key (HKDF, RFC 5869)."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"sekisho {purpose}".encode()).derive(self._raw)

    def make(self, key_id: str) -> bytes:
        """Return a fresh key, wrapped, for the row of `key_id`; it is not remembered before it is stored."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._master.encrypt(nonce, os.urandom(KEY_BYTES), key_id.encode())

    def unwrap(self, key_id: str, wrapped: bytes) -> None:
        """Learn the key of `key_id` from its row. Raises DisclosureError if it was wrapped by another or for another."""
        if key_id in self._known:
            self._known.move_to_end(key_id)
            return
        try:
            key = self._master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.encode())
        except InvalidTag as wrong:
            message = f"the key of {key_id} was not wrapped by this master key"
            raise DisclosureError(message) from wrong
        self._known[key_id] = AESGCM(key)
        if len(self._known) > REMEMBERED_KEYS:
            self._known.popitem(last=False)

    def knows(self, key_id: str) -> bool:
        """Say whether the key of `key_id` is at hand."""
        return key_id in self._known

    def forget(self, key_id: str) -> None:
        """Forget a key, because its row was never written or was destroyed."""
        self._known.pop(key_id, None)

    def seal(self, key_id: str, disclosure: Disclosure) -> bytes:
        """Return the sealed text; it opens only for this key and this digest."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._known[key_id].encrypt(nonce, disclosure.text.encode("ascii"), _place(key_id, disclosure.digest))

    def open(self, key_id: str, *, digest: bytes, sealed: bytes) -> str:
        """Return the text of a sealed disclosure. Raises DisclosureError if key or place is another."""
        try:
            return self._known[key_id].decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(key_id, digest)).decode("ascii")
        except (InvalidTag, KeyError) as wrong:
            message = f"a disclosure of {key_id} does not open in this place"
            raise DisclosureError(message) from wrong


def _place(key_id: str, digest: bytes) -> bytes:
    return digest + key_id.encode()
