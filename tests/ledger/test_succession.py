"""Signing keys change with an overlap, and a closed log is followed by another; at every boundary it is exact who signs."""

from base64 import b64decode
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from service import clock
from service.actor import Actor
from service.database import read, transaction
from service.ledger import (
    Draft,
    Kind,
    Log,
    LogClosedError,
    LogError,
    Lost,
    NoteError,
    SigningKeyError,
    SuccessionError,
    add_signing_key,
    begin_act,
    checkpoint_head,
    checkpoint_of,
    close_log,
    entries,
    live_keys,
    load_log,
    log_size,
    open_log,
    open_successor,
    prepare_signing_key,
    read_entry,
    read_head,
    record,
    retire_signing_key,
    signed_by,
    verify_note,
)
from service.ledger.signers import LATER, SIGNING_KEY
from service.tlog.log_keys import TOLD, LogKeys

ACTOR = Actor(id="a_1", kind="person")
NEXT = "test.example/next"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def log(engine: Engine, keys: Path) -> Log:
    with transaction(engine) as session:
        return open_log(session, origin="test.example/keys", seat="operator", at=clock.now(), keys=keys)


def write(engine: Engine, log: Log) -> int:
    with transaction(engine) as session:
        begin_act(session)
        return record(session, log=log, draft=Draft(Kind.EXPORT_REQUESTED, ACTOR, clock.now()), rows=[])


def sign(engine: Engine, log: Log) -> str:
    with transaction(engine) as session:
        return checkpoint_head(session, log=log)


def prepare(engine: Engine, log: Log, origin: str | None = None) -> str:
    with read(engine) as session:
        return prepare_signing_key(session, log=log, origin=origin)


def add(engine: Engine, log: Log, vkey: str) -> int:
    with transaction(engine) as session:
        return add_signing_key(session, log=log, actor=ACTOR, at=clock.now(), vkey=vkey)


def retire(engine: Engine, log: Log, vkey: str) -> int:
    with transaction(engine) as session:
        return retire_signing_key(session, log=log, actor=ACTOR, at=clock.now(), vkey=vkey)


def close(engine: Engine, log: Log, successor: str) -> int:
    with transaction(engine) as session:
        return close_log(session, log=log, actor=ACTOR, at=clock.now(), successor=successor)


def succeed(engine: Engine, log: Log) -> int:
    with transaction(engine) as session:
        return open_successor(session, log=log, actor=ACTOR, at=clock.now())


def signers_of(note: str, *vkeys: str) -> list[bool]:
    """Which of some keys a note bears."""
    found = []
    for vkey in vkeys:
        try:
            verify_note(note, vkey=vkey)
        except NoteError:
            found.append(False)
        else:
            found.append(True)
    return found


def followed(engine: Engine, *trusted: str) -> LogKeys:
    """Follow the keys along the entries as a reader does, every stored checkpoint at its place."""
    with read(engine) as session:
        bodies = dict(entries(session, start=0, end=log_size(session)))
        notes = dict(map(tuple, session.execute(text("select size, note from ledger.checkpoints"))))
    known = LogKeys(trusted)
    for size in range(1, len(bodies) + 1):
        told = read_entry(bodies[size - 1])
        if told["kind"] in TOLD:
            assert known.tell(index=size - 1, kind=told["kind"], told=told["object"]) is None
        if size in notes:
            assert known.verify(notes[size]).size == size
    return known


def test_around_an_overlap_each_checkpoint_bears_exactly_the_keys_that_are_live_at_its_size(engine: Engine, log: Log) -> None:
    old, new = log.vkey, prepare(engine, log)
    write(engine, log)
    before = sign(engine, log)
    added = add(engine, log, new)
    during = sign(engine, log)
    write(engine, log)
    retired = retire(engine, log, old)
    after = sign(engine, log)
    assert [signers_of(note, old, new) for note in (before, during, after)] == [[True, False], [True, True], [False, True]]
    with read(engine) as session:
        at = {size: signed_by(session, size=size).vkeys for size in (added, added + 1, retired, retired + 1)}
    assert at == {added: (old,), added + 1: (old, new), retired: (old, new), retired + 1: (new,)}


