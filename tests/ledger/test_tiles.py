"""Tiles from the database and as files: what a reader is given leads to the checkpoint, and nothing behind it is given."""

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine, event, text

from service import clock
from service.actor import Actor
from service.database import read, transaction
from service.ledger import (
    Brought,
    Draft,
    Kind,
    Log,
    Published,
    PublishError,
    TileMissingError,
    begin_act,
    checkpoint_head,
    entries,
    hashes_of,
    log_size,
    open_log,
    publish,
    record_many,
    tile_of,
    verify_note,
)
from service.tlog.proofs import inclusion_path, tree_root
from service.tlog.tiles import ENTRIES, Tile, bundles_of, read_bundle
from service.tlog.tree import Frontier, leaf_hash, verify_inclusion
from tests.builders.proven import tiles_of

ACTOR = Actor(id="a_1", kind="person")


@pytest.fixture
def log(engine: Engine, tmp_path: Path) -> Log:
    with transaction(engine) as session:
        return open_log(session, origin="test.example/tiles", seat="operator", at=clock.now(), keys=tmp_path / "keys")


def write(engine: Engine, log: Log, many: int) -> None:
    with transaction(engine) as session:
        begin_act(session)
        drafts = [(Draft(Kind.EXPORT_REQUESTED, ACTOR, clock.now(), object=f"{at}"), ()) for at in range(many)]
        record_many(session, log=log, drafts=drafts)


def sign(engine: Engine, log: Log) -> str:
    with transaction(engine) as session:
        return checkpoint_head(session, log=log)


def grow(url: str, bodies: Sequence[bytes], *, batch: int) -> None:
    """Append entries that need not be read, as batches of one size."""
    with psycopg.connect(url) as connection:
        size, packed = connection.execute(
            "select first_index + size, frontier from ledger.batches order by first_index desc limit 1"
        ).fetchone() or (0, b"")
        frontier = Frontier.from_bytes(packed, size=size)
        with connection.cursor() as cursor:
            with cursor.copy("copy ledger.entries (index, body) from stdin") as copy:
                for place, body in enumerate(bodies):
                    copy.write_row((size + place, body))
            rows = []
            for at in range(0, len(bodies), batch):
                leaves = [leaf_hash(body) for body in bodies[at : at + batch]]
                first = frontier.size
                frontier.extend(leaves)
                rows.append((first, len(leaves), b"".join(leaves), frontier.to_bytes(), uuid4()))
            cursor.executemany("insert into ledger.batches values (%s, %s, %s, %s, 0, now(), now(), %s)", rows)


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, over leaf hashes."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def leaves_of(engine: Engine) -> list[bytes]:
    with read(engine) as session:
        return [sha256(b"\x00" + body).digest() for _index, body in entries(session, start=0, end=log_size(session))]


def stored(engine: Engine) -> int:
    with read(engine) as session:
        return int(session.execute(text("select count(*) from ledger.subtrees")).scalar_one())


def test_every_tile_and_bundle_of_a_tree_is_what_the_specification_s_formula_says(engine: Engine, log: Log, database_url: str) -> None:
    write(engine, log, 3)
    grow(database_url, [b"%d" % at for at in range(66_000)], batch=97)
    size = verify_note(sign(engine, log), vkey=log.vkey).size
    leaves = leaves_of(engine)
    assert len(leaves) == size == 66_004
    with read(engine) as session:
        bodies = [body for _index, body in entries(session, start=0, end=size)]
        for tile in tiles_of(size):
            span = 256**tile.level
            wanted = [mth(leaves[(tile.index * 256 + at) * span : (tile.index * 256 + at + 1) * span]) for at in range(tile.width)]
            assert tile_of(session, tile, size=size) == b"".join(wanted), tile.path()
        for tile in bundles_of(size):
            assert read_bundle(tile_of(session, tile, size=size) or b"") == bodies[tile.start : tile.end]
        assert tree_root(hashes_of(session, size=size), size) == mth(leaves)
    assert stored(engine) == 66_004 // 256 + 1


