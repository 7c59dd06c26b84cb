"""Questions about registers: numbers, what is held, what is open, what is kept where; nothing here writes."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.designation import queries as designation
from service.designation.model import Designation
from service.need_to_know.model import Listing
from service.personnel.bringing import numbered_to
from service.personnel.queries import require_known
from service.personnel.rules import UnknownIdError
from service.provision import queries as provision
from service.registers import rules
from service.registers.model import Line
from service.registers.rules import GONE, State, Step

_LIVE = Line.struck_on.is_(None)


def line(session: Session, *, line_id: str, kinds: Sequence[str] = (), word: str = "line_id") -> Line:
    """Return a line that is not struck, of one of some kinds; raise UnknownIdError naming it where there is none."""
    row = require_known(session, Line, line_id, word=word)
    if (kinds and row.kind not in kinds) or row.struck_on is not None:
        raise UnknownIdError(message=f"there is no {word} {line_id!r}", facts={word: line_id})
    return row


def next_serial(session: Session, *, organization_id: str, kind: str) -> int:
    """Return the next number of a series: acts are serial, so nobody takes it meanwhile, and no number comes twice.

    Where a register was brought forward it goes on behind the last number of that, whether or not that line came along.
    """
    found = select(func.max(Line.serial)).where(Line.organization_id == organization_id, Line.kind == kind)
    return max(session.scalar(found) or 0, numbered_to(session, organization_id=organization_id, register=kind)) + 1


def line_numbered(session: Session, *, organization_id: str, kind: str, serial: int) -> Line | None:
    """Return the line of a register under a number, struck or not, or None."""
    found = select(Line).where(Line.organization_id == organization_id, Line.kind == kind, Line.serial == serial)
    return session.scalars(found).first()


def lines_of(session: Session, *, organization_id: str, kind: str) -> Sequence[Line]:
    """Return a register of an organization, the struck lines too, in the order of its numbers."""
    found = select(Line).where(Line.organization_id == organization_id, Line.kind == kind)
    return session.scalars(found.order_by(Line.serial)).all()


def life_of(session: Session, *, organization_id: str, document_id: str) -> Sequence[Line]:
    """Return what the registers of an organization tell of a document, in the order in which it was entered."""
    found = select(Line).where(Line.organization_id == organization_id, Line.document_id == document_id, _LIVE)
    return session.scalars(found.order_by(Line.changed_index, Line.serial)).all()


def steps_of(session: Session, *, organization_id: str, document_id: str) -> list[Step]:
    """Return the life of a document as the rules judge it: uses, of which there may be a great many, change nothing of it."""
    found = select(Line).where(Line.organization_id == organization_id, Line.document_id == document_id, Line.kind != "handling", _LIVE)
    rows = session.scalars(found.order_by(Line.changed_index, Line.serial))
    return [Step(kind=row.kind, on=row.begun_on, ended_on=row.ended_on, found=_found(row)) for row in rows]


def _found(row: Line) -> bool | None:
    """Return whether a line says that the document is there, None where it says nothing of it."""
    if row.kind == "finding":
        return row.details.get("found") != "missing"
    if row.kind == "incident" and row.details.get("incident") in {"lost", "seized"}:
        return row.ended_on is not None and row.details.get("outcome") in {"recovered", "no_harm"}
    return None


def state_of(session: Session, *, organization_id: str, document_id: str) -> State:
    """Return what a document is at an organization now."""
    return rules.state_of(steps_of(session, organization_id=organization_id, document_id=document_id))


def open_line(session: Session, *, organization_id: str, document_id: str, kind: str) -> Line | None:
    """Return the line of a kind about a document that has not ended, or None."""
    found = select(Line).where(
        Line.organization_id == organization_id, Line.document_id == document_id, Line.kind == kind, Line.ended_on.is_(None), _LIVE
    )
    return session.scalars(found).first()


def open_of(session: Session, *, of_id: str) -> Sequence[Line]:
    """Return the open lines that belong to another line: what is kept in an area, and the permits for it."""
    # Who entered and left has no end, and there may be a great many.
    found = select(Line).where(Line.of_id == of_id, Line.ended_on.is_(None), Line.kind != "passage", _LIVE)
    return session.scalars(found.order_by(Line.kind, Line.serial)).all()


def held(session: Session, *, organization_id: str) -> Sequence[str]:
    """Return the documents that the ledger of an organization says it has: entered, and neither delivered nor disposed of."""
    gone = select(Line.document_id).where(Line.organization_id == organization_id, Line.kind.in_(GONE), _LIVE)
    found = select(Line.document_id).where(Line.organization_id == organization_id, Line.kind == "document", _LIVE)
    return [one for one in session.scalars(found.where(Line.document_id.not_in(gone)).order_by(Line.serial)) if one is not None]


def expected(session: Session, *, organization_id: str, keeper_id: str) -> list[str]:
    """Return what an inspection of somebody's holdings compares: what they keep, and what no place or nobody's place keeps.

    What is on loan is with the borrower.
    """
    stored = select(Line.document_id, Line.keeper_id).where(
        Line.organization_id == organization_id, Line.kind == "storage", Line.ended_on.is_(None), _LIVE
    )
    keepers: dict[str | None, str | None] = {row.document_id: row.keeper_id for row in session.execute(stored)}
    lent = select(Line.document_id).where(Line.organization_id == organization_id, Line.kind == "loan", Line.ended_on.is_(None), _LIVE)
    away = set(session.scalars(lent))
    return [one for one in held(session, organization_id=organization_id) if keepers.get(one) in {None, keeper_id} and one not in away]


def findings_of(session: Session, *, inspection_id: str) -> Sequence[Line]:
    """Return what an inspection found so far."""
    found = select(Line).where(Line.of_id == inspection_id, Line.kind == "finding", _LIVE)
    return session.scalars(found.order_by(Line.serial)).all()


def inspections_in(session: Session, *, organization_id: str, year: int) -> Sequence[Line]:
    """Return the regular inspections that ended in a fiscal year."""
    first, after = rules.fiscal_days(year)
    found = select(Line).where(
        Line.organization_id == organization_id,
        Line.kind == "inspection",
        Line.details["occasion"].astext == "regular",
        Line.ended_on >= first,
        Line.ended_on < after,
        _LIVE,
    )
    return session.scalars(found.order_by(Line.serial)).all()


def keepers_of(session: Session, *, organization_id: str) -> frozenset[str]:
    """Return the people who have charge of an open area of an organization."""
    found = select(Line.keeper_id).where(Line.organization_id == organization_id, Line.kind == "area", Line.ended_on.is_(None), _LIVE)
    return frozenset(one for one in session.scalars(found) if one is not None)


def due_lines(session: Session, *, organization_id: str) -> Sequence[Line]:
    """Return the open lines with a day by which something is to follow, the earliest first: loans, permits, reports, incidents."""
    found = select(Line).where(Line.organization_id == organization_id, Line.due_on.is_not(None), Line.ended_on.is_(None), _LIVE)
    return session.scalars(found.order_by(Line.due_on, Line.id)).all()


def rests_on(session: Session, *, row: Line) -> bool:
    """Say whether other lines rest on a line: those that name it, and of a document's number all that follows it."""
    if session.scalars(select(Line.id).where(Line.of_id == row.id, _LIVE)).first() is not None:
        return True
    if row.kind != "document" or row.document_id is None:
        return False
    other = select(Line.id).where(
        Line.organization_id == row.organization_id, Line.document_id == row.document_id, Line.id != row.id, _LIVE
    )
    return session.scalars(other.limit(1)).first() is not None


