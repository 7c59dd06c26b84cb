"""Registers that rooms keep in tables of their own: designations, handlers, assessed persons, trainings, pledges; each with who may see it.

Their columns are defaults of ours where no rule that is public sets a form.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.designation.ledger_rows import table_of
from service.designation.model import Information
from service.evidence.assessed import CIRCLE, COLUMNS, assessed_people, cells_of
from service.evidence.sheets import WITHHELD, Sheet, Wanted
from service.identity.entitlements import Class
from service.need_to_know.model import Listing
from service.need_to_know.queries import RollLine, roll
from service.personnel.model import Organization, Person
from service.personnel.queries import organization
from service.registers.model import Attendance, Pledge, Training
from service.statute.citations import Citation, cite
from service.statute.periods import legal_day

Columns = Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Roll:
    """A register of another room: its names, what it holds, and what makes its sheet; `readers` where it is not open to more."""

    says: tuple[str, str]
    classes: tuple[Class, ...]
    made: Callable[[Session, Wanted], Sheet]
    readers: frozenset[str] | None = None


def _sheet(
    kind: str,
    wanted: Wanted,
    basis: Citation | None,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    people: frozenset[str] = frozenset(),
) -> Sheet:
    title = ROLLS[kind].says[0 if wanted.language == "ja" else 1]
    return Sheet(kind, title, basis, None, tuple(headings), tuple(tuple(row) for row in rows), people)


def _headings(columns: Columns, wanted: Wanted) -> list[str]:
    return [ja if wanted.language == "ja" else en for _name, ja, en in columns]


def _cells(values: Mapping[str, object], columns: Columns, wanted: Wanted) -> list[str]:
    """Return a row in the order of its columns; without names, all but days and numbers of lines is left out."""
    found = []
    for name, _ja, _en in columns:
        value = values[name]
        kept = wanted.named or name in OPEN or value in (None, "")
        found.append(("" if value is None else str(value)) if kept else WITHHELD[wanted.language])
    return found


OPEN = frozenset({"number", "held_on", "attended_on", "pledged_on", "from_on", "last_day", "until_at"})
"""Columns that name nobody and nothing."""


def designations(session: Session, wanted: Wanted) -> Sheet:
    """Return the ledger of designations of an organ (指定管理簿), in the order of Order 3."""
    organization(session, organization_id=wanted.organization_id)
    on = legal_day(wanted.at)
    headings, *rows = table_of(session, organ_id=wanted.organization_id, on=on, at=wanted.at, language=wanted.language)
    if not wanted.named:
        titles = {number for number, heading in enumerate(headings) if heading in NAMED_FIELDS}
        rows = [[WITHHELD[wanted.language] if at in titles and cell else cell for at, cell in enumerate(row)] for row in rows]
    return _sheet("designations", wanted, cite("Order 3"), headings, rows)


NAMED_FIELDS = frozenset({"概要", "Outline", "整理番号", "Number", "細目", "Sub-item", "指定書の番号", "Designation document"})
HANDLERS: Columns = (
    ("information", "重要経済安保情報", "Information"),
    ("number", "番号", "No."),
    ("name", "氏名", "Name"),
    ("kana", "ふりがな", "Reading"),
    ("units", "所属", "Units"),
    ("posts", "官職・役職", "Posts"),
    ("dispatched_by", "派遣元", "Dispatched by"),
    ("actions", "取扱いの範囲", "Actions"),
    ("from_on", "開始日", "From"),
    ("last_day", "最終日", "Last day"),
    ("until_at", "緊急登載の期限", "Emergency until"),
    ("contract_id", "契約", "Contract"),
    ("task", "業務", "Task"),
    ("purpose", "目的", "Purpose"),
    ("reference", "文書番号", "Reference"),
    ("requested_by", "申請者", "Requested by"),
    ("emergency", "緊急登載の事由", "Emergency"),
)
LISTS: Mapping[str, str] = MappingProxyType({"organ": "Act 5(1)", "police": "Act 5(3)", "operator": "Act 10(4)"})


def handlers(session: Session, wanted: Wanted) -> Sheet:
    """Return the lists of handlers of an organization (取扱者名簿), one information after another, as they stand that day.

    Nothing of anybody's assessment is in it (Act 16).
    """
    kind = organization(session, organization_id=wanted.organization_id).kind
    found = select(Listing.information_id).where(Listing.organization_id == wanted.organization_id).distinct()
    rows = []
    for information in sorted(session.scalars(found)):
        name = session.get_one(Information, information).number or information
        lines = roll(session, information_id=information, organization_id=wanted.organization_id, on=legal_day(wanted.at), at=wanted.at)
        rows += [_cells(_handler(line, name), HANDLERS, wanted) for line in lines]
    basis = cite(LISTS[kind]) if kind in LISTS else None
    return _sheet("handlers", wanted, basis, _headings(HANDLERS, wanted), rows)


def _handler(line: RollLine, information: str) -> Mapping[str, object]:
    return {name: information if name == "information" else getattr(line, name) for name, _ja, _en in HANDLERS}


TRAININGS: Columns = (
    ("held_on", "実施日", "Held on"),
    ("training", "名称", "Training"),
    ("reference_number", "文書番号", "Papers no."),
    ("name", "受講者", "Attended by"),
    ("attended_on", "受講日", "Attended on"),
)


def trainings(session: Session, wanted: Wanted) -> Sheet:
    """Return who attended which training of an organization; one that nobody attended has a line too."""
    organization(session, organization_id=wanted.organization_id)
    found = (
        select(Training, Attendance.attended_on, Person.id, Person.legal_name)
        .outerjoin(Attendance, (Attendance.training_id == Training.id) & Attendance.known(wanted.at))
        .outerjoin(Person, Person.id == Attendance.person_id)
        .where(Training.organization_id == wanted.organization_id)
        .order_by(Training.held_on, Training.id, Attendance.attended_on, Person.search_key, Person.id)
    )
    told = session.execute(found).all()
    rows = [
        {"held_on": row.held_on, "training": row.name, "reference_number": row.reference_number, "name": name, "attended_on": on}
        for row, on, _person, name in told
    ]
    people = frozenset(filter(None, (person for _row, _on, person, _name in told)))
    cells = [_cells(row, TRAININGS, wanted) for row in rows]
    return _sheet("trainings", wanted, cite("Order 11(1)(ii)"), _headings(TRAININGS, wanted), cells, people)


PLEDGES: Columns = (
    ("name", "氏名", "Name"),
    ("head", "行政機関の長", "Head"),
    ("pledged_on", "提出日", "Signed on"),
    ("document_number", "文書番号", "Document no."),
)


def pledges(session: Session, wanted: Wanted) -> Sheet:
    """Return who signed a pledge at an organization, to which head and when."""
    organization(session, organization_id=wanted.organization_id)
    found = (
        select(Pledge, Person.legal_name, Organization.name)
        .join(Person, Person.id == Pledge.person_id)
        .join(Organization, Organization.id == Pledge.head_id)
        .where(Pledge.organization_id == wanted.organization_id, Pledge.known(wanted.at))
        .order_by(Pledge.pledged_on, Person.search_key, Pledge.id)
    )
    told = session.execute(found).all()
    rows = [{"name": name, "head": head, "pledged_on": row.pledged_on, "document_number": row.document_number} for row, name, head in told]
    people = frozenset(row.person_id for row, _name, _head in told)
    return _sheet("pledges", wanted, None, _headings(PLEDGES, wanted), [_cells(row, PLEDGES, wanted) for row in rows], people)


ASSESSED: Columns = (("head", "行政機関の長", "Head"), *((name, ja, name) for name, ja in COLUMNS))


def assessed(session: Session, wanted: Wanted) -> Sheet:
    """Return the list of assessed persons (適性評価者名簿) of an organization: names, results and days, of every head.

    Whoever is not told results reads who is cleared; everybody else is as if never listed (Act 13(2), 16(2)).
    """
    organization(session, organization_id=wanted.organization_id)
    heads = {row.id: row.name for row in session.execute(select(Organization.id, Organization.name))}
    found = assessed_people(session, organization_id=wanted.organization_id, at=wanted.at)
    told = [one for one in found if wanted.results or one.outcome == "positive"]
    names = [name for name, _ja, _en in ASSESSED]
    rows = [dict(zip(names, [heads[one.head_id], *cells_of(one, language=wanted.language)], strict=True)) for one in told]
    lines = [_cells(row, ASSESSED, wanted) for row in rows]
    return replace(_sheet("assessed", wanted, cite("Act 16(2)"), _headings(ASSESSED, wanted), lines), hushed=True)


ROLLS: Mapping[str, Roll] = MappingProxyType(
    {
        "designations": Roll(("指定管理簿", "Designations"), ("title",), designations),
        "handlers": Roll(("取扱者名簿", "Handlers"), ("name", "listing"), handlers),
        "assessed": Roll(("適性評価者名簿", "Assessed persons"), ("name", "clearance_state"), assessed, CIRCLE),
        "trainings": Roll(("保護教育実施簿", "Trainings"), ("name", "clearance_state"), trainings),
        "pledges": Roll(("誓約書管理簿", "Pledges"), ("name", "clearance_state"), pledges),
    }
)
"""By kind; `classes` are those of the table of entitlements, and whoever may not see one of them does not read the register."""
