"""Inspections as they go on: what should be there, by place, what was compared so far, and what was not (NPSC Rule 39)."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.concerning import OutsideError
from service.acts.entitled import require_any_role
from service.acts.reach import reaches
from service.database import read
from service.identity.desk import Seated
from service.registers import queries
from service.registers.model import Line

READERS = frozenset({"custodian", "information_manager"})
"""Who sees how an inspection goes on; only whoever manages information makes and records one."""


@dataclass(frozen=True, slots=True)
class Item:
    """A document that an inspection compares: its number, and where it should be; the place is empty where none is recorded."""

    document_id: str
    serial: int
    place: str
    found: str | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """An inspection: its line, what is still to be compared by place and number, and what was found in the order of entry."""

    line: Line
    remaining: tuple[Item, ...]
    compared: tuple[Item, ...]

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.line.ended_on is None

    def named(self, code: str) -> Item | None:
        """Return what a scanned or typed code names among all that it compares: an id or a registration number."""
        words = unicodedata.normalize("NFKC", code).strip()
        every = (*self.remaining, *self.compared)
        numbered = (one for one in every if words.isascii() and words.isdigit() and one.serial == int(words))
        return next((one for one in every if one.document_id in (words, words.lower())), None) or next(numbered, None)


def inspections_of(seated: Seated, *, organization_id: str, before: int | None, limit: int) -> tuple[list[Line], int | None]:
    """Return the inspections of an organization within reach, the newest first, and the number before which the next page begins.

    Raises NotAllowedError, OutsideError.
    """
    require_any_role(seated.member, READERS)
    if not any(one.role in READERS and one.organization_id == organization_id for one in seated.member.roles):
        word = "organization_id"
        raise OutsideError(word)
    found = select(Line).where(Line.organization_id == organization_id, Line.kind == "inspection", Line.struck_on.is_(None))
    if before is not None:
        found = found.where(Line.serial < before)
    with read(seated.desk.engine) as session:
        rows = list(session.scalars(found.order_by(Line.serial.desc()).limit(limit + 1)))
        rows = [row for row in rows if _reached(session, seated, row)] if len(rows) <= limit else rows
        session.expunge_all()
    return rows[:limit], rows[limit - 1].serial if len(rows) > limit else None


def inspection_of(seated: Seated, *, inspection_id: str) -> Inspection:
    """Return an inspection within reach. Raises NotAllowedError, OutsideError."""
    require_any_role(seated.member, READERS)
    with read(seated.desk.engine) as session:
        row = session.get(Line, inspection_id)
        if row is None or row.kind != "inspection" or row.struck_on is not None or not _reached(session, seated, row):
            word = "inspection_id"
            raise OutsideError(word)
        findings = queries.findings_of(session, inspection_id=row.id)
        found = {one.document_id or "": str(one.details["found"]) for one in findings}
        wanted = (
            queries.expected(session, organization_id=row.organization_id, keeper_id=row.person_id or "") if row.ended_on is None else []
        )
        places = _places(session, row.organization_id)
        numbers = _numbers(session, row.organization_id)
        session.expunge_all()
    remaining = [Item(one, numbers.get(one, 0), places.get(one, "")) for one in wanted if one not in found]
    compared = [Item(one, numbers.get(one, 0), places.get(one, ""), said) for one, said in found.items()]
    return Inspection(row, tuple(sorted(remaining, key=lambda one: (one.place, one.serial))), tuple(compared))


def _reached(session: Session, seated: Seated, row: Line) -> bool:
    held = [one for one in seated.member.roles if one.role in READERS and one.organization_id == row.organization_id]
    return reaches(session, held, "inspection_id", row.id, at=seated.at)


def _places(session: Session, organization_id: str) -> dict[str, str]:
    """Return where each document of an organization is kept, by the name of the place."""
    areas = {row.id: row.label or "" for row in _lines(session, organization_id, "area")}
    stored = [row for row in _lines(session, organization_id, "storage") if row.ended_on is None]
    return {row.document_id or "": areas.get(row.of_id or "", "") for row in stored}


def _numbers(session: Session, organization_id: str) -> dict[str, int]:
    return {row.document_id or "": row.serial for row in _lines(session, organization_id, "document")}


def _lines(session: Session, organization_id: str, kind: str) -> Sequence[Line]:
    found = select(Line).where(Line.organization_id == organization_id, Line.kind == kind, Line.struck_on.is_(None))
    return session.scalars(found).all()
