"""Workbooks in constant memory: every cell a text, so that none is a formula, a link or a rounded number; the same rows, the same bytes."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import xlsxwriter

from service.evidence.rendering.workbooks import ROWS_A_SHEET, fitting

TAB: Final = 31
"""How long the name of a worksheet may be."""
WIDEST: Final = 40
OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
UNDATED: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""What a workbook says of when it was made, where that would be all in which it differs from another."""


class Workbook:
    """Writes rows to a workbook as they come, a sheet for each million of them, each with the headings."""

    def __init__(
        self, out: BinaryIO, *, title: str, headings: Sequence[str], made: datetime = UNDATED, rows_a_sheet: int = ROWS_A_SHEET
    ) -> None:
        """Begin with the headings; `out` gets the file at the end."""
        self._folder = tempfile.TemporaryDirectory(prefix="sekisho-")
        options = OPTIONS | {"constant_memory": True, "use_zip64": True, "tmpdir": self._folder.name}
        self._book = xlsxwriter.Workbook(out, options)
        self._book.set_properties({"title": title, "created": made.replace(tzinfo=None)})
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._title, self._headings, self._most = title, headings, rows_a_sheet
        self._sheets = 0
        self._page: Any = None
        self._row = 0
        self._begin()

    def add(self, cells: Sequence[str]) -> None:
        """Write a row."""
        if self._row > self._most:
            self._begin()
        write_row(self._page, self._row, cells)
        self._row += 1

    def _begin(self) -> None:
        self._sheets += 1
        self._page = self._book.add_worksheet(tab(self._title, self._sheets))
        for column, heading in enumerate(self._headings):
            self._page.set_column(column, column, min(WIDEST, 2 * len(heading) + 4))
        self._page.freeze_panes(1, 0)
        write_row(self._page, 0, self._headings, self._bold)
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


def write_row(page: Any, row: int, cells: Iterable[str], form: Any = None) -> None:
    """Write texts to a row of a worksheet, each as far as a cell holds it."""
    for column, cell in enumerate(cells):
        page.write_string(row, column, fitting(cell), form)


def tab(title: str, number: int = 1) -> str:
    """Return what a worksheet may be called, from the second on with its number."""
    kept = "".join(character for character in title if character not in "[]:*?/\\'")
    tail = "" if number == 1 else f" {number}"
    return kept[: TAB - len(tail)] + tail
