"""Taking in what changed: rows and head from one snapshot of the database, and what is on record for rows that were edited."""

from typing import Any

import psycopg

from service.decision.snapshot import HEAD_ALONE, REFRESH, ROWS_ALONE, Snapshot
from service.decision.world import FACT_TABLES, row_key
from service.ledger import DISCLOSED, Keyring, rows_recorded


async def refresh(connection: "psycopg.AsyncConnection[Any]", snapshot: Snapshot, keyring: Keyring, *, wrong_order: bool = False) -> None:
    """Bring a snapshot up to the database's newest change. Raises psycopg.Error.

    `wrong_order` reads rows before the head: a test shows what that breaks.
    """
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
