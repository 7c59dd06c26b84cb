"""The formats of a view, by the name and version that a package's manifest gives: rows in, bytes out, nothing kept.

A view is `head()`, then `line(row)` of each row in the order of the log. A version of a format never changes what it writes of what
there was before; where it must, it is another version.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Protocol

from service.evidence.rendering import cp932
from service.evidence.rendering.cells import csv_line, writable
from service.evidence.rendering.columns import Language, headings
from service.evidence.rendering.jsonl import jsonl_line
from service.evidence.rendering.ocsf import ocsf_line
from service.evidence.rendering.rows import Row, cells

BOM: Final = b"\xef\xbb\xbf"


class Renderer(Protocol):
    """Writes one view."""

    def head(self) -> bytes:
        """Return what stands before the first row."""
        ...

    def line(self, row: Row) -> bytes:
        """Return a row."""
        ...


class CsvView:
    """CSV in UTF-8 with BOM, as Excel opens it: CRLF, every field quoted, no cell a formula (`csv/1`)."""

    def __init__(self, language: Language) -> None:
        """Take the language of the headings."""
        self._language = language

    def head(self) -> bytes:
        """Return BOM and headings."""
        return BOM + csv_line(headings(self._language)).encode()

    def line(self, row: Row) -> bytes:
        """Return a row as a line."""
        return writable(csv_line(cells(row))).encode()


class Cp932View:
    """The same in CP932 without BOM (`cp932/1`); `unencodable` counts what was escaped."""

    def __init__(self, language: Language) -> None:
        """Take the language of the headings."""
        self._language = language
        self.unencodable = cp932.Unencodable()

    def head(self) -> bytes:
        """Return the headings."""
        return cp932.encode(csv_line(headings(self._language)), unencodable=self.unencodable, index=-1)

    def line(self, row: Row) -> bytes:
        """Return a row as a line."""
        return cp932.encode(csv_line(cells(row)), unencodable=self.unencodable, index=row.index)


class LinesView:
    """Lines of JSON, which have no headings and so no language (`jsonl/1`, `ocsf/1`)."""

    def __init__(self, line: Callable[[Row], bytes]) -> None:
        """Take what writes a line."""
        self.line = line

    def head(self) -> bytes:
        """Return nothing."""
        return b""


RENDERERS: Final[Mapping[str, Callable[[Language], Renderer]]] = {
    "csv/1": CsvView,
    "cp932/1": Cp932View,
    "jsonl/1": lambda _language: LinesView(jsonl_line),
    "ocsf/1": lambda _language: LinesView(ocsf_line),
}
"""By format; of a workbook (`xlsx/1`) the cells are compared: `headings`, then `cells` of each row (see `workbooks`)."""


def rendered(rows: Iterable[Row], *, format_: str, language: Language) -> Iterator[bytes]:
    """Yield a view piece by piece. Raises KeyError for a format that is not known."""
    renderer = RENDERERS[format_](language)
    yield renderer.head()
    for row in rows:
        yield renderer.line(row)
