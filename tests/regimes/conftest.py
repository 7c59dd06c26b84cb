"""The certification fixture behind its doors, on a real socket, without any database."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from service import clock
from service.api.limits import Limits
from service.api.line import OPTIONS
from service.api.regime import RegimeDoors
from service.decision.regime import read_regime
from tests.builders.authzen import Point
from tests.builders.served import free_port, serving

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "certification"
KEY = "sk_a_key_for_tests_alone"
READ = {"subject": {"type": "user", "id": "alice"}, "action": {"name": "read"}, "resource": {"type": "record", "id": "record-1"}}
WRITE = {"subject": {"type": "user", "id": "bob"}, "action": {"name": "write"}, "resource": {"type": "record", "id": "record-1"}}


@pytest.fixture(scope="session")
def point() -> Iterator[Point]:
    """The fixture, served as the command serves it."""
    regime = read_regime(EXAMPLE / "policies", EXAMPLE / "facts.json")
    port = free_port()
    doors = RegimeDoors(regime, key=KEY, page_key=bytes(32), address=f"http://127.0.0.1:{port}", clock=clock.now)
    words = {name: value for name, value in OPTIONS.items() if name not in {"lifespan", "log_level"}}
    with serving(Limits(doors, own=doors.paths), port=port, **words) as address, httpx2.Client() as line:
        yield Point(address, KEY, READ, WRITE, line)
