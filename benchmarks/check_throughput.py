"""An audited check over HTTP against plain ASGI on the same server: interleaved rounds, medians.

uv run python benchmarks/check_throughput.py [--rounds 5] [--seconds 3] [--connections 64] [--people 1000]
"""

import argparse
import base64
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.load import request
from benchmarks.worlds import Process, check, invented, lay, measured, serve, wait_until_compiled
from service.settings import Settings

PATH = "/access/v1/evaluation"
FLOOR = 0.40


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def hello(port: int) -> Process:
    """Start the ceiling on the server that the service itself runs on."""
    told = f"import uvicorn; uvicorn.run('benchmarks.hello:app', host='127.0.0.1', port={port}, log_level='warning', access_log=False)"
    return Process(subprocess.Popen([sys.executable, "-c", told]), port)


def wait_for(process: Process) -> None:
    """Return once a server takes connections."""
    for _ in range(1200):
        assert process.running.poll() is None, "the server ended at once"
        try:
            socket.create_connection(("127.0.0.1", process.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    message = "the server did not start"
    raise RuntimeError(message)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("rounds", 5), ("seconds", 3), ("connections", 64), ("people", 1000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sk-", dir="/tmp") as folder:  # sockets want short paths
        settings = Settings(data_dir=Path(folder), database_url=None)
        informations = max(10, told.people // 50)
        key = lay(settings, invented(told.people, informations))
        chance = random.Random(2)
        people = [chance.randrange(told.people) for _ in range(512)]
        requests = Path(folder) / "requests"
        bodies = [request(PATH, check(f"p{one}", f"d{one % informations}"), key=key, port=1) for one in people]
        requests.write_bytes(b"\n".join(base64.b64encode(one) for one in bodies))
        contenders = {"hello": hello(free_port()), "check": serve(settings, free_port())}
        try:
            report(contenders, requests, told)
        finally:
            for process in contenders.values():
                process.end()


def report(contenders: dict[str, Process], requests: Path, told: argparse.Namespace) -> None:
    """Run the rounds, turn by turn, and print medians."""
    for process in contenders.values():
        wait_for(process)
    wait_until_compiled(contenders["check"])
    for process in contenders.values():
        measured(process.port, requests, connections=told.connections, seconds=1)
    found: dict[str, list[dict[str, float]]] = {name: [] for name in contenders}
    for _ in range(told.rounds):
        for name, process in contenders.items():
            found[name].append(measured(process.port, requests, connections=told.connections, seconds=told.seconds))
    print(f"{os.cpu_count()} cores, {told.connections} connections, {told.people} people, {told.rounds} rounds of {told.seconds} s")
    for name, rounds in found.items():
        values = {one: median(each[one] for each in rounds) for one in ("rate", "p50", "p99")}
        refused = sum(each["refused"] for each in rounds)
        times = f"p50 {values['p50'] * 1e3:6.2f} ms  p99 {values['p99'] * 1e3:6.2f} ms"
        print(f"{name:6} {values['rate']:9,.0f}/s  {times}  not 200: {refused:.0f}")
    ratios = [check["rate"] / hello["rate"] for hello, check in zip(found["hello"], found["check"], strict=True)]
    print(f"check / hello: median {median(ratios):.2f} (rounds {', '.join(f'{one:.2f}' for one in ratios)}); the floor is {FLOOR}")


if __name__ == "__main__":
    main()
