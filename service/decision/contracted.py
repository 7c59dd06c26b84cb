"""Which certification and which contracts of an operator count at an instant. Pure."""

from collections.abc import Iterable
from typing import Any

from service.decision.world import Row, at_ms

Record = dict[str, Any]


def longest_certification(rows: Iterable[Row], t: int) -> Record | None:
    """Return the certification begun by `t` that lasts longest."""
    begun = [row for row in rows if at_ms(row["certified_on"]) <= t]
    row = max(begun, key=lambda one: (one["ended_on"] or "9999", one["certified_on"], one["id"]), default=None)
    return None if row is None else {"index": row["changed_index"]} | _ends(until_at=row["ended_on"])


def live_contracts(rows: Iterable[Row], t: int) -> list[Record]:
    """Return the contracts begun by `t`, the one that runs longest first.

    Each reaches its own units for its own time: those that run or whose term to give back does, else the last one. One
    that names no last day runs on.
    """
    begun = [row for row in rows if at_ms(row["from_on"]) <= t]
    begun.sort(key=lambda one: (one["until_on"] or "9999", one["return_until_on"] or "", one["id"]), reverse=True)
    live = [row for row in begun if row["until_on"] is None or t < at_ms(max(row["until_on"], row["return_until_on"] or ""))]
    return [_contract(row) for row in live or begun[:1]]


def _contract(row: Row) -> Record:
    record: Record = {"units": sorted(row["units"] or []), "index": row["changed_index"]}
    return record | _ends(until_at=row["until_on"], return_until_at=row["return_until_on"])


def _ends(**days: str | None) -> Record:
    return {name: at_ms(day) for name, day in days.items() if day is not None}
