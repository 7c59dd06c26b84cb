"""Who is not assessed, negative, expired, not listed or unknown: the same bytes, after the same time, over real HTTP."""

import asyncio
import json
import random
import re
import time
from contextlib import AbstractContextManager
from itertools import combinations
from statistics import median
from typing import cast

import pytest

from benchmarks.worlds import Process
from service.api.authzen import DENIAL_SECONDS, PATH
from tests.doors.api.conftest import World, given, world, world_laid
from tests.long.fleet import SERVE, Laid, fleet, report

pytestmark = [pytest.mark.long, pytest.mark.alone]
CLASSES = {"not assessed": "none", "negative": "negative", "expired": "expired", "not listed": "not-listed", "unknown": "nobody"}
SAMPLES, WARMING, CONNECTIONS = 8_000, 20, 4
TELLING = 0.525
"""Of so many samples a class chance alone gives 0.515 at most; 200 microseconds in 20 milliseconds give 0.53 and more."""
MEDIANS_APART = 0.01 * DENIAL_SECONDS
REFERENCE = re.compile(rb"\b[2-9A-HJ-NP-Z]{8}\b")
DATE = re.compile(rb"\r\ndate: [^\r]*")
AT_ONCE = """
from service.api import authzen
authzen.next_stroke = lambda arrived, now, **_seconds: now
"""
"""A service whose denials leave when they are ready."""
SLOW = """
import time
from service.api.direct import Direct
honest = Direct.answer
def slow(self, always, body):
    until = time.perf_counter() + 200e-6
    while self.asked.subject == "nobody" and time.perf_counter() < until:
        pass
    honest(self, always, body)
Direct.answer = slow
"""
"""A service that takes 200 microseconds longer to send the answer about whoever is unknown."""

__all__ = ["given", "world", "world_laid"]


class Line(asyncio.Protocol):
    """One kept-alive connection that asks about all classes in ever new orders, each after the answer to the last."""

    def __init__(self, requests: dict[str, bytes], samples: int, seed: int) -> None:
        self.requests, self.chance = requests, random.Random(seed)
        self.times: dict[str, list[float]] = {name: [] for name in requests}
        self.answers: set[bytes] = set()
        self.left = samples
        self.turn: list[str] = []
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        self.held += data
        head, end, body = self.held.partition(b"\r\n\r\n")
        if not end or len(body) < int(head.split(b"content-length: ")[1].split(b"\r\n")[0]):
            return
        self.times[self.asked].append(time.perf_counter() - self.began)
        if len(self.answers) < 8:
            self.answers.add(DATE.sub(b"", REFERENCE.sub(b"R", self.held)))
        self._ask()

    def _ask(self) -> None:
        if not self.turn:
            self.left -= 1
            if self.left < 0:
                self.transport.close()
                self.ended.set_result(None)
                return
            self.turn = [*self.requests]
            self.chance.shuffle(self.turn)
        self.asked, self.held = self.turn.pop(), b""
        self.began = time.perf_counter()
        self.transport.write(self.requests[self.asked])


def request(person: str, key: str) -> bytes:
    body = json.dumps(
        {"subject": {"type": "person", "id": person}, "resource": {"type": "information", "id": "d1"}, "action": {"name": "read"}}
    )
    head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


def measured(port: int, key: str, *, connections: int, samples: int) -> tuple[dict[str, list[float]], set[bytes]]:
    """Return the times of each class, taken in turns, and the answers as they look without reference and date."""

    async def run() -> list[Line]:
        loop = asyncio.get_running_loop()
        requests = {name: request(person, key) for name, person in CLASSES.items()}
        lines = []
        for seed in range(connections):
            _transport, line = await loop.create_connection(
                lambda seed=seed: Line(requests, samples // connections + WARMING, seed), "127.0.0.1", port
            )
            lines.append(line)
        await asyncio.gather(*(line.ended for line in lines))
        return lines

    lines = asyncio.run(run())
    return {name: [one for line in lines for one in line.times[name][WARMING:]] for name in CLASSES}, {
        one for line in lines for one in line.answers
    }


def auc(one: list[float], other: list[float]) -> float:
    """How well a time tells two classes apart: the chance that a sample of one lies above one of the other, 0.5 to 1."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(place for place, (_value, kind) in enumerate(ranked, 1) if kind == 0)
    share = (ranks - len(one) * (len(one) + 1) / 2) / (len(one) * len(other))
    return max(share, 1 - share)


def worst(times: dict[str, list[float]], name: str) -> tuple[float, float]:
    """The largest difference of medians in seconds, and the best that any pair can be told apart."""
    pairs = list(combinations(times.values(), 2))
    difference, best = max(abs(median(one) - median(other)) for one, other in pairs), max(auc(one, other) for one, other in pairs)
    medians = ", ".join(f"{one} {median(values) * 1e6:.0f} us" for one, values in times.items())
    report(f"{name}: {medians}; largest difference {difference * 1e6:.0f} us, AUC {best:.3f}")
    return difference, best


def serving(world: World) -> AbstractContextManager[list[Process]]:
    return fleet(Laid(world.engine, world.log, world.url, world.settings, world.key), 1)


def test_neither_bytes_nor_times_tell_anybody_apart(world: World) -> None:
    with serving(world) as processes:
        times, answers = measured(processes[0].port, world.key, connections=CONNECTIONS, samples=SAMPLES)
    difference, best = worst(times, "as it is")
    assert len(answers) == 1
    assert b'"decision":false' in answers.pop()
    assert min(len(one) for one in times.values()) >= SAMPLES
    assert best < TELLING
    assert difference < MEDIANS_APART


def test_denials_that_leave_when_they_are_ready_can_be_told_apart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.long.fleet.SERVE", AT_ONCE + SERVE)
    with serving(world) as processes:
        times, _answers = measured(processes[0].port, world.key, connections=1, samples=2_000)
    assert worst(times, "without strokes")[1] >= TELLING


def test_two_hundred_microseconds_would_be_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.long.fleet.SERVE", SLOW + SERVE)
    with serving(world) as processes:
        times, _answers = measured(processes[0].port, world.key, connections=CONNECTIONS, samples=3_000)
    assert worst(times, "200 us more for the unknown")[1] >= TELLING
