"""No acknowledged entry is lost, however the service dies."""

import asyncio
import os
import random
import time

import pytest

from service.database import read
from service.ledger import entries, log_size, read_entry
from tests.doors.api.conftest import World
from tests.long.asking import Client, Process

ROUNDS = int(os.environ.get("SEKISHO_KILL_ROUNDS", "20"))
CONNECTIONS = 64


async def ask_until_killed(process: Process, world: World, prefix: str, seconds: float, acknowledged: list[str]) -> None:
    """Ask over 64 connections; kill the process in the middle; keep the ids of what was acknowledged."""

    async def one(number: int) -> None:
        client = Client(process.port, world.key)
        for place in range(1_000_000):
            request_id = f"{prefix}.{number}.{place}"
            try:
                status, _body = await client.ask(f"p{(number * 31 + place) % 2_000}", request_id=request_id)
            except (OSError, asyncio.IncompleteReadError):
                break
            if status == 200:
                acknowledged.append(request_id)
        await client.close()

    async def kill() -> None:
        await asyncio.sleep(seconds)
        await asyncio.to_thread(process.kill)

    await asyncio.gather(kill(), *(one(number) for number in range(CONNECTIONS)))


@pytest.mark.parametrize("rounds", [1, pytest.param(ROUNDS, marks=pytest.mark.long)])
def test_killed_at_random_it_loses_nothing_that_was_acknowledged(crowded: World, rounds: int) -> None:
    acknowledged: list[str] = []
    seed = time.time_ns()
    randomly = random.Random(seed)
    for number in range(rounds):
        process = Process(crowded.url, crowded.settings.data_dir)
        process.start()
        asyncio.run(ask_until_killed(process, crowded, f"k{number}", randomly.uniform(0.2, 1.2), acknowledged))
    with read(crowded.engine) as session:
        recorded = {read_entry(body).get("req") for _index, body in entries(session, start=0, end=log_size(session))}
    assert acknowledged, seed
    assert set(acknowledged) <= recorded, seed
