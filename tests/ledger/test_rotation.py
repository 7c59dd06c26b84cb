"""Rotation: a new master key for all keys, broken off anywhere and gone on with, and nothing lost."""

import shutil
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from service import clock
from service.actor import Actor
from service.database import read, transaction
from service.ledger import (
    Draft,
    KeyNotDestroyableError,
    Kind,
    Log,
    LogError,
    begin_act,
    destroy_key,
    entries,
    load_log,
    log_size,
    master_status,
    open_log,
    read_entry,
    record,
    rotate_master,
    rotation,
)
from service.ledger.keyring import read_wrapped
from service.ledger.rotation import Rotated

ACTOR = Actor(id="a_1", kind="person")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def log(engine: Engine, keys: Path, monkeypatch: pytest.MonkeyPatch) -> Log:
    monkeypatch.setitem(rotation._others.__kwdefaults__, "chunk", 4)
    with transaction(engine) as session:
        return open_log(session, origin="test.example/rotation", seat="operator", at=clock.now(), keys=keys)


def note(engine: Engine, log: Log, subject: str) -> None:
    with transaction(engine) as session:
        begin_act(session)
        draft = Draft(Kind.EXPORT_REQUESTED, ACTOR, clock.now(), subject=subject, note={"of": subject})
        record(session, log=log, draft=draft, rows=[])


def rotate(engine: Engine, log: Log) -> Rotated:
    return rotate_master(engine, log=log, actor=ACTOR, clock=clock.now)


def rows_of(engine: Engine) -> dict[str, bytes]:
    with read(engine) as session:
        return {row.id: bytes(row.wrapped) for row in session.execute(text("select id, wrapped from ledger.keys"))}


def all_open(engine: Engine, log: Log) -> int:
    """Open every disclosure with the keys as they stand and return how many there are."""
    keys = rows_of(engine)
    with read(engine) as session:
        found = session.execute(text("select key_id, digest, sealed from ledger.disclosures")).all()
    for row in found:
        ring = log.keyring.scratch()
        ring.unwrap(row.key_id, keys[row.key_id])
        assert ring.open(row.key_id, digest=bytes(row.digest), sealed=bytes(row.sealed))
    return len(found)


def kinds(engine: Engine) -> list[tuple[str, str | None]]:
    with read(engine) as session:
        found = [read_entry(body) for _index, body in entries(session, start=0, end=log_size(session))]
    return [(entry["kind"], entry.get("object")) for entry in found if entry["kind"] == "ledger:master:rotated"]


def test_every_key_is_wrapped_anew_and_opens_without_the_old_file(engine: Engine, log: Log, keys: Path) -> None:
    for number in range(11):
        note(engine, log, f"p_{number}")
    assert rotate(engine, log) == Rotated("2", 11, resumed=False)
    assert {read_wrapped(one).master for one in rows_of(engine).values()} == {"2"}
    assert kinds(engine) == [("ledger:master:rotated", "2")]
    (keys / "master.key").rename(keys.parent / "away")
    with read(engine) as session:
        fresh = load_log(session, keys=keys)
        # The key of the entry itself came under the new master key too.
        assert master_status(session, log=fresh).keys == {"2": 12}
    assert all_open(engine, fresh) == 13


def test_an_old_copy_of_the_rows_opens_with_the_old_file_alone(engine: Engine, log: Log, keys: Path, tmp_path: Path) -> None:
    note(engine, log, "p_1")
    old = rows_of(engine)["p_1"]
    rotate(engine, log)
    shutil.copytree(keys, tmp_path / "new-only")
    (tmp_path / "new-only" / "master.key").unlink()
    with read(engine) as session:
        load_log(session, keys=keys).keyring.unwrap("p_1", old)
        with pytest.raises(LogError, match="master key 1 is not in"):
            load_log(session, keys=tmp_path / "new-only").keyring.unwrap("p_1", old)


def test_a_process_that_runs_wraps_under_the_new_key_as_soon_as_it_is_there(engine: Engine, log: Log, keys: Path) -> None:
    with read(engine) as session:
        running = load_log(session, keys=keys)
    note(engine, running, "p_1")
    rotate(engine, log)
    note(engine, running, "p_2")
    assert {read_wrapped(one).master for one in rows_of(engine).values()} == {"2"}
    assert all_open(engine, running) == 4


