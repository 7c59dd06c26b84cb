"""POST /access/v1/evaluation of the OpenID Authorization API 1.0 (AuthZEN), as plain ASGI: the hot door.

Bad input is 400 with a message, never 422; 401 says how to authenticate; a denial is 200. Properties and context that a
caller sends can only narrow an answer, and the caller cannot choose the instant.
"""

import asyncio
import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from service.api.budget import Budget
from service.api.gateway import Gateway, UnavailableError
from service.api.limits import REQUEST_ID, Headers, Receive, Scope, Send, secure
from service.api.preparing import Asked, Outcome
from service.identity.callers import hash_of
from service.ledger import instant

PATH = "/access/v1/evaluation"
LARGEST_BODY = 65_536
DEEPEST = 16
LONGEST_NAME = 256
DENIAL_SECONDS = 0.02
"""A denial leaves this long after its check arrived, or twice, thrice as long; a permit leaves at once."""
JSON_TYPE = re.compile(rb"application/json\s*(;.*)?", re.IGNORECASE | re.DOTALL)
TOO_MANY = "too many names that are not known here were asked for; no decision was made"
DENIED = {
    "ja": "この操作は許可されていません。照会番号 {reference} を情報管理者にお知らせください。",
    "en": "This is not permitted. Please give the reference {reference} to the information manager.",
}

encode = msgspec.json.Encoder().encode
stamp = lru_cache(maxsize=16)(instant)
"""All answers of a batch carry one instant."""


class BadRequestError(ValueError):
    """A request that is not of the form; the message says what and where."""


class Evaluation:
    """The door of single checks."""

    def __init__(self, gateway: Gateway, budget: Budget) -> None:
        """Take the gateway that answers, and how much guessing it answers."""
        self._gateway, self._budget = gateway, budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        arrived = asyncio.get_running_loop().time()
        headers = _Headers(scope["headers"])
        echoed, always = headers.request_id, secure(scope)
        if echoed is not None:
            always = (*always, (b"x-request-id", echoed))
        if scope["method"] != "POST":
            await _reply(send, 405, {"message": "only POST is answered here"}, always, ((b"allow", b"POST"),))
            return
        try:
            body = await _body(receive, headers)
            key = headers.bearer
            if key is None:
                await _unauthorized(send, always, "an API key is needed: Authorization: Bearer KEY")
                return
            asked = parse(body, content_type=headers.content_type, key=hash_of(key), request_id=echoed.decode() if echoed else None)
            wait = self._budget.wait(asked)
            outcome = await self._gateway.check(asked) if wait is None else None
            if outcome is not None:
                wait = self._budget.count(asked, outcome)
        except BadRequestError as bad:
            await _reply(send, 400, {"message": str(bad)}, always)
            return
        except UnavailableError as unavailable:
            await _reply(send, 503, {"message": str(unavailable)}, always, ((b"retry-after", b"1"),))
            return
        if wait is not None:
            await _reply(send, 429, {"message": TOO_MANY}, always, ((b"retry-after", str(wait).encode()),))
            return
        if outcome is None:
            await _unauthorized(send, always, "this API key is not valid")
            return
        if not outcome.answer.api:
            await _until_the_next_stroke(arrived)
        await _reply(send, 200, answer_body(outcome), always)


def answer_body(outcome: Outcome) -> dict[str, Any]:
    """Return what the caller may know of an outcome, as the body of the answer."""
    context: dict[str, Any]
    if outcome.answer.api:
        context = {"ledger_index": outcome.index, "recheck_at": stamp(outcome.recheck_at), "mark": outcome.mark}
    else:
        message = {language: text.format(reference=outcome.reference) for language, text in DENIED.items()}
        context = {"reference": outcome.reference, "code": outcome.code, "message": message}
    if outcome.caller.trial:
        answer = outcome.answer
        context["trial"] = {
            "decision": answer.decision,
            "reason": answer.reason,
            "basis": list(answer.basis),
            "ja": answer.ja,
            "en": answer.en,
            "ledger_index": outcome.index,
        }
    return {"decision": outcome.answer.api, "context": context}


