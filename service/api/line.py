"""The line itself: what has to be refused before there is a request that ASGI could describe.

A head that does not end, or ends too late, and a target that is not a path (RFC 9112, 3.2.2 and 3.2.3).
"""

import asyncio
import json
import re
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from service.api.limits import ANSWER, LARGEST_BODY, LARGEST_HEAD, SECURE, Headers, Scope

HEAD_SECONDS = 10.0
TYPE = b"application/problem+json"
OFFER = re.compile(rb"(\r\nconnection:[^\r\n]*?)\bupgrade\b", re.IGNORECASE)
ENDING = "ending"
"""Under which name the lifespan tells what is to be called when the server begins to end; more than once does no harm."""


def _written(headers: Headers) -> bytes:
    return b"".join([b"%b: %b\r\n" % one for one in headers])


HEADS = _written(SECURE)
JSON = b"content-type: application/json\r\ncontent-length: %d\r\n\r\n"


class StrictLine(HttpToolsProtocol):
    """uvicorn's own protocol with limits on heads. One timer for a connection, none for a request."""

    head_seconds = HEAD_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to watch the connection."""
        super().connection_made(transport)
        self._extensions: dict[str, dict[object, object]] = {ANSWER: {"write": self.answer}}
        self._bytes = 0
        self._head, self._since = True, self.loop.time()
        self._watch: asyncio.TimerHandle | None = self.loop.call_later(self.head_seconds, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """End the watch."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Begin to end: who waits for news is told so at once, and need not be waited for."""
        ending = self.app_state.get(ENDING)
        if ending is not None:
            ending()
        super().shutdown()

    def data_received(self, data: bytes) -> None:
        """Ignore an offer of another protocol, and refuse a head that does not end."""
        cycle: RequestResponseCycle | None = self.cycle
        if b"pgrade" in data and (self._head or cycle is None or not cycle.more_body):
            data = _without_offer(data)
        super().data_received(data)
        self._bytes += len(data)
        if self._head and self._bytes > 2 * LARGEST_HEAD and not self.transport.is_closing():
            self._refuse(431, "http-431", "the headers are too large")

    def on_message_begin(self) -> None:
        """Note when a head begins."""
        self._head, self._since, self._bytes = True, self.loop.time(), 0
        super().on_message_begin()
        self.scope["extensions"] = self._extensions

    def on_headers_complete(self) -> None:
        """Refuse a target that is not a path of this server."""
        self._head = False
        if self.transport.is_closing():
            return
        if self.url[:1] != b"/" or b"#" in self.url:
            message = "the target is not a path"
            raise ValueError(message)  # the parser ends, and the line is answered with 400
        super().on_headers_complete()

    def answer(self, scope: Scope, headers: Headers, body: bytes) -> bool:
        """Write a whole answer of 200 with these headers, or return False where it must go the long way, message by message.

        It must where the request came before another had been answered, or the line is full, or ends with this answer.
        """
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.scope is not scope or cycle.response_started:
            return False
        if cycle.disconnected or cycle.more_body or not cycle.keep_alive or self.flow.write_paused:
            return False
        cycle.response_started = cycle.response_complete = True
        of_server = _written(self.server_state.default_headers)
        heads = HEADS if headers is SECURE else _written(headers)
        self.transport.write(b"".join((STATUS_LINE[200], of_server, heads, JSON % len(body), body)))
        cycle.message_event.set()
        cycle.on_response()
        return True

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request as every other error is answered; the words never come from the caller."""
        if not self.transport.is_closing():
            self._refuse(400, "malformed", "this is not an HTTP request that is answered here")
        del msg

    def _look(self) -> None:
        """Close a connection on which a request has been arriving for too long, or nothing has come at all."""
        self._watch = None
        if self.transport.is_closing():
            return
        took = self.loop.time() - self._since
        if self._head and took >= self.head_seconds:
            self._refuse(408, "http-408", "the headers did not arrive in time")
        elif self._is_slow_body(took):
            self._refuse(408, "http-408", "the body did not arrive in time")
        else:
            self._watch = self.loop.call_later(self.head_seconds / 4, self._look)

    def _is_slow_body(self, took: float) -> bool:
        """Say whether a body is late: each quarter of a megabyte has the time that a head has."""
        cycle: RequestResponseCycle | None = self.cycle
        arriving = cycle is not None and cycle.more_body and not cycle.response_started
        return bool(arriving and took >= self.head_seconds * max(1, self._bytes // LARGEST_BODY))

    def _refuse(self, status: int, slug: str, detail: str) -> None:
        told: dict[str, Any] = {"type": f"/problems/{slug}", "title": detail, "status": status, "detail": detail}
        body = json.dumps(told).encode()
        length = str(len(body)).encode()
        head = b"".join((STATUS_LINE[status], HEADS, b"content-type: ", TYPE, b"\r\ncontent-length: ", length))
        self.transport.write(head + b"\r\nconnection: close\r\n\r\n" + body)
        self.transport.close()


def _without_offer(data: bytes) -> bytes:
    """Return a head in which no other protocol is offered, with whatever came behind it.

    A server may ignore the offer (RFC 9110, 7.8), and no door here speaks anything else. The parser would take all that
    follows for the other protocol and drop the body: clients of Java offer HTTP/2 with the first request of a plain line.
    """
    head, gap, rest = data.partition(b"\r\n\r\n")
    return OFFER.sub(rb"\1ignored", head) + gap + rest


OPTIONS: dict[str, Any] = {
    "http": StrictLine,
    "ws": "none",
    "server_header": False,
    "log_config": None,
    "log_level": "warning",  # without a level of its own it would trace every message
    "access_log": False,
    "lifespan": "on",
}
"""How uvicorn is to be started wherever these doors are served."""
