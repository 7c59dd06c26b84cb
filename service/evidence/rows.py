"""Reads the database for verification and export: one snapshot, in order, a window at a time."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import IsolationLevel, sql
from sqlalchemy import Engine

from service.evidence.chain import Batch, Row, StoredCheckpoint
from service.evidence.form import readable_entry
from service.evidence.subtrees import StoredSubtree
from service.ledger import tells_of

WINDOW = 4096
"""Entries that are held at a time, more only where one batch is larger."""


@dataclass(frozen=True, slots=True)
class SealedRow:
    """One row of `ledger.disclosures`."""

    index: int
    digest: bytes
    key_id: str
    sealed: bytes

    @property
    def name(self) -> str:
        """Return the digest as entries write it (base64url without padding)."""
        return base64.urlsafe_b64encode(self.digest).rstrip(b"=").decode()


def address_of(engine: Engine) -> str:
    """Return the libpq address of an engine's database, for `snapshot`."""
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def snapshot(url: str) -> Iterator[psycopg.Connection]:
    """Yield a connection that sees one instant of the database and can only read.

    What is appended meanwhile is not seen; an open snapshot slows no writer, since nothing
    in the ledger is ever updated.
    """
    with psycopg.connect(url) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("set local time zone 'UTC'")
        yield connection
        connection.rollback()


