"""Registers as sheets: one register of one organization, in the column order of its form; `tables` writes them out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation.model import Designation, Document, DocumentInformation, Information
from service.evidence import rolls
from service.evidence.columns import japanese_time
from service.evidence.sheets import WITHHELD, Sheet, Span, Wanted
from service.evidence.tables import as_csv, as_file, as_xlsx
from service.identity.entitlements import Class
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import Organization, Person
from service.registers import declared, queries
from service.registers.declared import CODES, Column
from service.registers.model import Line
from service.registers.rules import GONE
from service.statute.periods import legal_day

__all__ = [
    "OTHERS",
    "Form",
    "Reading",
    "Sheet",
    "Span",
    "Wanted",
    "as_csv",
    "as_file",
    "as_xlsx",
    "classes_of",
    "kinds",
    "reading_roles",
    "record_reading",
    "sheet",
    "titles",
]
Form = Literal["json", "csv", "cp932", "jsonl", "xlsx", "pdf"]
NAMING = frozenset({"person", "witness", "keeper", "label", "title", "designation", "party", "delivered_to", "released_to", "paper"})
"""Columns that name somebody or something, or hold words of people's own: what an export without disclosures leaves out."""
COPIES = ("{}部", "{} copies")
MARKED = {"standing": ("許可なし", "no permit"), "late": ("遅れて報告", "reported late")}
"""What a reader of the handling register is to look at."""
SEPARATED = ("、", ", ")


OTHERS: dict[str, Callable[[Session, Wanted], Sheet]] = {kind: roll.made for kind, roll in rolls.ROLLS.items()}
"""Registers that other rooms keep in tables of their own: a kind, and what makes its sheet."""


def titles() -> dict[str, tuple[str, str]]:
    """Return each register's name in Japanese and English; one of another room goes by its kind."""
    named = {one.kind: (one.ja, one.en) for one in declared.REGISTERS}
    named |= {kind: roll.says for kind, roll in rolls.ROLLS.items()}
    return {kind: named.get(kind, (kind, kind)) for kind in kinds()}


def classes_of(kind: str) -> tuple[Class, ...]:
    """Return the classes of disclosure that a register holds: whoever reads it may see all of them."""
    return rolls.ROLLS[kind].classes if kind in rolls.ROLLS else ("name", "title")


def reading_roles(kind: str) -> frozenset[str] | None:
    """Return the roles to which alone a register is open, where the classes that it holds do not settle that."""
    return rolls.ROLLS[kind].readers if kind in rolls.ROLLS else None


def kinds() -> tuple[str, ...]:
    """Return every register that can be written out."""
    return (*declared.KINDS, *OTHERS)


def sheet(session: Session, *, kind: str, wanted: Wanted, part: Span | None = None) -> Sheet:
    """Return a register of an organization, or a part of it.

    Raises ValueError for an unknown kind, UnknownIdError for an unknown organization.
    """
    organization = personnel.organization(session, organization_id=wanted.organization_id)
    if kind in OTHERS:
        return _part_of(OTHERS[kind](session, wanted), part)
    if kind not in declared.KINDS:
        message = f"kind: there is no register {kind[:64]!r}; there are {', '.join(kinds())}"
        raise ValueError(message)
    register = declared.register(kind, on=legal_day(wanted.at))
    columns = register.columns_of(organization.kind)
    lines, onward = _lines_of(session, organization.id, kind, part)
    cells = _Cells(session, wanted, None if part is None else lines)
    return Sheet(
        onward=onward,
        kind=kind,
        title=register.ja if wanted.language == "ja" else register.en,
        basis=register.basis,
        form=register.form,
        headings=tuple(column.ja if wanted.language == "ja" else column.en for column in columns),
        rows=tuple(tuple(cells.cell(row, column) for column in columns) for row in lines),
        lines=tuple((row.id, row.changed_index) for row in lines),
    )


