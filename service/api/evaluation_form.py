"""The body of a check, read strictly: I-JSON (RFC 7493), the members that AuthZEN 1.0 names, one clear message for what is wrong."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from service.api.preparing import Asked

DEEPEST = 16
LONGEST_NAME = 256
LONGEST_NUMBER = 64
JSON = b"application/json"
JSON_TYPE = re.compile(rb"application/json\s*(;.*)?", re.IGNORECASE | re.DOTALL)
LONGEST_PURPOSE = 128
_PURPOSE = re.compile(rf"[^\s\x00-\x1f\x7f-\xa0\ud800-\udfff]{{1,{LONGEST_PURPOSE}}}")
"""A code, as a value of a predicate is one: what is recorded can be found."""
NO_PURPOSE = f"context.purpose must be a code of 1 to {LONGEST_PURPOSE} characters, without blanks"


class BadRequestError(ValueError):
    """A request that is not of the form; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Question:
    """A check as its body names it: each member an object of the form, with whatever else it holds."""

    subject: Mapping[str, Any]
    resource: Mapping[str, Any]
    action: Mapping[str, Any]
    context: Mapping[str, Any]

    def asked(self, *, key: str, request_id: str | None) -> Asked:
        """Return what is asked of the Act: names alone. Raises BadRequestError.

        INVARIANT: no property, and of the context no member but the organization acted for, has any effect on a decision.
        The purpose is recorded with it.
        """
        of = text_of(self.context, "context", "on_behalf_of") if "on_behalf_of" in self.context else None
        purpose = purpose_of(self.context)
        subject, resource, action = self.subject, self.resource, self.action["name"]
        return Asked(key, subject["type"], subject["id"], resource["type"], resource["id"], action, of, request_id, purpose)


def parse(body: bytes, *, content_type: bytes, key: str, request_id: str | None) -> Asked:
    """Return the check that a body asks. Raises BadRequestError naming what is wrong and where."""
    require_json(content_type)
    plain = _plain(body)
    if plain is not None:
        context, action = plain.context, plain.action.name
        of, purpose = (context.on_behalf_of, context.purpose) if context is not None else (None, None)
        return Asked(key, plain.subject.type, plain.subject.id, plain.resource.type, plain.resource.id, action, of, request_id, purpose)
    return question_of(request_of(body)).asked(key=key, request_id=request_id)


def require_json(content_type: bytes) -> None:
    """Raise BadRequestError for any other content type."""
    if content_type != JSON and not JSON_TYPE.fullmatch(content_type):
        message = "the content type must be application/json"
        raise BadRequestError(message)


