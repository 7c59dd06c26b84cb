"""A service process, or PostgreSQL, is killed under load, again and again: no answer that left was without its entry.

How often in the long form is told by SEKISHO_TEST_KILLS, fifty times without; `.ci/run` says five.
"""

import asyncio
import http.client
import json
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from benchmarks.load import drive, request
from benchmarks.worlds import Process, check
from service.database import make_engine
from service.database.embedded import EmbeddedPostgres, EmbeddedPostgresError, ensure_database
from service.database.migrate import upgrade
from service.evidence.disclosures import keyring_opener
from service.evidence.rows import snapshot
from service.evidence.verification import verify
from service.ledger.keyring import Keyring
from tests.long.fleet import INFORMATIONS, PEOPLE, Laid, lay, report, start

PATH = "/access/v1/evaluation"
KILLS = int(os.environ.get("SEKISHO_TEST_KILLS", "50"))
Answers = list[dict[str, object]]


async def _answers_while(
    process: Process, laid: Laid, chance: random.Random, connections: int, kill: Callable[[], None], seconds: float = 1.5
) -> Answers:
    """Ask from many connections, kill something at a random moment and return every answer that arrived."""
    requests = []
    for number in range(256):
        person = chance.randrange(PEOPLE)
        headed = request(PATH, check(f"p{person}", f"d{person % INFORMATIONS}"), key=laid.key, port=process.port)
        requests.append(headed.replace(b"Host:", f"X-Request-ID: r{number}\r\nHost:".encode(), 1))
    answers: Answers = []

    def seen(status: int, body: bytes) -> None:
        if status == 200:
            answers.append(json.loads(body))

    async def at_some_moment() -> None:
        await asyncio.sleep(chance.uniform(0.3, 1.3))
        await asyncio.to_thread(kill)

    await asyncio.gather(drive(process.port, requests, connections=connections, seconds=seconds, seen=seen), at_some_moment())
    return answers


def _missing(url: str, answers: Answers) -> list[object]:
    """Return the answers whose entry is not in the log, by index for permits and by reference for denials."""
    with psycopg.connect(url) as connection:
        found = connection.execute("select index, body from ledger.entries").fetchall()
    entries = {index: json.loads(bytes(body)) for index, body in found}
    references = {entry["ref"] for entry in entries.values() if "ref" in entry}
    missing: list[object] = []
    for answer in answers:
        context = answer["context"]
        assert isinstance(context, dict)
        there = (
            entries.get(context["ledger_index"], {}).get("out") == "permit" if answer["decision"] else context["reference"] in references
        )
        if not there:
            missing.append(answer)
    return missing


def kill_repeatedly(engine: Engine, url: str, folder: Path, *, kills: int, connections: int) -> None:
    laid = lay(engine, url, folder, everybody_cleared=False)
    chance = random.Random(5)
    answers: Answers = []
    for _ in range(kills):
        process = start(laid)
        answers += asyncio.run(_answers_while(process, laid, chance, connections, partial(process.running.send_signal, signal.SIGKILL)))
        process.running.wait()
    assert len(answers) > kills
    require_all_on_record(laid, answers, f"{kills} kills")


def require_all_on_record(laid: Laid, answers: Answers, what: str) -> None:
    """Require that every answer has its entry, that a new process serves, and that the log verifies."""
    assert {bool(one["decision"]) for one in answers} == {True, False}
    assert _missing(laid.url, answers) == []
    # Whoever serves next finds the log whole, and above the floor.
    start(laid).end()
    with snapshot(laid.url) as connection:
        verified = verify(
            connection=connection, vkey=laid.log.vkey, opener=lambda opened: keyring_opener(opened, Keyring.scratch(laid.log.keyring))
        )
    report(f"{what}, {len(answers)} answers, all of them on record; {verified.counts.entries} entries verified")
    assert verified.intact, verified.findings.kept


def kill_the_server(servers: ExitStack, folder: Path, number: int, url: str) -> None:
    """Kill PostgreSQL: in turn all of it, and the one process of it that appends for the service, upon which it begins anew itself."""
    if number % 2:
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute(
                "select pid from pg_stat_activity where datname = current_database() and query like '%ledger.batches%'"
                " and pid <> pg_backend_pid() order by state_change desc limit 1"
            ).fetchone()
        pid = found[0] if found else 0
    else:
        (place,) = folder.rglob("postmaster.pid")
        pid = int(place.read_text().split()[0])
    if pid:
        os.kill(pid, signal.SIGKILL)
    if number % 2 == 0:
        start_again(servers, folder)


def start_again(servers: ExitStack, folder: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            servers.enter_context(EmbeddedPostgres(folder))
        except EmbeddedPostgresError:
            # What is left of it has not noticed yet that its parent is gone.
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return


def kill_postgres_repeatedly(folder: Path, *, kills: int, connections: int) -> None:
    """Kill PostgreSQL, whose files are safe on disk as in earnest, while one process serves on through all of it."""
    chance = random.Random(7)
    answers: Answers = []
    refused = 0
    with ExitStack() as servers:
        url = ensure_database(servers.enter_context(EmbeddedPostgres(folder / "server")).url, "sekisho")
        upgrade(url)
        engine = make_engine(url)
        laid = lay(engine, url, folder, everybody_cleared=False)
        process = start(laid)
        for number in range(kills):
            kill = partial(kill_the_server, servers, folder / "server", number, url)
            answers += asyncio.run(_answers_while(process, laid, chance, connections, kill, seconds=3.0))
            refused += not _answers_again(process, laid)
        assert process.running.poll() is None
        process.end()
        assert refused == 0
        assert len(answers) > kills
        require_all_on_record(laid, answers, f"{kills} kills of PostgreSQL")
        engine.dispose()


def _answers_again(process: Process, laid: Laid) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        line = http.client.HTTPConnection("127.0.0.1", process.port, timeout=10)
        headers = {"Authorization": f"Bearer {laid.key}", "Content-Type": "application/json"}
        line.request("POST", PATH, json.dumps(check("p1", "d1")), headers)
        status = line.getresponse().status
        line.close()
        if status == 200:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.long
@pytest.mark.alone
def test_a_postgres_killed_again_and_again_leaves_every_answer_on_record(short_dir: Path) -> None:
    kill_postgres_repeatedly(short_dir, kills=KILLS, connections=64)


@pytest.mark.long
@pytest.mark.alone
def test_a_process_killed_again_and_again_leaves_every_answer_on_record(engine: Engine, database_url: str, short_dir: Path) -> None:
    kill_repeatedly(engine, database_url, short_dir, kills=KILLS, connections=64)
