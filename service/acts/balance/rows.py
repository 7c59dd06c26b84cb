"""From a row of cells to the acts that it stands for, or to what is wrong with it, by line and column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.acts.balance.sheets import Column, Form, is_needed
from service.database import Base
from service.designation.model import Document, Information
from service.ledger import Seat
from service.personnel.model import Alias, Organization, Person, Post, Unit
from service.personnel.roster.eras import parse_day
from service.personnel.roster.reading import Cell
from service.personnel.roster.recorded import NAMESPACE
from service.personnel.roster.rows import BLANKS, LONGEST, SEVERAL, Rejection
from service.registers.model import Line


class Wrong(Exception):  # noqa: N818 - carries a rejection out of a cell; its words are its arguments
    """A cell that cannot be taken, in Japanese and English."""

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.ja, self.en = ja, en


SAME_FILE = Wrong(
    "このファイルの別の行にあります。先に元の文書だけのファイルを取り込んでください",
    "stands in a row of this very file; bring documents in first, and their parts and copies by a file of their own",
)
DIGITS = 6
"""How long a number in a cell may be."""
NOTHING = Wrong("該当するものがありません", "nothing within reach has this name")


@dataclass(slots=True)
class Names:
    """Finds what cells name: by id, or by the name or number that it goes under here; `organization` is the file's own."""

    session: Session
    organization: str | None
    head: int
    """Rows of this index are those that the file itself would make: their ids are given anew when it is brought in."""
    found: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, form: Form, text: str, organization: str | None) -> str:
        """Return the id of what a cell names. Raises Wrong for nothing, or several."""
        key = (f"{form} {organization or ''}", text)
        if key not in self.found:
            self.found[key] = self._of(form, text, organization)
        return self.found[key]

    def _of(self, form: Form, text: str, organization: str | None) -> str:
        match form:
            case "person":
                query = select(Alias.target_id).where(
                    Alias.namespace == NAMESPACE, Alias.value == text, Alias.target_kind == "person", Alias.until_on.is_(None)
                )
                return self._one(Person, text, query)
            case "organization":
                return self._one(
                    Organization, text, select(Organization.id).where((Organization.name == text) | (Organization.name_en == text))
                )
            case "unit" | "units":
                query = select(Unit.id).where(Unit.organization_id == organization, (Unit.id == text) | (Unit.name == text))
                return self._one(None, text, query)
            case "somebody":
                return self._one(Person, text, self._people(text))
            case "area" | "registration":
                return self._one(None, text, self._lines(form, text))
            case _:
                return self._resource(form, text)

    def _resource(self, form: Form, text: str) -> str:
        if form == "document":
            query = select(Document.id).where(Document.number == text)
            if self.session.scalar(query.where(Document.changed_index < self.head)) is None and self.session.scalar(query) is not None:
                raise SAME_FILE
            return self._one(Document, text, query.where(Document.changed_index < self.head))
        return self._one(Information, text, select(Information.id).where((Information.number == text) | (Information.title == text)))

    def _lines(self, form: Form, text: str) -> Any:
        """Return the query for an open area by its name, or for the document under a registration number."""
        here = (Line.organization_id == self.organization, Line.struck_on.is_(None))
        if form == "area":
            return select(Line.id).where(Line.kind == "area", Line.label == text, Line.ended_on.is_(None), *here)
        return select(Line.document_id).where(Line.kind == "document", Line.serial == _count(text), *here)

    def _people(self, text: str) -> Any:
        """Return the query for somebody by employee number, or by a name that only one of those who work here has."""
        numbered = select(Alias.target_id).where(
            Alias.namespace == NAMESPACE, Alias.value == text, Alias.target_kind == "person", Alias.until_on.is_(None)
        )
        bare = func.replace(func.replace(Person.legal_name, " ", ""), "\u3000", "")
        named = select(Person.id).join(Post, Post.person_id == Person.id).where(bare == text.replace(" ", "").replace("\u3000", ""))
        return numbered.union(named.where(Post.organization_id == self.organization, Post.replaced_at.is_(None)))

    def _one(self, model: type[Base] | None, text: str, query: Any) -> str:
        if model is not None and self.session.get(model, text) is not None:
            return text
        ids = sorted(set(self.session.scalars(query)))
        if not ids:
            raise NOTHING
        if len(ids) > 1:
            raise Wrong("該当するものが複数あります", "several things have this name; give the id")  # noqa: EM101 - in both languages
        return str(ids[0])


