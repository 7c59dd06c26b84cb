"""Service processes on one database, as they are started in earnest, and the load on them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.worlds import Process, invented
from service import clock
from service.actor import Actor
from service.cli.migrate import activate_shipped
from service.database import transaction
from service.identity.operations import grant_application, issue_key
from service.jobs.history import load_history
from service.ledger import Log, open_log
from service.settings import Settings

ACTOR = Actor(id="fleet", kind="person")
PEOPLE, INFORMATIONS = 400, 8

SERVE = """
import sys
from service import clock
from service.cli.serve import serve_site
from service.cli.site import Site, read_log
from service.database import make_engine
from service.settings import Settings
settings = Settings()
engine = make_engine(settings.database_url)
site = Site(settings, settings.database_url, engine, read_log(engine, settings))
serve_site(site, host="127.0.0.1", port=int(sys.argv[1]), wrong_order=sys.argv[2] == "wrong")
"""
"""`sekisho serve` without its refusal of a database that is not durable: test servers leave the disk alone."""


@dataclass(frozen=True)
class Laid:
    """A world on a database, and a key to ask with."""

    engine: Engine
    log: Log
    url: str
    settings: Settings
    key: str


def lay(engine: Engine, url: str, folder: Path, *, everybody_cleared: bool = True) -> Laid:
    """Open the log and load people who are all listed and cleared."""
    settings = Settings(data_dir=folder, database_url=url)
    given = invented(PEOPLE, INFORMATIONS)
    if everybody_cleared:
        day = given["designations"][0]["on"]
        given["assessments"] = [
            {"id": f"a-{one['id']}", "person": one["id"], "by": "organ", "outcome": "positive", "notified_on": day}
            for one in given["people"]
        ]
    with transaction(engine) as session:
        log = open_log(session, origin="test.example/fleet", seat="operator", at=clock.now(), keys=settings.keys_dir)
    with transaction(engine) as session:
        load_history(session, log=log, at=clock.now(), actor=ACTOR, given=given)
    activate_shipped(engine, log, renew=False)
    with transaction(engine) as session:
        grant_application(session, log=log, actor=ACTOR, at=clock.now(), name="fleet", application_id="fleet")
    with transaction(engine) as session:
        key = issue_key(session, log=log, actor=ACTOR, at=clock.now(), application="fleet")
    return Laid(engine, log, url, settings, key)


def start(laid: Laid, *, wrong_order: bool = False) -> Process:
    """Start one service process and return it once it takes connections."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    environment = os.environ | {"SEKISHO_DATA_DIR": str(laid.settings.data_dir), "SEKISHO_DATABASE_URL": laid.url}
    command = [sys.executable, "-c", SERVE, str(port), "wrong" if wrong_order else "right"]
    process = Process(subprocess.Popen(command, env=environment), port)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.running.poll() is None, "a service process ended at once"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return process
    process.running.kill()
    message = "a service process did not start"
    raise AssertionError(message)


@contextmanager
def fleet(laid: Laid, count: int, *, wrong_order: bool = False) -> Iterator[list[Process]]:
    """Run several service processes on one database."""
    running: list[Process] = []
    try:
        for _ in range(count):
            running.append(start(laid, wrong_order=wrong_order))  # noqa: PERF401 - those that did start are stopped
        yield running
    finally:
        for process in running:
            process.end()


def report(line: str) -> None:
    """Say what a long run found; `pytest -s` shows it."""
    sys.stdout.write(f"{line}\n")
