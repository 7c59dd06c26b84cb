"""Renders each view again and compares it with the package's (step 8 of `verifying`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, cast

from service.evidence.package.faults import Fault, Faults
from service.evidence.package.manifest import Manifest, PackedView
from service.evidence.package.opening import Package, PackageError
from service.evidence.package.signed import UNENCODABLE
from service.evidence.rendering import formats, workbooks
from service.evidence.rendering.columns import Language, headings
from service.evidence.rendering.cp932 import unencodable_json
from service.evidence.rendering.rows import Row, cells

XLSX = "xlsx/1"
MOST_UNENCODABLE = 1 << 28


class Compared:
    """The bytes of a view as the package has them, compared piece by piece with what they should be."""

    def __init__(self, package: Package, path: str, faults: Faults) -> None:
        """Begin at its first byte."""
        self._blocks = package.blocks(path)
        self._path, self._faults = path, faults
        self._held, self._line = b"", 1
        self._over = False

    def expect(self, piece: bytes, index: int | None) -> None:
        """Compare the next piece, of the row of an entry; what differs is named once."""
        if self._over:
            return
        while len(self._held) < len(piece):
            block = self._next()
            if not block:
                break
            self._held += block
        if not self._held.startswith(piece):
            self._differs(index, "")
        self._held = self._held[len(piece) :]
        self._line += piece.count(b"\n")

    def finish(self) -> None:
        """Name what stands behind its end."""
        if not self._over and (self._held or self._next()):
            self._differs(None, "more than is found")

    def _next(self) -> bytes:
        try:
            return next(self._blocks, b"")
        except PackageError as broken:
            self._differs(None, str(broken))
            return b""

    def _differs(self, index: int | None, detail: str) -> None:
        if self._over:
            return
        self._over = True
        self._faults.add(Fault.VIEW_DIFFERS, index=index, file=self._path, line=self._line, detail=detail)


@dataclass(slots=True)
class LinesViewed:
    """A view of lines that is compared."""

    renderer: formats.Renderer
    compared: Compared

    def row(self, row: Row) -> None:
        """Compare a row."""
        self.compared.expect(self.renderer.line(row), row.index)

    def finish(self) -> None:
        """Compare its end."""
        self.compared.finish()


@dataclass(slots=True)
class WorkbooksViewed:
    """Workbooks that are compared cell by cell, one after the other."""

    package: Package
    language: Language
    paths: list[str]
    faults: Faults
    _rows: Iterator[tuple[str, ...]] | None = None
    _file: IO[bytes] | None = None
    _number: int = 0
    _place: int = 0
    _broken: bool = False
    """Whether a fault of the present workbook was named; it is named once."""

    def row(self, row: Row) -> None:
        """Compare a row with the next one of the workbooks."""
        if not self._place or self._number == workbooks.ROWS_A_SHEET:
            self._turn()
        self._number += 1
        expected = workbooks.workbook_cells(cells(row))
        if not self._broken and self._next() != expected:
            self._differs(row.index, "")

    def finish(self) -> None:
        """Compare the end of the last one, and that there are no more."""
        if not self._place:
            self._turn()
        if not self._broken and self._next() is not None:
            self._differs(None, "more than is found")
        if self._file is not None:
            self._file.close()
        for path in self.paths[self._place :]:
            self.faults.add(Fault.VIEW_DIFFERS, file=path, detail="no workbook has its place here")

    def _turn(self) -> None:
        """Go on to the next workbook, behind its headings."""
        if self._rows is not None and not self._broken and self._next() is not None:
            self._differs(None, "more than is found")
        if self._file is not None:
            self._file.close()
        self._rows, self._file, self._number, self._broken = None, None, 0, False
        if self._place >= len(self.paths):
            if self._place == len(self.paths):
                self.faults.add(Fault.VIEW_DIFFERS, file=self.paths[-1], detail="a workbook is missing")
            self._place, self._broken = self._place + 1, True
            return
        self._place += 1
        self._file = TemporaryFile()  # noqa: SIM115 - closed with its workbook
        try:
            for block in self.package.blocks(self.paths[self._place - 1]):
                self._file.write(block)
            sheets = workbooks.sheets_of(self._file)
            self._rows = workbooks.cells_of(self._file)
        except (PackageError, workbooks.WorkbookError) as broken:
            self._differs(None, str(broken))
            return
        if sheets != 1 or self._next() != workbooks.workbook_cells(headings(self.language)):
            self._differs(None, f"{sheets} sheets, or other headings")

    def _next(self) -> tuple[str, ...] | None:
        try:
            return None if self._rows is None else next(self._rows, None)
        except (workbooks.WorkbookError, KeyError, ValueError) as broken:
            self._differs(None, str(broken))
            return None

    def _differs(self, index: int | None, detail: str) -> None:
        path = self.paths[min(self._place, len(self.paths)) - 1]
        self.faults.add(Fault.VIEW_DIFFERS, index=index, file=path, line=self._number + 1, detail=detail)
        self._broken = True


@dataclass(slots=True)
class Views:
    """All views of a package, compared in one pass."""

    package: Package
    faults: Faults
    rows: int = 0
    _views: list[LinesViewed | WorkbooksViewed] = field(default_factory=list)
    _cp932: dict[str, formats.Cp932View] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package, manifest: Manifest, faults: Faults) -> "Views":
        """Return the views that a manifest names and that are there."""
        views = cls(package, faults)
        books: dict[str, list[str]] = {}
        for one in manifest.views:
            if one.path not in package.sizes:
                continue  # named where all files are looked at
            language = cast("Language", one.language)
            if one.format == XLSX:
                books.setdefault(language, []).append(one.path)
            elif one.format not in formats.RENDERERS:
                faults.add(Fault.VIEW_FORMAT, file=one.path, detail=one.format)
            else:
                views.open_lines(one, formats.RENDERERS[one.format](language))
        for spoken, paths in books.items():
            views._views.append(WorkbooksViewed(package, cast("Language", spoken), paths, faults))
        return views

    def open_lines(self, view: PackedView, renderer: formats.Renderer) -> None:
        """Begin to compare a view of lines."""
        compared = Compared(self.package, view.path, self.faults)
        compared.expect(renderer.head(), None)
        self._views.append(LinesViewed(renderer, compared))
        if isinstance(renderer, formats.Cp932View):
            self._cp932[view.path] = renderer

    @property
    def any(self) -> bool:
        """Say whether there is a view to compare."""
        return bool(self._views)

    def take(self, rows: Sequence[Row]) -> None:
        """Compare the rows of an entry."""
        self.rows += len(rows)
        for row in rows:
            for view in self._views:
                view.row(row)

    def finish(self) -> None:
        """Compare the ends of all views, and the list of what CP932 cannot hold."""
        for view in self._views:
            view.finish()
        if not self._cp932 and UNENCODABLE not in self.package.sizes:
            return
        listed = unencodable_json({path: one.unencodable for path, one in self._cp932.items()}) if self._cp932 else b""
        try:
            held = self.package.read(UNENCODABLE, most=MOST_UNENCODABLE) if UNENCODABLE in self.package.sizes else b""
        except PackageError:
            held = b""
        if held != listed:
            self.faults.add(Fault.VIEW_DIFFERS, file=UNENCODABLE)
