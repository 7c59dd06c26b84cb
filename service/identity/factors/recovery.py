"""Recovery codes: printed, kept in a safe, each counting once in place of the second factor.

A code has eighty random bits, so a plain hash of it tells nothing and costs nothing to compare.
The alphabet leaves out what a reader takes for something else (I, L, O, U).
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHARACTERS = 16
GROUP = 4
COUNT = 10
_READ_AS = str.maketrans("ILO", "110")
_MOST_CHARACTERS = 64
_PURPOSE = b"sekisho recovery code\x00"


def new_codes(count: int = COUNT) -> list[str]:
    """Return fresh codes, four groups of four characters each; shown once and then kept as hashes alone."""
    codes: list[str] = []
    for _ in range(count):
        code = "".join(secrets.choice(ALPHABET) for _ in range(CHARACTERS))
        codes.append("-".join(code[start : start + GROUP] for start in range(0, CHARACTERS, GROUP)))
    return codes


def normalised(code: str) -> str | None:
    """Return the characters of a code as typed, small or large, with whatever stands between the groups; None if it is none."""
    if len(code) > _MOST_CHARACTERS:
        return None
    plain = re.sub(r"[\W_ー]+", "", unicodedata.normalize("NFKC", code)).upper().translate(_READ_AS)
    return plain if len(plain) == CHARACTERS and set(plain) <= set(ALPHABET) else None


def hash_code(code: str) -> bytes:
    """Return what is stored of a code. Raises ValueError for a text that is none."""
    plain = normalised(code)
    if plain is None:
        message = "this is no recovery code"
        raise ValueError(message)
    return hashlib.sha256(_PURPOSE + plain.encode("ascii")).digest()


def matches(code: str, hashes: Iterable[bytes]) -> bytes | None:
    """Return the hash, of those not yet used, that a code belongs to, or None; the caller marks it used."""
    if normalised(code) is None:
        return None
    own = hash_code(code)
    found = None
    for kept in hashes:
        if hmac.compare_digest(own, kept):
            found = kept
    return found
