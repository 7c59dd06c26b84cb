"""A compact JWS (RFC 7515) taken apart strictly: one reading for one text, or none. Pure."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LARGEST_TOKEN = 8_192
PARTS = 3
LONGEST_TEXT = 1_024
LARGEST_INSTANT = 32_503_680_000
"""The year 3000: far enough, and no sum of it overflows."""


class TokenError(ValueError):
    """A token or proof that is not accepted. `code` is for our own log and tests; who sent it is not told."""

    def __init__(self, code: str) -> None:
        """Take the code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Compact:
    """The three parts of a token, read but not yet believed."""

    header: Mapping[str, Any]
    payload: Mapping[str, Any]
    signed: bytes
    signature: bytes


def read_compact(token: str) -> Compact:
    """Return the parts of a token. Raises TokenError for whatever two readers could read differently."""
    if len(token) > LARGEST_TOKEN:
        code = "oversized"
        raise TokenError(code)
    parts = token.split(".")
    if not token.isascii() or len(parts) != PARTS:
        code = "not_compact"
        raise TokenError(code)
    header, payload, signature = (decode_part(part) for part in parts)
    signed = token[: token.rindex(".")].encode("ascii")
    return Compact(_members(header), _members(payload), signed, signature)


def decode_part(part: str) -> bytes:
    """Return the bytes of a base64url text that is written in the one canonical way. Raises TokenError."""
    code = "not_base64url"
    try:
        value = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError as broken:
        raise TokenError(code) from broken
    # The decoder skips foreign characters and spare bits; another text of the same bytes is another token.
    if not part or encode_part(value) != part:
        raise TokenError(code)
    return value


def encode_part(value: bytes) -> str:
    """Return base64url without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def text(members: Mapping[str, Any], name: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return a member that must be a text of some length. Raises TokenError."""
    value = members.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        code = f"bad_{name}"
        raise TokenError(code)
    return value


def seconds(members: Mapping[str, Any], name: str) -> int:
    """Return a member that must be a whole number of seconds since 1970. Raises TokenError."""
    value = members.get(name)
    if type(value) is not int or not 0 <= value <= LARGEST_INSTANT:
        code = f"bad_{name}"
        raise TokenError(code)
    return value


def _members(part: bytes) -> Mapping[str, Any]:
    code = "not_json"
    try:
        value = json.loads(part.decode("utf-8"), object_pairs_hook=_pairs, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except TokenError:
        raise
    except (ValueError, RecursionError) as broken:
        raise TokenError(code) from broken
    if not isinstance(value, dict):
        raise TokenError(code)
    return value


def _pairs(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        code = "duplicate_member"
        raise TokenError(code)
    return found


def _no_constant(_name: str) -> Any:
    code = "not_json"
    raise TokenError(code)
