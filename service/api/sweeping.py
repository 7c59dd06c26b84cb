"""Looks again and again whether the rows that decisions rest on are as this process knows them.

A row edited behind the service's back is never obeyed: a serving process answers from memory, and takes in only rows
whose seal holds. This notices it, says so, and denies what the row touches.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import Mapping
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from psycopg.types.json import set_json_loads

from service.decision.snapshot import Snapshot
from service.decision.world import FACT_TABLES, row_key
from service.ledger.seals import SEAL_COLUMN

SLICE = 500
PAUSE_SECONDS = 0.002
"""Between slices, so that checks go on meanwhile."""
logger = logging.getLogger(__name__)


def _prints_sql() -> str:
    """One number for each table: it changes with any row, and the server reads half a million rows for it in a moment."""
    one = "select '{0}', count(*), coalesce(bit_xor(pg_catalog.hash_record_extended(x, %(start)s)), 0) from {0} x"
    return " union all ".join(one.format(table) for table in FACT_TABLES)


PRINTS = _prints_sql()


class Sweep:
    """Compares the database with a snapshot, through a connection of its own."""

    def __init__(self, *, url: str, snapshot: Snapshot, seconds: float) -> None:
        """Take what to compare, and how often."""
        self._url, self._snapshot, self._seconds = url, snapshot, seconds
        self._start = int.from_bytes(os.urandom(8), "big", signed=True)
        self._whole: dict[str, tuple[int, int]] = {}
        """The number of each table when all its rows were found to be whole."""

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            await asyncio.sleep(self._seconds)
            try:
                await self.once()
            except (psycopg.Error, OSError) as failed:
                logger.warning("the rows were not compared: %s", failed)

    async def once(self) -> None:
        """Compare every table whose number is not the one it had when it was whole. Raises psycopg.Error."""
        # INVARIANT: what was known before the database's snapshot must be in it; what came later may not be.
        known = self._snapshot.since
        async with await psycopg.AsyncConnection.connect(self._url, connect_timeout=5) as connection:
            set_json_loads(msgspec.json.decode, connection)
            await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
            await connection.set_read_only(True)
            await connection.execute("set local time zone 'UTC'")
            found = await (await connection.execute(PRINTS, {"start": self._start})).fetchall()
            for table, number, printed in found:
                if self._whole.get(table) != (number, printed) or table in self._snapshot.world.suspects:
                    self._whole.pop(table, None)
                    if await self._compare(connection, table, known):
                        self._whole[table] = (number, printed)
            with contextlib.suppress(psycopg.Error):
                await connection.rollback()

    async def _compare(self, connection: "psycopg.AsyncConnection[Any]", table: str, known: int) -> bool:
        """Compare all rows of a table; return whether it is whole."""
        held = self._snapshot.world.rows[table]
        seen: set[str] = set()
        doubtful: dict[str, frozenset[str]] = {}
        whole_again: list[dict[str, Any]] = []
        query = sql.SQL("select to_jsonb(x) from {} x").format(sql.Identifier(*table.split(".")))
        async with connection.cursor("sweep") as cursor:
            await cursor.execute(query)
            while rows := await cursor.fetchmany(SLICE):
                for (row,) in rows:
                    key = row_key(table, row)
                    seen.add(key)
                    state = self._state(table, row, held.get(key), known)
                    if state == "doubtful":
                        doubtful[key] = self._snapshot.world.concerned(table, row, *([held[key]] if key in held else []))
                    elif state == "whole again":
                        whole_again.append(row)
                await asyncio.sleep(PAUSE_SECONDS)
        for key, row in held.items():
            if key not in seen and row["changed_index"] <= known:
                doubtful[key] = self._snapshot.world.concerned(table, row)
        if whole_again:
            self._snapshot.restore(table, whole_again)
        self._snapshot.doubt(table, doubtful)
        return not doubtful

    def _state(self, table: str, row: Mapping[str, Any], held: Mapping[str, Any] | None, known: int) -> str:
        """Say what a row is: whole, whole again after it was not, or doubtful."""
        if row[SEAL_COLUMN] != f"\\x{self._snapshot.seals.of(table, row).seal.hex()}":
            return "doubtful"
        index, before = row["changed_index"], -1 if held is None else held["changed_index"]
        # The same index is the same row, for the seal holds of both; what lies behind `known` came meanwhile.
        if index == before or index > known or before > known:
            return "whole"
        return "doubtful" if index < before else "whole again"