def test_a_reader_of_the_first_key_alone_comes_to_trust_those_that_follow(engine: Engine, log: Log) -> None:
    first = log.vkey
    for _times in range(3):
        with read(engine) as session:
            [old] = live_keys(session)
        new = prepare(engine, log)
        add(engine, log, new)
        sign(engine, log)
        retire(engine, log, old)
        sign(engine, log)
    assert followed(engine, first).vkeys == (new,)


def test_who_can_write_entries_but_has_no_key_brings_none_in(engine: Engine, log: Log) -> None:
    sign(engine, log)
    known = followed(engine, log.vkey)
    with transaction(engine) as session:
        forged = prepare_signing_key(session, log=log)
    assert known.tell(index=1, kind="ledger:key:added", told=forged) is None
    assert known.tell(index=2, kind="ledger:key:retired", told=log.vkey) == f"the key {log.vkey} was retired before another counted"
    assert known.vkeys == (log.vkey,)
    add(engine, log, forged)
    note = sign(engine, log)
    alone = "".join(line for line in note.splitlines(keepends=True) if not line.startswith("—")) + note.splitlines(keepends=True)[-1]
    assert signers_of(alone, log.vkey, forged) == [False, True]
    with pytest.raises(NoteError):
        known.verify(alone)


def test_a_key_is_retired_only_once_a_checkpoint_bears_both(engine: Engine, log: Log) -> None:
    with pytest.raises(SigningKeyError, match="only key"):
        retire(engine, log, log.vkey)
    add(engine, log, prepare(engine, log))
    with pytest.raises(SigningKeyError, match="bears both"):
        retire(engine, log, log.vkey)
    sign(engine, log)
    retire(engine, log, log.vkey)


@pytest.mark.parametrize("wrong", ["test.example/keys+00000000+AQ==", "used", "foreign", "elsewhere"])
def test_only_a_new_key_of_this_log_that_is_at_hand_is_added(engine: Engine, log: Log, keys: Path, wrong: str) -> None:
    vkey = {"used": log.vkey, "foreign": prepare(engine, log, "other.example/log")}.get(wrong, wrong)
    if wrong == "elsewhere":
        vkey = prepare(engine, log)
        (keys / LATER.format(2)).unlink()
    with pytest.raises(SigningKeyError):
        add(engine, log, vkey)


def test_a_third_key_waits_until_one_of_two_is_retired(engine: Engine, log: Log) -> None:
    add(engine, log, prepare(engine, log))
    with pytest.raises(SigningKeyError, match="two keys"):
        add(engine, log, prepare(engine, log))


def test_a_retired_key_may_leave_the_folder_and_a_live_one_may_not(engine: Engine, log: Log, keys: Path) -> None:
    add(engine, log, prepare(engine, log))
    sign(engine, log)
    retire(engine, log, log.vkey)
    (keys / SIGNING_KEY).unlink()
    with read(engine) as session:
        assert load_log(session, keys=keys).vkey == log.vkey
    (keys / LATER.format(2)).unlink()
    with read(engine) as session, pytest.raises(LogError):
        load_log(session, keys=keys)


def test_a_process_that_started_before_signs_with_a_key_that_was_added_since(engine: Engine, log: Log, keys: Path) -> None:
    with read(engine) as session:
        running = load_log(session, keys=keys)
    new = prepare(engine, log)
    add(engine, log, new)
    assert signers_of(sign(engine, running), log.vkey, new) == [True, True]


def test_nothing_is_appended_to_a_closed_log_through_our_doors_or_past_them(engine: Engine, log: Log, database_url: str) -> None:
    closed = close(engine, log, prepare(engine, log, NEXT))
    with pytest.raises(LogClosedError):
        write(engine, log)
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.RaiseException, match="closed"):
        connection.execute(
            "insert into ledger.batches select first_index + size, size, leaves, frontier, changed_index, changed_at, last_at,"
            " gen_random_uuid() from ledger.batches order by first_index desc limit 1"
        )
    with read(engine) as session:
        assert log_size(session) == closed + 1


