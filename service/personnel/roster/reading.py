"""Reading a roster file: CSV in UTF-8 (with or without BOM) or CP932, or the first sheet of an Excel workbook."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import python_calamine

LARGEST_FILE = 256 * 1024 * 1024
LARGEST_UNPACKED = 1024 * 1024 * 1024
LARGEST_CELL = 10_000
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
        for place, (line, cells) in enumerate(lines):
            if place > 0 and any(cell != "" for cell in cells):
                yield line, cells


def open_roster(path: Path) -> RosterFile:
    """Return the roster in a file. Raises RosterFileError for what cannot be read as one."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            message = f"{path} is larger than {LARGEST_FILE // 1024 // 1024} MB"
            raise RosterFileError(message)
        raw = path.read_bytes()
    except OSError as missing:
        message = f"{path} cannot be read: {missing.strerror}"
        raise RosterFileError(message) from missing
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


def _headers(path: Path, cells: tuple[Cell, ...]) -> tuple[str, ...]:
    headers = [str(cell).strip() for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        message = f"{path}: the first line holds no headers"
        raise RosterFileError(message)
    return tuple(headers)


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
        _require_no_bomb(path, raw)
        rows = python_calamine.load_workbook(io.BytesIO(raw)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except RosterFileError:
        raise
    except Exception as broken:  # the reader has errors of its own for each way in which a workbook can be broken
        message = f"{path} cannot be read as an Excel workbook: {str(broken).splitlines()[0] if str(broken) else 'broken'}"
        raise RosterFileError(message) from broken
    if not rows:
        message = f"{path}: the first sheet is empty"
        raise RosterFileError(message)
    return tuple(tuple(_cell(cell) for cell in row) for row in rows)


def _require_no_bomb(path: Path, raw: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if sum(member.file_size for member in archive.infolist()) > LARGEST_UNPACKED:
            message = f"{path} unpacks to more than {LARGEST_UNPACKED // 1024 // 1024} MB"
            raise RosterFileError(message)


def _cell(value: Any) -> Cell:
    """Return a workbook's cell as text, days as days; a whole number has no decimal point."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
