"""Lines to the database that are cut at any byte, dropped or swallow everything: 503 or the right answer, on record once."""

import asyncio
import json
import logging
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise

import psycopg
import pytest

from service import clock
from service.api.gateway import Gateway, UnavailableError
from service.api.preparing import Asked, Outcome
from service.database import read
from service.identity.callers import hash_of
from service.ledger import Kind, log_size
from tests.builders.proxied import Proxy, proxied
from tests.doors.api.conftest import World
from tests.long.fleet import report

MARKER = Kind.ACCESS_DECIDED.encode()
PEOPLE = ("permit", "expired", "not-listed")
LINES = pytest.mark.parametrize("way", ["fresh", "prepared", "in turn"])


@pytest.fixture
def proxy(world: World) -> Iterator[Proxy]:
    """A proxy that the world's processes come through; the test itself looks past it."""
    with proxied(world.url) as proxy:
        yield proxy


def decisions(world: World) -> list[tuple[int, str, str]]:
    """Return index, person and outcome of every decision."""
    with psycopg.connect(world.url) as connection:
        rows = connection.execute("select index, body from ledger.entries order by index").fetchall()
    found = [(index, json.loads(bytes(body))) for index, body in rows]
    return [(index, one["person"], one["out"]) for index, one in found if one["kind"] == Kind.ACCESS_DECIDED]


async def checked(gateway: Gateway, world: World) -> list[Outcome | BaseException | None]:
    """Ask about some people in one batch and return what came of each."""
    key = hash_of(world.key.encode())
    asked = [Asked(key, "person", person, "information", "d1", "read") for person in PEOPLE]
    return await asyncio.gather(*(gateway.check(one) for one in asked), return_exceptions=True)


async def ready(gateway: Gateway, world: World, way: str) -> None:
    """Bring the gateway's line into a state: its statement new to the server, known to it, or behind a miss."""
    gateway._turns = 0
    for _ in range(50):
        if way != "fresh" and all(isinstance(one, Outcome) for one in await checked(gateway, world)):
            break
        await asyncio.sleep(0.02)
        if way == "fresh" and gateway._connection is not None and not gateway._connection.closed:
            break
    gateway._turns = 1 if way == "in turn" else 0


def cut_each(world: World, proxy: Proxy, way: str, step: int) -> None:
    """Cut the answer to the append after every `step`-th byte and look what became of the batch."""

    async def run() -> None:
        gateway = Gateway(url=proxy.url, log=world.log, clock=clock.now)
        await gateway.start()
        await ready(gateway, world, way)
        proxy.arm(MARKER, None)
        assert all(isinstance(one, Outcome) for one in await checked(gateway, world))
        length, answered = proxy.answered, 0
        assert length > 40
        for cut in range(0, length, step):
            await ready(gateway, world, way)
            before = len(decisions(world))
            proxy.arm(MARKER, cut)
            outcomes = await checked(gateway, world)
            assert proxy.cut_after is None, f"the answer was not cut after {cut} bytes"
            answered += judged(world, outcomes, before, way=f"{way}, after {cut} of {length} bytes")
        await gateway.stop()
        report(f"{way}: cut after each of {len(range(0, length, step))} of {length} bytes; {answered} checks answered, the others 503")
        # Whatever became of the batch is found out, and what was not written is written then.
        assert answered == len(PEOPLE) * len(range(0, length, step))

    asyncio.run(run())
    with read(world.engine) as session:
        size = log_size(session)
    with psycopg.connect(world.url) as connection:
        rows = connection.execute("select first_index, size from ledger.batches order by first_index").fetchall()
    assert all(one[0] + one[1] == other[0] for one, other in pairwise(rows))
    assert rows[-1][0] + rows[-1][1] == size


def judged(world: World, outcomes: Sequence[Outcome | BaseException | None], before: int, *, way: str) -> int:
    """Return how many were answered, each rightly, when what is on record is on record once."""
    logged = decisions(world)[before:]
    assert len(logged) in (0, len(PEOPLE)), way
    answered = [one for one in outcomes if isinstance(one, Outcome)]
    assert all(isinstance(one, (Outcome, UnavailableError)) for one in outcomes), way
    for person, outcome in zip(PEOPLE, outcomes, strict=True):
        if isinstance(outcome, Outcome):
            assert outcome.answer.api is (person == "permit"), way
            assert (outcome.index, person, "permit" if person == "permit" else "deny") in logged, way
    return len(answered)


@LINES
def test_an_answer_cut_at_some_bytes_is_on_record_once_and_answered_rightly(world: World, proxy: Proxy, way: str) -> None:
    cut_each(world, proxy, way, 23)


@pytest.mark.long
@LINES
def test_an_answer_cut_at_any_byte_is_on_record_once_and_answered_rightly(world: World, proxy: Proxy, way: str) -> None:
    cut_each(world, proxy, way, 1)


@pytest.mark.in_time
@pytest.mark.parametrize("mode", ["drop", "swallow"])
def test_a_process_that_cannot_reach_the_database_denies_within_the_deadline(
    world: World, proxy: Proxy, mode: str, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    direct, world.url = world.url, proxy.url
    served: World = request.getfixturevalue("served")
    assert served.ask("permit", "d1").json()["decision"]
    world.url = direct
    before = len(decisions(world))
    if mode == "drop":
        proxy.drop()
    else:
        proxy.mode = "swallow"
    with caplog.at_level(logging.CRITICAL):
        for _ in range(4):
            began = time.monotonic()
            # The same question was answered a moment ago: the answer is known, and must not leave.
            answer = served.ask("permit", "d1")
            assert time.monotonic() - began < 2.0
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert "decision" not in answer.json()
    assert len(decisions(world)) == before
    proxy.mode = "pass"
    deadline = time.monotonic() + 20
    while served.ask("permit", "d1").status_code != 200:
        assert time.monotonic() < deadline, "the process did not come back"
        time.sleep(0.1)


@pytest.mark.in_time
@pytest.mark.parametrize("silent_from", [b"time zone", b"row_accounts"], ids=["as it is set up", "at its first refresh"])
def test_a_line_that_goes_silent_while_it_is_opened_is_given_up(
    world: World, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, silent_from: bytes
) -> None:
    monkeypatch.setattr("service.api.connecting.CONNECT_SECONDS", 1)
    monkeypatch.setattr("service.api.gateway.PATIENCE_SECONDS", 1.0)

    async def run() -> None:
        gateway = Gateway(url=proxy.url, log=world.log, clock=clock.now)
        await gateway.start()
        proxy.silent_from = silent_from
        await asyncio.wait_for(gateway._reconnect(), 8)
        assert proxy.mode == "swallow"
        assert isinstance((await checked(gateway, world))[0], UnavailableError)
        proxy.mode = "pass"
        for _ in range(60):
            if isinstance((await checked(gateway, world))[0], Outcome):
                break
            await asyncio.sleep(0.1)
        else:
            pytest.fail("the gateway waits on a line that says nothing")
        await gateway.stop()

    asyncio.run(run())
