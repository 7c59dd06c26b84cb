"""The gateway under misfortune: locks held, connections lost, clocks behind, keys that came late."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from service import clock
from service.actor import Actor
from service.api import gateway as module
from service.api import refreshing
from service.api.gateway import Gateway, UnavailableError
from service.api.preparing import Asked, Outcome
from service.database import read, transaction
from service.identity.callers import hash_of
from service.identity.operations import issue_key
from service.ledger import log_size
from service.ledger.batches import TAKE_TURN
from tests.doors.api.conftest import World

ACTOR = Actor(id="a_test", kind="person")


def asked(key: str, person: str = "permit") -> Asked:
    return Asked(hash_of(key.encode()), "person", person, "information", "d1", "read")


def gateway_of(world: World) -> Gateway:
    return Gateway(url=world.url, log=world.log, clock=clock.now)


def with_gateway(world: World, body: Callable[[Gateway], Awaitable[None]]) -> None:
    async def run() -> None:
        gateway = gateway_of(world)
        await gateway.start()
        try:
            await body(gateway)
        finally:
            await gateway.stop()

    asyncio.run(run())


def permitted(outcome: Outcome | None) -> bool:
    assert outcome is not None
    return outcome.answer.api


def test_a_key_issued_to_an_idle_process_is_known_at_its_first_check(world: World) -> None:
    async def body(gateway: Gateway) -> None:
        with transaction(world.engine) as session:
            key = issue_key(session, log=world.log, actor=ACTOR, at=clock.now(), application="dms")
        assert permitted(await gateway.check(asked(key)))
        assert await gateway.check(asked("sk_nobodys")) is None

    with_gateway(world, body)


@pytest.mark.in_time
def test_no_answer_leaves_while_the_log_cannot_be_written_and_answers_come_back_after(world: World) -> None:
    async def body(gateway: Gateway) -> None:
        with psycopg.connect(world.url) as act:
            act.execute(TAKE_TURN)
            began = time.monotonic()
            results = await asyncio.gather(*(gateway.check(asked(world.key)) for _ in range(8)), return_exceptions=True)
            assert time.monotonic() - began < 1.5
            assert all(isinstance(one, UnavailableError) for one in results)
            with pytest.raises(UnavailableError):
                await gateway.check(asked(world.key))
        await comes_back(gateway, world)

    with_gateway(world, body)


def test_the_collector_rests_while_all_rows_come_in_and_not_longer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, taken_in = [], refreshing.Snapshot.take

    def watched(self: refreshing.Snapshot, rows: Any) -> None:
        seen.append(gc.isenabled())
        taken_in(self, rows)

    monkeypatch.setattr(refreshing.Snapshot, "take", watched)

    async def body(gateway: Gateway) -> None:
        with transaction(world.engine) as session:
            key = issue_key(session, log=world.log, actor=ACTOR, at=clock.now(), application="dms")
        assert permitted(await gateway.check(asked(key)))

    with_gateway(world, body)
    assert seen[0] is False
    assert set(seen[1:]) == {True}
    assert gc.isenabled()


async def comes_back(gateway: Gateway, world: World) -> None:
    for _ in range(20):
        try:
            assert permitted(await gateway.check(asked(world.key)))
        except UnavailableError:
            await asyncio.sleep(0.1)
        else:
            return
    pytest.fail("the gateway did not answer again")


def test_a_lost_connection_is_made_anew(world: World) -> None:
    async def body(gateway: Gateway) -> None:
        assert permitted(await gateway.check(asked(world.key)))
        with psycopg.connect(world.url, autocommit=True) as other:
            other.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            )
        await comes_back(gateway, world)

    with_gateway(world, body)


def test_a_clock_behind_the_last_entry_answers_nothing(world: World) -> None:
    async def run() -> None:
        gateway = Gateway(url=world.url, log=world.log, clock=lambda: clock.now() - timedelta(seconds=30))
        await gateway.start()
        with pytest.raises(UnavailableError):
            await gateway.check(asked(world.key))
        await gateway.stop()

    asyncio.run(run())


def test_a_clock_ahead_of_the_databases_answers_nothing_and_leaves_no_entry(world: World) -> None:
    async def run() -> None:
        gateway = Gateway(url=world.url, log=world.log, clock=lambda: clock.now() + timedelta(seconds=30))
        await gateway.start()
        with read(world.engine) as session:
            before = log_size(session)
        with pytest.raises(UnavailableError):
            await gateway.check(asked(world.key))
        with read(world.engine) as session:
            assert log_size(session) == before
        await gateway.stop()

    asyncio.run(run())


def test_a_check_that_breaks_something_does_not_end_the_answering(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = module.prepare
    broken = [True]

    async def breaking(*places: object, **words: object) -> object:
        if broken:
            broken.clear()
            raise ValueError
        return await honest(*places, **words)  # type: ignore[arg-type]

    async def body(gateway: Gateway) -> None:
        monkeypatch.setattr(module, "prepare", breaking)
        with pytest.raises(UnavailableError):
            await gateway.check(asked(world.key))
        assert permitted(await gateway.check(asked(world.key)))

    with_gateway(world, body)


def test_two_processes_share_one_log_without_a_gap(world: World) -> None:
    async def body(gateway: Gateway) -> None:
        other = gateway_of(world)
        await other.start()
        outcomes = await asyncio.gather(*(one.check(asked(world.key)) for _ in range(40) for one in (gateway, other)))
        for _ in range(20):
            outcomes += [await gateway.check(asked(world.key)), await other.check(asked(world.key))]
        await other.stop()
        assert len({outcome.index for outcome in outcomes if outcome}) == 120

    with_gateway(world, body)
    with read(world.engine) as session:
        sizes = session.execute(text("select first_index, size from ledger.batches order by first_index")).all()
    assert all(one[0] + one[1] == other[0] for one, other in pairwise(sizes))


def test_more_checks_than_the_queue_holds_are_turned_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUE", 4)

    async def body(gateway: Gateway) -> None:
        results = await asyncio.gather(*(gateway.check(asked(world.key)) for _ in range(9)), return_exceptions=True)
        assert sum(isinstance(one, UnavailableError) for one in results) == 5

    with_gateway(world, body)


def test_whoever_looks_for_a_batch_in_vain_is_given_up_in_time_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second deadline stands behind the first: a log that stays locked does not keep a batch for ever."""
    monkeypatch.setattr(module, "DEADLINE_SECONDS", 0.3)
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 1.0)

    async def body(gateway: Gateway) -> None:
        with psycopg.connect(world.url) as act:
            act.execute(TAKE_TURN)
            with pytest.raises(UnavailableError):
                await gateway.check(asked(world.key))
            deadline = time.monotonic() + 6
            while gateway._under_way:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
        await comes_back(gateway, world)

    with_gateway(world, body)
