"""More checks than can be answered: those beyond the queue hear so at once, and no permit leaves."""

import asyncio
import json
import time

import psycopg
import pytest

from service.api import gateway as module
from service.api.authzen import PATH
from service.ledger.batches import TAKE_TURN
from tests.doors.api.conftest import World

WAITING = 64


async def ask(world: World) -> tuple[int, bytes, float]:
    body = json.dumps(
        {"subject": {"type": "person", "id": "permit"}, "resource": {"type": "information", "id": "d1"}, "action": {"name": "read"}}
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    began = time.perf_counter()
    head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {world.key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body.encode())
    answer = await reader.read()
    took = time.perf_counter() - began
    writer.close()
    return int(answer.split(b" ")[1]), answer, took


@pytest.mark.in_time
def test_a_check_beyond_the_queue_is_shed_within_ten_milliseconds(served: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUE", WAITING)
    monkeypatch.setattr(module, "BATCH", 1)

    async def run() -> None:
        with psycopg.connect(served.url) as act:
            act.execute(TAKE_TURN)
            # One is under way and the queue is full.
            waiting = [asyncio.create_task(ask(served)) for _ in range(WAITING + 1)]
            await asyncio.sleep(0.3)
            shed = [await ask(served) for _ in range(21)]
            assert [status for status, _answer, _took in shed] == [503] * 21
            assert all(b"retry-after: 1\r\n" in answer and b"decision" not in answer for _status, answer, _took in shed)
            assert sorted(took for _status, _answer, took in shed)[10] < 0.01
            assert {status for status, _answer, _took in await asyncio.gather(*waiting)} == {503}

    asyncio.run(run())
