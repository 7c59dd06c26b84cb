"""The short way of a check: asked as soon as its body is here, written as soon as its entry is durable, with no task between.

Only what nearly every check is goes this way: one POST with an API key over a line that is kept, its body of a known length.
Everything else goes the long way, as ASGI describes it, from its beginning; so does every answer but 200.
"""

import logging
from collections.abc import Sequence
from typing import Any, Protocol

from service.api.exchange import LARGEST_BODY, Head
from service.api.limits import LARGEST_HEAD, Application, Headers, Receive, Scope, Send
from service.api.preparing import Asked, Outcome

DIRECT = "direct"
"""Under which name the lifespan tells the door that is asked the short way."""
MOST_HEADERS = 32
UNUSUAL = frozenset((b"transfer-encoding", b"expect", b"x-forwarded-proto"))
logger = logging.getLogger(__name__)


class Line(Protocol):
    """What a check came on."""

    app: Any

    def answer(self, scope: Scope, headers: Headers, body: bytes) -> bool:
        """Write a whole answer of 200, or return False where it must go the long way."""

    def on_response_complete(self) -> None:
        """Go on with what comes next."""

    def go_on(self, direct: "Direct", app: Any) -> None:
        """Let a check go the long way, through an application."""


class Door(Protocol):
    """What is asked the short way."""

    path: bytes

    def ask(self, direct: "Direct") -> bool:
        """Let a check wait for its entry; False, with nothing done, where it must go the long way."""

    def tell(self, direct: "Direct", outcomes: Sequence[Outcome] | None) -> None:
        """Answer with what is durable now, or None for a key that is nobody's."""

    def refuse(self, direct: "Direct", failed: BaseException) -> None:
        """Say that no durable answer can be given."""


class _NobodyWaits:
    """In place of the event by which an application is woken."""

    def set(self) -> None:
        """Wake nobody."""


class Direct:
    """One such check. It stands where the line keeps uvicorn's cycle of a request, and waits as a future would."""

    __slots__ = (
        "_door",
        "_line",
        "_told",
        "arrived",
        "asked",
        "body",
        "disconnected",
        "head",
        "keep_alive",
        "more_body",
        "response_complete",
        "response_started",
        "scope",
    )
    message_event = _NobodyWaits()

    def __init__(self, line: Line, door: Door, head: Head, scope: Scope, *, arrived: float) -> None:
        """Take the line that it came on, the door that it is for, and when its head began by the loop's clock."""
        self._line, self._door, self.head, self.scope, self.arrived = line, door, head, scope, arrived
        self.asked: Asked | None = None
        self.body = b""
        self.more_body = self.keep_alive = True
        self.disconnected = self.response_started = self.response_complete = self._told = False

    def begin(self) -> None:
        """Ask, now that the body is whole."""
        self.more_body = False
        if not self._door.ask(self):
            self.go_on(self._line.app)

    def done(self) -> bool:
        """Say whether nothing is waited for any more."""
        return self._told

    def set_result(self, outcomes: Sequence[Outcome] | None) -> None:
        """Answer. What goes wrong here must not keep the others of a batch from their answers."""
        self._told = True
        try:
            self._door.tell(self, outcomes)
        except Exception as failed:
            logger.exception("a check was not answered as it should be")
            self.go_on(_breaking(failed))

    def set_exception(self, failed: BaseException) -> None:
        """Say that no durable answer can be given."""
        self._told = True
        self._door.refuse(self, failed)

    def answer(self, always: Headers, body: bytes) -> None:
        """Write an answer of 200: at once, or the long way where the line is full, or others wait behind, or it ends."""
        if not self._line.answer(self.scope, always, body):
            self.go_on(_writing(always, body))

    def on_response(self) -> None:
        """Let the line go on."""
        self._line.on_response_complete()

    def go_on(self, app: Application) -> None:
        """Go the long way, through an application that is given the request from its beginning."""
        if not (self.disconnected or self.response_started):
            self._line.go_on(self, app)


def plain_head(pairs: Sequence[tuple[bytes, bytes]]) -> Head | None:
    """Return the head of a request that can go the short way, or None: `service.api.limits` has what heads must keep to."""
    if len(pairs) > MOST_HEADERS:
        return None
    named = dict(pairs)
    if len(named) != len(pairs) or b"host" not in named or not named.keys().isdisjoint(UNUSUAL):
        return None
    if sum(map(len, named)) + sum(map(len, named.values())) > LARGEST_HEAD:
        return None
    head = Head(pairs)
    key = head.bearer
    return head if key is not None and b"." not in key and 0 < head.length <= LARGEST_BODY else None


def _writing(always: Headers, body: bytes) -> Application:
    async def write(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *always]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return write


def _breaking(failed: Exception) -> Application:
    async def fail(*_told: Any) -> None:
        raise failed

    return fail
