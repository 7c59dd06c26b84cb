"""`sekisho serve` leaves word when it starts and when it stops in order, and stops whether or not it can leave any."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine

from service.database import read
from service.evidence.gaps import gaps
from service.ledger import entries, latest_checkpoint, log_size, read_entry
from service.ledger.locks import ACT_LOCK
from tests.builders.served import free_port
from tests.doors.cli.conftest import Command
from tests.doors.cli.test_certificates import SERVE

STARTED, STOPPED = "ledger:service:started", "ledger:service:stopped"


@pytest.fixture
def port(sekisho: Command) -> int:
    """Where the service of an opened log is to listen; each run of a test at the same place."""
    assert sekisho("ledger", "head").code == 0
    return free_port()


@contextmanager
def running(port: int, ending: signal.Signals = signal.SIGTERM) -> Iterator["subprocess.Popen[str]"]:
    """A service process that takes connections, ended by a signal."""
    command = [sys.executable, "-c", SERVE, "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(600):
            assert process.poll() is None, process.stderr and process.stderr.read()
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield process
    finally:
        process.send_signal(ending)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        assert process.stderr is not None
        process.stderr.close()


def told(engine: Engine) -> list[dict[str, Any]]:
    with read(engine) as session:
        found = entries(session, start=0, end=log_size(session))
        return [clear for clear in (read_entry(body) for _index, body in found) if clear["kind"] in {STARTED, STOPPED}]


def began(engine: Engine) -> list[str | None]:
    """How the silences began that lie before a start, however short."""
    with read(engine) as session:
        found = gaps(session, longer=timedelta(0)).silences
        kinds = {index: read_entry(body)["kind"] for index, body in entries(session, start=0, end=log_size(session))}
    return [one.began for one in found if kinds[one.after] == STARTED]


def test_a_start_and_a_stop_in_order_are_entries_and_the_stop_is_signed(engine: Engine, port: int) -> None:
    for _run in range(2):
        with running(port):
            pass
    found = told(engine)
    assert [one["kind"] for one in found] == [STARTED, STOPPED, STARTED, STOPPED]
    assert {(one["actor"], one["out"]) for one in found} == {("system", "accepted")}
    assert len({one["object"] for one in found}) == 1, "the same place has the same name"
    assert str(port) not in found[0]["object"]
    with read(engine) as session:
        newest = latest_checkpoint(session)
        assert newest is not None
        assert newest[0] == log_size(session)
    assert began(engine) == [None, "stopped"]


def test_what_was_cut_off_left_no_word_and_its_next_start_tells_so(engine: Engine, port: int) -> None:
    with running(port, signal.SIGKILL):
        pass
    with running(port):
        pass
    assert [one["kind"] for one in told(engine)] == [STARTED, STARTED, STOPPED]
    assert began(engine) == [None, "cut_off"]


def test_a_service_that_cannot_leave_word_stops_all_the_same(engine: Engine, database_url: str, port: int) -> None:
    with running(port) as process, psycopg.connect(database_url) as other:
        other.execute("select pg_advisory_lock(%s)", (ACT_LOCK,))
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        assert time.monotonic() - asked < 15
    assert [one["kind"] for one in told(engine)] == [STARTED]


def test_a_service_that_cannot_tell_of_its_start_serves_all_the_same(engine: Engine, database_url: str, port: int) -> None:
    with psycopg.connect(database_url) as other:
        other.execute("select pg_advisory_lock(%s)", (ACT_LOCK,))
        with running(port):
            other.execute("select pg_advisory_unlock(%s)", (ACT_LOCK,))
    assert [one["kind"] for one in told(engine)] == [STOPPED]
