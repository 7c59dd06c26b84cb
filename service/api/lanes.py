"""Lanes: how many acts are under way and how many may wait, with a lane that only narrowing acts may use.

Taking a right away must not wait behind others who are being given theirs: a revocation is let in while everything else is
told to come back. A lane has threads of its own too, for a reserved place is worth nothing in a full queue for a thread.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse

from service.problems import problem

AT_ONCE, WAITING = 8, 64
RESERVED_AT_ONCE, RESERVED_WAITING = 4, 256
RETRY_SECONDS = 1
Found = TypeVar("Found")


class OverloadedError(RuntimeError):
    """No place is free and too many wait: nothing was done, ask again after `retry_after` seconds."""

    retry_after = RETRY_SECONDS


class _Lane:
    """Places, and a bounded number of those who wait for one."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self.places = asyncio.Semaphore(at_once)
        self.most_waiting = waiting
        self.waiting = 0
        self.threads = CapacityLimiter(at_once)

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[None]:
        """Wait for a place. Raises OverloadedError at once where too many wait already."""
        if self.places.locked() and self.waiting >= self.most_waiting:
            message = "too many acts are waiting; nothing was done"
            raise OverloadedError(message)
        self.waiting += 1
        try:
            await self.places.acquire()
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self.places.release()


class Lanes:
    """The lane of all acts, and the reserved one. To be made inside the running loop's thread, once for each process."""

    def __init__(
        self,
        *,
        at_once: int = AT_ONCE,
        waiting: int = WAITING,
        reserved_at_once: int = RESERVED_AT_ONCE,
        reserved_waiting: int = RESERVED_WAITING,
    ) -> None:
        """Take how many are worked on at once and how many may wait, in either lane."""
        self._all = _Lane(at_once, waiting)
        self._reserved = _Lane(reserved_at_once, reserved_waiting)

    @asynccontextmanager
    async def enter(self, narrowing: bool) -> AsyncIterator[None]:
        """Hold a place while the block runs; a narrowing act has the reserved lane. Raises OverloadedError."""
        async with self._lane(narrowing).enter():
            yield

    async def run(self, act: Callable[[], Found], *, narrowing: bool) -> Found:
        """Run a blocking act in a thread of its lane and return what it returns. Raises OverloadedError and what the act raises."""
        lane = self._lane(narrowing)
        async with lane.enter():
            return await to_thread.run_sync(act, limiter=lane.threads)

    def _lane(self, narrowing: bool) -> _Lane:
        return self._reserved if narrowing else self._all


def lanes_of(request: Request) -> Lanes:
    """Return the lanes of this process, made when the first act comes."""
    state = request.app.state
    if not hasattr(state, "lanes"):
        state.lanes = Lanes()
    lanes: Lanes = state.lanes
    return lanes


async def overloaded(_request: Request, _error: Exception) -> JSONResponse:
    """Tell that nothing was done and when to ask again."""
    answer = problem(503, slug="overloaded", title="Overloaded", detail="Too many acts are waiting; nothing was done.")
    answer.headers["retry-after"] = str(RETRY_SECONDS)
    return answer
