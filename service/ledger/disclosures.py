"""Salted disclosures, in the form of RFC 9901.

An entry names the digest; the value lies beside the log, sealed by AES-256-GCM under the key of whom it concerns.
Destroying that key (see `keyring` and `destruction`) makes the value unreadable and breaks no hash.
"""

import os
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from service.ledger.canonical import canonical
from service.tlog.salted import encode

SALT_BYTES = 16


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
