"""A file that is carried from one step of a form to the next by the form itself: nothing of it is kept before it is confirmed.

What comes back is read, compared and judged again at every step. Its digest is what the ledger names the file by, so the
form's own token seals it: nobody brings in what this sign-in was not shown.
Rows that are done with are left empty, so that the rest keep the numbers of their lines.
"""

import base64
import hmac
import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from service.acts.asking import UnfitError
from service.console.forms import File
from service.identity.sessions import form_token
from service.personnel.roster.reading import Cell, RosterFile, roster_of

PIECE = 60_000
"""Characters of one hidden field: a form takes no larger one."""
MOST_PIECES = 20
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


def _seal(token: str, packed: str) -> str:
    """Return what says that a page of this sign-in carried something: an HMAC-SHA-256 (RFC 2104) under the token of its forms."""
    return hmac.digest(form_token(token).encode(), packed.encode(), "sha256").hex()


def shut(file: RosterFile, *, token: str) -> list[str]:
    """Return a file as the hidden fields of a form, the first of them a seal under the session's token. Raises TooMuchError."""
    told = {"name": file.name, "digest": file.digest, "encoding": file.encoding, "rows": file.sheet}
    packed = base64.b64encode(zlib.compress(json.dumps(told, ensure_ascii=False).encode(), 9)).decode()
    pieces = [packed[start : start + PIECE] for start in range(0, len(packed), PIECE)]
    if len(pieces) > MOST_PIECES:
        message = "this file is more than pages carry"
        raise TooMuchError(message)
    return [_seal(token, packed), *pieces]


def unshut(pieces: Sequence[str], *, token: str) -> RosterFile:
    """Return the file that hidden fields carry. Raises UnfitError for fields that no page of this sign-in made."""
    packed = "".join(pieces[1:])
    if not hmac.compare_digest(_seal(token, packed).encode(), pieces[0].encode()):
        message = "file: what came back is no file; begin anew"
        raise UnfitError(message)
    told = json.loads(zlib.decompress(base64.b64decode(packed)))
    rows = tuple(tuple(row) for row in told["rows"])
    return RosterFile(told["name"], told["digest"], told["encoding"], rows[0], None, rows)


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
