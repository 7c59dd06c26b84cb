"""Taking in what changed: rows and head from one snapshot of the database, and what is on record for rows that were edited."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import psycopg

from service.decision.snapshot import HEAD_ALONE, REFRESH, ROWS_ALONE, Snapshot
from service.decision.world import FACT_TABLES, row_key
from service.ledger import DISCLOSED, Keyring, rows_recorded


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of cycles away while all rows come in: none lies in a cycle, and each look at them all takes its time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


async def refresh(connection: "psycopg.AsyncConnection[Any]", snapshot: Snapshot, keyring: Keyring, *, wrong_order: bool = False) -> None:
    """Bring a snapshot up to the database's newest change. Raises psycopg.Error.

    `wrong_order` reads rows before the head: a test shows what that breaks.
    """
    with _uncollected() if snapshot.head is None else nullcontext():
        await _taken_in(connection, snapshot, keyring, wrong_order=wrong_order)


async def _taken_in(connection: "psycopg.AsyncConnection[Any]", snapshot: Snapshot, keyring: Keyring, *, wrong_order: bool) -> None:
    since = {"since": snapshot.since}
    if wrong_order:
        rows = await (await connection.execute(ROWS_ALONE, since)).fetchall()
        rows += await (await connection.execute(HEAD_ALONE)).fetchall()
    else:
        # Planned for this very index: a plan for any would read all rows of every table.
        rows = await (await connection.execute(REFRESH.replace("%(since)s", str(snapshot.since)))).fetchall()
    snapshot.take(rows)
    for table, row in rows:
        if table == "ledger.destroyed_keys":
            keyring.forget(row["id"])
    if snapshot.broken:
        indexes = sorted({one.row["changed_index"] for one in snapshot.broken})
        found = await (await connection.execute(DISCLOSED, {"indexes": indexes})).fetchall()
        recorded = rows_recorded(keyring, found)
        snapshot.settle({(table, row_key(table, row)): row for table, row in recorded if table in FACT_TABLES})
