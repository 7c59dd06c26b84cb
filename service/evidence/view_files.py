"""A view as a file: rows of the log in one of the formats, written as they come, with a digest of every byte."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from types import TracebackType
from typing import Any, BinaryIO, Literal, Self

from service.evidence.rendering.columns import Language, headings
from service.evidence.rendering.cp932 import Unencodable
from service.evidence.rendering.formats import RENDERERS, Cp932View
from service.evidence.rendering.rows import Row, cells
from service.evidence.workbooks import UNDATED, Workbook

Format = Literal["csv", "cp932", "jsonl", "ocsf", "xlsx"]
FORMATS: tuple[Format, ...] = ("csv", "cp932", "jsonl", "ocsf", "xlsx")
ENDINGS: dict[Format, str] = {"csv": "csv", "cp932": "cp932.csv", "jsonl": "jsonl", "ocsf": "ocsf.jsonl", "xlsx": "xlsx"}
"""By format the end of a file's name."""
TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "cp932": "text/csv; charset=windows-31j",
    "jsonl": "application/jsonl",
    "ocsf": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""By format the media type of a file."""
TITLES: dict[Language, str] = {"ja": "台帳", "en": "Ledger"}


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: rows, bytes, the SHA-256 of the bytes, and what CP932 could not hold where that was asked for."""

    rows: int
    size: int
    digest: str
    unencodable: Unencodable | None = None


def told_of(written: Written) -> dict[str, object]:
    """Return what an entry says of what was written; of CP932 also which characters it could not hold."""
    lost = {} if written.unencodable is None else {"unencodable": written.unencodable.summary()}
    return {"rows": written.rows, "bytes": written.size, "sha256": written.digest} | lost


class _Digesting:
    """A file of bytes that counts what goes by; it cannot seek, so that what is written depends on nothing but the rows."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._digest = sha256()
        self.size = 0

    def write(self, chunk: bytes) -> int:
        self._digest.update(chunk)
        self._out.write(chunk)
        self.size += len(chunk)
        return len(chunk)

    def flush(self) -> None:
        self._out.flush()

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()


class ViewFile:
    """Writes a view to a file; a workbook is written at its end."""

    def __init__(self, out: BinaryIO, *, format_: Format, language: Language, title: str | None = None, made: datetime = UNDATED) -> None:
        """Take where to write, and how; a workbook says when it was made."""
        self._out, self._rows = _Digesting(out), 0
        self._format, self._language, self._title = format_, language, title or TITLES[language]
        self._made = made
        self._stack = ExitStack()
        self._book: Workbook | None = None
        self._view: Any = None

    def __enter__(self) -> Self:
        """Write what stands before the first row."""
        if self._format == "xlsx":
            self._book = self._stack.enter_context(
                Workbook(self._out, title=self._title, headings=headings(self._language), made=self._made)
            )
        else:
            self._view = RENDERERS[f"{self._format}/1"](self._language)
            self._out.write(self._view.head())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Write what stands behind the last row."""
        self._stack.__exit__(kind, error, trace)

    def put(self, rows: Sequence[Row]) -> None:
        """Write rows."""
        if self._book is None:
            self._out.write(b"".join([self._view.line(row) for row in rows]))
        else:
            for row in rows:
                self._book.add(cells(row))
        self._rows += len(rows)

    @property
    def written(self) -> Written:
        """Return what was written, once it is whole."""
        unencodable = self._view.unencodable if isinstance(self._view, Cp932View) else None
        return Written(self._rows, self._out.size, self._out.digest, unencodable)
