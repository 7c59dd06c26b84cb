"""How long the log may be: appending, signing, reading tiles and proofs at growing sizes, and the folder of all of it.

    .venv/bin/python benchmarks/tiles.py [entries]

Entries are synthetic, in batches of 64, on an embedded PostgreSQL that keeps what it acknowledges. Times are medians.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from uuid import uuid4

import psycopg
from sqlalchemy import text

from service.database import make_engine, read, transaction
from service.database.addresses import ensure_database
from service.database.embedded import EmbeddedPostgres
from service.database.migrate import upgrade
from service.ledger import Log, checkpoint_head, hashes_of, log_size, open_log, publish, read_head, tile_of
from service.ledger.batches import APPEND_SHARED, PreparedBatch, grow
from service.tlog.proofs import consistency_path, inclusion_path
from service.tlog.tiles import ENTRIES, Tile
from service.tlog.tree import Frontier, leaf_hash

BATCH, ROUNDS = 64, 41
BODY = b'{"at":"2026-11-29T00:00:00.000000Z","kind":"ledger:export:requested","object":"%012d","out":"accepted","v":1,"x":"%0240d"}'
BEGIN = datetime(2026, 11, 29, tzinfo=UTC)


def bodies(start: int, many: int) -> Iterator[bytes]:
    """Yield entries of about 360 bytes, as decisions have."""
    for at in range(start, start + many):
        yield BODY % (at, at)


def lay(url: str, *, upto: int) -> None:
    """Append synthetic entries up to a size, by COPY."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        found = cursor.execute("select first_index + size, frontier from ledger.batches order by first_index desc limit 1").fetchone()
        size, packed = found or (0, b"")
        frontier, rows = Frontier.from_bytes(packed, size=size), []
        with cursor.copy("copy ledger.entries (index, body) from stdin with (format binary)") as copy:
            copy.set_types(["int8", "bytea"])
            while size < upto:
                some = list(bodies(size, min(BATCH, upto - size)))
                for place, body in enumerate(some):
                    copy.write_row((size + place, body))
                leaves = [leaf_hash(body) for body in some]
                frontier.extend(leaves)
                rows.append((size, len(some), b"".join(leaves), frontier.to_bytes(), 0, BEGIN, datetime.now(UTC), uuid4()))
                size += len(some)
        names = "first_index, size, leaves, frontier, changed_index, changed_at, last_at, batch_id"
        with cursor.copy(f"copy ledger.batches ({names}) from stdin with (format binary)") as copy:
            copy.set_types(["int8", "int8", "bytea", "bytea", "int8", "timestamptz", "timestamptz", "uuid"])
            for row in rows:
                copy.write_row(row)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("analyze ledger.entries, ledger.batches, ledger.subtrees")


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median time of a piece of work in milliseconds."""
    taken = []
    for _round in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - began))
    return median(taken)


class Appending:
    """Appends batches of 64 as the service does, by compare-and-append."""

    def __init__(self, connection: psycopg.Connection, url: str) -> None:
        self.connection = connection
        engine = make_engine(url)
        with read(engine) as session:
            self.head = read_head(session)
        engine.dispose()

    def __call__(self) -> None:
        """Append one batch."""
        some, now = list(bodies(self.head.size, BATCH)), datetime.now(UTC)
        frontier, leaves = grow(self.head.frontier, some)
        batch = PreparedBatch(self.head.size, now, frontier, self.head.changed_index, now, None, some, leaves, [], {})
        found = self.connection.execute(APPEND_SHARED.of(batch), batch.parameters(), prepare=True).fetchone()
        self.connection.commit()
        assert found == (1,), "the batch did not go in"
        self.head.frontier, self.head.size = frontier, frontier.size


def measure(url: str, log: Log) -> dict[str, float]:
    """Return what each thing takes at a size, in milliseconds."""
    engine = make_engine(url)
    found: dict[str, float] = {}
    began = time.perf_counter()
    with transaction(engine) as session:
        checkpoint_head(session, log=log)
    found["first signing behind what was laid"] = 1000 * (time.perf_counter() - began)
    with psycopg.connect(url) as connection:
        append = Appending(connection, url)
        append()
        found["append 64 entries"] = timed(append)

        def sign() -> None:
            with transaction(engine) as session:
                checkpoint_head(session, log=log)

        signings = []
        for _round in range(ROUNDS):
            append()
            signings.append(timed(sign, 1))
        found["sign behind 64 entries"] = median(signings)
    with read(engine) as session:
        whole = log_size(session)
        somewhere = iter(range(10**9))

        def place(of: int) -> int:
            return (next(somewhere) * 7_919) % of

        found["full tile of level 0"] = timed(lambda: tile_of(session, Tile(0, place(whole // 256)), size=whole))
        found["full bundle of entries"] = timed(lambda: tile_of(session, Tile(ENTRIES, place(whole // 256)), size=whole))
        width = (whole >> 8) % 256 or 1
        found["partial tile of level 1"] = timed(lambda: tile_of(session, Tile(1, whole >> 16, width), size=whole))
        if whole >= 1 << 16:
            found["full tile of level 1"] = timed(lambda: tile_of(session, Tile(1, place(whole >> 16)), size=whole))
        found["inclusion proof"] = timed(lambda: inclusion_path(hashes_of(session, size=whole), index=place(whole), size=whole))
        found["consistency proof"] = timed(lambda: consistency_path(hashes_of(session, size=whole), old=place(whole) + 1, size=whole))
    engine.dispose()
    return found


def without_guard(url: str) -> tuple[float, float]:
    """Return what appending takes with and without what refuses a closed log, turn by turn."""
    both: dict[bool, list[float]] = {True: [], False: []}
    with psycopg.connect(url) as connection:
        append = Appending(connection, url)
        for _round in range(10):
            for guarded, word in ((True, "enable"), (False, "disable")):
                connection.execute(f"alter table ledger.batches {word} trigger not_closed")
                connection.commit()
                append()
                both[guarded].append(timed(append))
        connection.execute("alter table ledger.batches enable trigger not_closed")
        connection.commit()
    return median(both[True]), median(both[False])


def main(most: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="tiles-") as folder, EmbeddedPostgres(Path(folder) / "data") as server:
        url = ensure_database(server.url, "tiles")
        upgrade(url)
        engine = make_engine(url)
        with transaction(engine) as session:
            log = open_log(session, origin="bench.example/tiles", seat="operator", at=BEGIN, keys=Path(folder) / "keys", clock="wall")
        sizes = [size for size in (10_000, 100_000, 1_000_000, 10_000_000) if size <= most]
        columns = []
        for size in sizes:
            began = time.perf_counter()
            lay(url, upto=size)
            print(f"laid {size:,} entries in {time.perf_counter() - began:.1f} s", flush=True)
            columns.append(measure(url, log))
        print("ms".ljust(40) + "".join(f"{size:>14,}" for size in sizes))
        for name in columns[-1]:
            print(name.ljust(40) + "".join(f"{column.get(name, float('nan')):>14.2f}" for column in columns))
        guarded, bare = without_guard(url)
        print(f"append 64 entries, guard against a closed log on / off: {guarded:.3f} / {bare:.3f} ms")
        began = time.perf_counter()
        done = publish(engine, Path(folder) / "public")
        taken = time.perf_counter() - began
        print(f"published {done.size:,} entries as {done.files:,} files in {taken:.1f} s ({done.size / taken:,.0f} entries/s)")
        with psycopg.connect(url) as connection:
            Appending(connection, url)()
        with transaction(engine) as session:
            checkpoint_head(session, log=log)
        began, before = time.perf_counter(), done.size
        done = publish(engine, Path(folder) / "public")
        print(f"published {done.size - before:,} more as {done.files} files in {1000 * (time.perf_counter() - began):.0f} ms")
        with read(engine) as session:
            rows = session.execute(text("select count(*), pg_total_relation_size('ledger.subtrees') from ledger.subtrees")).one()
        print(f"roots stored: {rows[0]:,} in {rows[1] / 1e6:.1f} MB")
        engine.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 1_000_000)
