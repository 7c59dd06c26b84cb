"""Salted disclosures of RFC 9901, as whoever reads them needs them: digests, and a text opened against its digest."""

import base64
import binascii
import json
from hashlib import sha256
from typing import Any


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
