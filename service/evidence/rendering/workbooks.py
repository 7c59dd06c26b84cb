"""The cells of a workbook, read with the standard library alone and row by row, so that they can be compared.

Only what our own workbooks hold is read: texts in the shared table or in the cell, no formulas, no numbers.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Final
from xml.etree import ElementTree as ET

from service.evidence.rendering.cells import writable

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LONGEST: Final = 32_767
"""UTF-16 units that a cell of Excel holds."""
ROOM: Final = 32
SHARED: Final = "xl/sharedStrings.xml"
ROWS_A_SHEET: Final = 1_000_000
"""Rows of a workbook at most, the headings aside; Excel holds 1,048,576."""
_NO_CHARACTER = re.compile("[\ufffe\uffff]")
"""What XML cannot hold."""
_SHEET = re.compile(r"xl/worksheets/sheet[0-9]+\.xml")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class WorkbookError(ValueError):
    """A workbook that is not of the form that ours have."""


def workbook_cells(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the cells of a row as `cells_of` reads them from a workbook of ours: writable, of Excel's length, no empty ones at the end."""
    found = [fitting(text) for text in texts]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def fitting(text: str) -> str:
    """Return a text as a cell of a workbook can hold it; of a longer one the beginning, and how many characters follow."""
    whole = _NO_CHARACTER.sub(lambda found: f"\\u{{{ord(found.group()):X}}}", writable(text))
    if len(whole) <= LONGEST // 2 or len(whole.encode("utf-16-le")) <= 2 * LONGEST:
        return whole
    kept = whole.encode("utf-16-le")[: 2 * (LONGEST - ROOM)].decode("utf-16-le", "ignore")
    return f"{kept}…[+{len(whole) - len(kept)}]"


def sheets_of(workbook: Path | BinaryIO) -> int:
    """Return how many sheets a workbook has. Raises WorkbookError."""
    with _opened(workbook) as book:
        return sum(_SHEET.fullmatch(name) is not None for name in book.namelist())


def cells_of(workbook: Path | BinaryIO, *, sheet: int = 1) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a sheet (by its number) as texts, headings first; empty cells at the end of a row are left out.

    A row is compared with `workbook_cells` of the cells that it should have. Raises WorkbookError for what is no workbook, or holds
    a formula or anything but texts.
    """
    with _opened(workbook) as book:
        shared = _shared(book)
        with book.open(f"xl/worksheets/sheet{sheet}.xml") as file:
            yield from _rows(file, shared)


@contextmanager
def _opened(workbook: Path | BinaryIO) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(workbook) as book:
            yield book
    except (zipfile.BadZipFile, KeyError, ET.ParseError, EOFError, OSError) as broken:
        message = f"not a workbook: {broken}"
        raise WorkbookError(message) from broken


def _shared(book: zipfile.ZipFile) -> list[str]:
    if SHARED not in book.namelist():
        return []
    with book.open(SHARED) as file:
        return [_text(element) for element in _elements(file, "si")]


def _elements(file: IO[bytes], name: str) -> Iterator[ET.Element]:
    """Yield the elements of a name, whole, and forget each once it was looked at.

    Raises WorkbookError for a document type, through which a small file could grow without end.
    """
    above: list[ET.Element] = []
    tag = f"{MAIN}{name}"
    for event, element in ET.iterparse(_Plain(file), events=("start", "end")):  # noqa: S314 - no document type, so nothing expands
        if event == "start":
            above.append(element)
            continue
        above.pop()
        if element.tag == tag:
            yield element
            if above:
                above[-1].clear()


class _Plain:
    """A file of XML without a document type."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._tail = b""

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        piece = self._file.read(size)
        if b"<!DOCTYPE" in self._tail + piece or b"<!ENTITY" in self._tail + piece:
            message = "a workbook has no document type"
            raise WorkbookError(message)
        self._tail = piece[-16:]
        return piece


def _rows(file: IO[bytes], shared: list[str]) -> Iterator[tuple[str, ...]]:
    for number, element in enumerate(_elements(file, "row"), 1):
        told = element.get("r")
        if told is not None and told != str(number):
            message = f"row {told} stands where row {number} should"
            raise WorkbookError(message)
        yield _row(element, number, shared)


def _row(element: ET.Element, number: int, shared: list[str]) -> tuple[str, ...]:
    texts: list[str] = []
    for cell in element:
        place = _PLACE.fullmatch(cell.get("r", ""))
        column = len(texts) if place is None else _column(place.group(1))
        if cell.tag != f"{MAIN}c" or column < len(texts) or (place is not None and place.group(2) != str(number)):
            message = f"row {number} is not in order"
            raise WorkbookError(message)
        texts += [""] * (column - len(texts))
        texts.append(_cell(cell, number, shared))
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _cell(cell: ET.Element, number: int, shared: list[str]) -> str:
    kind, value = cell.get("t"), cell.findtext(f"{MAIN}v")
    if cell.find(f"{MAIN}f") is not None:
        message = f"row {number} holds a formula"
        raise WorkbookError(message)
    inline = cell.find(f"{MAIN}is")
    if kind == "inlineStr" and inline is not None:
        return _text(inline)
    if kind == "s" and value is not None and value.isdecimal() and int(value) < len(shared):
        return shared[int(value)]
    if kind is None and value is None:
        return ""
    message = f"row {number} holds a cell that is no text"
    raise WorkbookError(message)


def _text(element: ET.Element) -> str:
    """Return the text of a string item, its runs joined; `_x000D_` stands for a character that XML cannot hold."""
    joined = "".join(one.text or "" for one in element.iter(f"{MAIN}t"))
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), joined)