def _part_of(whole: Sheet, part: Span | None) -> Sheet:
    """Return some rows of a sheet that is made as a whole."""
    if part is None:
        return whole
    end = part.after + part.limit
    return replace(whole, rows=whole.rows[part.after : end], onward=end if len(whole.rows) > end else None)


def _lines_of(session: Session, organization_id: str, kind: str, part: Span | None) -> tuple[Sequence[Line], int | None]:
    """Return the lines of a register, or of a part of it, and behind which number the next part begins."""
    if part is None:
        return queries.lines_of(session, organization_id=organization_id, kind=kind), None
    found = select(Line).where(Line.organization_id == organization_id, Line.kind == kind, Line.serial > part.after)
    rows = session.scalars(found.order_by(Line.serial).limit(part.limit + 1)).all()
    return rows[: part.limit], rows[part.limit - 1].serial if len(rows) > part.limit else None


class _Cells:
    """The values behind the columns of one organization's registers; each is read once, of some lines only what these name."""

    def __init__(self, session: Session, wanted: Wanted, lines: Sequence[Line] | None) -> None:
        self._session = session
        self._wanted = wanted
        self._documents = None if lines is None else {one.document_id for one in lines if one.document_id is not None}
        named = [] if lines is None else [person for one in lines for person in (one.person_id, one.witness_id, one.keeper_id)]
        self._named = None if lines is None else {person for person in named if person is not None}

    def cell(self, row: Line, column: Column) -> str:
        """Return what a line says under a column, in words."""
        if column.source in NAMING and not self._wanted.named:
            return WITHHELD[self._wanted.language]
        name, _, detail = column.source.partition(".")
        found = self._words(row.details.get(detail)) if detail else self._value(row, name)
        return "" if found is None else str(found)

    def _words(self, value: Any) -> str | None:
        if isinstance(value, list):
            return ", ".join(str(one) for one in value)
        if isinstance(value, str) and value in CODES:
            return CODES[value][0 if self._wanted.language == "ja" else 1]
        return None if value is None else str(value)

    def _value(self, row: Line, name: str) -> Any:
        made: Mapping[str, Callable[[Line], Any]] = {
            "designation": self._designation,
            "title": lambda one: self._titles.get(one.document_id or ""),
            "registration": lambda one: self._numbers.get(one.document_id or ""),
            "party": lambda one: self._organizations.get(one.party_id or ""),
            "person": lambda one: self._people.get(one.person_id or ""),
            "witness": lambda one: self._people.get(one.witness_id or ""),
            "keeper": lambda one: self._people.get(one.keeper_id or ""),
            "area": lambda one: self._areas.get(one.of_id or ""),
            "inspection": lambda one: self._inspections.get(one.of_id or ""),
            "made_on": lambda one: one.begun_on if one.details.get("way") == "made" else None,
            "received_on": lambda one: one.begun_on if one.details.get("way") == "received" else None,
            "delivered_to": lambda one: (
                self._organizations.get(self._gone(one, "delivery").party_id or "") if self._gone(one, "delivery") else None
            ),
            "delivered_on": lambda one: self._gone_on(one, "delivery"),
            "disposed_on": lambda one: self._gone_on(one, "disposal") or self._gone_on(one, "emergency"),
            "released_to": self._released_to,
            "handling": self._handling,
        }
        if name in made:
            return made[name](row)
        value = getattr(row, name)
        return value.isoformat() if isinstance(value, date) else value

    def _handling(self, row: Line) -> str:
        """Return how a document was handled; of a use that an application reported also when, how many, and what is to be looked at."""
        place = 0 if self._wanted.language == "ja" else 1
        told = [str(self._words(row.details.get(name))) for name in ("use", "medium") if row.details.get(name)]
        if "copies" in row.details:
            told.append(COPIES[place].format(row.details["copies"]))
        if "at" in row.details:
            told.append(japanese_time(row.details["at"])[11:19])
        told += [MARKED[name][place] for name in ("standing", "late") if row.details.get(name)]
        return SEPARATED[place].join(told)

    def _designation(self, row: Line) -> str | None:
        ids = [row.information_id] if row.information_id else self._carried.get(row.document_id or "", [])
        numbers = [self._informations.get(one, one) for one in ids]
        return ", ".join(sorted(numbers)) or None

    def _gone(self, row: Line, kind: str) -> Any:
        return self._ends.get((row.document_id or "", kind))

    def _gone_on(self, row: Line, kind: str) -> date | None:
        end = self._gone(row, kind)
        return None if end is None else end.begun_on

    def _released_to(self, row: Line) -> str | None:
        found = select(Designation.released_to).where(
            Designation.information_id == row.information_id,
            Designation.originator_id == row.party_id,
            Designation.known(self._wanted.at),
        )
        conditions = [one for one in self._session.scalars(found) if one is not None]
        return ", ".join(self._organizations.get(one, one) for one in sorted({one for some in conditions for one in some})) or None

    @cached_property
    def _titles(self) -> dict[str, str]:
        found = self._session.execute(select(Document.id, Document.title, Document.number).where(_among(Document.id, self._documents)))
        return {row.id: row.title or row.number or row.id for row in found}

    @cached_property
    def _people(self) -> dict[str, str]:
        found = select(Person.id, Person.legal_name).where(_among(Person.id, self._named))
        return {row.id: row.legal_name for row in self._session.execute(found)}

    @cached_property
    def _organizations(self) -> dict[str, str]:
        return {row.id: row.name for row in self._session.execute(select(Organization.id, Organization.name))}

    @cached_property
    def _informations(self) -> dict[str, str]:
        return {row.id: row.number or row.id for row in self._session.execute(select(Information.id, Information.number))}

    @cached_property
    def _carried(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        standing = select(DocumentInformation.document_id, DocumentInformation.information_id)
        standing = standing.where(_among(DocumentInformation.document_id, self._documents))
        for document, information in self._session.execute(standing.where(DocumentInformation.known(self._wanted.at))):
            found.setdefault(document, []).append(information)
        return {document: sorted(set(some)) for document, some in found.items()}

    def _lines(self, *some: str) -> Sequence[Line]:
        found = select(Line).where(Line.organization_id == self._wanted.organization_id, Line.kind.in_(some), Line.struck_on.is_(None))
        if "area" not in some and "inspection" not in some:
            found = found.where(_among(Line.document_id, self._documents))
        return self._session.scalars(found).all()

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {row.document_id or "": row.serial for row in self._lines("document") if row.document_id is not None}

    @cached_property
    def _areas(self) -> dict[str, str]:
        return {row.id: row.label or "" for row in self._lines("area")}

    @cached_property
    def _inspections(self) -> dict[str, int]:
        return {row.id: row.serial for row in self._lines("inspection")}

    @cached_property
    def _ends(self) -> dict[tuple[str, str], Line]:
        return {(row.document_id or "", row.kind): row for row in self._lines(*GONE)}


def _among(column: Any, ids: Collection[str] | None) -> ColumnElement[bool]:
    """Return the condition that a column is one of some ids; always true where none are named."""
    return true() if ids is None else column.in_(ids)


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads a register, in which roles, what for, and in what form."""

    actor: Actor
    roles: Collection[str]
    purpose: str | None
    form: Form


def record_reading(session: Session, *, log: Log, wanted: Wanted, one: Sheet, reading: Reading, content: bytes | None) -> int:
    """Record that a register was read, with the digest of what was written out, and return the index of that."""
    begin_act(session)
    note: dict[str, Any] = {"register": one.kind, "form": reading.form, "roles": sorted(reading.roles), "purpose": reading.purpose}
    if not one.hushed:
        note["rows"] = len(one.rows)
    if content is not None and not one.hushed:
        note["sha256"] = sha256(content).hexdigest()
    draft = Draft(
        kind=Kind.REGISTER_READ,
        actor=reading.actor,
        at=wanted.at,
        object=one.kind,
        organization=wanted.organization_id,
        note=note,
    )
    return record(session, log=log, draft=draft, rows=[])
