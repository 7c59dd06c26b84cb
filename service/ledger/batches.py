"""Compare-and-append: a batch of decisions goes in only at the size its writer saw, in one statement.

1. The writer's lock is taken shared, so that an act or a writer after a miss is never starved. 2. The batch row goes in
if nobody else's stands at that index, if the entries' time is within two seconds of the database's clock, and if no
permit's horizon has passed. 3. Entries, disclosures and keys go in only if the batch row did.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Any
from uuid import UUID, uuid4

from service.ledger.disclosures import Disclosure
from service.ledger.locks import WRITER_LOCK
from service.tlog.tree import Frontier, leaf_hash

CLOCK_SECONDS = 2

_BATCH = f"""
with turn as materialized (select %(lock)s),
head as (
  insert into ledger.batches (first_index, size, leaves, frontier, changed_index, changed_at, last_at, batch_id)
  select %(first_index)s, %(size)s, %(leaves)b, %(frontier)b, %(changed_index)s, %(changed_at)s, %(at)s, %(batch_id)s from turn
  where abs(extract(epoch from clock_timestamp() - %(at)s::timestamptz)) <= {CLOCK_SECONDS}
    and (%(horizon)s::timestamptz is null or clock_timestamp() < %(horizon)s::timestamptz)
  on conflict do nothing
  returning first_index
),
entry as (
  insert into ledger.entries (index, body)
  select head.first_index + e.n - 1, substring(%(bodies)b::bytea from e.start for e.size)
  from head, unnest(%(starts)s::int[], %(sizes)s::int[]) with ordinality as e (start, size, n)
)"""  # noqa: S608 - a constant of our own
_DISCLOSED = """,
wrapped as (
  insert into ledger.keys (id, wrapped)
  select k.id, k.wrapped from head, unnest(%(key_ids)s::text[], %(wrapped)s::bytea[]) as k (id, wrapped)
),
disclosed as (
  insert into ledger.disclosures (index, digest, key_id, sealed)
  select head.first_index + d.n, d.digest, d.key_id, d.sealed
  from head, unnest(%(places)s::bigint[], %(digests)s::bytea[], %(subjects)s::text[], %(sealed)s::bytea[]) as d (n, digest, key_id, sealed)
)"""
_DONE = "\nselect count(*) from head\n"


@dataclass(frozen=True, slots=True)
class Append:
    """The statement for a batch, and the shorter one for a batch that discloses nothing anew, as most do."""

    whole: str
    plain: str
    in_turn: bool = False
    """Whether it stands in a transaction of its writer's, which holds the lock until its end."""

    def of(self, batch: "PreparedBatch") -> str:
        """Return the statement that appends a batch."""
        return self.plain if batch.discloses_nothing else self.whole


def _append(lock: str, *, in_turn: bool = False) -> Append:
    batch = _BATCH.replace("%(lock)s", lock)
    return Append(batch + _DISCLOSED + _DONE, batch + _DONE, in_turn)


APPEND_SHARED = _append(f"pg_advisory_xact_lock_shared({WRITER_LOCK})")
"""For an optimistic writer."""
APPEND_ALONE = _append("1", in_turn=True)
"""For a writer that holds the writer's lock already."""
TAKE_TURN, END_TURN = f"select pg_advisory_xact_lock({WRITER_LOCK})", "end"
LAST_CHANGE = "select changed_index from ledger.batches order by first_index desc limit 1"
"""The index of the last change, alone: whether a refresh would bring anything."""
FIND_BATCH = "select first_index from ledger.batches where batch_id = %(batch_id)s"
"""What became of a batch whose answer was lost: its first index, or nothing."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A disclosure that a batch makes: at which of its entries, under whose key."""

    place: int
    key_id: str
    disclosure: Disclosure
    sealed: bytes


@dataclass(slots=True)
class PreparedBatch:
    """A batch ready to be appended behind a head of `first_index` entries."""

    first_index: int
    at: datetime
    frontier: Frontier
    changed_index: int
    changed_at: datetime
    horizon: datetime | None
    bodies: Sequence[bytes]
    leaves: bytes
    disclosures: Sequence[Sealed]
    keys: dict[str, bytes]
    batch_id: UUID = field(default_factory=uuid4)

    @property
    def discloses_nothing(self) -> bool:
        """Whether everything that the entries name is disclosed by earlier ones."""
        return not self.disclosures and not self.keys

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of the append statement; the entries go over the line as one value, unescaped."""
        sizes = [len(body) for body in self.bodies]
        starts = accumulate(sizes[:-1], initial=1)
        given = {
            "first_index": self.first_index,
            "size": len(self.bodies),
            "leaves": self.leaves,
            "frontier": self.frontier.to_bytes(),
            "changed_index": self.changed_index,
            "changed_at": self.changed_at,
            "at": self.at,
            "batch_id": self.batch_id,
            "horizon": self.horizon,
            "bodies": b"".join(self.bodies),
            "starts": f"{{{','.join(map(str, starts))}}}",
            "sizes": f"{{{','.join(map(str, sizes))}}}",
        }
        if self.discloses_nothing:
            return given
        return given | {
            "key_ids": list(self.keys),
            "wrapped": list(self.keys.values()),
            "places": [one.place for one in self.disclosures],
            "digests": [one.disclosure.digest for one in self.disclosures],
            "subjects": [one.key_id for one in self.disclosures],
            "sealed": [one.sealed for one in self.disclosures],
        }


def grow(frontier: Frontier, bodies: Sequence[bytes]) -> tuple[Frontier, bytes]:
    """Return the frontier behind these entries and their leaf hashes, concatenated."""
    grown = frontier.copy()
    leaves = [leaf_hash(body) for body in bodies]
    grown.extend(leaves)
    return grown, b"".join(leaves)