def words_of_row(
    line: int, cells: Sequence[Cell], where: Mapping[Column, int], *, headers: Sequence[str], names: Names, seat: Seat
) -> dict[str, Any] | Rejection:
    """Return the words of a row, without what is blank, or why it is rejected: by the header that the file itself has there."""
    words: dict[str, Any] = {}
    if any(cell != "" for cell in cells[len(where) :]):
        return Rejection(line, f"#{len(where) + 1}", "見出しより多い列があります", "more cells than headers")
    for column, place in where.items():
        try:
            value = _value(column, cells[place] if place < len(cells) else "", names, words)
            if value is None and is_needed(column, seat):
                raise Wrong("空欄です", "is blank")  # noqa: EM101, TRY301 - in both languages
        except Wrong as wrong:
            return Rejection(line, headers[place], wrong.ja, wrong.en)
        if value is not None:
            words[column.word] = value
    return words


def _value(column: Column, cell: Cell, names: Names, words: Mapping[str, Any]) -> Any:
    if column.form == "day":
        return _day(cell)
    return _of_text(column, cell, names, words)


def _of_text(column: Column, cell: Cell, names: Names, words: Mapping[str, Any]) -> Any:
    text = (cell.isoformat() if isinstance(cell, date) else cell).strip(BLANKS)
    if not text:
        return None
    if len(text) > LONGEST:
        raise Wrong(f"{LONGEST}文字を超えています", f"longer than {LONGEST} characters")  # noqa: EM102 - in both languages
    match column.form:
        case "texts":
            return [_code(column, part) for part in _parts(text)]
        case "informations" | "units":
            return [names.of(column.form, part, _place(names, words)) for part in _parts(text)]
        case "text" | "number":
            return _code(column, text)
        case "count":
            return _count(text)
        case _:
            return names.of(column.form, text, _place(names, words))


def _place(names: Names, words: Mapping[str, Any]) -> str | None:
    """Return the organization whose units a row names."""
    return words.get("organization_id") or words.get("operator_id") or names.organization


def _parts(text: str) -> list[str]:
    return [part.strip(BLANKS) for part in SEVERAL.split(text.replace(",", ";")) if part.strip(BLANKS)]


def _code(column: Column, text: str) -> str:
    if column.codes is None:
        return text
    if text.casefold() in column.codes:
        return column.codes[text.casefold()]
    known = ", ".join(column.codes)
    raise Wrong(f"次のいずれでもありません: {known}", f"none of {known}")  # noqa: EM102,TRY003 - in both languages


def is_count(text: str) -> bool:
    """Say whether a cell holds a whole number that can be one of papers."""
    return text.strip(BLANKS).isascii() and text.strip(BLANKS).isdigit() and len(text.strip(BLANKS)) <= DIGITS


def _count(text: str) -> int:
    if is_count(text):
        return int(text)
    raise Wrong(f"数ではありません: {text}", f"no whole number: {text}")  # noqa: EM102,TRY003 - in both languages


def _day(cell: Cell) -> str | None:
    if isinstance(cell, str) and not cell.strip(BLANKS):
        return None
    try:
        return parse_day(cell).isoformat()
    except ValueError:
        raise Wrong(f"日付として読めません: {cell}", f"no day: {cell}") from None  # noqa: EM102,TRY003 - in both languages
