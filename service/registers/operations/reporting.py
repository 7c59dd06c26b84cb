"""Uses that applications report: each a row and an entry, and of a document or a place a line of its register (NPSC Rule 19, 36)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.database import Base
from service.ledger import Draft, Kind, Log, begin_act, instant, record_many
from service.personnel.model import Organization, new_id
from service.registers import queries
from service.registers.model import Line, ReportedUse
from service.registers.operations.entering import Act, line
from service.registers.reported import LINE_CODES, ReportedAs
from service.registers.rules import KEEPERS
from service.statute.periods import legal_day


@dataclass(frozen=True, slots=True)
class Report:
    """What one application reports in one request: taken whole or not at all."""

    application_id: str
    uses: Sequence[ReportedAs]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a report of a use was answered, and is answered again whenever it comes again."""

    use_id: str
    index: int
    standing: str
    late: bool


@dataclass(frozen=True, slots=True)
class ReusedId:
    """A report in which a use has the id of an earlier one that said something else: nothing of the report was recorded."""

    place: int
    use_id: str


def record_uses(session: Session, *, log: Log, at: datetime, reports: Sequence[Report]) -> list[list[Receipt] | ReusedId]:
    """Record what applications report, as one chunk with an entry for each use, and return what each report is answered.

    Nothing is judged here: a use happened. What was reported before is answered as before. The act lock is held for a few
    statements, however many reports there are. Raises ClockUnsureError.
    """
    begin_act(session)
    names = {(report.application_id, use.use_id) for report in reports for use in report.uses}
    chunk = _Chunk(session, log, at, _earlier(session, names))
    chunk.keepers = _keepers(session, {use.organization_id for report in reports for use in report.uses})
    answers = [chunk.take(report) for report in reports]
    indexes = record_many(session, log=log, drafts=chunk.drafts)
    return [one if isinstance(one, ReusedId) else [_receipt(row, indexes) for row in one] for one in answers]


def _receipt(row: ReportedUse | tuple[int, ReportedUse], indexes: Sequence[int]) -> Receipt:
    if isinstance(row, tuple):
        place, made = row
        return Receipt(made.use_id, indexes[place], made.standing, made.late)
    return Receipt(row.use_id, row.changed_index, row.standing, row.late)


def _earlier(session: Session, names: set[tuple[str, str]]) -> dict[tuple[str, str], ReportedUse]:
    applications, uses = {one for one, _use in names}, {use for _one, use in names}
    found = select(ReportedUse).where(ReportedUse.application_id.in_(applications), ReportedUse.use_id.in_(uses))
    return {(row.application_id, row.use_id): row for row in session.scalars(found)}


def _keepers(session: Session, ids: set[str | None]) -> frozenset[str]:
    """Return which of some organizations keep registers."""
    named = [one for one in ids if one is not None]
    return frozenset(session.scalars(select(Organization.id).where(Organization.id.in_(named), Organization.kind.in_(KEEPERS))))


Found = list[ReportedUse | tuple[int, ReportedUse]]
"""For each use of a report the row that is there already, or the place of its entry in the chunk and the row to be."""


@dataclass
class _Chunk:
    """The rows and entries of one transaction."""

    session: Session
    log: Log
    at: datetime
    earlier: Mapping[tuple[str, str], ReportedUse]
    keepers: frozenset[str] = frozenset()
    drafts: list[tuple[Draft, Sequence[Base]]] = field(default_factory=list)
    fresh: dict[tuple[str, str], tuple[int, ReportedUse]] = field(default_factory=dict)
    serials: dict[tuple[str, str], int] = field(default_factory=dict)

    def take(self, report: Report) -> Found | ReusedId:
        """Add what is new of a report, unless one of its ids said something else before."""
        for place, use in enumerate(report.uses):
            known = self._known(report, use)
            if known is not None and (known[1] if isinstance(known, tuple) else known).digest != use.digest:
                return ReusedId(place, use.use_id)
        found: Found = []
        for use in report.uses:
            known = self._known(report, use)
            found.append(self._add(report.application_id, use) if known is None else known)
        return found

    def _known(self, report: Report, use: ReportedAs) -> ReportedUse | tuple[int, ReportedUse] | None:
        name = (report.application_id, use.use_id)
        return self.earlier[name] if name in self.earlier else self.fresh.get(name)

    def _add(self, application_id: str, use: ReportedAs) -> tuple[int, ReportedUse]:
        actor = Actor(id=application_id, kind="application")
        made = self._line(actor, application_id, use)
        row = _row(application_id, use, told_at=self.at, line_id=None if made is None else made.id)
        draft = Draft(
            kind=Kind.USE_REPORTED if made is None or use.document_id is None else Kind.DOCUMENT_HANDLED,
            actor=actor,
            at=self.at,
            on=legal_day(use.at),
            person=use.person_id,
            object=use.document_id or use.information_id or use.area_id,
            organization=use.organization_id,
            subject=use.person_id or use.information_id or "log",
        )
        place = len(self.drafts)
        self.drafts.append((draft, [row] if made is None else [made, row]))
        self.fresh[application_id, use.use_id] = (place, row)
        return place, row

    def _line(self, actor: Actor, application_id: str, use: ReportedAs) -> Line | None:
        """Return the line of a register that a use makes, where it is known who handled which document, or passed where, of whom."""
        organization_id = use.organization_id
        kind = "handling" if use.document_id is not None else "passage" if use.area_id is not None else None
        if organization_id is None or organization_id not in self.keepers or kind is None or use.person_id is None:
            return None
        details = {
            "use": LINE_CODES.get(use.use, use.use),
            "at": instant(use.at),
            "copies": use.copies,
            "medium": use.medium,
            "application": application_id,
            "permit": use.index,
            "standing": None if use.standing == "permitted" else use.standing,
            "late": True if use.late else None,
        }
        act = Act(self.session, self.log, actor, self.at, legal_day(use.at))
        named = {"document_id": use.document_id, "of_id": use.area_id, "person_id": use.person_id}
        return line(act, kind, organization_id, serial=self._serial(organization_id, kind), details=details, **named)

    def _serial(self, organization_id: str, kind: str) -> int:
        """Return the next number of a series: the lines of one transaction follow one another."""
        series = (organization_id, kind)
        known = self.serials.get(series)
        found = queries.next_serial(self.session, organization_id=organization_id, kind=kind) if known is None else known
        self.serials[series] = found + 1
        return found


def _row(application_id: str, use: ReportedAs, *, told_at: datetime, line_id: str | None) -> ReportedUse:
    return ReportedUse(
        id=new_id(),
        application_id=application_id,
        use_id=use.use_id,
        digest=use.digest,
        use=use.use,
        used_at=use.at,
        told_at=told_at,
        late=use.late,
        standing=use.standing,
        permit_index=use.index,
        permit_check=use.check,
        organization_id=use.organization_id,
        person_id=use.person_id,
        document_id=use.document_id,
        information_id=use.information_id,
        area_id=use.area_id,
        line_id=line_id,
        copies=use.copies,
        medium=use.medium,
    )