def request_of(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object that a body is. Raises BadRequestError."""
    request = strict_json(body)
    if not isinstance(request, dict):
        message = "the body must be a JSON object"
        raise BadRequestError(message)
    return request


def question_of(request: Mapping[str, Any]) -> Question:
    """Return the one check that an object asks. Raises BadRequestError for what is missing or not of its form; more is ignored."""
    subject, resource, action = (object_of(request, name) for name in ("subject", "resource", "action"))
    context = object_of(request, "context") if "context" in request else {}
    for name, holder in (("subject", subject), ("resource", resource), ("action", action)):
        if "properties" in holder and not isinstance(holder["properties"], dict):
            message = f"{name}.properties must be an object"
            raise BadRequestError(message)
    for where, holder, name in (
        ("subject", subject, "type"),
        ("subject", subject, "id"),
        ("resource", resource, "type"),
        ("resource", resource, "id"),
        ("action", action, "name"),
    ):
        text_of(holder, where, name)
    return Question(subject, resource, action, context)


class _Plain(msgspec.Struct, forbid_unknown_fields=True):
    """The form that nearly every check has."""

    class Thing(msgspec.Struct, forbid_unknown_fields=True):
        """A type and an id."""

        type: str
        id: str

    class Action(msgspec.Struct, forbid_unknown_fields=True):
        """A name."""

        name: str

    class Context(msgspec.Struct, forbid_unknown_fields=True):
        """The organization acted for, and what for."""

        on_behalf_of: str | None = None
        purpose: str | None = None

    subject: Thing
    resource: Thing
    action: Action
    context: Context | None = None


_decode_plain = msgspec.json.Decoder(_Plain).decode
QUOTES, OF_CONTEXT, OF_MEMBER = 26, 2, 4
"""Quotation marks of all that must be there; of the name of a context, and of a member of one."""


def _plain(body: bytes) -> _Plain | None:
    """Return a check of the plain form, or None for whatever needs the strict reading.

    Without an escape each name and value has two quotation marks, so a key that stands twice would show in their number.
    """
    if len(body) > LONGEST_NAME or not body.isascii() or b"\\" in body:
        return None
    try:
        found = _decode_plain(body)
    except msgspec.MsgspecError:
        return None
    named = bool(found.subject.type and found.subject.id and found.resource.type and found.resource.id and found.action.name)
    context, quotes = found.context, QUOTES
    if context is not None:
        quotes += OF_CONTEXT
        if context.on_behalf_of is not None:
            quotes += OF_MEMBER
            named = named and context.on_behalf_of != ""
        if context.purpose is not None:
            quotes += OF_MEMBER
            named = named and is_purpose(context.purpose)
    return found if named and body.count(b'"') == quotes else None


def strict_json(body: bytes) -> Any:
    """Return the value of an I-JSON text (RFC 7493): no duplicate keys, no half characters, at most 16 deep. Raises BadRequestError."""
    try:
        text = body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_pairs, parse_int=_integer, parse_constant=_no_constant)
    except UnicodeDecodeError as broken:
        message = "the body is not UTF-8"
        raise BadRequestError(message) from broken
    except RecursionError as deep:
        message = f"the body is nested deeper than {DEEPEST}"
        raise BadRequestError(message) from deep
    except json.JSONDecodeError as broken:
        message = f"the body is not JSON: {broken.msg} at line {broken.lineno}, column {broken.colno}" if body else "the body is empty"
        raise BadRequestError(message) from broken
    _require_shallow(value, 1)
    return value


def _pairs(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        message = f"the key {next(name for name in names if names.count(name) > 1)!r} stands twice in one object"
        raise BadRequestError(message)
    return found


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        message = f"a number has more than {LONGEST_NUMBER} digits"
        raise BadRequestError(message)
    return int(digits)


def _no_constant(name: str) -> Any:
    message = f"{name} is not JSON"
    raise BadRequestError(message)


def _require_shallow(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        message = f"the body is nested deeper than {DEEPEST}"
        raise BadRequestError(message)
    if isinstance(value, str) and not value.isascii():
        _require_whole(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _require_whole(key)
            _require_shallow(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _require_shallow(inner, depth + 1)


def _require_whole(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as lone:
        message = "a string holds half a character (a lone surrogate)"
        raise BadRequestError(message) from lone


def is_purpose(text: str) -> bool:
    """Say whether a text is a purpose as it is recorded: a code of 1 to 128 characters, no sentence."""
    return _PURPOSE.fullmatch(text) is not None


def purpose_of(context: Mapping[str, Any]) -> str | None:
    """Return the purpose that a context names, or None for none. Raises BadRequestError for what is no code."""
    if "purpose" not in context:
        return None
    purpose = context["purpose"]
    if not isinstance(purpose, str) or not is_purpose(purpose):
        raise BadRequestError(NO_PURPOSE)
    return purpose


def object_of(request: Mapping[str, Any], name: str, where: str = "") -> Mapping[str, Any]:
    """Return a member that must be an object; `where` is how it is called, where not by its name alone. Raises BadRequestError."""
    if name not in request:
        message = f"{where or name} is missing"
        raise BadRequestError(message)
    if not isinstance(request[name], dict):
        message = f"{where or name} must be an object"
        raise BadRequestError(message)
    return request[name]  # type: ignore[no-any-return]  # a JSON object


def text_of(holder: Mapping[str, Any], where: str, name: str) -> str:
    """Return a member that must be a string of 1 to 256 characters. Raises BadRequestError."""
    value = holder.get(name)
    if not isinstance(value, str):
        message = f"{where}.{name} is missing" if value is None else f"{where}.{name} must be a string"
        raise BadRequestError(message)
    if not value or len(value) > LONGEST_NAME:
        message = f"{where}.{name} must have 1 to {LONGEST_NAME} characters"
        raise BadRequestError(message)
    return value