def kept_in(session: Session, *, area_id: str, on: date) -> frozenset[str]:
    """Return the informations kept in an area on a day: those that the documents carry which are stored in it, or in what stands in it."""
    inside = {area_id}
    while True:
        more = set(session.scalars(select(Line.id).where(Line.kind == "area", Line.of_id.in_(inside), _LIVE))) - inside
        if not more:
            break
        inside |= more
    stored = select(Line.document_id).where(
        Line.kind == "storage",
        Line.of_id.in_(inside),
        Line.begun_on <= on,
        or_(Line.ended_on.is_(None), Line.ended_on > on),
        _LIVE,
    )
    return frozenset(
        information
        for document in session.scalars(stored)
        if document is not None
        for information in designation.informations_in(session, document_id=document, on=on)
    )


def permits_of(session: Session, *, kind: str, of_id: str, person_id: str, on: date) -> Sequence[Line]:
    """Return the permits of a kind that somebody has for an area on a day; `due_on` is the last day of each."""
    found = select(Line).where(
        Line.kind == kind,
        Line.of_id == of_id,
        Line.person_id == person_id,
        Line.begun_on <= on,
        Line.due_on >= on,
        or_(Line.ended_on.is_(None), Line.ended_on > on),
        _LIVE,
    )
    return session.scalars(found.order_by(Line.serial)).all()


def originators(session: Session, *, informations: Sequence[str], at: datetime) -> frozenset[str]:
    """Return from which foreign governments and organizations informations came."""
    found = select(Designation.originator_id).where(
        Designation.information_id.in_(informations), Designation.originator_id.is_not(None), Designation.known(at)
    )
    return frozenset(one for one in session.scalars(found) if one is not None)


def unprovided(session: Session, *, informations: Sequence[str], party_id: str, on: date, at: datetime) -> list[str]:
    """Return the informations that another organization neither designated nor holds by a provision, as recorded."""
    return [
        one
        for one in informations
        if party_id not in designation.designated_by(session, information_id=one, on=on, at=at)
        and not provision.held_under(session, information_id=one, organization_id=party_id, on=on, at=at)
    ]


def handled_unlisted(session: Session, *, organization_id: str, at: datetime) -> list[Line]:
    """Return the handlings by people whom no line of a list named that day, for those who may see lists.

    A line for a unit or post counts for nobody here: what this returns is to be looked at, not to be held against anybody.
    """
    found: list[Line] = []
    for row in lines_of(session, organization_id=organization_id, kind="handling"):
        if row.struck_on is not None or row.document_id is None:
            continue
        carried = designation.informations_in(session, document_id=row.document_id, on=row.begun_on)
        named = select(Listing.information_id).where(
            Listing.organization_id == organization_id,
            Listing.person_id == row.person_id,
            or_(Listing.from_on.is_(None), Listing.from_on <= row.begun_on),
            or_(Listing.until_on.is_(None), Listing.until_on > row.begun_on),
            Listing.known(at),
        )
        if not set(carried) <= set(session.scalars(named)):
            found.append(row)
    return found
