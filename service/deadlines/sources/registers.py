"""Dates of registers: loans, permits, incidents, emergency destructions, and the inspections of a fiscal year (NPSC Rule 8/2025)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.deadlines.rules import Deadline, Sort
from service.deadlines.sight import Sight, Source
from service.designation.model import DocumentInformation
from service.registers import queries
from service.registers.house import amount_of
from service.registers.model import Line
from service.registers.rules import GONE
from service.statute.citations import Citation, cite
from service.statute.fiscal import days_of_fiscal_year, fiscal_year
from service.statute.periods import counted_from

KEEPING = ("information_manager", "custodian")
LOAN = Sort(
    "loan_due",
    ("貸出しの返却日", "A loan is to come back"),
    ("返却が遅れる", "It is late"),
    "title",
    KEEPING,
    "house",
)
PERMIT = Sort(
    "permit_ends",
    ("許可の終わり（立入り・機器・目的外利用）", "A permit ends (entry, device, other use)"),
    ("許可なしには続けられない", "It may not go on without another"),
    "title",
    KEEPING,
    "list",
    lapses=True,
)
INCIDENT = Sort(
    "incident_due",
    ("事故の報告・調査の期日", "An incident is to be reported or looked into"),
    ("報告が遅れる", "The report is late"),
    "title",
    KEEPING,
    "house",
)
EMERGENCY = Sort(
    "emergency_report_due",
    ("緊急廃棄の報告の期日", "An emergency destruction is to be reported"),
    ("報告が遅れる", "The report is late"),
    "title",
    KEEPING,
    "house",
)
INSPECTION = Sort(
    "inspection_due",
    ("定期検査（年2回）", "A regular inspection is to be held (twice a fiscal year)"),
    ("検査が遅れる", "The inspection is late"),
    "title",
    KEEPING,
    "house",
)
OF_KIND: Mapping[str, tuple[Sort, Citation]] = {
    "loan": (LOAN, cite("NPSC Rule 8/2025 27(2)")),
    "entry": (PERMIT, cite("NPSC Rule 8/2025 19(1)")),
    "device": (PERMIT, cite("NPSC Rule 8/2025 20(2)")),
    "other_use": (PERMIT, cite("NPSC Rule 8/2025 48")),
    "incident": (INCIDENT, cite("NPSC Rule 8/2025 40")),
    "emergency": (EMERGENCY, cite("NPSC Rule 8/2025 38(3)")),
}


def find(session: Session, sight: Sight) -> Iterator[Deadline]:
    """Yield the days by which something is to follow a line, and by which an organization that keeps documents inspects them.

    No date names anybody: whose a loan or a permit is, the register tells those who may read it.
    """
    if sight.person_id is not None:
        return
    lines = session.scalars(
        select(Line)
        .where(Line.kind.in_(OF_KIND), Line.due_on.is_not(None), Line.ended_on.is_(None), Line.struck_on.is_(None))
        .order_by(Line.due_on, Line.id)
    ).all()
    carried = _carried(session, sight, lines)
    for row in lines:
        assert row.due_on is not None  # asked for above
        sort, citation = OF_KIND[row.kind]
        information = row.information_id or carried.get(row.document_id or "")
        yield Deadline(sort, row.id, row.due_on, (citation,), frozenset((row.organization_id,)), information_id=information)
    yield from _inspections(session, sight)


def _carried(session: Session, sight: Sight, lines: Sequence[Line]) -> dict[str, str]:
    """Return the information that each document of some lines carries, where it is one alone."""
    ids = {row.document_id for row in lines if row.document_id is not None}
    found: dict[str, set[str]] = defaultdict(set)
    query = select(DocumentInformation.document_id, DocumentInformation.information_id).where(
        DocumentInformation.document_id.in_(ids),
        DocumentInformation.replaced_at.is_(None),
        or_(DocumentInformation.from_on.is_(None), DocumentInformation.from_on <= sight.on),
        or_(DocumentInformation.until_on.is_(None), DocumentInformation.until_on > sight.on),
    )
    for document_id, information_id in session.execute(query):
        found[document_id].add(information_id)
    return {document_id: min(informations) for document_id, informations in found.items() if len(informations) == 1}


def _inspections(session: Session, sight: Sight) -> Iterator[Deadline]:
    """Yield the days by which each organization that holds documents has still to inspect them.

    With several custodians the one who was inspected least counts.
    """
    year = fiscal_year(sight.on)
    for organization, since in _holders(session).items():
        done = [row.person_id for row in queries.inspections_in(session, organization_id=organization, year=year)]
        keepers = queries.keepers_of(session, organization_id=organization)
        count = min((done.count(keeper) for keeper in keepers), default=len(done))
        begins = days_of_fiscal_year(year).first
        times = amount_of(session, "inspections_a_year", organization_id=organization, on=sight.on)
        # As many parts of the year as there are inspections: of two, its halves.
        ends = [counted_from(begins, months=12 * part // times) for part in range(1, times + 1)]
        due = [last for last in ends if last >= since]
        for last in due[count:]:
            source = f"{organization}/{last}"
            yield Deadline(INSPECTION, source, sight.house(last), (cite("NPSC Rule 8/2025 39(1)"),), frozenset((organization,)))


def _holders(session: Session) -> dict[str, date]:
    """Return which organizations have documents in their ledgers, and since when."""
    rows = session.execute(
        select(Line.organization_id, Line.document_id, Line.kind, Line.begun_on).where(
            Line.kind.in_(("document", *GONE)), Line.struck_on.is_(None)
        )
    ).all()
    gone = {(row.organization_id, row.document_id) for row in rows if row.kind != "document"}
    found: dict[str, date] = {}
    for row in rows:
        if (row.organization_id, row.document_id) not in gone:
            found[row.organization_id] = min(row.begun_on, found.get(row.organization_id, row.begun_on))
    return found


SOURCE = Source("registers", (LOAN, PERMIT, INCIDENT, EMERGENCY, INSPECTION), find)
