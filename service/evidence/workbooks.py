"""Workbooks in constant memory: every cell a text, so that none is a formula, a link or a rounded number; the same rows, the same bytes."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

import xlsxwriter

from service.evidence.rendering.workbooks import ROWS_A_SHEET, fitting

TAB: Final = 31
"""How long the name of a worksheet may be."""
WIDEST: Final = 40
OPTIONS: Final = {
    "constant_memory": True,
    "use_zip64": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
A4: Final = 9
UNDATED: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""What a workbook says of when it was made, where that would be all in which it differs from another."""


class Out(Protocol):
    """Where a workbook goes, from its first byte to its last."""

    def write(self, piece: bytes, /) -> int:
        """Write a piece and return its length."""
        ...

    def flush(self) -> None:
        """Let nothing wait."""
        ...


class Workbook:
    """Writes rows to a workbook as they come, a sheet for each million of them, each with the headings."""

    def __init__(
        self,
        out: Out,
        *,
        title: str,
        headings: Sequence[str],
        made: datetime = UNDATED,
        rows_a_sheet: int = ROWS_A_SHEET,
        widths: Sequence[int] | None = None,
        printed: bool = False,
        beside: Path | None = None,
    ) -> None:
        """Begin with the headings; `out` gets the file at the end, until then its rows lie in a folder `beside`.

        `widths` says how wide each column is, where its heading does not; one to be `printed` lies across, headings on each page.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="sekisho-", dir=beside)
        self._book = xlsxwriter.Workbook(out, OPTIONS | {"tmpdir": self._folder.name})
        self._book.set_properties({"title": title, "created": made.replace(tzinfo=None)})
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._title, self._headings, self._most = title, headings, rows_a_sheet
        self._widths = widths if widths is not None else [2 * len(heading) + 4 for heading in headings]
        self._printed = printed
        self._sheets = 0
        self._page: Any = None
        self._row = 0
        self._begin()

    def add(self, cells: Sequence[str]) -> None:
        """Write a row."""
        if self._row > self._most:
            self._begin()
        _write(self._page, self._row, cells)
        self._row += 1

    def _begin(self) -> None:
        self._sheets += 1
        self._page = self._book.add_worksheet(tab(self._title, self._sheets))
        for column, width in enumerate(self._widths):
            self._page.set_column(column, column, min(WIDEST, width))
        self._page.freeze_panes(1, 0)
        if self._printed:
            self._page.repeat_rows(0)
            self._page.set_landscape()
            self._page.set_paper(A4)
            self._page.fit_to_pages(1, 0)
        _write(self._page, 0, self._headings, self._bold)
        self._row = 1

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Write the file, unless something went wrong, and remove what was kept on disk."""
        try:
            if kind is None:
                self._book.close()
        finally:
            self._folder.cleanup()


def _write(page: Any, row: int, cells: Iterable[str], form: Any = None) -> None:
    """Write texts to a row of a worksheet, each as far as a cell holds it."""
    for column, cell in enumerate(cells):
        page.write_string(row, column, fitting(cell), form)


def tab(title: str, number: int = 1) -> str:
    """Return what a worksheet may be called, from the second on with its number."""
    kept = "".join(character for character in title if character not in "[]:*?/\\'")
    tail = "" if number == 1 else f" {number}"
    return kept[: TAB - len(tail)] + tail
