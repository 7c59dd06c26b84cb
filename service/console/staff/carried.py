"""A file that is carried from one step of a form to the next by the form itself: nothing of it is kept before it is confirmed.

What comes back is the visitor's own and is read, compared and judged again at every step; nothing rests on it being unchanged.
Rows that are done with are left empty, so that the rest keep the numbers of their lines.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from service.acts.asking import UnfitError
from service.console.forms import File
from service.personnel.roster.reading import Cell, RosterFile, roster_of

PIECE = 60_000
"""Characters of one hidden field: a form takes no larger one."""
MOST_PIECES = 20
LARGEST = 16 * 1024 * 1024
"""Bytes that what comes back may unpack to."""
PASTED = "pasted.csv"


class TooMuchError(ValueError):
    """A file that is more than pages carry: the command line takes it."""


def opened_file(sent: Mapping[str, File], pasted: str = "", *, header: str = "") -> RosterFile | None:
    """Return the file that came with a form, or what was pasted into it under a header; None where nothing came.

    Raises RosterFileError for what is no spreadsheet, TooMuchError for one with too many rows.
    """
    file = sent.get("file")
    if file is not None and file.content:
        return _laid_flat(roster_of(Path(Path(file.name).name or "file"), file.content))
    if pasted.strip():
        return _laid_flat(roster_of(Path(PASTED), f"{header}\n{pasted.strip()}".encode()))
    return None


def _laid_flat(file: RosterFile) -> RosterFile:
    """Return a file as rows of text, each in the place of its line."""
    rows: list[tuple[Cell, ...]] = [file.headers]
    for line, cells in file.rows():
        rows += [()] * (line - 1 - len(rows))
        rows.append(tuple(one.isoformat() if isinstance(one, date) else one for one in cells))
    return replace(file, text=None, sheet=tuple(rows))


def shut(file: RosterFile) -> list[str]:
    """Return a file as the hidden fields of a form. Raises TooMuchError."""
    told = {"name": file.name, "digest": file.digest, "encoding": file.encoding, "rows": file.sheet}
    packed = base64.b64encode(zlib.compress(json.dumps(told, ensure_ascii=False).encode(), 9)).decode()
    pieces = [packed[start : start + PIECE] for start in range(0, len(packed), PIECE)]
    if len(pieces) > MOST_PIECES:
        message = "this file is more than pages carry"
        raise TooMuchError(message)
    return pieces


def unshut(pieces: list[str]) -> RosterFile:
    """Return the file that hidden fields carry. Raises UnfitError for fields that no page of ours made."""
    try:
        unpacking = zlib.decompressobj()
        told = json.loads(unpacking.decompress(base64.b64decode("".join(pieces), validate=True), LARGEST))
        rows = tuple(tuple(str(cell) for cell in row) for row in told["rows"])
        return RosterFile(str(told["name"])[:200], str(told["digest"])[:64], str(told["encoding"])[:20], rows[0], None, rows)
    except (ValueError, TypeError, KeyError, IndexError, binascii.Error, zlib.error, RecursionError):
        message = "file: what came back is no file; begin anew"
        raise UnfitError(message) from None


def corrected(file: RosterFile, cells: Mapping[tuple[int, int], str], *, left_out: Collection[int] = ()) -> RosterFile:
    """Return a file with cells, by line and column, as somebody put them right, and without the lines that they left out."""
    rows = [list(row) for row in file.sheet or ()]
    for (line, place), text in cells.items():
        if 1 < line <= len(rows) and place < len(file.headers):
            row = rows[line - 1]
            if text != (row[place] if place < len(row) else ""):
                row += [""] * (place + 1 - len(row))
                row[place] = text
    for line in left_out:
        if 1 < line <= len(rows):
            rows[line - 1] = []
    return replace(file, sheet=tuple(tuple(row) for row in rows))


def without_lines(file: RosterFile, kept: Collection[int]) -> RosterFile:
    """Return a file that holds no lines but some: what changes nothing need not be carried on."""
    lines = set(kept) | {1}
    return replace(file, sheet=tuple(row if place in lines else () for place, row in enumerate(file.sheet or (), 1)))
