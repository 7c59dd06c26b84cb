"""A database that was brought back older, or with other entries: not served at the start, nor by a process that runs already."""

import asyncio
import logging
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest
from psycopg import sql

from service import clock
from service.api.gateway import Gateway
from service.api.preparing import Asked
from service.app import build
from service.database import make_engine, read, transaction
from service.database.addresses import with_database
from service.identity.callers import hash_of
from service.identity.operations import issue_key
from service.ledger import log_size
from service.ledger.floor import BelowFloorError
from tests.builders.worlds import copy_database, drop_database
from tests.doors.api.conftest import ACTOR, World


@pytest.fixture
def older(world: World, server_url: str) -> Iterator[str]:
    """The name of a copy of the database as it was at first."""
    name = f"{database(world)}_older"
    world.engine.dispose()
    copy_database(server_url, database(world), name)
    yield name
    drop_database(server_url, name)


def database(world: World) -> str:
    return urlsplit(world.url).path[1:]


def swap(world: World, server_url: str, older: str) -> None:
    """Put the older database in the place of the one that is served, ending its connections as a restore does."""
    world.engine.dispose()
    name, away = database(world), f"{older}_away"
    with psycopg.connect(server_url, autocommit=True) as connection:
        for one, other in ((name, away), (older, name), (away, older)):
            connection.execute(sql.SQL("alter database {} allow_connections false").format(sql.Identifier(one)))
            for _ in range(50):
                connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (one,))
                try:
                    connection.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(one), sql.Identifier(other)))
                except psycopg.errors.ObjectInUse:
                    time.sleep(0.05)
                else:
                    break
            connection.execute(sql.SQL("alter database {} allow_connections true").format(sql.Identifier(other)))


def size_of(world: World) -> int:
    engine = make_engine(world.url)
    with read(engine) as session:
        size = log_size(session)
    engine.dispose()
    return size


def append_elsewhere(world: World, name: str, checks: int) -> None:
    """Let a process that knows of no floor answer on a database."""

    async def run() -> None:
        gateway = Gateway(url=with_database(world.url, name), log=world.log, clock=clock.now)
        await gateway.start()
        for _ in range(checks):
            assert await gateway.check(Asked(hash_of(world.key.encode()), "person", "permit", "information", "d1", "read")) is not None
        await gateway.stop()

    asyncio.run(run())


@pytest.mark.parametrize("others", [0, 9], ids=["older", "with other entries"])
def test_a_running_process_refuses_a_database_that_was_swapped_beneath_it(
    world: World, older: str, server_url: str, others: int, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    append_elsewhere(world, older, others)
    served: World = request.getfixturevalue("served")
    for _ in range(5):
        assert served.ask("permit", "d1").json()["decision"]
    swap(served, server_url, older)
    size = size_of(served)
    said = "are not those that were acknowledged" if others else "entries are missing, so nothing is served"
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            answer = served.ask("permit", "d1")
            assert (answer.status_code, "decision" in answer.json()) == (503, False)
            time.sleep(0.1)
        # No act and no page is served from it either, and nothing is signed.
        with pytest.raises(BelowFloorError, match=said), transaction(served.engine) as session:
            issue_key(session, log=served.log, actor=ACTOR, at=clock.now(), application="dms")
        page = httpx2.get(f"{served.address}/api/v1/me", headers={"Cookie": "session=x", "Accept": "application/json"})
        assert page.status_code in {401, 503}
        time.sleep(1.2)
    assert size_of(served) == size
    assert said in caplog.text
    assert "Traceback" not in caplog.text
    # With the right one back it answers again.
    swap(served, server_url, older)
    deadline = time.monotonic() + 20
    while served.ask("permit", "d1").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_an_idle_process_refuses_what_another_one_answered_beyond(world: World, older: str, server_url: str) -> None:
    """It was told of nothing itself: the floor outside the database tells it."""

    async def run() -> None:
        app = build(settings=world.settings, url=world.url, engine=world.engine, log=world.log)
        engine = make_engine(world.url)
        busy = build(settings=world.settings, url=world.url, engine=engine, log=world.log)
        idle = app._app._rest
        asked = Asked(hash_of(world.key.encode()), "person", "permit", "information", "d1", "read")
        async with idle.router.lifespan_context(idle):
            async with busy._app._rest.router.lifespan_context(busy._app._rest):
                await busy._app._rest.state.gateway.check(asked)
            engine.dispose()
            await asyncio.to_thread(swap, world, server_url, older)
            for _ in range(3):
                with pytest.raises(RuntimeError):
                    await idle.state.gateway.check(asked)
                await asyncio.sleep(0.1)

    asyncio.run(run())


def test_a_process_does_not_start_on_an_older_database(world: World, older: str, server_url: str, request: pytest.FixtureRequest) -> None:
    append_elsewhere(world, database(world), 3)
    request.getfixturevalue("served").stop()
    time.sleep(0.5)
    swap(world, server_url, older)
    engine = make_engine(world.url)
    with pytest.raises(BelowFloorError, match=r"the database holds \d+ entries, but \d+ were acknowledged; entries are missing"):
        build(settings=world.settings, url=world.url, engine=engine, log=world.log)
    engine.dispose()
