"""The world in memory and the head of the log it belongs to, brought up to date in one statement.

INVARIANT: rows and head come from one snapshot of the database. Rows first and the head afterwards would let a decision
pass as knowing a change that it has not seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.decision.decide import Decider
from service.decision.policyset import PolicySet
from service.decision.world import FACT_TABLES, World
from service.ledger import Frontier

HEAD_ROW = ""
_HEAD_SQL = (
    "(select '' as t, jsonb_build_object('size', first_index + size, 'frontier', encode(frontier, 'hex'),"
    " 'changed_index', changed_index, 'changed_at', changed_at, 'last_at', last_at) as r"
    " from ledger.batches order by first_index desc limit 1)"
)
_ROWS_SQL = " union all ".join(f"select '{table}', to_jsonb(x) from {table} x where changed_index > %(since)s" for table in FACT_TABLES)  # noqa: S608 - names of our own tables
REFRESH = f"{_HEAD_SQL} union all {_ROWS_SQL}"
"""Everything that changed behind an index, and the head, in one statement."""
ROWS_ALONE, HEAD_ALONE = f"select * from ({_ROWS_SQL}) rows (t, r)", _HEAD_SQL  # noqa: S608 - names of our own tables
"""The wrong order, two statements: only a test of what it breaks uses them."""


class NoPolicyError(RuntimeError):
    """No policy set was ever brought into force, so nothing can be decided."""


@dataclass(slots=True)
class SnapshotHead:
    """The newest batch as this process knows it."""

    size: int
    frontier: Frontier
    changed_index: int
    changed_at: datetime
    last_at: datetime


class Snapshot:
    """World, decider and head of one process."""

    def __init__(self) -> None:
        """Begin knowing nothing; the first refresh brings everything."""
        self.world = World()
        self.head: SnapshotHead | None = None
        self.remembered: dict[Any, Any] = {}
        """What others worked out from the rows; gone as soon as any row changes."""
        self._decider: Decider | None = None

    @property
    def since(self) -> int:
        """The index of the last change that is known, -1 for none."""
        return -1 if self.head is None else self.head.changed_index

    @property
    def decider(self) -> Decider:
        """What decides on this world. Raises NoPolicyError."""
        if self._decider is None:
            message = "no policy set is in force; activate one first"
            raise NoPolicyError(message)
        return self._decider

    def take(self, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Take in what a refresh returned."""
        head: Mapping[str, Any] | None = None
        by_table: dict[str, list[Mapping[str, Any]]] = {}
        for table, row in rows:
            if table == HEAD_ROW:
                head = row
            else:
                by_table.setdefault(table, []).append(row)
        if by_table:
            self.remembered.clear()
        for table in FACT_TABLES:
            for row in by_table.get(table, ()):
                self.world.apply(table, row)
        if "decision.policy_sets" in by_table:
            newest = max(self.world.rows["decision.policy_sets"].values(), key=lambda row: row["changed_index"])
            policies = PolicySet.from_bundle(newest["text"])
            if self._decider is None:
                self._decider = Decider(self.world, policies)
            else:
                self._decider.use(policies)
        if head is not None:
            self.head = SnapshotHead(
                head["size"],
                Frontier.from_bytes(bytes.fromhex(head["frontier"]), size=head["size"]),
                head["changed_index"],
                datetime.fromisoformat(head["changed_at"]),
                datetime.fromisoformat(head["last_at"]),
            )