def test_nothing_behind_the_size_asked_for_is_given(engine: Engine, log: Log) -> None:
    write(engine, log, 300)
    with read(engine) as session:
        for tile in (Tile(0, 0), Tile(0, 0, 200), Tile(ENTRIES, 0, 201), Tile(1, 0, 1), Tile(0, 1, 1), Tile(2, 0, 1), Tile(63, 2**50)):
            assert (tile_of(session, tile, size=200) is None) == (tile.end > 200)
        assert tile_of(session, Tile(0, 0, 200), size=200) == b"".join(leaves_of(engine)[:200])


def test_a_checkpoint_and_its_tiles_become_durable_together_or_not_at_all(engine: Engine, log: Log) -> None:
    write(engine, log, 600)
    with pytest.raises(ZeroDivisionError), transaction(engine) as session:
        checkpoint_head(session, log=log)
        raise ZeroDivisionError
    assert stored(engine) == 0
    sign(engine, log)
    assert stored(engine) == 2


def test_what_the_tiles_do_not_lead_to_is_not_signed(engine: Engine, log: Log, database_url: str) -> None:
    write(engine, log, 300)
    sign(engine, log)
    write(engine, log, 1)
    with psycopg.connect(database_url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update ledger.subtrees set hash = sha256(hash)")
    with pytest.raises(TileMissingError, match="do not lead"):
        sign(engine, log)


def test_two_who_sign_at_once_store_the_same_once(engine: Engine, log: Log) -> None:
    write(engine, log, 600)
    with transaction(engine) as first:
        note = checkpoint_head(first, log=log)
    with transaction(engine) as second:
        assert checkpoint_head(second, log=log) == note
    assert stored(engine) == 2


def test_what_signing_and_a_proof_read_does_not_grow_with_the_log(engine: Engine, log: Log, database_url: str) -> None:
    """Statements alone are counted here; the long form and the benchmark take the time."""
    counts: list[int] = []
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
    for _times in range(3):
        grow(database_url, [b"x"] * 33_000, batch=500)
        sign(engine, log)
        grow(database_url, [b"y"] * 100, batch=10)
        asked.clear()
        sign(engine, log)
        with read(engine) as session:
            size = log_size(session)
            path = inclusion_path(hashes_of(session, size=size), index=size // 3, size=size)
        counts.append(len(asked))
        assert verify_inclusion(leaf=leaves_of(engine)[size // 3], index=size // 3, size=size, path=path, root=mth(leaves_of(engine)))
    assert max(counts) <= 25


def test_the_published_folder_is_read_by_itself_alone(engine: Engine, log: Log, database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    for many in (5, 251, 1, 700, 65_000):
        grow(database_url, [b"%d" % at for at in range(many)], batch=61)
        sign(engine, log)
        before = publish(engine, folder).before
        assert before == 0 or before < verified(folder, log.vkey)
        assert leaves_of(engine) == leaves_in(folder)
    assert publish(engine, folder).files == 0
    assert not [one for one in folder.rglob(".*") if one.name != ".lock"]


def verified(folder: Path, vkey: str) -> int:
    """Read the folder as another program would: by its paths and bytes, from the checkpoint on."""
    checkpoint = verify_note((folder / "checkpoint").read_text(), vkey=vkey)
    level, leaves = 0, leaves_in(folder)
    assert mth(leaves) == checkpoint.root
    assert len(leaves) == checkpoint.size
    while (width := checkpoint.size >> (8 * level)) > 0:
        names = [at_path(folder, str(level), at, min(256, width - 256 * at)) for at in range(-(-width // 256))]
        whole = b"".join(name.read_bytes() for name in names)
        assert len(whole) == 32 * width
        level += 1
    return checkpoint.size


def at_path(folder: Path, level: str, index: int, width: int) -> Path:
    groups = f"{index:03d}" if index < 1000 else f"x{index // 1000:03d}/{index % 1000:03d}"
    return folder / "tile" / level / (groups if width == 256 else f"{groups}.p/{width}")


def leaves_in(folder: Path) -> list[bytes]:
    size = int((folder / "checkpoint").read_text().split("\n")[1])
    found = []
    for index in range(-(-size // 256)):
        raw = at_path(folder, "entries", index, min(256, size - 256 * index)).read_bytes()
        while raw:
            length = raw[0] * 256 + raw[1]
            found.append(sha256(b"\x00" + raw[2 : 2 + length]).digest())
            raw = raw[2 + length :]
    return found


@pytest.mark.parametrize("broken_at", [1, 2, 3, 7, 9])
def test_a_run_that_is_broken_off_leaves_the_old_checkpoint_and_the_next_goes_on(
    engine: Engine, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken_at: int
) -> None:
    folder = tmp_path / "public"
    write(engine, log, 250)
    sign(engine, log)
    publish(engine, folder)
    first = (folder / "checkpoint").read_text()
    write(engine, log, 600)
    sign(engine, log)
    rename, calls = Path.rename, 0

    def breaks(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == broken_at:
            raise OSError(28, os.strerror(28))
        return rename(self, target)

    with monkeypatch.context() as patched, pytest.raises(OSError, match="space"):
        patched.setattr(Path, "rename", breaks)
        publish(engine, folder)
    assert (folder / "checkpoint").read_text() == first
    assert verified(folder, log.vkey) == 251
    publish(engine, folder)
    assert verified(folder, log.vkey) == 851


def test_a_folder_of_something_else_of_another_log_or_of_a_longer_one_is_left_as_it_is(
    engine: Engine, log: Log, database_url: str, tmp_path: Path
) -> None:
    write(engine, log, 3)
    with pytest.raises(PublishError, match="no checkpoint"):
        publish(engine, tmp_path / "none")
    sign(engine, log)
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "letter.txt").write_text("x")
    with pytest.raises(PublishError, match="other things"):
        publish(engine, folder)
    folder = tmp_path / "public"
    publish(engine, folder)
    whole = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def refused(change: str, reason: str) -> None:
        with psycopg.connect(database_url) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute(change.encode())
        with pytest.raises(PublishError, match=reason):
            publish(engine, folder)
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == whole

    refused("update ledger.batches set leaves = sha256(leaves) || substr(leaves, 33)", "not those of this log")
    refused("update ledger.checkpoints set note = replace(note, 'test.example/tiles', 'test.example/other')", "folder of its own")


def test_a_database_that_lost_entries_publishes_nothing_over_what_was_published(
    engine: Engine, log: Log, database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "public"
    sign(engine, log)
    write(engine, log, 3)
    sign(engine, log)
    publish(engine, folder)
    before = (folder / "checkpoint").read_text()
    with psycopg.connect(database_url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("delete from ledger.batches where first_index > 0")
        connection.execute("delete from ledger.checkpoints where size > 1")
    with pytest.raises(PublishError, match="entries are missing here"):
        publish(engine, folder)
    assert (folder / "checkpoint").read_text() == before


def test_a_folder_that_is_ahead_of_what_is_published_now_stays_as_it_is(
    engine: Engine, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "public"
    early = sign(engine, log)
    write(engine, log, 3)
    sign(engine, log)
    publish(engine, folder)
    monkeypatch.setattr("service.ledger.publishing.published_checkpoint", lambda _session: Published(1, early))
    assert publish(engine, folder) == Brought(4, 4, 0)
    assert verified(folder, log.vkey) == 4


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("update ledger.entries set body = body || 'x' where index = 2", "not those that were recorded"),
        ("delete from ledger.entries where index = 2", "3 of the 4"),
        ("update ledger.batches set leaves = sha256(leaves) || substr(leaves, 33) where first_index = 0", "not those that were recorded"),
    ],
)
def test_what_does_not_fit_together_is_not_published(
    engine: Engine, log: Log, database_url: str, tmp_path: Path, change: str, reason: str
) -> None:
    write(engine, log, 3)
    sign(engine, log)
    with psycopg.connect(database_url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(change.encode())
    with pytest.raises((PublishError, TileMissingError), match=reason):
        publish(engine, tmp_path / "public")
    assert not (tmp_path / "public" / "checkpoint").exists()


def test_two_runs_do_not_write_one_folder_at_once(engine: Engine, log: Log, tmp_path: Path) -> None:
    write(engine, log, 3)
    sign(engine, log)

    def again(_done: int, _whole: int) -> None:
        with pytest.raises(PublishError, match="another run"):
            publish(engine, tmp_path / "public")

    publish(engine, tmp_path / "public", told=again)
