"""Looks whether the log has moved, for all who wait to be told of it: one small query at a time, however many wait.

Who waits is told of a change once this process knows it whole, so that whatever is asked next is answered with it. A process
that cannot look tells nobody that nothing changed.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from service.api.connecting import connect, hang_up
from service.api.gateway import DEADLINE_SECONDS, Gateway, UnavailableError
from service.identity.callers import Caller, Named, caller_named
from service.ledger.floor import BelowFloorError

LOOK_SECONDS = 0.2
LEARN_SECONDS = 0.01
TOLD_AT_ONCE = 32
"""After so many the others who have something to do are let in."""
LOOK = "select changed_index, first_index + size from ledger.batches order by first_index desc limit 1"
CANNOT_LOOK = "the ledger cannot be reached, so nobody knows whether something changed"
ENDING = "this process ends; ask another one"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """One who waits for what lies behind an index; `told` gets the index of the newest change, or None for nobody's key."""

    who: Named
    after: int
    told: "asyncio.Future[int | None]"


class Watch:
    """The looks of one process, and those who wait for them."""

    def __init__(self, *, url: str, gateway: Gateway, clock: Callable[[], datetime]) -> None:
        """Take the database, and the gateway whose world is told of."""
        self._url, self._gateway, self._clock = url, gateway, clock
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._wanted = asyncio.Event()
        self._fresh: list[asyncio.Future[int]] = []
        self._waiting: set[Waiting] = set()
        self._told = -1
        self._ended = self._blind = False
        self.size = 0
        """How many entries the log had at the last look."""
        self.seen = float("-inf")
        """When the last look began that found something out, on the loop's clock."""

    async def run(self) -> None:
        """Look, as long as somebody waits, until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                await self._wanted.wait()
                began = loop.time()
                await self._look(began)
                if not self._waiting and not self._fresh:
                    self._wanted.clear()
                await asyncio.sleep(max(0.0, began + LOOK_SECONDS - loop.time()))
        finally:
            if self._connection is not None:
                await self._connection.close()

    def end(self) -> None:
        """Tell everybody that this process ends."""
        self._ended = True
        self._fail(ENDING)

    def caller(self, who: Named) -> Caller | None:
        """Return who that is, in the world as this process knows it, or None."""
        return caller_named(self._gateway.snapshot.world, named=who, at=self._clock())

    def newest(self, caller: Caller) -> int:
        """Return the index of the newest change that may concern a caller."""
        # Without an organization of its own a caller asks for wherever the person works.
        reach = None if caller.organization is None or not caller.organizations else caller.organizations
        return self._gateway.snapshot.news.newest(caller.id, reach)

    async def fresh(self) -> int:
        """Return how many entries the log has, once this process knows all changes up to now. Raises UnavailableError."""
        self._require_going()
        asking: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._fresh.append(asking)
        self._wanted.set()
        return await asking

    def enter(self, who: Named, after: int) -> Waiting:
        """Begin to wait; `leave` must follow. Raises UnavailableError."""
        self._require_going()
        waiting = Waiting(who, after, asyncio.get_running_loop().create_future())
        self._waiting.add(waiting)
        self._wanted.set()
        return waiting

    def leave(self, waiting: Waiting) -> None:
        """Wait no longer."""
        self._waiting.discard(waiting)
        waiting.told.cancel()

    def _require_going(self) -> None:
        if self._ended:
            raise UnavailableError(ENDING)

    async def _look(self, began: float) -> None:
        asking, self._fresh = self._fresh, []
        looking = asyncio.ensure_future(self._learn())
        try:
            done, _late = await asyncio.wait({looking}, timeout=DEADLINE_SECONDS)
            if not done:
                # Never cancelled, which would ask a server that does not answer.
                hang_up(self._connection)
                self._fail_where_blind(asking)
            self.size = await looking
        except (psycopg.Error, OSError, UnavailableError, BelowFloorError) as failed:
            self._fail_where_blind(asking)
            if not self._blind:
                logger.warning("nobody could look whether the log has moved: %s", failed)
            self._blind = True
            return
        self.seen, self._blind = began, False
        for one in asking:
            if not one.done():
                one.set_result(self.size)
        await self._tell()

    def _fail_where_blind(self, asking: "list[asyncio.Future[int]]") -> None:
        """Tell those who asked for this look that there was none, and everybody where there was none for too long."""
        for one in asking:
            _refuse(one, CANNOT_LOOK)
        if asyncio.get_running_loop().time() - self.seen >= DEADLINE_SECONDS:
            self._fail(CANNOT_LOOK)

    async def _learn(self) -> int:
        """Look at the head; where it moved, wait until the gateway knows why."""
        if self._connection is None or self._connection.closed:
            self._connection = await connect(self._url, (self._gateway.floor,))
        found = await (await self._connection.execute(LOOK, prepare=True)).fetchone()
        changed, size = found or (-1, 0)
        loop = asyncio.get_running_loop()
        until = loop.time() + DEADLINE_SECONDS
        if self._gateway.snapshot.since < changed:
            self._gateway.catch_up()
        while self._gateway.snapshot.since < changed:
            if loop.time() > until:
                raise UnavailableError(CANNOT_LOOK)
            await asyncio.sleep(LEARN_SECONDS)
        return int(size)

    async def _tell(self) -> None:
        """Tell those whom something concerns that came since they were looked at last."""
        since = self._gateway.snapshot.since
        if since == self._told:
            return
        self._told = since
        for place, waiting in enumerate(list(self._waiting)):
            caller = self.caller(waiting.who)
            if not waiting.told.done() and (caller is None or self.newest(caller) > waiting.after):
                waiting.told.set_result(None if caller is None else self.newest(caller))
            if place % TOLD_AT_ONCE == TOLD_AT_ONCE - 1:
                await asyncio.sleep(0)

    def _fail(self, why: str) -> None:
        asking, self._fresh = self._fresh, []
        for one in asking:
            _refuse(one, why)
        for waiting in self._waiting:
            _refuse(waiting.told, why)


def _refuse(future: "asyncio.Future[Any]", why: str) -> None:
    if not future.done():
        future.set_exception(UnavailableError(why))
