"""From lines of registers to what decisions read of areas. INVARIANT: such a line and its fact change in one entry."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.registers.area_model import AreaFact
from service.registers.model import Line
from service.registers.rules import AREA_FACTS


def area_facts_of(session: Session, rows: Iterable[Any]) -> list[AreaFact]:
    """Return the facts of those of some rows that are lines about areas: new ones, or those on record as they are now."""
    return [_fact(session.get(AreaFact, row.id), row) for row in rows if isinstance(row, Line) and row.kind in AREA_FACTS]


def without_facts(session: Session) -> Sequence[Line]:
    """Return the lines about areas of which decisions know nothing yet, areas first, the outer before the inner."""
    known = select(AreaFact.id)
    found = select(Line).where(Line.kind.in_(AREA_FACTS), Line.id.not_in(known)).order_by(Line.kind, Line.changed_index, Line.serial)
    return session.scalars(found).all()


def _fact(known: AreaFact | None, line: Line) -> AreaFact:
    if known is not None:
        known.until_on = _until(line)
        return known
    return AreaFact(
        id=line.id,
        kind=line.kind,
        organization_id=line.organization_id,
        area_id=line.of_id,
        document_id=line.document_id,
        person_id=line.person_id,
        from_on=line.begun_on,
        until_on=_until(line),
    )


def _until(line: Line) -> date | None:
    """Return the first day on which a line counts no more; one that is struck never counted."""
    if line.struck_on is not None:
        return line.begun_on
    ends = [line.ended_on] if line.ended_on is not None else []
    if line.kind == "entry" and line.due_on is not None:
        ends.append(line.due_on + timedelta(days=1))
    return min(ends, default=None)
