"""Which certification and which contracts of an operator count at an instant. Pure."""

from collections.abc import Iterable
from typing import Any

from service.decision.world import Row, at_ms

OPEN = "9999"
"""Stands behind every day where no end is fixed."""

Record = dict[str, Any]


def certification_at(rows: Iterable[Row], t: int) -> Record | None:
    """Return the certification that lasts longest of those begun, with the instant at which it ends."""
    begun = [row for row in rows if at_ms(row["certified_on"]) <= t]
    row = max(begun, key=lambda one: (one["ended_on"] or OPEN, one["certified_on"], one["id"]), default=None)
    if row is None:
        return None
    record = {"index": row["changed_index"]}
    return record if row["ended_on"] is None else record | {"until_at": at_ms(row["ended_on"])}


def contracts_at(rows: Iterable[Row], t: int) -> list[Record]:
    """Return the contracts that run or still let return, the longest first; where none does, the last that ran.

    Each has its own units, and its own last day of which the list is read afterwards, so none of them stands for another.
    """
    begun = [row for row in rows if at_ms(row["from_on"]) <= t]
    begun.sort(key=lambda one: (one["until_on"] or OPEN, one["return_until_on"] or "", one["id"]), reverse=True)
    standing = [row for row in begun if row["until_on"] is None or at_ms(max(row["until_on"], row["return_until_on"] or "")) > t]
    return [_contract(row) for row in standing or begun[:1]]


def _contract(row: Row) -> Record:
    days = {"until_at": row["until_on"], "return_until_at": row["return_until_on"]}
    instants = {name: at_ms(day) for name, day in days.items() if day is not None}
    return {"units": sorted(row["units"] or []), "index": row["changed_index"], **instants}
