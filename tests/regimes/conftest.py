"""The certification fixture behind the real command, on a real socket, without any database."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.builders.authzen import Point
from tests.builders.served import free_port

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "certification"
KEY = "sk_a_key_for_tests_alone"
READ = {"subject": {"type": "user", "id": "alice"}, "action": {"name": "read"}, "resource": {"type": "record", "id": "record-1"}}
WRITE = {"subject": {"type": "user", "id": "bob"}, "action": {"name": "write"}, "resource": {"type": "record", "id": "record-1"}}


@contextmanager
def started(*options: str, folder: Path, policies: Path, facts: Path, environment: Sequence[tuple[str, str]] = ()) -> Iterator[str]:
    """Start the command as somebody would and yield its address; it has no database and no access to the checkout's own."""
    port = free_port()
    command = [sys.executable, "-m", "service", "serve", "--policies", str(policies), "--facts", str(facts), "--port", str(port), *options]
    told = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    told |= {"SEKISHO_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT), **dict(environment)}
    with subprocess.Popen(command, cwd=folder, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    httpx2.get(f"http://127.0.0.1:{port}/")
                    break
                except httpx2.TransportError:
                    assert process.poll() is None, process.stdout.read() if process.stdout else ""
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="session")
def point(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Point]:
    """The fixture, served."""
    folder = tmp_path_factory.mktemp("regime")
    with (
        started("--api-key", KEY, folder=folder, policies=EXAMPLE / "policies", facts=EXAMPLE / "facts.json") as address,
        httpx2.Client() as line,
    ):
        yield Point(address, KEY, READ, WRITE, line)
