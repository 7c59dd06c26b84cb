"""A deployment for a test: its engine and its open log, with a clock that the test tells."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from service.actor import Actor
from service.database import transaction
from service.designation.operations import Notice
from service.ledger import Log, Seat, load_log, open_log
from service.statute.periods import day_start
from tests.builders.worlds import World

ACTOR = Actor(id="officer-1", kind="person", name="試験 太郎", person_id="officer")
OPENED_AT = datetime(2025, 5, 16, tzinfo=UTC)


@dataclass(frozen=True)
class Site:
    """An open log on a fresh database."""

    engine: Engine
    log: Log

    def act(self, operation: Callable[..., Any], /, *, day: date, **facts: Any) -> Any:
        """Perform one operation in its own transaction, told the first instant of a day in Japan."""
        with transaction(self.engine) as session:
            return operation(session, log=self.log, actor=ACTOR, at=day_start(day), **facts)

    def ask(self, query: Callable[..., Any], /, **facts: Any) -> Any:
        """Ask one question."""
        with transaction(self.engine) as session:
            return query(session, **facts)

    def size(self) -> int:
        """Return the number of entries."""
        with self.engine.connect() as connection:
            return int(connection.execute(text("select count(*) from ledger.entries")).scalar_one())


def open_site(engine: Engine, keys: Path, seat: Seat) -> Site:
    """Open a log whose clock the test tells."""
    with transaction(engine) as session:
        log = open_log(session, origin="test.example/log", seat=seat, at=OPENED_AT, keys=keys, clock="told")
    return Site(engine, log)


def return_to(engine: Engine, keys: Path) -> Site:
    """Return a log that was opened before."""
    with transaction(engine) as session:
        return Site(engine, load_log(session, keys=keys))


def world_of(seat: Seat, *lay: Callable[[Site], object]) -> World:
    """Return a world at a seat that some functions lay, one after the other."""

    def lay_all(engine: Engine, _url: str, folder: Path) -> None:
        site = open_site(engine, folder / "keys", seat)
        for one in lay:
            one(site)

    return World(f"{seat}: {', '.join(f'{one.__module__}.{one.__qualname__}' for one in lay)}", lay_all)


def notice(letter_on: date, arrived_on: date | None = None, number: str = "経産第12号") -> Notice:
    """Return an organ's letter."""
    return Notice(document_number=number, letter_on=letter_on, arrived_on=arrived_on or letter_on)
