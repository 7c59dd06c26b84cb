"""Tokens for the page behind a page: sealed, so that the place they hold tells nothing, and of no use to anybody else.

A token opens for the caller and the request that it was made for, and for a while; any process with the same key opens it,
and none remembers it. It holds a place, not a right: what the next page holds is judged when it is asked for.
"""

import base64
import binascii
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.statute.periods import instant_ms

LIVES = timedelta(minutes=15)
NONCE_BYTES = 12
BLOCK = 96
"""The sealed place is filled up to whole blocks, so that its length tells nothing of the id in it."""
PURPOSE = "search-page"
"""For which the key is derived where the keyring of a log gives it."""


class TokenRefusedError(ValueError):
    """A token that opens nothing here: altered, another's, another request's, or too old. Which of these, nobody is told."""


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which candidate a page begins, and how many results the caller wished for."""

    after: str
    limit: int


class Tokens:
    """Seals and opens places under one key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        """Take the key that all processes of a deployment share."""
        self._cipher = AESGCM(key)

    def seal(self, place: Place, *, caller: str, request: str, at: datetime) -> str:
        """Return a token for a place; `request` is the digest of all that is asked but the page."""
        told = json.dumps([instant_ms(at + LIVES), place.limit, place.after]).encode()
        filled = told.ljust(-(-len(told) // BLOCK) * BLOCK)
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, filled, _bound(caller, request))
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, token: str, *, caller: str, request: str, at: datetime) -> Place:
        """Return the place that a token holds. Raises TokenRefusedError."""
        try:
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            told = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(caller, request))
        except (binascii.Error, ValueError, InvalidTag) as wrong:
            raise TokenRefusedError from wrong
        until, limit, after = json.loads(told)
        if until <= instant_ms(at):
            raise TokenRefusedError
        return Place(after, limit)


def _bound(caller: str, request: str) -> bytes:
    return json.dumps([caller, request]).encode()
