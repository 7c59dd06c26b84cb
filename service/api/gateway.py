"""The way of a check: asked, decided on the newest world, on record, answered. One for each process.

Group commit without a timer: what arrives while a batch is being appended forms the next one.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg

from service.api.compiling import Compiling
from service.api.connecting import connect, hang_up, within
from service.api.counted import Counted
from service.api.pending import Answer, Pending
from service.api.preparing import STOPS, Asked, Makes, Outcome, Request, Semantic, prepare
from service.api.refreshing import is_behind, refresh, take_turn, wrapped_keys
from service.decision.snapshot import Snapshot
from service.ledger import Log, RowSeals
from service.ledger.batches import APPEND_ALONE, APPEND_SHARED, END_TURN, FIND_BATCH, TAKE_TURN, Append, PreparedBatch
from service.ledger.floor import BelowFloorError, Floor

BATCH, QUEUE = 512, 8_192
"""Checks that are written at once, and that wait at most: of whatever requests they are."""
DEADLINE_SECONDS, SWEEP_SECONDS = 1.0, 0.1
PATIENCE_SECONDS = 5.0
"""How long a batch may wait for its turn before its connection is given up; its callers have long been told 503."""
TURNS_AFTER_MISS = 100
TRIES = 8
BEHIND = timedelta(seconds=2)
logger = logging.getLogger(__name__)


class UnavailableError(RuntimeError):
    """No durable answer can be given now: nothing is permitted, ask again."""


class Gateway:
    """Decides checks and appends them, in order, through one connection."""

    def __init__(
        self,
        *,
        url: str,
        log: Log,
        clock: Callable[[], datetime],
        recheck_seconds: int = 60,
        kept: Callable[[], Floor | None] = lambda: None,
        wrong_order: bool = False,
    ) -> None:
        """Take the database, the log, and how the floor is read that is kept outside.

        `wrong_order` refreshes rows before the head: a test shows what that breaks.
        """
        self._kept = kept
        self._url, self._log, self._clock = url, log, clock
        self._recheck = timedelta(seconds=recheck_seconds)
        self._wrong_order = wrong_order
        self.snapshot = Snapshot(RowSeals(log.keyring))
        self.compiling = Compiling(self.snapshot, clock)
        self._queue: list[Pending] = []
        self.counted = Counted()
        self.waiting = 0
        """Checks in the queue."""
        self._wake = asyncio.Event()
        self._turns = 0
        self._behind = False
        self._ending = False
        self._under_way: list[Pending] = []
        self._appending_until = self._answering_until = math.inf
        """When the line is ended beneath the statement that is under way, and beneath the whole batch."""
        self._beside: list[asyncio.Task[None]] = []
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def floor(self) -> Floor | None:
        """The newest head that this process acknowledged or saw, from any thread."""
        head = self.snapshot.head
        # The frontier knows its own size: the head's may belong to the next batch already.
        return None if head is None else Floor(self._log.origin, head.frontier.size, head.frontier.root().hex())

    async def start(self) -> None:
        """Connect, load the world and begin to answer. Raises NoPolicyError, BelowFloorError, psycopg.Error."""
        await self._connect()
        self._task = asyncio.create_task(self._run(), name="gateway")
        self._beside = [asyncio.create_task(self._sweep(), name="sweep"), asyncio.create_task(self.compiling.run(), name="policies")]

    async def stop(self) -> None:
        """Finish the batch that is under way and answer nothing more; whoever waits is told so."""
        self._ending = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=2 * DEADLINE_SECONDS)
            if not self._task.done():
                hang_up(self._connection)
                self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        self._fail(self._queue)
        if self._connection is not None:
            await self._connection.close()

    async def check(self, asked: Asked) -> Outcome | None:
        """Return the outcome once its entry is durable, or None if the key that asks is nobody's. Raises UnavailableError."""
        outcomes = await self._ask(Request((asked,)))
        return None if outcomes is None else outcomes[0]

    def check_for(self, asked: Asked, answer: Answer) -> None:
        """Do the same for somebody who is told at once instead of being woken. Raises UnavailableError, and tells nothing then."""
        self._wait_for(Request((asked,)), answer)

    async def check_all(self, asked: Sequence[Asked], *, semantic: Semantic = "execute_all") -> Sequence[Outcome] | None:
        """Return the outcomes of the checks of one request, decided together, once their entries are durable.

        All are asked by whoever asks the first, at one instant and on one state of everything. With `deny_on_first_deny` or
        `permit_on_first_permit` the first such answer is the last one: what is asked behind it is neither decided nor recorded.
        None if the key that asks is nobody's. Raises UnavailableError, ValueError for no check or no semantic (AuthZEN 1.0, 7.1.2).
        """
        if not asked or semantic not in STOPS:
            message = f"a request has at least one check, and one of the semantics {', '.join(STOPS)}"
            raise ValueError(message)
        return await self._ask(Request(tuple(asked), semantic))

    async def enter(self, asked: Asked, makes: Makes) -> Any:
        """Return what `makes` returned, once the entry that it adds is durable; `asked` says who asks.

        It may be called several times, each time on newer rows, until its batch goes in. None if the key that asks is nobody's.
        Raises UnavailableError.
        """
        return await self._ask(Request((asked,), makes=makes))

    def _ask(self, request: Request) -> "asyncio.Future[Sequence[Outcome] | None]":
        """Let a request wait for its batch. Raises UnavailableError where its checks are more than may wait."""
        answer: asyncio.Future[Sequence[Outcome] | None] = asyncio.get_running_loop().create_future()
        self._wait_for(request, answer)
        return answer

    def _wait_for(self, request: Request, answer: Answer) -> None:
        if self.waiting + len(request.asked) > QUEUE:
            self.counted.unanswered += 1
            message = "too many checks are waiting"
            raise UnavailableError(message)
        self._queue.append(Pending(request, answer, asyncio.get_running_loop().time()))
        self.waiting += len(request.asked)
        self._wake.set()

    def _next_batch(self) -> list[Pending]:
        """Take from the queue what is written at once: requests in their order, as many as have `BATCH` checks, and one at least."""
        number = size = 0
        for pending in self._queue:
            size += len(pending.request.asked)
            if size > BATCH and number:
                break
            number += 1
        batch, self._queue = self._queue[:number], self._queue[number:]
        self.waiting -= sum(len(pending.request.asked) for pending in batch)
        return batch

    def catch_up(self) -> None:
        """Take in what changed before the next batch, or soon where none comes: somebody saw that the log has moved."""
        self._behind = True
        self._wake.set()

    async def _sweep(self) -> None:
        """Tell those who have waited too long, and end the line that a batch has waited on for too long.

        One look at all is cheaper than a timer for each. Nothing is cancelled: psycopg would ask a server that does not answer
        to cancel, and wait for that.
        """
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = asyncio.get_running_loop().time()
            before = now - (DEADLINE_SECONDS - SWEEP_SECONDS)
            self._fail([pending for pending in (*self._under_way, *self._queue) if pending.since < before])
            # Each deadline by itself: whoever looks for a batch behind the first still has the second.
            if now >= self._appending_until:
                self._appending_until = math.inf
                hang_up(self._connection)
            if now >= self._answering_until:
                self._answering_until = math.inf
                hang_up(self._connection)

    async def _run(self) -> None:
        while not self._ending:
            await self._wake.wait()
            # One turn of the loop lets those in that have arrived already: fuller batches, and no timer.
            await asyncio.sleep(0)
            batch = self._next_batch()
            if not self._queue:
                self._wake.clear()
            batch = [pending for pending in batch if not pending.answer.done()]
            if batch or self._behind:
                self._under_way = batch
                await self._answer(batch)
                self._under_way = []

    async def _answer(self, batch: list[Pending]) -> None:
        self._answering_until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        try:
            await self._write(batch)
        except BelowFloorError as below:
            logger.error("a batch was not answered: %s", str(below))  # noqa: TRY400 - one clear line, again and again
        except (psycopg.Error, UnavailableError, OSError) as failed:
            logger.warning("a batch was not answered: %s", failed)
        except Exception:
            # One check that breaks something must not end the answering of all others.
            logger.exception("a batch was not answered")
        else:
            return
        finally:
            self._answering_until = math.inf
        self._fail(batch)
        await self._reconnect()

    async def _write(self, batch: list[Pending]) -> None:
        """Append a batch, deciding it again after each miss."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for _attempt in range(TRIES):
            if self._connection is None or self._connection.closed:
                await self._connect()
            if self._behind:
                self._behind = False
                await self._refresh()
            if not batch:
                return
            in_turn = self._turns > 0
            prepared, done = await (self._in_turn(batch) if in_turn else self._optimistic(batch))
            if done:
                self._settle(prepared)
                self.counted.written(prepared.settled, in_turn=in_turn, seconds=loop.time() - began)
                return
            self.counted.missed += 1
            if self._wrong_order:
                await self._refresh()
            else:
                self._turns = TURNS_AFTER_MISS
        message = "the clock is unsure, or the log does not come to rest"
        raise UnavailableError(message)

    async def _optimistic(self, batch: list[Pending]) -> "tuple[Any, bool]":
        prepared = await self._prepare(batch)
        if prepared.nobody and await is_behind(self._live(), self.snapshot):
            # A key that is nobody's leaves no entry, so no append would show that the key was issued meanwhile.
            await self._refresh()
            prepared = await self._prepare(batch)
        return prepared, prepared.batch is None or await self._append(APPEND_SHARED, prepared.batch)

    async def _in_turn(self, batch: list[Pending]) -> "tuple[Any, bool]":
        """Take the writer's lock, then what changed, then the decisions, then the batch: nobody can come between.

        What fails here ends the connection, and the turn with it.
        """
        self._turns -= 1
        await take_turn(self._live(), self.snapshot, self._log.keyring)
        prepared = await self._prepare(batch)
        if prepared.batch is not None:
            return prepared, await self._append(APPEND_ALONE, prepared.batch)
        await self._live().execute(END_TURN)
        return prepared, True

    async def _prepare(self, batch: list[Pending]) -> Any:
        now = self._clock()
        head = self.snapshot.head
        if head is None or head.last_at - now > BEHIND:
            message = "the clock is unsure: it lies before the last entry"
            raise UnavailableError(message)
        return await prepare(
            [pending.request for pending in batch],
            [pending.answer for pending in batch],
            snapshot=self.snapshot,
            log=self._log,
            at=max(now, head.last_at),
            recheck=self._recheck,
            wrapped_keys=lambda ids: wrapped_keys(self._live(), ids),
        )

    async def _append(self, how: Append, batch: PreparedBatch) -> bool:
        """Append within the deadline; where the line breaks, or is ended at the deadline, the batch is looked for."""
        connection = self._live()
        self._appending_until = asyncio.get_running_loop().time() + DEADLINE_SECONDS
        try:
            found = await (await connection.execute(how.of(batch), batch.parameters(), prepare=True)).fetchone()
            if how.in_turn:
                await connection.execute(END_TURN)
            return bool(found and found[0])
        except psycopg.OperationalError:
            self._appending_until = math.inf
            return await self._was_appended(batch)
        finally:
            self._appending_until = math.inf

    async def _was_appended(self, batch: PreparedBatch) -> bool:
        """Resolve an unknown outcome by the batch's random id, with the writer's lock held: nothing is then under way."""
        await self._connect()
        connection = self._live()
        async with connection.transaction():
            await connection.execute(TAKE_TURN)
            found = await (await connection.execute(FIND_BATCH, {"batch_id": batch.batch_id})).fetchone()
        return found is not None

    def _settle(self, prepared: Any) -> None:
        head = self.snapshot.head
        if prepared.batch is not None and head is not None:
            if head.size == prepared.batch.first_index:
                head.frontier, head.size, head.last_at = prepared.batch.frontier, prepared.batch.frontier.size, prepared.batch.at
            prepared.disclosing.on_record()
            self.compiling.answered(prepared.settled, prepared.now_ms)
        for future, outcomes in prepared.outcomes:
            if not future.done():
                future.set_result(outcomes)

    async def _refresh(self) -> None:
        """Take in all that changed."""
        await refresh(self._live(), self.snapshot, self._log.keyring, wrong_order=self._wrong_order)

    def _live(self) -> "psycopg.AsyncConnection[Any]":
        if self._connection is None:
            message = "there is no connection to the ledger"
            raise UnavailableError(message)
        return self._connection

    async def _connect(self) -> None:
        if self._connection is not None and not self._connection.closed:
            await self._connection.close()
        self._connection = await connect(self._url, (self.floor, self._kept()))
        await self._refresh()
        _ = self.snapshot.decider

    async def _reconnect(self) -> None:
        with contextlib.suppress(psycopg.Error, OSError, RuntimeError):
            await within(PATIENCE_SECONDS, self._connect(), lambda: hang_up(self._connection))
            return
        await asyncio.sleep(0.2)

    def _fail(self, batch: list[Pending]) -> None:
        for pending in batch:
            if not pending.answer.done():
                self.counted.unanswered += 1
                pending.answer.set_exception(UnavailableError("the entry could not be made durable within a second"))
