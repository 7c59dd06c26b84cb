"""Decisions by the index of their entry, as whoever reports or compares uses needs them: the one place that reads them so."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.ledger import decisions_in, entries, read_entry
from service.registers.reported import Decided

_AT = text("select index, body from ledger.entries where index = any(:indexes)")
HIGHEST = 2**63 - 1


def decisions_at(session: Session, *, indexes: Collection[int]) -> dict[tuple[int, int], Decided]:
    """Return the decisions that stand at some indexes, by index and check; what is no decision is left out."""
    named = sorted({index for index in indexes if 0 <= index <= HIGHEST})
    found = session.execute(_AT, {"indexes": named}) if named else ()
    return {(one.index, one.check): one for index, body in found for one in decisions_of(index, read_entry(bytes(body)))}


def decisions_between(session: Session, *, start: int, end: int) -> Iterator[Decided]:
    """Yield every decision of a range of the log, in its order."""
    for index, body in entries(session, start=start, end=end):
        yield from decisions_of(index, read_entry(body))


def decisions_of(index: int, entry: Mapping[str, Any]) -> Iterator[Decided]:
    """Yield the decisions that an entry holds; none where it records something else."""
    for check, one in enumerate(decisions_in(entry)):
        yield Decided(
            index=index,
            check=check,
            application=str(one.get("actor", "")),
            at=datetime.fromisoformat(one["at"]),
            permit=one["out"] == "permit",
            action=str(one.get("action", "")),
            person=one.get("person"),
            object=one.get("object"),
            organization=one.get("for"),
            hold_seconds=int(one.get("hold", 0)),
            reference=one.get("ref"),
        )
