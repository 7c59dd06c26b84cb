"""What every request must keep to before a door sees it, and what every answer carries: one ASGI wrapper around all doors.

The hot door reads its own body and writes its own headers, so it pays for one look at the head of a request and no more.
What ASGI cannot see (the form of the target, a head that never ends) is refused in `service.api.line`.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any

from starlette.responses import Response

from service.problems import problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]

LARGEST_BODY = 262_144
LARGEST_HEAD, MOST_HEADERS = 16_384, 100
LONGEST_PATH, LONGEST_QUERY = 2_048, 8_192
LONGEST_LENGTH = 15
"""Digits of a content length, before it is taken for a number."""
BODY_SECONDS = 10.0
MOST_UNDER_WAY = 256
"""Requests besides checks that may be worked on at once; the next one is told 503 at once, and holds nothing."""
MOST_UPLOADS = 4
"""Large bodies that may be received at once."""
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
ONCE = frozenset((b"host", b"content-length", b"transfer-encoding", b"content-type", b"authorization"))
"""Headers of which a second one would let two readers of a request understand two things."""
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ufffd\u2028\u2029]|//|/\.{1,2}(?:/|$)")
SECURE: Headers = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
"""What every answer carries unless its door says otherwise: a page has a policy of its own, a file of ours may be kept."""
ANSWER = "sekisho.answer"
"""The extension of a scope (ASGI) whose `write` writes a whole answer at once, where the line has one: status 200, JSON, kept alive."""
STRICT_TRANSPORT: Headers = ((b"strict-transport-security", b"max-age=31536000"),)
TITLES = {
    400: "Malformed request",
    405: "Method not allowed",
    408: "Request timeout",
    413: "Content too large",
    414: "URI too long",
    415: "Unsupported media type",
    431: "Request header fields too large",
    500: "Internal error",
    503: "Overloaded",
}
logger = logging.getLogger(__name__)


class _RefusedError(Exception):
    """A request that no door shall see."""

    def __init__(self, status: int, slug: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.slug, self.detail, self.headers = status, slug, detail, headers or {}


def secure(scope: Scope) -> Headers:
    """Return the headers that every answer to this request carries."""
    return (*SECURE, *STRICT_TRANSPORT) if scope.get("scheme") == "https" else SECURE


class Limits:
    """The wrapper. `own`: paths whose door limits its bodies itself; `uploads`: bytes allowed below a path; `reserved`: never shed here."""

    def __init__(
        self,
        app: Application,
        *,
        own: frozenset[str] = frozenset(),
        uploads: Mapping[str, int] | None = None,
        reserved: tuple[str, ...] = ("/api/v1/acts/", "/health"),
        body_seconds: float = BODY_SECONDS,
        most_under_way: int = MOST_UNDER_WAY,
        page: Callable[[Scope, int], Response | None] = lambda _scope, _status: None,
    ) -> None:
        """Take the doors and what they allow, and the page that a browser is shown of a status."""
        self._app, self._own, self._reserved = app, own, reserved
        self._uploads = dict(uploads or {})
        self._body_seconds, self._most, self._page = body_seconds, most_under_way, page
        self._under_way = self._uploading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on to the doors, or refuse it."""
        kind = scope["type"]
        if kind != "http":
            if kind == "lifespan":
                await self._app(scope, receive, send)
            else:  # no door of ours speaks anything but HTTP
                await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        guarded: _Guarded | None = None
        try:
            _require_head(scope)
            if scope["path"] in self._own:
                await self._app(scope, receive, send)
                return
            guarded = _Guarded(scope, send)
            _require_line(scope)
            await self._admit(scope, receive, guarded)
        except _RefusedError as refused:
            answer: Response = problem(refused.status, slug=refused.slug, title=TITLES[refused.status], detail=refused.detail)
            answer = self._page(scope, refused.status) or answer
            answer.headers.update({"connection": "close", **refused.headers})
            await answer(scope, receive, guarded or _Guarded(scope, send))
        except _GoneError:
            return
        except Exception:
            logger.exception("a request was not answered as it should be")
            guarded = guarded or _Guarded(scope, send)
            if not guarded.started:
                with contextlib.suppress(RuntimeError):  # the hot door may have begun its answer past the guard
                    answer = self._page(scope, 500) or problem(500, slug="defect", title=TITLES[500], detail=DEFECT)
                    await answer(scope, receive, guarded)

    async def _admit(self, scope: Scope, receive: Receive, guarded: "_Guarded") -> None:
        """Receive the body, then let the request in where there is room."""
        body = await self._body(scope, receive)
        if scope["path"].startswith(self._reserved):
            await self._app(scope, _replay(body, receive), guarded)
            return
        if self._under_way >= self._most:
            raise _RefusedError(503, "overloaded", "too many requests are waiting; nothing was changed", {"retry-after": "1"})
        self._under_way += 1
        try:
            await self._app(scope, _replay(body, receive), guarded)
        finally:
            self._under_way -= 1

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """Return the whole body, or None where a request says that it has none."""
        headers = dict(scope["headers"])
        told = headers.get(b"content-length")
        if told is None and b"transfer-encoding" not in headers:
            return None
        limit = max((size for path, size in self._uploads.items() if scope["path"].startswith(path)), default=LARGEST_BODY)
        if told is not None and (len(told) > LONGEST_LENGTH or int(told) > limit):
            raise _too_large(limit)
        large = limit > LARGEST_BODY
        if large and self._uploading >= MOST_UPLOADS:
            raise _RefusedError(503, "overloaded", "too many files are being received; nothing was changed", {"retry-after": "5"})
        self._uploading += large
        try:
            async with asyncio.timeout(self._body_seconds * max(1, limit // LARGEST_BODY)):
                return await _received(receive, limit)
        except TimeoutError as slow:
            raise _RefusedError(408, "http-408", "the body did not arrive in time") from slow
        finally:
            self._uploading -= large


DEFECT = "Something went wrong here; nothing was changed."


class _GoneError(Exception):
    """The caller left before the request was whole."""


class _Guarded:
    """The way out: each answer gets the headers that it lacks, and the caller's own request id and no other."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self.started = False

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            told = [(name, value) for name, value in message.get("headers", ()) if name.lower() != b"x-request-id"]
            names = {name.lower() for name, _value in told}
            told += [(name, value) for name, value in secure(self._scope) if name not in names]
            told += [(name, value) for name, value in self._scope["headers"] if name == b"x-request-id" and REQUEST_ID.fullmatch(value)][:1]
            message = {**message, "headers": told}
        await self._send(message)


def _require_head(scope: Scope) -> None:
    """Refuse a head that is too large, or that two readers could read in two ways (RFC 9112, 3.2 and 6.3)."""
    headers = scope["headers"]
    size, seen = 0, set()
    for name, value in headers:
        size += len(name) + len(value)
        if name in ONCE:
            if name in seen:
                raise _RefusedError(400, "malformed", f"the header {name.decode()} stands twice")
            seen.add(name)
    if size > LARGEST_HEAD or len(headers) > MOST_HEADERS:
        raise _RefusedError(431, "http-431", "the headers are too large")
    if b"transfer-encoding" in seen:
        coding = next(value for name, value in headers if name == b"transfer-encoding")
        if coding.lower() != b"chunked" or b"content-length" in seen or scope.get("http_version") == "1.0":
            raise _RefusedError(400, "malformed", "the only transfer encoding that is understood is chunked, alone")
    if (b"host" not in seen and scope.get("http_version") == "1.1") or scope.get("http_version") == "0.9":
        raise _RefusedError(400, "malformed", "the header host is missing")
    if len(scope["query_string"]) > LONGEST_QUERY:
        raise _RefusedError(414, "http-414", "the query is too long")


def _require_line(scope: Scope) -> None:
    """Refuse a method that no door has, and a path that a filter in front of us could have read differently."""
    if scope["method"] not in METHODS:
        raise _RefusedError(405, "http-405", "this method is not answered here", {"allow": ", ".join(sorted(METHODS))})
    raw = scope.get("raw_path") or b""
    if len(raw) > LONGEST_PATH:
        raise _RefusedError(414, "http-414", "the path is too long")
    path = scope["path"]
    if not path.startswith("/") or HIDDEN.search(path) or re.search(rb"%(?:2f|5c|25)", raw, re.IGNORECASE):
        raise _RefusedError(400, "malformed", "the path is not of the form")


def _too_large(limit: int) -> _RefusedError:
    return _RefusedError(413, "http-413", f"the body is larger than {limit} bytes")


async def _received(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _GoneError
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes | None, receive: Receive) -> Receive:
    """Return a way in that hands the received body over once, and then waits for the caller to leave."""
    given = body is None

    async def replay() -> MutableMapping[str, Any]:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