@pytest.mark.parametrize("breaks_at", [1, 2, 3, 4, 5])
def test_a_rotation_broken_off_anywhere_is_gone_on_with(engine: Engine, log: Log, breaks_at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        note(engine, log, f"p_{number}")
    turns = 0
    rewrap = rotation._rewrap

    def breaking(*words: object, **named: object) -> object:
        nonlocal turns
        turns += 1
        if turns == breaks_at:
            raise OSError(5, "Input/output error")
        return rewrap(*words, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as crash:
        crash.setattr(rotation, "_rewrap", breaking)
        with pytest.raises(OSError, match="Input"):
            rotate(engine, log)
    assert all_open(engine, log) == 10
    assert kinds(engine) == []
    with read(engine) as session:
        assert master_status(session, log=log).unfinished
    done = rotate(engine, log)
    assert (done.master, done.resumed) == ("2", True)
    assert kinds(engine) == [("ledger:master:rotated", "2")]
    with read(engine) as session:
        status = master_status(session, log=log)
    assert (status.current, set(status.keys), status.unfinished) == ("2", {"2"}, False)
    assert rotate(engine, log).master == "3"


def test_two_rotations_at_once_end_in_one_state(engine: Engine, log: Log) -> None:
    for number in range(20):
        note(engine, log, f"p_{number}")
    threads = [threading.Thread(target=rotate, args=(engine, log)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read(engine) as session:
        status = master_status(session, log=log)
    assert not status.unfinished
    assert set(status.keys) == {status.current}
    all_open(engine, log)


def test_a_key_left_behind_under_the_old_master_is_found_and_wrapped(engine: Engine, log: Log) -> None:
    note(engine, log, "p_1")
    straggler = rows_of(engine)["p_1"]
    rotate(engine, log)
    with transaction(engine) as session:
        session.execute(text("update ledger.keys set wrapped = :old where id = 'p_1'"), {"old": straggler})
    assert rotate(engine, log) == Rotated("2", 1, resumed=True)
    assert kinds(engine) == [("ledger:master:rotated", "2")]


def test_what_comes_under_the_old_master_before_the_last_step_is_wrapped_in_it(
    engine: Engine, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that has not looked at the folder yet, as a shared one may show it late."""
    note(engine, log, "p_1")
    straggler = rows_of(engine)["p_1"]
    finish = rotation._finish

    def late(*words: object, **named: object) -> int:
        with transaction(engine) as session:
            session.execute(text("update ledger.keys set wrapped = :old where id = 'p_1'"), {"old": straggler})
        return finish(*words, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(rotation, "_finish", late)
    assert rotate(engine, log).rewrapped == 2
    assert {read_wrapped(one).master for one in rows_of(engine).values()} == {"2"}


def test_a_slow_rotation_does_not_undo_a_later_one(engine: Engine, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        note(engine, log, f"p_{number}")
    rewrap_all = type(log.keyring).rewrap_all
    done: list[int] = []

    def between(ring: object, rows: dict[str, bytes]) -> dict[str, bytes]:
        fresh = rewrap_all(ring, rows)  # type: ignore[arg-type]
        if not done:
            done.append(1)
            assert [rotate(engine, log).master for _ in range(2)] == ["2", "3"]
        return fresh

    monkeypatch.setattr(type(log.keyring), "rewrap_all", between)
    rotate(engine, log)
    assert {read_wrapped(one).master for one in rows_of(engine).values()} == {"3"}
    assert kinds(engine) == [("ledger:master:rotated", "2"), ("ledger:master:rotated", "3")]
    all_open(engine, log)


def test_a_destruction_during_a_rotation_stays_one(engine: Engine, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        note(engine, log, f"p_{number}")
    before = rows_of(engine)["p_2"]
    rewrap_all = type(log.keyring).rewrap_all
    done: list[int] = []

    def between(ring: object, rows: dict[str, bytes]) -> dict[str, bytes]:
        fresh = rewrap_all(ring, rows)  # type: ignore[arg-type]
        if not done:
            done.append(1)
            with transaction(engine) as session:
                destroy_key(session, log=log, actor=ACTOR, at=clock.now(), key_id="p_2", reason="x")
        return fresh

    monkeypatch.setattr(type(log.keyring), "rewrap_all", between)
    rotate(engine, log)
    assert "p_2" not in rows_of(engine)
    with pytest.raises(ValueError, match="destroyed"):
        log.keyring.scratch().unwrap("p_2", before)
    with pytest.raises(KeyNotDestroyableError, match="already"), transaction(engine) as session:
        destroy_key(session, log=log, actor=ACTOR, at=clock.now(), key_id="p_2", reason="x")
