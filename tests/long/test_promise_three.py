"""Promise 3: the order of the ledger is the order of truth, at every process and at once."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from service import clock
from service.database import read, transaction
from service.ledger import WRITER_LOCK, entries, log_size, read_entry
from service.need_to_know.operations import Target, remove_handler
from service.statute.periods import legal_day
from tests.doors.api.conftest import ACTOR, World
from tests.long.asking import Client, processes, saturate

BACKGROUND = [f"p{number}" for number in range(2_000, 2_100)]
PAUSE_SECONDS = 0.010


@contextmanager
def pause_before_the_writers_lock(engine: Engine) -> Iterator[None]:
    """Leave decisions ten milliseconds to move the head between an act's first read and its lock."""

    def pause(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if "pg_advisory_xact_lock" in statement and WRITER_LOCK in dict(parameters or {}).values():
            time.sleep(PAUSE_SECONDS)

    event.listen(engine, "before_cursor_execute", pause)
    yield
    event.remove(engine, "before_cursor_execute", pause)


def remove(world: World, person: str) -> None:
    now = clock.now()
    with transaction(world.engine) as session:
        remove_handler(
            session,
            log=world.log,
            actor=ACTOR,
            at=now,
            information_id="d1",
            organization_id="denryoku",
            target=Target(person_id=person),
            on=legal_day(now),
        )


async def revoke_and_ask(world: World, ports: list[int], count: int, *, connections: int) -> tuple[int, int]:
    """Revoke one person after the other and ask at every process at once; return (stale permits heard, acts that failed)."""
    stopping = False
    load = asyncio.create_task(saturate(ports, world.key, BACKGROUND, connections=connections, stop=lambda: stopping))
    clients = [Client(port, world.key) for port in ports]
    stale = failed = 0
    for number in range(count):
        for client in clients[:1]:
            await client.ask(f"p{number}")
        try:
            await asyncio.to_thread(remove, world, f"p{number}")
        except Exception:  # noqa: BLE001 - whatever kept the act from its first try counts
            failed += 1
            continue
        answers = await asyncio.gather(*(client.ask(f"p{number}") for client in clients))
        stale += sum(status == 200 and body["decision"] for status, body in answers)
    stopping = True
    assert await load > 0
    for client in clients:
        await client.close()
    return stale, failed


def faults_on_record(world: World) -> tuple[int, int, int]:
    """Return from the entries alone: decisions, those whose `seen` misses a change, permits behind a removal."""
    decisions = unseen = stale = 0
    last_change = -1
    removed: set[str] = set()
    with read(world.engine) as session:
        for index, body in entries(session, start=0, end=log_size(session)):
            entry = read_entry(body)
            if entry["kind"] == "need_to_know:handler:removed":
                removed.add(entry["person"])
            if entry["kind"] != "decision:access:decided":
                last_change = index
                continue
            decisions += 1
            unseen += entry["seen"] != last_change
            stale += entry["out"] == "permit" and entry["person"] in removed
    return decisions, unseen, stale


@pytest.mark.parametrize("count", [60, pytest.param(2_000, marks=pytest.mark.long)])
def test_no_process_permits_after_an_acknowledged_removal(crowded: World, count: int) -> None:
    with processes(crowded.url, crowded.settings.data_dir, 3) as started, pause_before_the_writers_lock(crowded.engine):
        heard, failed = asyncio.run(revoke_and_ask(crowded, [one.port for one in started], count, connections=8))
    decisions, unseen, stale = faults_on_record(crowded)
    assert (heard, failed, unseen, stale) == (0, 0, 0, 0)
    assert decisions > 3 * count


@pytest.mark.long
def test_a_refresh_in_the_wrong_order_does_permit_after_a_removal(crowded: World) -> None:
    """The same attack finds stale permits when rows are read before the head: the test above can fail."""
    with processes(crowded.url, crowded.settings.data_dir, 3, order="wrong") as started:
        asyncio.run(revoke_and_ask(crowded, [one.port for one in started], 400, connections=2))
    _decisions, _unseen, stale = faults_on_record(crowded)
    assert stale > 0


@pytest.mark.long
def test_a_long_snapshot_slows_nothing(crowded: World) -> None:
    with processes(crowded.url, crowded.settings.data_dir, 1) as started:
        ratios = []
        for _round in range(5):
            free = _throughput(crowded, started[0].port)
            with psycopg.connect(crowded.url) as old:
                old.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                old.execute("select count(*) from ledger.batches")
                held = _throughput(crowded, started[0].port)
            ratios.append(held / free)
    assert statistics.median(ratios) >= 0.9, ratios


def _throughput(world: World, port: int, seconds: float = 4.0) -> float:
    end = time.monotonic() + seconds
    return asyncio.run(saturate([port], world.key, BACKGROUND, connections=32, stop=lambda: time.monotonic() > end)) / seconds
