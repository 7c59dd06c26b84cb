"""As much load as service processes can take, from a process of its own: whoever revokes meanwhile has an interpreter to himself."""

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvloop

from benchmarks.load import drive, request
from benchmarks.worlds import Process, check
from tests.long.asking import PATH
from tests.long.fleet import INFORMATIONS, PEOPLE, Laid


@contextmanager
def saturated(laid: Laid, processes: Sequence[Process], connections: int) -> Iterator[list[float]]:
    """Keep every process busy with checks about everybody; the list that is yielded tells, at the end, how many each answered."""
    told = json.dumps({"key": laid.key, "ports": [one.port for one in processes], "connections": connections})
    answered: list[float] = []
    load = subprocess.Popen(
        [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert load.stdin is not None
    load.stdin.write(told + "\n")
    load.stdin.flush()
    try:
        yield answered
    finally:
        try:
            output, _none = load.communicate(timeout=30)
        finally:
            load.kill()
        answered += json.loads(output)


async def load_until_told(ports: Sequence[int], key: str, connections: int) -> list[float]:
    """Ask every port from so many connections until the standard input ends; return how many answers came from each."""
    chance = random.Random(3)
    bodies = [check(f"p{one}", f"d{one % INFORMATIONS}") for one in (chance.randrange(PEOPLE) for _ in range(256))]
    ending = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    answered = [0.0 for _ in ports]
    while not ending.done():
        rounds = (
            drive(port, [request(PATH, one, key=key, port=port) for one in bodies], connections=connections, seconds=1) for port in ports
        )
        for place, round_ in enumerate(await asyncio.gather(*rounds)):
            answered[place] += round_["rate"]
    return answered


if __name__ == "__main__":
    sys.stdout.write(json.dumps(uvloop.run(load_until_told(**json.loads(sys.stdin.readline())))))
