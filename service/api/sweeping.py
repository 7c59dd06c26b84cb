"""Looks again and again whether the rows that decisions rest on are as this process knows them.

A row edited behind the service's back is never obeyed: a serving process answers from memory, and takes in only rows
whose seal holds. This notices it, says so, and denies what the row touches.

The server folds the rows of each table into a few numbers, by the key of a row; only where a number is another than when
all its rows were whole are they read and compared, few at a time, so that whoever asks meanwhile does not wait.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import AsyncIterator, Mapping
from hashlib import sha256
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import set_json_loads

from service.decision.snapshot import Snapshot
from service.decision.world import FACT_TABLES, row_key
from service.ledger.seals import SEAL_COLUMN

PARTS = 64
"""Into so many parts the keys of a table fall: a lawful change makes one of them be compared again."""
SLICE = 100
"""Rows compared in one go: two milliseconds or three."""
PAUSE_SECONDS = 0.002
KEYS_AT_ONCE = 1_000
_KEY_SQL = {
    "personnel.units": "organization_id || '/' || id",
    "identity.decision_rules": "verb",
    "decision.policy_sets": "digest",
}
"""The key of a row in SQL where it is not its id; `decision.world.row_key` is the same in Python, and a test holds both."""
logger = logging.getLogger(__name__)


def part_sql(table: str) -> str:
    """Return the part that a row falls into, as the server works it out."""
    return f"mod(get_byte(pg_catalog.sha256(convert_to({_KEY_SQL.get(table, 'id')}, 'UTF8')), 0), {PARTS})"


def part_of(key: str) -> int:
    """Return the part that a key falls into, as `part_sql` does."""
    return sha256(key.encode()).digest()[0] % PARTS


def _prints_sql() -> str:
    """One number for each part of a table: it changes with any row, and the server reads half a million rows in a moment."""
    one = "select '{0}', {1} as part, count(*), bit_xor(pg_catalog.hash_record_extended(x, %(start)s)) from {0} x group by part"
    return " union all ".join(f"({one.format(table, part_sql(table))})" for table in FACT_TABLES)


PRINTS = _prints_sql()


def _rows_sql(table: str) -> str:
    return f"select to_jsonb(x) from {table} x where {part_sql(table)} = any(%(parts)s)"  # noqa: S608 - names of our own tables


class Rest:
    """Lets the others do as much as one does oneself: after each slice it pauses for as long as the slice took."""

    def __init__(self) -> None:
        """Begin the first slice."""
        self._began = time.perf_counter()

    async def pause(self) -> None:
        """End a slice and begin the next one."""
        await asyncio.sleep(max(PAUSE_SECONDS, time.perf_counter() - self._began))
        self._began = time.perf_counter()


class Sweep:
    """Compares the database with a snapshot, through a connection of its own."""

    def __init__(self, *, url: str, snapshot: Snapshot, seconds: float) -> None:
        """Take what to compare, and how often."""
        self._url, self._snapshot, self._seconds = url, snapshot, seconds
        self._start = int.from_bytes(os.urandom(8), "big", signed=True)
        self._whole: dict[str, dict[int, tuple[int, int]]] = {}
        """By table, the number of each part when all its rows were found to be whole."""

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            await asyncio.sleep(self._seconds)
            try:
                await self.once()
            except (psycopg.Error, OSError) as failed:
                logger.warning("the rows were not compared: %s", failed)

    async def once(self) -> None:
        """Compare every part whose number is not the one it had when it was whole. Raises psycopg.Error."""
        # INVARIANT: what was known before the database's snapshot must be in it; what came later may not be.
        known = self._snapshot.since
        async with await psycopg.AsyncConnection.connect(self._url, connect_timeout=5) as connection:
            set_json_loads(msgspec.json.decode, connection)
            await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
            await connection.set_read_only(True)
            await connection.execute("set local time zone 'UTC'")
            printed: dict[str, dict[int, tuple[int, int]]] = {}
            for table, part, number, folded in await (await connection.execute(PRINTS, {"start": self._start})).fetchall():
                printed.setdefault(table, {})[part] = (number, folded)
            for table in FACT_TABLES:
                await self._compare_where_other(connection, table, printed.get(table, {}), known)
            with contextlib.suppress(psycopg.Error):
                await connection.rollback()

    async def _compare_where_other(
        self, connection: "psycopg.AsyncConnection[Any]", table: str, printed: Mapping[int, tuple[int, int]], known: int
    ) -> None:
        whole = self._whole.get(table)
        if whole is None:
            other = set(range(PARTS))
        else:
            # A part of which the server knows no row any more is another one too.
            other = {part for part in range(PARTS) if whole.get(part) != printed.get(part)}
            other |= {part_of(key) for key in self._snapshot.world.suspects.get(table, ())}
        if other:
            doubtful = await self._compare(connection, table, other, known)
            kept = {part: one for part, one in (whole or {}).items() if part not in other}
            self._whole[table] = kept | {part: printed[part] for part in other - doubtful if part in printed}

    async def _compare(self, connection: "psycopg.AsyncConnection[Any]", table: str, parts: set[int], known: int) -> set[int]:
        """Compare all rows of some parts of a table; return the parts that are not whole."""
        held, rest = self._snapshot.world.rows[table], Rest()
        seen: set[str] = set()
        doubtful: dict[str, frozenset[str]] = {}
        whole_again: list[dict[str, Any]] = []
        asked: Any = connection.cursor().stream(_rows_sql(table).encode(), {"parts": sorted(parts)}, size=SLICE)
        # Whoever is cancelled meanwhile ends the statement first: a cursor of the server's would be left behind.
        async with contextlib.aclosing(asked) as rows:
            async for (row,) in rows:
                key = row_key(table, row)
                seen.add(key)
                state = self._state(table, row, held.get(key), known)
                if state == "doubtful":
                    doubtful[key] = self._snapshot.world.concerned(table, row, *([held[key]] if key in held else []))
                elif state == "whole again":
                    whole_again.append(row)
                if len(seen) % SLICE == 0:
                    await rest.pause()
        async for key in self._lost(table, parts, seen, rest):
            row = held[key]
            if row["changed_index"] <= known:
                doubtful[key] = self._snapshot.world.concerned(table, row)
        if whole_again:
            self._snapshot.restore(table, whole_again)
        self._snapshot.doubt(table, doubtful)
        return {part_of(key) for key in doubtful}

    async def _lost(self, table: str, parts: set[int], seen: set[str], rest: Rest) -> AsyncIterator[str]:
        """Yield the keys that this process holds and the database does not, of some parts of a table."""
        # The keys as they are now: what is taken in meanwhile came after what is compared.
        keys = list(self._snapshot.world.rows[table])
        for start in range(0, len(keys), KEYS_AT_ONCE):
            for key in keys[start : start + KEYS_AT_ONCE]:
                if key not in seen and part_of(key) in parts:
                    yield key
            await rest.pause()

    def _state(self, table: str, row: Mapping[str, Any], held: Mapping[str, Any] | None, known: int) -> str:
        """Say what a row is: whole, whole again after it was not, or doubtful."""
        if row[SEAL_COLUMN] != f"\\x{self._snapshot.seals.of(table, row).seal.hex()}":
            return "doubtful"
        index, before = row["changed_index"], -1 if held is None else held["changed_index"]
        # The same index is the same row, for the seal holds of both; what lies behind `known` came meanwhile.
        if index == before or index > known or before > known:
            return "whole"
        return "doubtful" if index < before else "whole again"
