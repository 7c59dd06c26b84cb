"""Tells the ledger that this process starts and stops, within a moment each: neither is ever held up or undone by it.

The stop is signed at once, for after it nobody signs: so it is certain that nothing behind it was cut off.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from threading import Thread

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from service.database import transaction
from service.ledger import ClockUnsureError, Log, LogClosedError, LogError, Step, TileMissingError, checkpoint_head, tell_of_service
from service.ledger.floor import BelowFloorError

SECONDS = 3.0
"""How long a start or a stop waits for its entry at most."""
_WAIT = text(f"set local lock_timeout = '{int(SECONDS * 1000)}ms'")
UNTOLD = (SQLAlchemyError, OSError, ClockUnsureError, BelowFloorError, LogClosedError, LogError, TileMissingError)
logger = logging.getLogger(__name__)


@asynccontextmanager
async def on_record(engine: Engine, *, log: Log, clock: Callable[[], datetime], place: str | None) -> AsyncIterator[None]:
    """Leave word of a start before, and of a stop in order after; none without a place."""
    if place is not None:
        await _tell(engine, log=log, clock=clock, place=place, step="started")
    yield
    if place is not None:
        await _tell(engine, log=log, clock=clock, place=place, step="stopped")


async def _tell(engine: Engine, *, log: Log, clock: Callable[[], datetime], place: str, step: Step) -> None:
    """Record that the service started or stopped at a place, or say in our own log that it could not be recorded."""

    def record() -> None:
        try:
            with transaction(engine) as session:
                session.execute(_WAIT)
                tell_of_service(session, log=log, at=clock(), place=place, step=step)
            with transaction(engine) as session:
                checkpoint_head(session, log=log)
        except UNTOLD as failed:
            logger.warning("that the service %s is no entry: %s", step, failed)

    # A thread that nobody waits for at the end: a database that does not answer keeps no process alive.
    writing = Thread(target=record, name=f"service {step}", daemon=True)
    writing.start()
    await asyncio.to_thread(writing.join, SECONDS)
    if writing.is_alive():
        logger.warning("that the service %s was not recorded in time", step)
