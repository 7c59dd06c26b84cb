"""Compare-and-append on a real database: all of a batch goes in, or nothing of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from service import clock
from service.database import transaction
from service.ledger import Frontier, Log, disclose, leaf_hash, open_log
from service.ledger.acts import read_head
from service.ledger.batches import APPEND_ALONE, APPEND_SHARED, FIND_BATCH, TAKE_TURN, Append, PreparedBatch, Sealed, grow
from service.ledger.floor import BelowFloorError, Floor, keep_floor, read_floor, require_floor

BODIES = [b'{"n":1}', '{"n":"関所"}'.encode(), b'{"quote":"\\"\\\\"}']
TABLES = ("batches", "entries", "disclosures", "keys")


@pytest.fixture
def log(engine: Engine, tmp_path: Path) -> Log:
    with transaction(engine) as session:
        return open_log(session, origin="test.example/batches", seat="operator", at=clock.now(), keys=tmp_path / "keys")


@pytest.fixture
def connection(log: Log, database_url: str) -> Iterator[psycopg.Connection]:
    assert log.origin
    with psycopg.connect(database_url, autocommit=True) as opened:
        opened.execute("set lock_timeout = '200ms'")
        yield opened


def prepared(
    engine: Engine, log: Log, *, at: datetime | None = None, horizon: datetime | None = None, disclosing: bool = True
) -> PreparedBatch:
    with transaction(engine) as session:
        head = read_head(session)
    frontier, leaves = grow(head.frontier, BODIES)
    ring = log.keyring.scratch()
    fresh = log.keyring.make("someone")
    ring.unwrap("someone", fresh)
    made = disclose("facts", {"a": 1})
    sealed = [Sealed(1, "someone", made, ring.seal("someone", made))]
    new = (sealed, {"someone": fresh}) if disclosing else ([], {})
    return PreparedBatch(head.size, at or clock.now(), frontier, head.changed_index, head.changed_at, horizon, BODIES, leaves, *new)


def went_in(connection: psycopg.Connection, batch: PreparedBatch, how: Append = APPEND_SHARED) -> bool:
    row = connection.execute(how.of(batch), batch.parameters(), prepare=True).fetchone()
    assert row is not None
    return bool(row[0])


def counts(connection: psycopg.Connection) -> list[int]:
    return [connection.execute(f"select count(*) from ledger.{table}").fetchone()[0] for table in TABLES]  # type: ignore[index]


def test_a_batch_goes_in_whole_and_byte_for_byte(connection: psycopg.Connection, engine: Engine, log: Log) -> None:
    batch = prepared(engine, log)
    assert went_in(connection, batch)
    stored = connection.execute("select index, body from ledger.entries order by index").fetchall()
    assert [(index, bytes(body)) for index, body in stored][1:] == list(enumerate(BODIES, 1))
    tree = Frontier()
    tree.extend([leaf_hash(bytes(body)) for _index, body in stored])
    with transaction(engine) as session:
        assert read_head(session).frontier.root() == tree.root()
    place = connection.execute("select index, key_id from ledger.disclosures").fetchall()
    assert place == [(2, "someone")]


def test_a_batch_that_discloses_nothing_anew_goes_in_under_the_same_conditions(
    connection: psycopg.Connection, engine: Engine, log: Log
) -> None:
    now = clock.now()
    refused = [
        prepared(engine, log, horizon=now - timedelta(milliseconds=1), disclosing=False),
        prepared(engine, log, at=now + timedelta(seconds=4), disclosing=False),
        prepared(engine, log, at=now - timedelta(seconds=4), disclosing=False),
    ]
    batch, second = (prepared(engine, log, disclosing=False) for _ in range(2))
    assert APPEND_SHARED.of(batch) == APPEND_SHARED.plain != APPEND_SHARED.of(prepared(engine, log))
    assert [went_in(connection, one) for one in (*refused, batch, second)] == [False, False, False, True, False]
    stored = connection.execute("select body from ledger.entries where index >= %s order by index", (batch.first_index,)).fetchall()
    assert [bytes(body) for (body,) in stored] == BODIES
    with transaction(engine) as session:
        assert read_head(session).frontier.root() == batch.frontier.root()
    assert counts(connection)[2:] == [0, 0]


def test_of_two_writers_at_one_size_one_goes_in_and_nothing_of_the_other(connection: psycopg.Connection, engine: Engine, log: Log) -> None:
    first, second = prepared(engine, log), prepared(engine, log)
    assert went_in(connection, first)
    before = counts(connection)
    assert not went_in(connection, second)
    assert counts(connection) == before
    assert connection.execute(FIND_BATCH, {"batch_id": first.batch_id}).fetchone() == (1,)
    assert connection.execute(FIND_BATCH, {"batch_id": second.batch_id}).fetchone() is None


@pytest.mark.parametrize("seconds", [-4, 4])
def test_a_time_off_the_databases_clock_does_not_go_in(connection: psycopg.Connection, engine: Engine, log: Log, seconds: int) -> None:
    assert not went_in(connection, prepared(engine, log, at=clock.now() + timedelta(seconds=seconds)))


def test_a_permit_whose_horizon_has_passed_does_not_go_in(connection: psycopg.Connection, engine: Engine, log: Log) -> None:
    now = clock.now()
    before = counts(connection)
    assert not went_in(connection, prepared(engine, log, horizon=now - timedelta(milliseconds=1)))
    assert counts(connection) == before
    assert went_in(connection, prepared(engine, log, horizon=now + timedelta(seconds=20)))


def test_an_optimistic_batch_waits_while_an_act_holds_the_writers_lock(
    connection: psycopg.Connection, engine: Engine, log: Log, database_url: str
) -> None:
    with psycopg.connect(database_url) as act:
        act.execute(TAKE_TURN)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            went_in(connection, prepared(engine, log))
    assert went_in(connection, prepared(engine, log))


def test_optimistic_batches_do_not_hold_each_other_up_by_the_lock(
    connection: psycopg.Connection, engine: Engine, log: Log, database_url: str
) -> None:
    with psycopg.connect(database_url) as other:
        assert went_in(other, prepared(engine, log), APPEND_SHARED)
        # The other's transaction still stands, with its shared lock; the row at this size is what we wait for.
        with pytest.raises(psycopg.errors.LockNotAvailable):
            went_in(connection, prepared(engine, log))


def test_a_writer_in_turn_appends_under_its_own_lock(connection: psycopg.Connection, engine: Engine, log: Log) -> None:
    batch = prepared(engine, log)
    with connection.transaction():
        connection.execute(TAKE_TURN)
        assert went_in(connection, batch, APPEND_ALONE)
    assert counts(connection)[0] == 2


def test_a_database_below_the_floor_is_not_served(engine: Engine, log: Log, tmp_path: Path) -> None:
    with transaction(engine) as session:
        head = read_head(session)
        root = head.frontier.root().hex()
        keep_floor(tmp_path, Floor(log.origin, head.size, root))
        require_floor(session, folder=tmp_path, origin=log.origin)
        keep_floor(tmp_path, Floor(log.origin, head.size + 5, root))
        with pytest.raises(BelowFloorError, match="1 entries, but 6"):
            require_floor(session, folder=tmp_path, origin=log.origin)


def test_a_database_with_another_root_at_the_floor_is_not_served(engine: Engine, log: Log, tmp_path: Path) -> None:
    keep_floor(tmp_path, Floor(log.origin, 1, "00" * 32))
    with transaction(engine) as session, pytest.raises(BelowFloorError, match="not those"):
        require_floor(session, folder=tmp_path, origin=log.origin)


def test_a_floor_never_falls(tmp_path: Path) -> None:
    keep_floor(tmp_path, Floor("a", 5, "05"))
    keep_floor(tmp_path, Floor("a", 3, "03"))
    assert read_floor(tmp_path) == Floor("a", 5, "05")


def test_a_floor_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "floor.json").write_text("{")
    with pytest.raises(BelowFloorError, match="look into it"):
        read_floor(tmp_path)
