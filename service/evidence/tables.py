"""A table as a file, in the forms in which registers and other lists are given away: the same columns in each."""

import json
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, get_args

from service.evidence.columns import csv_line
from service.evidence.rendering import cp932
from service.evidence.sheets import Sheet
from service.evidence.workbooks import Workbook

TableForm = Literal["csv", "cp932", "jsonl", "xlsx"]
FORMS: Final[tuple[TableForm, ...]] = get_args(TableForm)
TYPES: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "cp932": "text/csv; charset=windows-31j",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""By form the media type of a file."""
ENDINGS: Final[Mapping[str, str]] = {"csv": "csv", "cp932": "cp932.csv", "jsonl": "jsonl", "xlsx": "xlsx"}
"""By form the end of a file's name."""


def form_of(word: str | None, out: Path | None) -> TableForm:
    """Return the form of a word, or without one that of a file's name, CSV by default. Raises ValueError for an unknown word."""
    if word is None:
        suffix = "" if out is None else out.suffix.lower().removeprefix(".")
        return suffix if suffix in FORMS else "csv"
    if word not in FORMS:
        message = f"--format: {word} is none of {', '.join(FORMS)}"
        raise ValueError(message)
    return word


def as_file(one: Sheet, form: TableForm, *, at: datetime, unencodable: cp932.Unencodable | None = None) -> bytes:
    """Return a table in a form; `unencodable` counts what CP932 could not hold."""
    match form:
        case "csv":
            return as_csv(one)
        case "cp932":
            return as_cp932(one, unencodable or cp932.Unencodable())
        case "jsonl":
            return as_jsonl(one)
        case "xlsx":
            return as_xlsx(one, at=at)


def as_csv(one: Sheet) -> bytes:
    """Return a table as CSV that Excel reads as UTF-8 and in which no cell is a formula."""
    return "".join(csv_line(row) for row in (one.headings, *one.rows)).encode("utf-8-sig")


def as_cp932(one: Sheet, unencodable: cp932.Unencodable) -> bytes:
    """Return the same in CP932, with what it cannot hold escaped and counted by its row (from 0; the headings are -1)."""
    lines = (one.headings, *one.rows)
    return b"".join(cp932.encode(csv_line(row), unencodable=unencodable, index=number) for number, row in enumerate(lines, -1))


def as_jsonl(one: Sheet) -> bytes:
    """Return a table as lines of JSON, an object each, whose members are called as the columns are; texts are never altered."""
    return "".join(json.dumps(dict(zip(one.headings, row, strict=True)), ensure_ascii=False) + "\n" for row in one.rows).encode()


def as_xlsx(one: Sheet, *, at: datetime) -> bytes:
    """Return a table as a workbook to be printed, each column as wide as its longest text."""
    out = BytesIO()
    widths = [2 * max(len(row[column]) for row in (one.headings, *one.rows)) + 2 for column in range(len(one.headings))]
    with Workbook(out, title=one.title, headings=one.headings, made=at, widths=widths, printed=True) as book:
        for row in one.rows:
            book.add(row)
    return out.getvalue()
