"""Passwords: argon2id, and the same work whether the name is known or not.

A password is read in its NFKC form, so that one typed with a Japanese keyboard in full width
is the same as in half width. What makes one good is length and that nobody guesses it first;
there are no rules of composition and nothing expires (NIST SP 800-63B 5.1.1).
"""

import base64
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import low_level
from argon2.exceptions import VerificationError, VerifyMismatchError

from service.identity.factors import Told
from service.identity.factors.common import COMMON_WORDS, ROWS

MEMORY_KIB = 64 * 1024
PASSES = 3
LANES = 1
SALT_BYTES = 16
HASH_BYTES = 32
"""The second recommended option of RFC 9106 (64 MiB, 3 passes) on one lane; OWASP asks for 19 MiB and 2."""

LEAST_CHARACTERS = 12
MOST_BYTES = 1024
SHORTEST_PART = 4
"""Of a sign-in name such as `suzuki@example`, parts shorter than this are words like any other."""
LONGEST_UNIT = 6
"""A password that only repeats so few characters is as short as they are."""

AT_ONCE = 4
"""So many hashes are computed at a time, so that a flood of sign-ins takes 256 MiB and no more."""
MOST_WAITING = 12
"""So many may wait for that. Each holds a thread, and who is signed in needs those too."""
_TURNS = threading.BoundedSemaphore(AT_ONCE)
_PLACES = threading.BoundedSemaphore(AT_ONCE + MOST_WAITING)


TOO_LONG = Told(f"パスワードは{MOST_BYTES}バイト以内にしてください。", f"A password has at most {MOST_BYTES} bytes.")
TOO_SHORT = Told(f"パスワードは{LEAST_CHARACTERS}文字以上にしてください。", f"A password has at least {LEAST_CHARACTERS} characters.")
HAS_NAME = Told("パスワードにサインイン名を含めないでください。", "A password does not contain the sign-in name.")
GUESSED_FIRST = Told(
    "よく使われる、推測されやすいパスワードです。別のものにしてください。",
    "This password is a common one that is guessed first; choose another.",
)


class WeakPasswordError(ValueError):
    """A password that is too short, too long, or guessed first; `told` says it in both languages."""

    def __init__(self, told: Told) -> None:
        self.told = told
        super().__init__(str(told))


class BusyError(RuntimeError):
    """Too many passwords are being looked at; nothing was done, and a second try in a moment may succeed."""


@contextmanager
def _turn() -> Iterator[None]:
    if not _PLACES.acquire(blocking=False):
        message = "too many are signing in; try again in a moment"
        raise BusyError(message)
    try:
        with _TURNS:
            yield
    finally:
        _PLACES.release()


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password in its usual form, with its parameters and salt."""
    with _turn():
        return low_level.hash_secret(
            _bytes_of(password),
            secrets.token_bytes(SALT_BYTES),
            time_cost=PASSES,
            memory_cost=MEMORY_KIB,
            parallelism=LANES,
            hash_len=HASH_BYTES,
            type=low_level.Type.ID,
        ).decode("ascii")


def verify_password(stored: str | None, password: str) -> bool:
    """Return whether a password is the one that was hashed.

    With None, with a password longer than any can be, and with a stored text that is no hash
    the same work is done in vain, so that time does not tell who has an account.
    """
    possible = len(password) <= MOST_BYTES
    given = _bytes_of(password) if possible else b""
    verdict = _is_hash_of(stored, given) if stored is not None and possible else None
    if verdict is None:
        _is_hash_of(_DECOY, given)
    return verdict is True


def needs_rehash(stored: str) -> bool:
    """Return whether a hash was made with other parameters than today's; hash anew at the next sign-in."""
    return _form(stored) != _form(_DECOY)


def require_good_password(password: str, *, name: str) -> None:
    """Raise WeakPasswordError for a password that the person of this sign-in name should not choose."""
    if len(password) > MOST_BYTES or len(_bytes_of(password)) > MOST_BYTES:
        raise WeakPasswordError(TOO_LONG)
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < LEAST_CHARACTERS:
        raise WeakPasswordError(TOO_SHORT)
    folded = plain.casefold()
    if any(part in folded for part in _parts_of(name)):
        raise WeakPasswordError(HAS_NAME)
    if _is_guessed_first(folded):
        raise WeakPasswordError(GUESSED_FIRST)


def _bytes_of(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _is_hash_of(stored: str, given: bytes) -> bool | None:
    """Return whether a text is the hash of these bytes; None, after no work, where it is no hash."""
    if not stored.startswith("$argon2id$"):
        return None
    with _turn():
        try:
            return low_level.verify_secret(stored.encode("ascii", "replace"), given, low_level.Type.ID)
        except VerifyMismatchError:
            return False
        except VerificationError:
            return None


def _form(stored: str) -> tuple[str, list[int]]:
    """Return a hash's kind and costs, and how long its salt and digest are."""
    parts = stored.split("$")
    return "$".join(parts[:-2]), [len(part) for part in parts[-2:]]


def _parts_of(name: str) -> set[str]:
    whole = unicodedata.normalize("NFKC", name).casefold().strip()
    long = {part for part in re.split(r"[@\s]+", whole) if len(part) >= SHORTEST_PART}
    return long | ({whole} if len(whole) >= SHORTEST_PART else set())


def _is_guessed_first(folded: str) -> bool:
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    words = {folded, bare}
    return any(word in COMMON_WORDS or _is_row(word) or _is_pair(word) for word in words if word) or _repeats(folded)


def _is_pair(word: str) -> bool:
    return any(word.startswith(first) and word[len(first) :] in COMMON_WORDS for first in COMMON_WORDS)


def _repeats(folded: str) -> bool:
    return any((folded[:unit] * len(folded))[: len(folded)] == folded for unit in range(1, LONGEST_UNIT + 1))


def _is_row(folded: str) -> bool:
    return any(folded in row or folded[::-1] in row for row in ROWS)


def _decoy() -> str:
    salt, digest = (base64.b64encode(secrets.token_bytes(size)).decode("ascii").rstrip("=") for size in (SALT_BYTES, HASH_BYTES))
    return f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${digest}"


_DECOY = _decoy()
"""Random bytes in the form of a hash: nobody knows a password for it, and to verify against it costs what all others cost."""