def batches(connection: psycopg.Connection) -> Iterator[Batch]:
    """Yield every batch in the order of its first index."""
    with connection.cursor("evidence_batches", binary=True) as cursor:
        cursor.itersize = 1000
        cursor.execute(
            "select first_index, size, leaves, frontier, changed_index,"
            """ to_char(last_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
            " from ledger.batches order by first_index"
        )
        for row in cursor:
            yield Batch(*row)


def checkpoints(connection: psycopg.Connection) -> Iterator[StoredCheckpoint]:
    """Yield every stored checkpoint in the order of its size."""
    with connection.cursor("evidence_checkpoints") as cursor:
        cursor.itersize = 1000
        cursor.execute("select size, note from ledger.checkpoints order by size")
        for size, note in cursor:
            yield StoredCheckpoint(size, note)


def subtrees(connection: psycopg.Connection) -> Iterator[StoredSubtree]:
    """Yield every stored root of a complete subtree by where it ends, the lower level first."""
    with connection.cursor("evidence_subtrees", binary=True) as cursor:
        cursor.itersize = 1000
        cursor.execute(
            'select level, "index", hash from ledger.subtrees'
            ' order by ("index" + 1)::numeric * 256::numeric ^ level::numeric, level, "index"'
        )
        for level, index, root in cursor:
            yield StoredSubtree(level, index, root)


def entries(connection: psycopg.Connection, *, start: int, end: int) -> list[Row]:
    """Return index and body of the entries from `start` to before `end`, in order."""
    return (
        connection.cursor(binary=True)
        .execute(
            "select index, body from ledger.entries where index >= %s and index < %s order by index",
            (start, end),
        )
        .fetchall()
    )


def windows(connection: psycopg.Connection, *, start: int, end: int, width: int = WINDOW) -> Iterator[list[Row]]:
    """Yield the entries from `start` to before `end`, by keyset, at most `width` at a time."""
    for low in range(start, end, width):
        yield entries(connection, start=low, end=min(low + width, end))


def entries_outside(connection: psycopg.Connection, *, end: int) -> list[int]:
    """Return the first indexes of entries before 0 or from `end` on: no batch has them."""
    rows = connection.execute(
        "(select index from ledger.entries where index < 0 order by index limit 10)"
        " union all (select index from ledger.entries where index >= %s order by index limit 10)",
        (end,),
    ).fetchall()
    return [row[0] for row in rows]


def sealed_rows(connection: psycopg.Connection, *, start: int, end: int) -> list[SealedRow]:
    """Return the disclosures of the entries from `start` to before `end`, in order."""
    rows = (
        connection.cursor(binary=True)
        .execute(
            "select index, digest, key_id, sealed from ledger.disclosures where index >= %s and index < %s order by index, digest",
            (start, end),
        )
        .fetchall()
    )
    return [SealedRow(*row) for row in rows]


def sealed_rows_outside(connection: psycopg.Connection, *, end: int) -> list[SealedRow]:
    """Return the first disclosures that stand before entry 0 or from `end` on."""
    rows = (
        connection.cursor(binary=True)
        .execute(
            "select index, digest, key_id, sealed from ledger.disclosures where index < 0 or index >= %s order by index limit 10",
            (end,),
        )
        .fetchall()
    )
    return [SealedRow(*row) for row in rows]


def places(connection: psycopg.Connection, *, start: int, end: int) -> Iterator[list[tuple[bytes, int]]]:
    """Yield digest and index of the disclosures from `start` to before `end`, some thousand at a time."""
    with connection.cursor("evidence_places", binary=True) as cursor:
        cursor.execute("select digest, index from ledger.disclosures where index >= %s and index < %s", (start, end))
        while found := cursor.fetchmany(WINDOW):
            yield found


def sealed_row(connection: psycopg.Connection, *, index: int, digest: bytes) -> SealedRow | None:
    """Return one disclosure, or None."""
    row = (
        connection.cursor(binary=True)
        .execute(
            "select index, digest, key_id, sealed from ledger.disclosures where index = %s and digest = %s",
            (index, digest),
        )
        .fetchone()
    )
    return None if row is None else SealedRow(*row)


def sealed_rows_at(connection: psycopg.Connection, *, places: Sequence[tuple[int, bytes]]) -> list[SealedRow]:
    """Return the disclosures at some places, each an index and a digest, in one query."""
    if not places:
        return []
    found = connection.cursor(binary=True).execute(
        "select d.index, d.digest, d.key_id, d.sealed from unnest(%s::bigint[], %s::bytea[]) as p (index, digest)"
        " join ledger.disclosures d on d.index = p.index and d.digest = p.digest",
        ([index for index, _digest in places], [digest for _index, digest in places]),
    )
    return [SealedRow(*row) for row in found]


def wrapped_key(connection: psycopg.Connection, key_id: str) -> bytes | None:
    """Return a key of disclosures as it is stored, wrapped, or None."""
    row = connection.cursor(binary=True).execute("select wrapped from ledger.keys where id = %s", (key_id,)).fetchone()
    return None if row is None else row[0]


def destroyed_keys(connection: psycopg.Connection) -> dict[str, int]:
    """Return the keys whose destruction an entry tells of, each with that entry's index; a row alone says nothing."""
    rows = connection.cursor(binary=True).execute(
        "select k.id, e.index, e.body from ledger.destroyed_keys k join ledger.entries e on e.index = k.changed_index order by e.index"
    )
    found = ((key_id, index, readable_entry(body)) for key_id, index, body in rows)
    return {
        key_id: index
        for key_id, index, entry in found
        if entry and entry.out == "accepted" and tells_of(entry.kind, entry.object, entry.person, key_id=key_id)
    }


def policy_text(connection: psycopg.Connection, digest: str) -> str | None:
    """Return the text of a policy set by its digest, or None."""
    row = connection.execute("select text from decision.policy_sets where digest = %s", (digest,)).fetchone()
    return None if row is None else row[0]


def primary_key(connection: psycopg.Connection, table: str) -> tuple[str, ...]:
    """Return the columns of a table's primary key, in order."""
    rows = connection.execute(
        "select a.attname from pg_index i"
        " cross join lateral unnest(i.indkey) with ordinality as k(attnum, position)"
        " join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum"
        " where i.indrelid = %s::regclass and i.indisprimary order by k.position",
        (table,),
    ).fetchall()
    return tuple(row[0] for row in rows)


def room_tables(connection: psycopg.Connection) -> frozenset[str]:
    """Return the names of all tables, each with its schema."""
    query = "select schemaname || '.' || tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
    return frozenset(row[0] for row in connection.execute(query))


def room_rows(connection: psycopg.Connection, table: str) -> Iterator[dict[str, object]]:
    """Yield every row of a room's table as a JSON object, as entries carry it: without its seal."""
    schema, name = table.split(".")
    query = sql.SQL("select to_jsonb(t) - 'seal' from {}.{} t").format(sql.Identifier(schema), sql.Identifier(name))
    with connection.cursor("evidence_rows") as cursor:
        cursor.itersize = 1000
        cursor.execute(query)
        for (row,) in cursor:
            yield row


def first_at_or_after(connection: psycopg.Connection, *, at: str, size: int) -> int:
    """Return the least index below `size` whose entry's time is not before `at`, or `size`.

    Times never run backwards along the index, so a search by halves is enough.
    """
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        time = _time_from(connection, start=middle, end=high)
        if time is None or time >= at:
            high = middle
        else:
            low = middle + 1
    return low


def _time_from(connection: psycopg.Connection, *, start: int, end: int) -> str | None:
    """Return the time of the first entry from `start` on that can be read, or None."""
    for _, body in entries(connection, start=start, end=min(end, start + 64)):
        entry = readable_entry(body)
        if entry is not None:
            return entry.at
    return None


def log_size(connection: psycopg.Connection) -> int:
    """Return the number of entries that the newest batch ends with; 0 for no log."""
    row = connection.execute("select first_index + size from ledger.batches order by first_index desc limit 1").fetchone()
    return 0 if row is None else row[0]


def opened_keys(connection: psycopg.Connection) -> tuple[str, ...]:
    """Return the keys that the database says its log and those before it were opened with, the oldest first."""
    return tuple(row[0] for row in connection.execute("select vkey from ledger.log order by opened_index").fetchall())


def log_keys(connection: psycopg.Connection) -> tuple[str, ...]:
    """Return every key that the database names: those that its logs were opened with, then those that were added."""
    added = connection.execute("select vkey from ledger.signing_keys where step = 'added' order by changed_index").fetchall()
    return (*opened_keys(connection), *(row[0] for row in added))