def parse(body: bytes, *, content_type: bytes, key: str, request_id: str | None) -> Asked:
    """Return the check that a body asks. Raises BadRequestError naming what is wrong and where."""
    if not JSON_TYPE.fullmatch(content_type):
        message = "the content type must be application/json"
        raise BadRequestError(message)
    plain = _plain(body)
    if plain is not None:
        of = plain.context.on_behalf_of if plain.context is not None else None
        return Asked(key, plain.subject.type, plain.subject.id, plain.resource.type, plain.resource.id, plain.action.name, of, request_id)
    request = strict_json(body)
    if not isinstance(request, dict):
        message = "the body must be a JSON object"
        raise BadRequestError(message)
    subject, resource, action = (_object(request, name) for name in ("subject", "resource", "action"))
    context = _object(request, "context") if "context" in request else {}
    for name, holder in (("subject", subject), ("resource", resource), ("action", action)):
        if "properties" in holder and not isinstance(holder["properties"], dict):
            message = f"{name}.properties must be an object"
            raise BadRequestError(message)
    return Asked(
        key,
        _text(subject, "subject", "type"),
        _text(subject, "subject", "id"),
        _text(resource, "resource", "type"),
        _text(resource, "resource", "id"),
        _text(action, "action", "name"),
        _text(context, "context", "on_behalf_of") if "on_behalf_of" in context else None,
        request_id,
    )


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
        """The organization acted for."""

        on_behalf_of: str

    subject: Thing
    resource: Thing
    action: Action
    context: Context | None = None


_decode_plain = msgspec.json.Decoder(_Plain).decode
QUOTES, QUOTES_IN_CONTEXT = 26, 6


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
    whole = body.count(b'"') == QUOTES + (QUOTES_IN_CONTEXT if found.context is not None else 0)
    named = found.subject.type and found.subject.id and found.resource.type and found.resource.id and found.action.name
    return found if whole and named and (found.context is None or found.context.on_behalf_of) else None


def strict_json(body: bytes) -> Any:
    """Return the value of an I-JSON text (RFC 7493): no duplicate keys, no half characters, at most 16 deep. Raises BadRequestError."""
    try:
        text = body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_constant)
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


def _object(request: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if name not in request:
        message = f"{name} is missing"
        raise BadRequestError(message)
    if not isinstance(request[name], dict):
        message = f"{name} must be an object"
        raise BadRequestError(message)
    return request[name]  # type: ignore[no-any-return]  # a JSON object


def _text(holder: Mapping[str, Any], where: str, name: str) -> str:
    value = holder.get(name)
    if not isinstance(value, str):
        message = f"{where}.{name} is missing" if value is None else f"{where}.{name} must be a string"
        raise BadRequestError(message)
    if not value or len(value) > LONGEST_NAME:
        message = f"{where}.{name} must have 1 to {LONGEST_NAME} characters"
        raise BadRequestError(message)
    return value


class _Headers:
    """The few headers that matter, read once."""

    __slots__ = ("bearer", "content_type", "length", "request_id")

    def __init__(self, pairs: Sequence[tuple[bytes, bytes]]) -> None:
        self.bearer: bytes | None = None
        self.content_type = b""
        self.length = 0
        self.request_id: bytes | None = None
        for name, value in pairs:
            if name == b"authorization" and value[:7].lower() == b"bearer ":
                self.bearer = value[7:].strip()
            elif name == b"content-type":
                self.content_type = value.strip()
            elif name == b"content-length" and value.isdigit():
                self.length = int(value)
            elif name == b"x-request-id" and REQUEST_ID.fullmatch(value):
                self.request_id = value


async def _body(receive: Receive, headers: _Headers) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            gone = "the caller left"
            raise BadRequestError(gone)
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY or headers.length > LARGEST_BODY:
            large = f"the body is larger than {LARGEST_BODY} bytes"
            raise BadRequestError(large)
        parts.append(part)
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def _until_the_next_stroke(arrived: float) -> None:
    """Wait until a whole number of strokes has passed since a check arrived: how long it took to deny tells nothing of why.

    Both instants are those of the loop, whose timers end on its own milliseconds, so the end does not depend on the work.
    """
    loop = asyncio.get_running_loop()
    passed = loop.time() - arrived
    stroke = math.floor(passed / DENIAL_SECONDS) + 1
    await asyncio.sleep(arrived + stroke * DENIAL_SECONDS - loop.time())


async def _unauthorized(send: Send, always: Headers, message: str) -> None:
    await _reply(send, 401, {"message": message}, always, ((b"www-authenticate", b'Bearer realm="sekisho"'),))


async def _reply(send: Send, status: int, value: Any, always: Headers, extra: Headers = ()) -> None:
    body = encode(value)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *always, *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
