"""The world as the log told it up to an index, led forward: what would have been answered then, on what was known then."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.decision.decide import Decider
from service.decision.judge import Answer
from service.decision.policyset import PolicySet
from service.decision.snapshot import POLICIES
from service.decision.world import FACT_TABLES, World
from service.ledger import Kind, Log, rows_recorded
from service.registers.reported import Decided
from service.statute.periods import instant_ms

WINDOW = 4_096
_RECORDED = text(
    "select d.index, d.digest, d.key_id, d.sealed, k.wrapped from ledger.disclosures d join ledger.keys k on k.id = d.key_id"
    " join ledger.entries e on e.index = d.index where d.index >= :start and d.index < :end"
    " and position(convert_to(:decided, 'UTF8') in e.body) = 0 order by d.index"
)
_ENDS = text("select first_index + size, last_at from ledger.batches where first_index + size > :start order by first_index")
DECIDED = f'"kind":"{Kind.ACCESS_DECIDED.value}"'


class Led:
    """The world of one log as it stood, led forward and never back."""

    def __init__(self, session: Session, *, log: Log) -> None:
        """Begin before the first entry."""
        self._session, self._log = session, log
        self._world = World()
        self._at = 0
        self._touched: dict[str, int] = {}
        self._decider: Decider | None = None

    def lead(self, end: int) -> None:
        """Take in what entries below an index changed. A fact whose key was destroyed is not known any more."""
        while self._at < end:
            upto = min(self._at + WINDOW, end)
            found = self._session.execute(_RECORDED, {"start": self._at, "end": upto, "decided": DECIDED}).all()
            for table, row in rows_recorded(self._log.keyring, [tuple(one) for one in found]):
                self._apply(table, row)
            self._at = upto

    def _apply(self, table: str, row: Mapping[str, Any]) -> None:
        if table not in FACT_TABLES:
            return
        for an_id in self._world.apply(table, dict(row)):
            self._touched[an_id] = row["changed_index"]
        if table == POLICIES:
            newest = max(self._world.rows[POLICIES].values(), key=lambda one: one["changed_index"])
            policies = PolicySet.from_bundle(newest["text"])
            if self._decider is None:
                self._decider = Decider(self._world, policies)
            else:
                self._decider.use(policies)

    def answer(self, decided: Decided, *, at: datetime) -> tuple[Answer, int] | None:
        """Return what the question of a decision would have been answered at an instant, and the last change that it rests on.

        None where it cannot be told: no policies yet, or what is known of the person or the object was destroyed.
        """
        people, documents = self._world.rows["personnel.people"], self._world.rows["designation.documents"]
        named = decided.object in documents or decided.object in self._world.by["designations by information"]
        if self._decider is None or decided.person not in people or not named:
            return None
        found = self._decider.decide(
            person=decided.person,
            kind="document" if decided.object in documents else "information",
            resource=decided.object,
            action=decided.action,
            organization=decided.organization,
            now_ms=instant_ms(at),
        )
        ids = {decided.person, decided.object, decided.organization, *(one for known in found.known for one in known.concerned)}
        return found.answer, max((self._touched.get(str(one), -1) for one in ids), default=-1)


class Ends:
    """Where the log ended at an instant, from some index on; read once."""

    def __init__(self, session: Session, *, start: int) -> None:
        """Read the batches behind an index."""
        rows: Sequence[Any] = session.execute(_ENDS, {"start": start}).all()
        self._ends, self._times = [int(end) for end, _at in rows], [at for _end, at in rows]
        self._start = start

    def at(self, instant: datetime) -> int:
        """Return how many entries there were at an instant, the entries of that instant included."""
        place = bisect_right(self._times, instant)
        return self._ends[place - 1] if place else self._start
