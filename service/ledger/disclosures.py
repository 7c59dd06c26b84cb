"""Salted disclosures, in the form of RFC 9901.

An entry names the digest; the value lies beside the log, sealed by AES-256-GCM under the key of whom it concerns.
Destroying that key (see `keyring` and `destruction`) makes the value unreadable and breaks no hash.
"""

import base64
import binascii
import json
import os
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from service.ledger.canonical import canonical

SALT_BYTES = 16


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
