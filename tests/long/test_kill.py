"""A service process is killed under load, again and again: no answer that left was without its entry."""

import asyncio
import json
import os
import random
import signal
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from benchmarks.load import drive, request
from benchmarks.worlds import Process, check
from service.evidence.disclosures import keyring_opener
from service.evidence.rows import snapshot
from service.evidence.verification import verify
from service.ledger.keyring import Keyring
from tests.long.fleet import INFORMATIONS, PEOPLE, Laid, lay, report, start

PATH = "/access/v1/evaluation"
KILLS = int(os.environ.get("SEKISHO_TEST_KILLS", "20"))
Answers = list[dict[str, object]]


async def _answers_until_killed(process: Process, laid: Laid, chance: random.Random, connections: int) -> Answers:
    """Ask from many connections, kill the process at a random moment and return every answer that arrived."""
    requests = []
    for number in range(256):
        person = chance.randrange(PEOPLE)
        headed = request(PATH, check(f"p{person}", f"d{person % INFORMATIONS}"), key=laid.key, port=process.port)
        requests.append(headed.replace(b"Host:", f"X-Request-ID: r{number}\r\nHost:".encode(), 1))
    answers: Answers = []

    def seen(status: int, body: bytes) -> None:
        if status == 200:
            answers.append(json.loads(body))

    async def kill() -> None:
        await asyncio.sleep(chance.uniform(0.3, 1.3))
        process.running.send_signal(signal.SIGKILL)

    await asyncio.gather(drive(process.port, requests, connections=connections, seconds=1.5, seen=seen), kill())
    process.running.wait()
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
        answers += asyncio.run(_answers_until_killed(start(laid), laid, chance, connections))
    assert len(answers) > kills
    assert {bool(one["decision"]) for one in answers} == {True, False}
    assert _missing(url, answers) == []
    # Whoever serves next finds the log whole, and above the floor.
    start(laid).end()
    with snapshot(url) as connection:
        verified = verify(
            connection=connection, vkey=laid.log.vkey, opener=lambda opened: keyring_opener(opened, Keyring.scratch(laid.log.keyring))
        )
    report(f"{kills} kills, {len(answers)} answers, all of them on record; {verified.counts.entries} entries verified")
    assert verified.intact, verified.findings.kept


def test_a_killed_process_leaves_every_answer_on_record(engine: Engine, database_url: str, short_dir: Path) -> None:
    kill_repeatedly(engine, database_url, short_dir, kills=2, connections=16)


@pytest.mark.long
@pytest.mark.alone
def test_a_process_killed_again_and_again_leaves_every_answer_on_record(engine: Engine, database_url: str, short_dir: Path) -> None:
    kill_repeatedly(engine, database_url, short_dir, kills=KILLS, connections=64)
