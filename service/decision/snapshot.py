"""The world in memory and the head of the log it belongs to, brought up to date in one statement.

INVARIANT: rows and head come from one snapshot of the database. Rows first and the head afterwards would let a decision
pass as knowing a change that it has not seen.

INVARIANT: no row enters the world whose seal does not hold. One that does not is told to `broken`, and whoever reads the
database settles it with what the ledger says of that row; the account shows whether the world is then whole.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.decision.compiled.admission import Admitted
from service.decision.decide import Decider
from service.decision.news import News
from service.decision.policyset import PolicySet
from service.decision.room import Room
from service.decision.world import FACT_TABLES, World, row_key
from service.ledger import Frontier, RowSeals
from service.ledger.seals import MODULUS, SEAL_COLUMN

HEAD_ROW, ACCOUNT_ROW = "", "account"
POLICIES = "decision.policy_sets"
_HEAD_SQL = (
    "(select '' as t, jsonb_build_object('size', first_index + size, 'frontier', encode(frontier, 'hex'),"
    " 'changed_index', changed_index, 'changed_at', changed_at, 'last_at', last_at) as r"
    " from ledger.batches order by first_index desc limit 1)"
)
_ROWS_SQL = " union all ".join(f"select '{table}', to_jsonb(x) from {table} x where changed_index > %(since)s" for table in FACT_TABLES)  # noqa: S608 - names of our own tables
_ACCOUNT_SQL = (
    "select 'account', jsonb_build_object('last', (select jsonb_build_object("
    "'index', changed_index, 'account', encode(account, 'hex')) from ledger.row_accounts order by changed_index desc limit 1))"
)
REFRESH = f"{_HEAD_SQL} union all {_ACCOUNT_SQL} union all {_ROWS_SQL}"
"""Everything that changed behind an index, the head, and the account, in one statement."""
A_CHUNK = 1_000
_CHUNKS_SQL = " union all ".join(
    f"select '{table}', json_agg(x) from (select x, row_number() over () / {A_CHUNK} as part from {table} x) parts group by part"  # noqa: S608 - names of our own tables
    for table in FACT_TABLES
)
BEGIN = f"{_HEAD_SQL.replace('jsonb_', 'json_')} union all {_ACCOUNT_SQL.replace('jsonb_', 'json_')} union all {_CHUNKS_SQL}"
"""The same of everything, many rows of a table at once: a large site has half a million of them."""
HEAD_ALONE = _HEAD_SQL
"""The head without the rows: enough where it names no change that is not known, see `Snapshot.follow`."""
ROWS_ALONE = f"select * from ({_ROWS_SQL}) rows (t, r)"  # noqa: S608 - names of our own tables
"""The wrong order, rows and then the head: only a test of what it breaks uses it. The account would tell, and is left out."""
Row = Mapping[str, Any]
logger = logging.getLogger(__name__)


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


@dataclass(frozen=True, slots=True)
class Broken:
    """A row whose seal does not hold, as it was found."""

    table: str
    key: str
    row: Row


class Beginning:
    """A first refresh: half a million rows at a large site, each taken in while the database still sends the next ones."""

    def __init__(self, snapshot: "Snapshot") -> None:
        """Take the snapshot that begins."""
        self._snapshot, self._room, self._weights = snapshot, Room(), 0
        self._left: list[tuple[str, dict[str, Any]]] = []

    def take(self, table: str, told: Any) -> None:
        """Take in rows of a table whose seals hold; leave any other, the head, and the account for the end."""
        if table in {HEAD_ROW, ACCOUNT_ROW}:
            self._left.append((table, told))
            return
        rows: list[dict[str, Any]] = told
        sound: list[Row] = []
        for row, seal in zip(rows, self._snapshot.seals.of_each(table, rows), strict=True):
            if row.get(SEAL_COLUMN) == f"\\x{seal.seal.hex()}":
                del row[SEAL_COLUMN]
                sound.append(self._room.of(table, row))
                self._weights += seal.weight
            else:
                self._left.append((table, row))
        self._snapshot.world.begin(table, sound)

    def end(self) -> None:
        """Take in what was left; where `broken` is not empty then, `settle` must follow."""
        self._snapshot.count(self._weights)
        self._snapshot.take(self._left)


class Snapshot:
    """World, decider and head of one process."""

    def __init__(self, seals: RowSeals) -> None:
        """Begin knowing nothing; the first refresh brings everything. `seals` tells which rows the service wrote."""
        self.world = World()
        self.head: SnapshotHead | None = None
        self.remembered: dict[Any, Any] = {}
        """What others worked out from the rows; gone as soon as any row changes."""
        self.news = News()
        """Whom the changes concern that came since this process began."""
        self.broken: list[Broken] = []
        """Rows of the last refresh that did not enter the world."""
        self.seals = seals
        self._weights = 0
        self._account: Mapping[str, Any] | None = None
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

    @property
    def has_policies(self) -> bool:
        """Whether a policy set is in force."""
        return self._decider is not None

    def admit(self, admitted: Admitted) -> None:
        """Answer by the compiled form of the set in force from now on. Raises NoPolicyError, ValueError for another set."""
        self.decider.admit(admitted)

    def engine_alone(self) -> None:
        """Answer by the engine from now on, and forget what was answered before."""
        if self._decider is not None:
            self._decider.engine_alone()
        self.remembered.clear()

    def begin(self) -> "Beginning":
        """Return what takes in the first refresh as it comes, and forget what an earlier one brought that broke off."""
        self.world = World()
        return Beginning(self)

    def count(self, weights: int) -> None:
        """Count what rows weigh that were taken in."""
        self._weights += weights

    def take(self, rows: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Take in what a refresh returned; where `broken` is not empty then, `settle` must follow."""
        head: Row | None = None
        by_table: dict[str, list[dict[str, Any]]] = {}
        for table, row in rows:
            if table == HEAD_ROW:
                head = row
            elif table == ACCOUNT_ROW:
                self._account = row
            else:
                by_table.setdefault(table, []).append(row)
        if by_table:
            self.remembered.clear()
        self.broken = []
        for table in FACT_TABLES:
            for row in by_table.get(table, ()):
                if self.head is not None and head is not None:
                    self._note(table, row, head["changed_index"])
                if not self._admitted(table, row):
                    self.broken.append(Broken(table, row_key(table, row), row))
        if POLICIES in by_table or self.head is None:
            self._use_policies()
        if head is not None:
            self._use_head(head)
        if not self.broken:
            self._balance()

    def follow(self, head: Row) -> bool:
        """Take in a head behind which nothing changed that is not known yet, and return whether it is one.

        INVARIANT: rows come into the log with the change that they are named by. The head that names the last change known
        here belongs to the rows that are known here.
        """
        if self.head is None or head["changed_index"] != self.head.changed_index:
            return False
        self._use_head(head)
        return True

    def settle(self, recorded: Mapping[tuple[str, str], Row]) -> None:
        """Go on with what entries say of the broken rows, where they say something newer than is known; doubt their ids."""
        for one in self.broken:
            known = self.world.rows[one.table].get(one.key)
            row = recorded.get((one.table, one.key))
            self.doubt(one.table, {**self.world.suspects.get(one.table, {}), one.key: self._ids(one, row, known)})
            if row is not None and (known is None or known["changed_index"] < row["changed_index"]):
                self._admit(one.table, row, self.seals.of(one.table, row).weight)
        if any(one.table == POLICIES for one in self.broken):
            self._use_policies()
        self.broken = []
        self._balance()

    def restore(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        """Take in rows that were missing or broken and are whole again."""
        for row in rows:
            self._admitted(table, row)
        if table == POLICIES:
            self._use_policies()
        self._balance()

    def doubt(self, table: str, rows: Mapping[str, frozenset[str]]) -> None:
        """Hold these rows of a table, and no others of it, to be not as the service wrote them."""
        before = self.world.suspects.get(table, {})
        if rows.keys() == before.keys():
            return
        self.remembered.clear()
        for key in sorted(rows.keys() - before.keys()):
            logger.error("record mismatch: %s %s is not as the service wrote it; decisions that it touches are denied", table, key)
        for key in sorted(before.keys() - rows.keys()):
            logger.warning("record mismatch over: %s %s is as the service wrote it again", table, key)
        if rows:
            self.world.suspects[table] = dict(rows)
        else:
            self.world.suspects.pop(table, None)

    def _note(self, table: str, row: Row, index: int) -> None:
        """Note whom a row concerns, by the head's index: a forged one must not tell of a change that is still to come."""
        held = self.world.rows[table].get(row_key(table, row))
        self.news.note(table, index, (row,) if held is None else (held, row))

    def _use_head(self, head: Row) -> None:
        if self.head is None:
            self.news.begin(head["changed_index"])
        self.head = SnapshotHead(
            head["size"],
            Frontier.from_bytes(bytes.fromhex(head["frontier"]), size=head["size"]),
            head["changed_index"],
            datetime.fromisoformat(head["changed_at"]),
            datetime.fromisoformat(head["last_at"]),
        )

    def _ids(self, one: Broken, *others: Row | None) -> frozenset[str]:
        return self.world.concerned(one.table, one.row, *(row for row in others if row is not None))

    def _admitted(self, table: str, row: dict[str, Any]) -> bool:
        """Take in a row if its seal holds."""
        stored = row.pop(SEAL_COLUMN, None)
        seal = self.seals.of(table, row)
        if stored != f"\\x{seal.seal.hex()}":
            return False
        self._admit(table, row, seal.weight)
        return True

    def _admit(self, table: str, row: Row, weight: int) -> None:
        old = self.world.rows[table].get(row_key(table, row))
        self._weights += weight - (0 if old is None else self.seals.of(table, old).weight)
        self.world.apply(table, row)

    def _use_policies(self) -> None:
        newest = max(self.world.rows[POLICIES].values(), key=lambda row: row["changed_index"], default=None)
        if newest is None:
            return
        policies = PolicySet.from_bundle(newest["text"])
        if self._decider is None:
            self._decider = Decider(self.world, policies)
        else:
            self._decider.use(policies)

    def _balance(self) -> None:
        """Compare all rows with the account, which names the change it was made after."""
        if self._account is None or self.head is None:
            return
        last, whole = self._account["last"], self.head.changed_index == 0 and self._weights == 0
        if last is not None and last["index"] == self.head.changed_index:
            whole = self.seals.open(bytes.fromhex(last["account"]), index=last["index"]) == self._weights % MODULUS
        if self.world.unaccounted is whole:
            self.remembered.clear()
            self.world.unaccounted = not whole
            if whole:
                logger.warning("record mismatch over: all rows are accounted for again")
            else:
                logger.error("record mismatch: rows are missing or older than they were, so everything is denied; run: sekisho verify")
