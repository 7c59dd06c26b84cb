"""What the AuthZEN doors have in common: the few headers that matter, a body within a bound, and an answer of JSON."""

from collections.abc import Sequence
from typing import Any

import msgspec

from service.api.evaluation_form import BadRequestError
from service.api.limits import ANSWER, REQUEST_ID, Headers, Receive, Scope, Send, secure
from service.identity.callers import hash_of

LARGEST_BODY = 65_536
NO_KEY = b"."
"""No API key has a point; every token has."""

encode = msgspec.json.Encoder().encode


class Head:
    """The few headers that matter, read once; what tokens alone need is looked up when it is asked for."""

    __slots__ = ("_hashed", "_pairs", "bearer", "content_type", "length", "request_id")

    def __init__(self, pairs: Sequence[tuple[bytes, bytes]]) -> None:
        self._pairs = pairs
        self._hashed: str | None = None
        self.bearer: bytes | None = None
        self.content_type = b""
        self.length = 0
        self.request_id: bytes | None = None
        for name, value in pairs:
            if name == b"authorization":
                # Whatever is not one single bearer is no key, and is looked at more closely where tokens are.
                self.bearer = value[7:].strip() if self.bearer is None and value[:7].lower() == b"bearer " else NO_KEY
            elif name == b"content-type":
                self.content_type = value.strip()
            elif name == b"content-length" and value.isdigit():
                self.length = int(value)
            elif name == b"x-request-id" and REQUEST_ID.fullmatch(value):
                self.request_id = value

    @property
    def key(self) -> str:
        """The hash of the key that the one bearer is, by which alone keys are known here."""
        if self._hashed is None:
            self._hashed = hash_of(self.bearer or NO_KEY)
        return self._hashed

    def all(self, name: bytes) -> list[bytes]:
        """Return every value that came under a name."""
        return [value.strip() for given, value in self._pairs if given == name]


def carried_by(scope: Scope, head: Head) -> Headers:
    """Return the headers that every answer to this request carries, the caller's own request id among them."""
    return secure(scope) if head.request_id is None else (*secure(scope), (b"x-request-id", head.request_id))


async def body_of(receive: Receive, head: Head, *, largest: int = LARGEST_BODY) -> bytes:
    """Return the body of a request. Raises BadRequestError where it is larger than allowed, or the caller left."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            gone = "the caller left"
            raise BadRequestError(gone)
        part = message.get("body", b"")
        size += len(part)
        if size > largest or head.length > largest:
            large = f"the body is larger than {largest} bytes"
            raise BadRequestError(large)
        parts.append(part)
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def reply(send: Send, status: int, value: Any, always: Headers, extra: Headers = ()) -> None:
    """Answer with JSON and with the headers that every answer of this request carries."""
    await _send(send, status, encode(value), (*always, *extra))


async def _send(send: Send, status: int, body: bytes, more: Headers) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def answer(scope: Scope, send: Send, value: Any, always: Headers) -> None:
    """Answer 200 as `reply` does, at once where the line can."""
    line = scope.get("extensions", {}).get(ANSWER)
    body = encode(value)
    if line is None or not line["write"](scope, always, body):
        await _send(send, 200, body, always)
