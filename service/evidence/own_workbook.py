"""An application's own log in a workbook: its first sheet as texts, times in full."""

import io
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import python_calamine

from service.personnel.roster.archive import require_harmless
from service.personnel.roster.reading import RosterFile, RosterFileError

A_MILLISECOND = timedelta(milliseconds=1)
HALF = timedelta(microseconds=500)


def own_workbook(path: Path, raw: bytes) -> RosterFile:
    """Return headers and rows of a workbook's first sheet. Raises RosterFileError for what cannot be read as one."""
    try:
        require_harmless(raw)
        found = python_calamine.load_workbook(io.BytesIO(raw)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Exception as broken:  # the reader has errors of its own for each way in which a workbook can be broken
        message = f"{path.name} cannot be read as an Excel workbook: {str(broken).splitlines()[0] if str(broken) else 'broken'}"
        raise RosterFileError(message) from broken
    # Midnight is told as a day; beside times of day it is one of them.
    timed = {column for row in found for column, cell in enumerate(row) if isinstance(cell, datetime)}
    rows = tuple(tuple(_text(cell, timed=column in timed) for column, cell in enumerate(row)) for row in found)
    headers = tuple(header.strip() for header in rows[0]) if rows else ()
    if not any(headers):
        message = f"{path.name}: the first line of the first sheet holds no headers"
        raise RosterFileError(message)
    return RosterFile(path.name, sha256(raw).hexdigest(), "xlsx", headers, None, rows)


def _text(value: Any, *, timed: bool) -> str:
    """Return a cell as a text: an instant in full, to the millisecond; a whole number without a decimal point."""
    if isinstance(value, datetime):
        # A workbook counts time in parts of a day, which misses a second by less than that.
        whole = value + HALF - (value - datetime.min + HALF) % A_MILLISECOND  # noqa: DTZ901 - a cell has no offset
        return whole.isoformat(sep=" ", timespec="milliseconds" if whole.microsecond else "seconds")
    if isinstance(value, date):
        return f"{value.isoformat()} 00:00:00" if timed else value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
