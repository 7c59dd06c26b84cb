"""An act enters the log whole or not at all; keys lie where their owner alone reads them."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from service import clock
from service.actor import Actor
from service.database import read, transaction
from service.ledger import (
    ClockUnsureError,
    Draft,
    Kind,
    Log,
    LogError,
    begin_act,
    entries,
    load_log,
    log_size,
    open_log,
    read_entry,
    read_head,
    record,
)
from service.personnel.model import Organization
from service.personnel.operations import register_organization

ACTOR = Actor(id="a_1", kind="person")


@pytest.fixture
def log(engine: Engine, tmp_path: Path) -> Log:
    with transaction(engine) as session:
        return open_log(session, origin="test.example/sekisho", seat="operator", at=clock.now(), keys=tmp_path / "keys")


def register(engine: Engine, log: Log, name: str) -> None:
    with transaction(engine) as session:
        register_organization(session, log=log, actor=ACTOR, at=clock.now(), kind="operator", name=name, organization_id=name)


def test_acts_that_come_at_once_follow_one_another_without_a_gap(engine: Engine, log: Log) -> None:
    threads = [threading.Thread(target=register, args=(engine, log, f"o{number}")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read(engine) as session:
        assert log_size(session) == 9
        assert [index for index, _body in entries(session, start=0, end=9)] == list(range(9))
        assert sorted(session.scalars(text("select changed_index from personnel.organizations"))) == list(range(1, 9))
        assert read_head(session).changed_index == 8


def test_an_act_that_fails_at_its_rows_leaves_no_entry(engine: Engine, log: Log) -> None:
    register(engine, log, "o")
    with pytest.raises(IntegrityError), transaction(engine) as session:
        begin_act(session)
        record(
            session,
            log=log,
            draft=Draft(Kind.ORGANIZATION_REGISTERED, ACTOR, clock.now()),
            rows=[Organization(id="x", kind="shop", name="x", name_en=None)],
        )
    with read(engine) as session:
        assert log_size(session) == 2


def test_an_entry_is_not_dated_by_a_clock_that_is_far_off(engine: Engine, log: Log) -> None:
    for off in (timedelta(seconds=5), timedelta(seconds=-60)):
        with pytest.raises(ClockUnsureError), transaction(engine) as session:
            begin_act(session)
            record(session, log=log, draft=Draft(Kind.EXPORT_REQUESTED, ACTOR, clock.now() + off), rows=[])


def test_names_stand_in_no_entry_in_clear(engine: Engine, log: Log) -> None:
    with transaction(engine) as session:
        register_organization(session, log=log, actor=ACTOR, at=clock.now(), kind="operator", name="架空電力", organization_id="o_1")
    with read(engine) as session:
        bodies = [body for _index, body in entries(session, start=0, end=log_size(session))]
    assert all("架空" not in body.decode() for body in bodies)
    assert read_entry(bodies[-1])["for"] == "o_1"


def test_a_key_file_that_others_can_read_is_refused(engine: Engine, log: Log, tmp_path: Path) -> None:
    assert log.origin == "test.example/sekisho"
    (tmp_path / "keys" / "master.key").chmod(0o644)
    with read(engine) as session, pytest.raises(LogError, match="600"):
        load_log(session, keys=tmp_path / "keys")


def test_a_log_is_opened_once(engine: Engine, log: Log, tmp_path: Path) -> None:
    assert log.seat == "operator"
    with pytest.raises(LogError, match="already"), transaction(engine) as session:
        open_log(session, origin="other.example/log", seat="organ", at=clock.now(), keys=tmp_path / "others")