def test_without_what_refuses_it_a_closed_log_would_take_more(
    engine: Engine, log: Log, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(engine, log, prepare(engine, log, NEXT))
    monkeypatch.setattr("service.ledger.acts.require_open", lambda *_, **__: None)
    with pytest.raises(DBAPIError, match="closed"):
        write(engine, log)
    with psycopg.connect(database_url) as connection:
        connection.execute("drop trigger not_closed on ledger.batches")
    write(engine, log)


def test_the_successor_goes_on_with_the_same_tree_under_its_own_name_and_key(engine: Engine, log: Log, keys: Path) -> None:
    write(engine, log)
    successor = prepare(engine, log, NEXT)
    closed = close(engine, log, successor)
    with pytest.raises(SuccessionError, match="last"):
        succeed(engine, log)
    last = sign(engine, log)
    opened = succeed(engine, log)
    assert opened == closed + 1
    with read(engine) as session:
        after = load_log(session, keys=keys)
        first = read_entry(dict(entries(session, start=opened, end=opened + 1))[opened])
    assert (after.origin, after.vkey, after.seat) == (NEXT, successor, "operator")
    assert (first["object"], b64decode(first["checkpoint"]).decode()) == (NEXT, last)
    write(engine, after)
    note = sign(engine, after)
    assert verify_note(note, vkey=successor).origin == NEXT
    assert followed(engine, log.vkey).vkeys == (successor,)
    with read(engine) as session:
        assert checkpoint_of(session, size=closed + 1) == last


def test_a_loss_is_declared_in_one_transaction_and_nothing_is_signed_under_the_old_name(engine: Engine, log: Log, keys: Path) -> None:
    sign(engine, log)
    write(engine, log)
    known = sign(engine, log)
    successor = prepare(engine, log, NEXT)
    with transaction(engine) as session:
        close_log(session, log=log, actor=ACTOR, at=clock.now(), successor=successor)
        index = open_successor(session, log=log, actor=ACTOR, at=clock.now(), checkpoint=known, lost=Lost(2, 9))
    with read(engine) as session:
        after = load_log(session, keys=keys)
        assert read_entry(dict(entries(session, start=index, end=index + 1))[index])["lost"] == "2-9"
    note = sign(engine, after)
    assert verify_note(note, vkey=successor).origin == NEXT
    with pytest.raises(NoteError):
        followed(engine, log.vkey)
    assert followed(engine, log.vkey, successor).vkeys == (successor,)


@pytest.mark.parametrize("wrong", ["own name", "own key", "no key", "not at hand"])
def test_a_log_is_closed_only_in_favour_of_a_new_one_whose_key_is_at_hand(engine: Engine, log: Log, keys: Path, wrong: str) -> None:
    successor = {"own name": prepare(engine, log), "no key": "test.example/next"}.get(wrong) or prepare(engine, log, NEXT)
    if wrong == "own key":
        (keys / LATER.format(2)).unlink()
        add(engine, log, prepare(engine, log))
        (keys / LATER.format(2)).rename(keys / LATER.format(3))
        signer = log.signers._all(NEXT)
        successor = list(signer)[1]
    if wrong == "not at hand":
        (keys / LATER.format(2)).unlink()
    with pytest.raises(SuccessionError):
        close(engine, log, successor)


def test_a_successor_is_opened_once_and_behind_a_closed_log_alone(engine: Engine, log: Log) -> None:
    with pytest.raises(SuccessionError, match="not closed"):
        succeed(engine, log)
    close(engine, log, prepare(engine, log, NEXT))
    sign(engine, log)
    succeed(engine, log)
    with pytest.raises(SuccessionError, match="not closed"):
        succeed(engine, log)
    with read(engine) as session:
        assert read_head(session).size == 3


def test_a_batch_that_was_prepared_before_the_closing_finds_its_place_taken(engine: Engine, log: Log, database_url: str) -> None:
    """It waits for the writer's lock, and its first look was at an open log."""
    from service.ledger.batches import APPEND_SHARED, PreparedBatch, grow

    with read(engine) as session:
        head = read_head(session)
    body = b"{}"
    frontier, leaves = grow(head.frontier, [body])
    batch = PreparedBatch(head.size, clock.now(), frontier, head.changed_index, head.changed_at, None, [body], leaves, [], {})
    close(engine, log, prepare(engine, log, NEXT))
    with psycopg.connect(database_url) as connection:
        found = connection.execute(APPEND_SHARED.of(batch), batch.parameters()).fetchone()
    assert found == (0,)


def test_who_reads_keys_by_themselves_knows_the_kinds_that_tell_of_them() -> None:
    assert {Kind.LOG_OPENED, Kind.LOG_CLOSED, Kind.SIGNING_KEY_ADDED, Kind.SIGNING_KEY_RETIRED} == TOLD
