"""Taking in what changed: rows and head from one snapshot of the database, and what is on record for rows that were edited."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from service.decision.snapshot import BEGIN, HEAD_ALONE, REFRESH, ROWS_ALONE, Snapshot
from service.decision.world import FACT_TABLES, row_key
from service.ledger import DISCLOSED, Keyring, rows_recorded
from service.ledger.batches import LAST_CHANGE, TAKE_TURN

DESTROYED = "ledger.destroyed_keys"
BEGIN_TURN = f"begin; {TAKE_TURN}; {HEAD_ALONE}"
"""One message for three: each statement sees what was on record when it began, the head what the turn was waited for."""
Connection = psycopg.AsyncConnection[Any]


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


async def refresh(connection: Connection, snapshot: Snapshot, keyring: Keyring, *, wrong_order: bool = False) -> None:
    """Bring a snapshot up to the database's newest change. Raises psycopg.Error.

    `wrong_order` reads rows before the head: a test shows what that breaks.
    """
    if snapshot.head is None and not wrong_order:
        with _uncollected():
            await _begin(connection, snapshot)
        gone: list[Any] = list(snapshot.world.rows[DESTROYED].values())
        await _settle(connection, snapshot, keyring, gone)
    else:
        await _take_changes(connection, snapshot, keyring, wrong_order=wrong_order)


async def take_turn(connection: Connection, snapshot: Snapshot, keyring: Keyring) -> None:
    """Begin a transaction in which nobody else appends, on a snapshot that knows everything before it. Raises psycopg.Error."""
    cursor = await connection.execute(BEGIN_TURN)
    while cursor.nextset():
        pass
    found = await cursor.fetchone()
    if found is None or not snapshot.follow(found[1]):
        await _take_changes(connection, snapshot, keyring)


async def is_behind(connection: Connection, snapshot: Snapshot) -> bool:
    """Say whether something changed that a snapshot does not know. Raises psycopg.Error."""
    found = await (await connection.execute(LAST_CHANGE, prepare=True)).fetchone()
    return found is not None and found[0] != snapshot.since


async def wrapped_keys(connection: Connection, ids: list[str]) -> dict[str, bytes]:
    """Return those of some keys that there are, wrapped. Raises psycopg.Error."""
    rows = await (await connection.execute("select id, wrapped from ledger.keys where id = any(%s)", (ids,))).fetchall()
    return {key_id: bytes(wrapped) for key_id, wrapped in rows}


async def _take_changes(connection: Connection, snapshot: Snapshot, keyring: Keyring, *, wrong_order: bool = False) -> None:
    rows = await _changed(connection, snapshot.since, wrong_order=wrong_order)
    snapshot.take(rows)
    await _settle(connection, snapshot, keyring, [row for table, row in rows if table == DESTROYED])


async def _settle(connection: Connection, snapshot: Snapshot, keyring: Keyring, gone: list[Any]) -> None:
    """Forget the keys that are gone, and go on with what entries say of rows that are not as the service wrote them."""
    for row in gone:
        keyring.forget(row["id"])
    if snapshot.broken:
        indexes = sorted({one.row["changed_index"] for one in snapshot.broken})
        found = await (await connection.execute(DISCLOSED, {"indexes": indexes})).fetchall()
        recorded = rows_recorded(keyring, found)
        snapshot.settle({(table, row_key(table, row)): row for table, row in recorded if table in FACT_TABLES})


async def _changed(connection: Connection, since: int, *, wrong_order: bool) -> list[Any]:
    if wrong_order:
        rows = await (await connection.execute(ROWS_ALONE, {"since": since})).fetchall()
        return rows + await (await connection.execute(HEAD_ALONE)).fetchall()
    return await (await connection.execute(_planned(since))).fetchall()


async def _begin(connection: Connection, snapshot: Snapshot) -> None:
    """Take in everything while it comes: the database works on the rows behind those that are taken in."""
    beginning = snapshot.begin()
    async with connection.cursor() as cursor:
        async for table, told in cursor.stream(BEGIN):
            beginning.take(table, told)
    beginning.end()


def _planned(since: int) -> str:
    """Return the statement for this very index: a plan for any would read all rows of every table."""
    return REFRESH.replace("%(since)s", str(since))
