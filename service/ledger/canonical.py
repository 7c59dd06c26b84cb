"""Canonical JSON (RFC 8785) for what entries hold: strings, whole numbers below 2^53, booleans, null, lists, objects."""

import json
from typing import Any

import msgspec

LARGEST = 2**53 - 1
FIRST_SURROGATE = "\ud800"
_encode = msgspec.json.Encoder(order="sorted").encode


class NotCanonicalError(ValueError):
    """The value has no canonical form here: a fraction, a number beyond 2^53, a key beyond U+D7FF."""


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 bytes of a JSON value. Raises NotCanonicalError.

    Object keys lie below the surrogates, so that sorting by code points and by UTF-16 units is the same.
    """
    _require(value)
    # The encoder escapes as RFC 8785 asks, but for U+007F, which both leave as it is.
    return _encode(value)


def parse(body: bytes) -> Any:
    """Return the JSON value of canonical bytes. Raises NotCanonicalError if they are not the canonical form."""
    try:
        value = json.loads(body)
        same = canonical(value) == body
    except (ValueError, RecursionError) as broken:
        raise NotCanonicalError(str(broken)) from broken
    if not same:
        message = "the bytes are not in canonical form"
        raise NotCanonicalError(message)
    return value


def _require(value: Any) -> None:
    match value:
        case str():
            _require_whole(value)
        case bool() | None:
            return
        case int():
            if abs(value) > LARGEST:
                message = f"the number {value} is beyond 2^53"
                raise NotCanonicalError(message)
        case list() | tuple():
            for item in value:
                _require(item)
        case dict():
            for key, item in value.items():
                # Nearly all are plain texts, for which a call would cost more than the look.
                if type(key) is not str or not key.isascii():
                    _require_key(key)
                if type(item) is not str or not item.isascii():
                    _require(item)
        case _:
            message = f"a {type(value).__name__} has no canonical form"
            raise NotCanonicalError(message)


def _require_whole(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as lone:
        message = "a string holds half a character (a lone surrogate)"
        raise NotCanonicalError(message) from lone


def _require_key(key: Any) -> None:
    if not isinstance(key, str) or max(key, default="") >= FIRST_SURROGATE:
        message = f"the key {key!r} is no string that sorts alike by code points and by UTF-16 units"
        raise NotCanonicalError(message)
