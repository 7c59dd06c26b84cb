"""The line itself: what has to be refused before there is a request that ASGI could describe.

A head that does not end, or ends too late, and a target that is not a path (RFC 9112, 3.2.2 and 3.2.3).
"""

import asyncio
import json
import math
import re
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from service.api.direct import DIRECT, Direct, Door, plain_head
from service.api.exchange import Head
from service.api.limits import ANSWER, LARGEST_BODY, LARGEST_HEAD, SECURE, Headers, Scope

HEAD_SECONDS = 10.0
TYPE = b"application/problem+json"
OFFER = re.compile(rb"(\r\nconnection:[^\r\n]*?)\bupgrade\b", re.IGNORECASE)
ENDING = "ending"
"""Under which name the lifespan tells what is to be called when the server begins to end; more than once does no harm."""


def _written(headers: Headers) -> bytes:
    return b"".join([b"%b: %b\r\n" % one for one in headers])


class _OfServer:
    """What the server says of itself, as it goes over every line: it says it anew each second, for the time is in it."""

    def __init__(self) -> None:
        self._headers: Headers | None = None
        self._text = b""

    def __call__(self, headers: Headers) -> bytes:
        if self._headers is not headers:
            self._headers, self._text = headers, _written(headers)
        return self._text


of_server = _OfServer()
HEADS = _written(SECURE)
JSON = b"content-type: application/json\r\ncontent-length: %d\r\n\r\n"


class StrictLine(HttpToolsProtocol):
    """uvicorn's own protocol with limits on heads. One timer for a connection, none for a request."""

    head_seconds = HEAD_SECONDS
    cycle: Any
    """What is being answered: uvicorn's own cycle, or what goes the short way."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to watch the connection."""
        super().connection_made(transport)
        self._door: Door | None = self.app_state.get(DIRECT) if not self.root_path else None
        self._extensions: dict[str, dict[object, object]] = {ANSWER: {"write": self.answer}}
        self._bytes = 0
        self._idle = math.inf
        """Since when nothing is asked, by the loop's clock."""
        self._plain: tuple[list[tuple[bytes, bytes]], Head | None] = ([], None)
        """What came as the last plain head, and how it was read: most heads of a line are the same."""
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
        self._head, self._since, self._bytes, self._idle = True, self.loop.time(), 0, math.inf
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
        door = self._door
        head = self._direct_head() if door is not None and self.url == door.path else None
        if door is None or head is None:
            super().on_headers_complete()
            return
        scope: Any = self.scope
        scope.update(method="POST", path=door.path.decode(), raw_path=door.path, query_string=b"")
        self.cycle = Direct(self, door, head, scope, arrived=self._since)

    def _direct_head(self) -> Head | None:
        """Return the head of what can go the short way: nothing before it waits for its answer, and the line is kept behind it."""
        cycle, parser = self.cycle, self.parser
        if (cycle is not None and not cycle.response_complete) or parser.get_method() != b"POST":
            return None
        if parser.get_http_version() != "1.1" or not parser.should_keep_alive() or parser.should_upgrade():
            return None
        if self.headers != self._plain[0]:
            self._plain = (self.headers, plain_head(self.headers))
        return self._plain[1]

    def on_message_complete(self) -> None:
        """Ask what goes the short way."""
        cycle = self.cycle
        if type(cycle) is Direct:
            if cycle.more_body:
                cycle.begin()
        else:
            super().on_message_complete()

    def go_on(self, direct: Direct, app: Any) -> None:
        """Let what came the short way go the long one, its body whole, through an application; whoever waits behind it waits on."""
        scope: Any = direct.scope
        cycle = RequestResponseCycle(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=direct.keep_alive,
            on_response=self.on_response_complete,
        )
        cycle.body, cycle.more_body = bytearray(direct.body), False
        cycle.message_event.set()
        if self.cycle is direct:
            self.cycle = cycle
        self._start_asgi_task(cycle, app)

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
        heads = HEADS if headers is SECURE else _written(headers)
        self.transport.write(b"".join((STATUS_LINE[200], of_server(self.server_state.default_headers), heads, JSON % len(body), body)))
        cycle.message_event.set()
        cycle.on_response()
        return True

    def on_response_complete(self) -> None:
        """Go on with what waits on this line. The watch ends a line that stays idle: no timer for each answer."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self._idle = self.loop.time()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request as every other error is answered; the words never come from the caller."""
        if not self.transport.is_closing():
            self._refuse(400, "malformed", "this is not an HTTP request that is answered here")
        del msg

    def _look(self) -> None:
        """Close a connection on which a request has been arriving for too long, or nothing has come at all, or nothing more."""
        self._watch = None
        if self.transport.is_closing():
            return
        took = self.loop.time() - self._since
        if self._head and took >= self.head_seconds:
            self._refuse(408, "http-408", "the headers did not arrive in time")
        elif self._is_slow_body(took):
            self._refuse(408, "http-408", "the body did not arrive in time")
        elif self.loop.time() - self._idle >= self.timeout_keep_alive:
            self.transport.close()
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
