"""Reading a roster file: CSV in UTF-8 (with or without BOM) or CP932, or the first sheet of an Excel workbook."""

import csv
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import python_calamine

from service.personnel.roster.archive import require_harmless

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
LARGEST_CELL = 10_000
REASONS = ("理由", "reason")
"""The last column of a file of rejected rows, which we wrote: it says nothing of people."""
QUOTE = "'"
Cell = str | date


class RosterFileError(ValueError):
    """A file that is no roster; the message is one line that says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A roster's header and rows as they stand; `rows` may be read as often as one likes."""

    name: str
    digest: str
    encoding: str
    headers: tuple[str, ...]
    text: str | None
    sheet: tuple[tuple[Cell, ...], ...] | None

    def rows(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Yield (line, cells) of each row that is not blank; lines count from 1, the header included. Raises RosterFileError."""
        lines = _csv_rows(self.name, self.text or "") if self.sheet is None else enumerate(self.sheet, 1)
        ours = self.headers[-1] in REASONS
        for place, (line, cells) in enumerate(lines):
            if place > 0 and any(cell != "" for cell in cells):
                yield line, tuple(_plain(cell) for cell in cells) if ours else cells


def open_roster(path: Path, *, largest: int = LARGEST_FILE) -> RosterFile:
    """Return the roster in a file of at most `largest` bytes. Raises RosterFileError for what cannot be read as one."""
    return roster_of(path, bytes_of(path, largest))


def roster_of(path: Path, raw: bytes) -> RosterFile:
    """Return the roster in bytes that came under a name. Raises RosterFileError for what cannot be read as one."""
    if not raw.strip():
        message = f"{path} is empty"
        raise RosterFileError(message)
    digest = sha256(raw).hexdigest()
    if raw[:4] == b"PK\x03\x04":
        sheet = _sheet(path, raw)
        return RosterFile(path.name, digest, "xlsx", _headers(path, sheet[0]), None, sheet)
    encoding, text = _decoded(path, raw)
    _line, first = next(_csv_rows(str(path), text), (1, ()))
    return RosterFile(path.name, digest, encoding, _headers(path, first), text, None)


def bytes_of(path: Path, largest: int) -> bytes:
    """Return what a file holds. Only a file itself is read: no link, for it may change meanwhile, no pipe and no device.

    Raises RosterFileError.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as missing:
        why = "it is a link" if path.is_symlink() else missing.strerror
        message = f"{path} cannot be read: {why}"
        raise RosterFileError(message) from missing
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        message = f"{path} cannot be read: it is no file"
        raise RosterFileError(message)
    with os.fdopen(handle, "rb") as file:
        raw = file.read(largest + 1)
    if len(raw) > largest:
        message = f"{path} is larger than {largest // MEGABYTE} MB (SEKISHO_IMPORT_LIMIT_MB)"
        raise RosterFileError(message)
    return raw


def _headers(path: Path, cells: tuple[Cell, ...]) -> tuple[str, ...]:
    headers = [str(cell).strip() for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        message = f"{path}: the first line holds no headers"
        raise RosterFileError(message)
    return tuple(str(_plain(header)) for header in headers) if headers[-1] in REASONS else tuple(headers)


def _plain(cell: Cell) -> Cell:
    """Return a cell without the quote that kept a spreadsheet from running it when we wrote it."""
    return cell.removeprefix(QUOTE) if isinstance(cell, str) else cell


def _decoded(path: Path, raw: bytes) -> tuple[str, str]:
    if raw.startswith(b"\xef\xbb\xbf"):
        attempts: tuple[str, ...] = ("utf-8-sig",)
    elif raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        attempts = ("utf-16",)
    else:
        attempts = ("utf-8", "cp932")
    for encoding in attempts:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as broken:
            wrong = f"byte {broken.start + 1} fits neither UTF-8 nor CP932"
            continue
        if "\x00" in text:
            wrong = "it holds a zero byte"
            continue
        return encoding, text
    message = f"{path} is no text: {wrong}"
    raise RosterFileError(message)


def _csv_rows(name: str, text: str) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    first = text.split("\n", 1)[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(len(cell) > LARGEST_CELL for cell in cells):
                message = f"{name}:{line}: a cell is longer than {LARGEST_CELL} characters"
                raise RosterFileError(message)
            yield line, tuple(cells)
            line = reader.line_num + 1
    except csv.Error as broken:
        message = f"{name}:{reader.line_num}: {broken}"
        raise RosterFileError(message) from broken


def _sheet(path: Path, raw: bytes) -> tuple[tuple[Cell, ...], ...]:
    try:
        require_harmless(raw)
        rows = python_calamine.load_workbook(io.BytesIO(raw)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Exception as broken:  # the reader has errors of its own for each way in which a workbook can be broken
        message = f"{path} cannot be read as an Excel workbook: {str(broken).splitlines()[0] if str(broken) else 'broken'}"
        raise RosterFileError(message) from broken
    if not rows:
        message = f"{path}: the first sheet is empty"
        raise RosterFileError(message)
    return tuple(tuple(_cell(cell) for cell in row) for row in rows)


def _cell(value: Any) -> Cell:
    """Return a workbook's cell as text, days as days; a whole number has no decimal point."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
