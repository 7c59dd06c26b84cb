"""Whole files: many acts that are decided as one. Counted by kind, looked at page by page, searched, and saved as a table."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from service.acts import deciders, deciding
from service.acts.concerning import OutsideError
from service.acts.deciding import Shown
from service.console.act_words import VERBS, said
from service.console.approving.inbox import called_for
from service.console.approving.sentences import sentence_of
from service.console.people_words import people_words
from service.console.values import NAMES, Reader
from service.console.visit import Visit
from service.database import read
from service.evidence.columns import csv_line

WHOLE = 10
"""Acts that are shown one under the other; more of them are a file."""
SHOWN = 20
"""Rows of a file on a page."""
BYTE_ORDER_MARK = "\ufeff"
"""By which spreadsheets know UTF-8."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """An act of a file: its place, counted from 1, in a sentence, and its words."""

    number: int
    sentence: str
    words: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """A file as a page shows it: how many of which kind, the rows on the page, and where the next ones begin."""

    size: int
    kinds: tuple[tuple[str, int], ...]
    rows: tuple[FileRow, ...]
    found: int
    first: int
    onward: int | None
    asked: str


def rows_of(shown: Shown, reader: Reader) -> list[FileRow]:
    """Return every act of a proposal as a row."""
    return [FileRow(number, sentence_of(act, reader), act["words"]) for number, act in enumerate(shown.acts, 1)]


def file_of(visit: Visit, shown: Shown, reader: Reader) -> File | None:
    """Return a proposal of many acts as a file, narrowed to the rows in which a word occurs; None where there are few."""
    if len(shown.acts) <= WHOLE:
        return None
    asked = visit.asked("q")[:100]
    rows = [row for row in rows_of(shown, reader) if not asked or _fits(row, asked, reader)]
    told = visit.asked("from")
    first = int(told) if told.isascii() and told.isdigit() and len(told) <= len(str(len(rows))) else 0
    kinds = Counter(act["verb"] for act in shown.acts)
    return File(
        size=len(shown.acts),
        kinds=tuple((said(VERBS, verb, visit.language), count) for verb, count in kinds.most_common()),
        rows=tuple(rows[first : first + SHOWN]),
        found=len(rows),
        first=first,
        onward=first + SHOWN if first + SHOWN < len(rows) else None,
        asked=asked,
    )


def _fits(row: FileRow, asked: str, reader: Reader) -> bool:
    text = " ".join((row.sentence, *(reader.told(value, name) for name, value in row.words.items())))
    return asked.casefold() in text.casefold()


def save(visit: Visit) -> Response:
    """GET of /proposals/{id}/rows: every act of a proposal as a table for spreadsheets."""
    name = visit.request.path_params["proposal_id"]
    shown = deciding.show_proposal(visit.desk.engine, log=visit.desk.log, member=visit.member, at=visit.at, proposal_id=name)
    with read(visit.desk.engine) as session:
        if not deciders.is_in_full(session, shown.row, visit.member):
            word = "proposal"
            raise OutsideError(word)
        called = called_for(session, visit, list(shown.acts))
    reader = Reader(visit.language, "western", called)
    columns = list(dict.fromkeys(name for act in shown.acts for name in act["words"]))
    told = people_words(visit.language)
    lines = [csv_line([told["of_file_number"], told["of_file_act"], *(said(NAMES, one, visit.language) for one in columns)])]
    for row in rows_of(shown, reader):
        cells = (reader.told(row.words[one], one) if row.words.get(one) not in (None, "", []) else "" for one in columns)
        lines.append(csv_line([str(row.number), row.sentence, *cells]))
    kept = {"content-disposition": f'attachment; filename="{shown.row.id}.csv"', "x-content-type-options": "nosniff"}
    return Response(BYTE_ORDER_MARK + "".join(lines), media_type="text/csv", headers={**kept, "cache-control": "no-store"})
