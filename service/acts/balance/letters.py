"""A list of results as an organ's letter brings it: fewer columns than an opening balance, and what all rows share said once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from service.acts.balance.sheets import COLUMNS, Column, headings
from service.evidence.columns import Language
from service.personnel.folding import loosened
from service.personnel.roster.headers import FIELDS, folded
from service.personnel.roster.reading import Cell, RosterFile, RosterFileError
from service.personnel.roster.rows import BLANKS

SHEET = "clearances"
SHARED = ("head_id", "outcome", "notified_on", "document_number", "letter_on", "arrived_on")
"""The words that can be said once for all rows of a list."""
NAME_HEADER: Mapping[Language, str] = {"ja": "氏名", "en": "Name"}
_NAMES = frozenset(folded(one) for one in FIELDS["name"])


@dataclass(frozen=True, slots=True)
class ResultList:
    """A list of results in the columns of its sheet with the names beside the numbers last, and the columns that were not read."""

    file: RosterFile
    unread: tuple[str, ...]

    @property
    def sheet(self) -> RosterFile:
        """The list as its sheet has it, without the names."""
        rows = tuple(row[:-1] for row in self.file.sheet or ())
        digest = sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
        return replace(self.file, headers=self.file.headers[:-1], sheet=rows, digest=digest)

    def name_on(self, line: int) -> str:
        """Return the name that stands beside the number on a line, or an empty text."""
        return str((self.file.sheet or ())[line - 1][-1])


def result_list(file: RosterFile, *, shared: Mapping[str, str], language: Language) -> ResultList:
    """Return a list in the columns of its sheet, with what all rows share where a row says nothing itself.

    Somebody is named by number, or where there is none by name. What this returns may be read again: it stays the same.
    Raises RosterFileError for a file with neither.
    """
    columns = COLUMNS[SHEET]
    where = _places(file, columns)
    named = next((place for place, header in enumerate(file.headers) if folded(header) in _NAMES), None)
    person = where.get("person_id")
    if person is None and named is None:
        message = "the header 社員番号 is missing; found are " + ", ".join(file.headers)
        raise RosterFileError(message)
    headers = (*headings(columns, language), NAME_HEADER[language])
    rows: list[tuple[Cell, ...]] = [headers]
    for line, cells in file.rows():
        rows += [()] * (line - 1 - len(rows))
        number, name = _text(cells, person), _text(cells, named)
        given = {one.word: _text(cells, where.get(one.word)) or shared.get(one.word, "") for one in columns}
        given["person_id"] = number or name
        rows.append((*(given[one.word] for one in columns), name if number else ""))
    read = {*where.values(), *(() if named is None else (named,))}
    made = replace(file, headers=headers, text=None, sheet=tuple(rows))
    return ResultList(made, tuple(header for place, header in enumerate(file.headers) if place not in read))


def is_called(name: str, legal_name: str) -> bool:
    """Say whether a name beside a number is that of the person who has the number: width, blanks and old forms make no difference."""
    return loosened(name) == loosened(legal_name)


def _places(file: RosterFile, columns: tuple[Column, ...]) -> dict[str, int]:
    known = {folded(header): column.word for column in columns for header in column.headers}
    known |= {folded(header): "person_id" for header in FIELDS["number"]}
    found: dict[str, int] = {}
    for place, header in enumerate(file.headers):
        word = known.get(folded(header))
        if word is not None and word in found:
            message = f"the columns {file.headers[found[word]]} and {header} both say the same"
            raise RosterFileError(message)
        if word is not None:
            found[word] = place
    return found


def _text(cells: tuple[Cell, ...], place: int | None) -> str:
    if place is None or place >= len(cells):
        return ""
    cell = cells[place]
    return cell.isoformat() if isinstance(cell, date) else cell.strip(BLANKS)
