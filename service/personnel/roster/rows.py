"""From a row of cells to a typed record, or to what is wrong with it, by line and column."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.personnel.roster.eras import parse_day
from service.personnel.roster.headers import name_of
from service.personnel.roster.reading import Cell

DAYS = ("birth", "joined", "left", "effective")
SEVERAL = re.compile("[、;；/／\n]")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What Unicode has as control characters (Cc) and halves of characters (Cs)."""
BLANKS = " \u3000\t\r\n"
LONGEST = 200
OPEN = date.max
"""How HR systems write a 退職日 that there is not: 9999/12/31."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a row is not taken: its line, the column's header, the reason in Japanese and English."""

    line: int
    column: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a roster. None: the cell is blank or there is no such column."""

    line: int
    number: str
    id: str | None = None
    name: str | None = None
    kana: str | None = None
    unit: str | None = None
    post: str | None = None
    concurrent: tuple[tuple[str, str | None], ...] | None = None
    employment: str | None = None
    agency: str | None = None
    moved_to: str | None = None
    birth: date | None = None
    joined: date | None = None
    left: date | None = None
    effective: date | None = None


class _Wrong(Exception):  # noqa: N818 - carries a rejection out of a cell; its words are its arguments
    def __init__(self, field: str, ja: str, en: str) -> None:
        super().__init__(en)
        self.field, self.ja, self.en = field, ja, en


def record_of(line: int, cells: Sequence[Cell], columns: Mapping[str, int], *, width: int) -> Record | Rejection:
    """Return the record of a row, or why it is rejected; `width` is the number of headers."""
    if any(cell != "" for cell in cells[width:]):
        # A comma too many moves every cell behind it: nothing in such a row is where its header says.
        return Rejection(line, f"#{width + 1}", "見出しより多い列があります", "more cells than headers")
    try:
        values: dict[str, Any] = {
            field: _text(field, cells[place] if place < len(cells) else "") for field, place in columns.items() if field not in DAYS
        }
        days: dict[str, Any] = {
            field: _day(field, cells[columns[field]] if columns[field] < len(cells) else "") for field in DAYS if field in columns
        }
        if days.get("left") == OPEN:
            days["left"] = None
        number = values.pop("number")
        _require_number(number)
        concurrent = _concurrent(values.pop("concurrent", None))
        record = Record(line, number, concurrent=concurrent, **values, **days)
        _require_sense(record)
    except _Wrong as wrong:
        return Rejection(line, name_of(wrong.field), wrong.ja, wrong.en)
    return record


def _text(field: str, cell: Cell) -> str | None:
    # Names are kept exactly as entered but for the blanks around them.
    text = (cell.isoformat() if isinstance(cell, date) else cell).strip(BLANKS)
    if not text:
        return None
    if len(text) > LONGEST:
        raise _Wrong(field, f"{LONGEST}文字を超えています", f"longer than {LONGEST} characters")
    if CONTROL.search(text.replace("\n", "") if field == "concurrent" else text):
        raise _Wrong(field, "制御文字が含まれています", "holds a control character")
    return text


def _day(field: str, cell: Cell) -> date | None:
    if isinstance(cell, str) and not cell.strip(" \u3000"):
        return None
    try:
        return parse_day(cell)
    except ValueError:
        raise _Wrong(field, f"日付として読めません: {cell}", f"no day: {cell}") from None


def _concurrent(text: str | None) -> tuple[tuple[str, str | None], ...] | None:
    """Return the posts held beside the main one: `部署` or `部署 役職`, several separated by 、 ; or /."""
    if text is None:
        return None
    posts = []
    for part in SEVERAL.split(text):
        words = part.replace("\u3000", " ").split()
        if words:
            posts.append((words[0], " ".join(words[1:]) or None))
    return tuple(dict.fromkeys(posts))


def _require_number(number: str | None) -> None:
    if number is None:
        raise _Wrong("number", "社員番号がありません", "the employee number is missing")  # noqa: EM101 - the column it is about


def _require_sense(record: Record) -> None:
    if record.joined and record.left and record.left < record.joined:
        raise _Wrong("left", "退職日が入社日より前です", "the last day lies before the first")  # noqa: EM101 - the column it is about
    if record.birth and record.joined and record.joined <= record.birth:
        raise _Wrong("birth", "生年月日が入社日以後です", "born on or after the day of joining")  # noqa: EM101 - the column it is about
    if record.moved_to and not record.effective:
        raise _Wrong("effective", "異動先には発令日が必要です", "a transfer needs its day")  # noqa: EM101 - the column it is about
    if record.moved_to and record.effective:
        if record.joined and record.effective < record.joined:
            raise _Wrong("effective", "発令日が入社日より前です", "transferred before the first day")  # noqa: EM101 - the column it is about
        if record.left and record.left < record.effective:
            raise _Wrong("left", "退職日が発令日より前です", "the last day lies before the transfer")  # noqa: EM101 - the column it is about
