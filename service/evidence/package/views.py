"""The views of a package: what people read, rendered from what is found and from the disclosures alone, all in one pass."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, cast

import psycopg

from service.evidence import rows
from service.evidence.chain import Row
from service.evidence.package.folder import File, Folder
from service.evidence.package.leaves import WINDOW, Filter, clear_of, entries_in
from service.evidence.package.manifest import PackedView
from service.evidence.package.order import Order, ViewAsked
from service.evidence.predicate import Predicate, parts_of
from service.evidence.rendering import formats
from service.evidence.rendering.columns import Language, headings
from service.evidence.rendering.cp932 import unencodable_json
from service.evidence.rendering.known import Erased, Known, Names, Opened, Withheld, names_of, opened_of
from service.evidence.rendering.rows import Row as ViewRow
from service.evidence.rendering.rows import cells, rows_of
from service.evidence.rendering.workbooks import ROWS_A_SHEET
from service.evidence.view_files import TITLES
from service.evidence.workbooks import Workbook
from service.tlog.salted import DisclosureError, open_disclosure

XLSX = "xlsx/1"
PATHS: Mapping[str, str] = {
    "csv/1": "view/records.csv",
    "cp932/1": "view/records.cp932.csv",
    "jsonl/1": "view/records.jsonl",
    "ocsf/1": "view/records.ocsf.jsonl",
    XLSX: "view/records-{number}.xlsx",
}
"""By format where a view lies; one of each format in a package, workbooks numbered from 1."""
UNENCODABLE = "view/unencodable.json"
REMEMBERED = 8192


def known_in(folder: Folder) -> Callable[[str], Known | None]:
    """Return what says what is known of a digest, from the lines of a package's disclosures."""
    recent: dict[str, Known | None] = {}

    def find(digest: str) -> Known | None:
        if digest not in recent:
            if len(recent) >= REMEMBERED:
                recent.clear()
            recent[digest] = known_from(folder.state.line(digest))
        return recent[digest]

    return find


def known_from(line: str | None) -> Known | None:
    """Return what a line of the disclosures says."""
    if line is None:
        return None
    told: Mapping[str, Any] = json.loads(line)
    if "erased" in told:
        return Erased(told["erased"], told.get("key"))
    if "withheld" in told:
        return Withheld(told["withheld"])
    try:
        name, value = open_disclosure(told["text"], digest=told["digest"])
    except DisclosureError:
        return None
    return Opened(name, value, told["text"])


def names_in(folder: Folder) -> Names:
    """Return what the opened disclosures call their ids."""

    def facts() -> Iterator[object]:
        for line in folder.state.lines():
            known = known_from(line) if '"text":' in line else None
            if isinstance(known, Opened) and known.name == "facts":
                yield known.value

    return names_of(facts())


class View(Protocol):
    """A view that is being written."""

    def write(self, row: ViewRow) -> None:
        """Write a row."""
        ...

    def finish(self) -> list[PackedView]:
        """Finish it; return which files it is."""
        ...


@dataclass(slots=True)
class Lines:
    """A view of lines."""

    asked: ViewAsked
    renderer: formats.Renderer
    file: File

    def write(self, row: ViewRow) -> None:
        """Write a row."""
        self.file.write(self.renderer.line(row))

    def finish(self) -> list[PackedView]:
        """Return which file it is; it is whole when its folder closes it."""
        return [PackedView(self.file.path, self.asked.format, self.asked.language)]


@dataclass(slots=True)
class Workbooks:
    """A view of workbooks, of at most a million rows each; there is always one."""

    asked: ViewAsked
    folder: Folder
    made: datetime
    under_way: ExitStack
    """What is to be closed of the workbook that is written."""
    at_most: int = ROWS_A_SHEET
    _written: int = 0
    _book: Workbook | None = None
    _done: list[PackedView] = field(default_factory=list)

    def write(self, row: ViewRow) -> None:
        """Write a row."""
        if self._book is None or self._written == self.at_most:
            self._book = self._next()
        self._book.add(cells(row))
        self._written += 1

    def finish(self) -> list[PackedView]:
        """Finish the last workbook."""
        if self._book is None:
            self._next()
        self.under_way.close()
        return self._done

    def _next(self) -> Workbook:
        self.under_way.close()
        language, path, self._written = cast("Language", self.asked.language), PATHS[XLSX].format(number=len(self._done) + 1), 0
        self._done.append(PackedView(path, XLSX, language))
        out = self.under_way.enter_context(self.folder.opened(path))
        book = Workbook(out, title=TITLES[language], headings=headings(language), made=self.made, beside=self.folder.root.parent)
        return self.under_way.enter_context(book)


@dataclass(frozen=True, slots=True)
class Views:
    """Renders all views of a package."""

    order: Order
    connection: psycopg.Connection
    folder: Folder
    filter: Filter
    predicate: Predicate | None

    def write(self, progress: Callable[[int, int], None]) -> tuple[list[PackedView], int]:
        """Write them; return which files they are, in their order, and how many rows each has."""
        if not self.order.views:
            return [], 0
        known, names, count = known_in(self.folder), names_in(self.folder), 0
        with ExitStack() as stack:
            views = [self._opened(asked, stack) for asked in self.order.views]
            for index, body in self._found(progress):
                for row in self._rows(index, body, known, names):
                    count += 1
                    for view in views:
                        view.write(row)
            packed = [one for view in views for one in view.finish()]
        lines = [view for view in views if isinstance(view, Lines)]
        lost = {one.file.path: one.renderer.unencodable for one in lines if isinstance(one.renderer, formats.Cp932View)}
        if lost:
            self.folder.put(UNENCODABLE, [unencodable_json(lost)])
        return packed, count

    def _opened(self, asked: ViewAsked, stack: ExitStack) -> View:
        if asked.format == XLSX:
            return Workbooks(asked, self.folder, datetime.fromisoformat(self.order.made), stack.enter_context(ExitStack()))
        renderer = formats.RENDERERS[asked.format](cast("Language", asked.language))
        file = stack.enter_context(self.folder.opened(PATHS[asked.format]))
        file.write(renderer.head())
        return Lines(asked, renderer, file)

    def _found(self, progress: Callable[[int, int], None]) -> Iterator[Row]:
        """Yield the entries in which something is found by its clear part."""
        order = self.order
        if order.kind == "inspector":
            with (self.folder.root / "entries.jsonl").open("rb") as lines:
                yield from entries_in(lines)
            return
        for window in rows.windows(self.connection, start=order.start, end=order.end, width=WINDOW):
            yield from window
            progress(window[-1][0] + 1 - order.start, order.end - order.start)

    def _rows(self, index: int, body: bytes, known: Callable[[str], Known | None], names: Names) -> list[ViewRow]:
        entry = clear_of(body)
        places = () if entry is None else self.filter.found(index, entry)
        if entry is None or not places:
            return []
        if self.predicate is not None and self.predicate.asks_disclosed:
            parts = dict(enumerate(parts_of(entry), 1))
            places = [place for place in places if self._disclosed(parts[place], known)]
        return rows_of(index, body, known, names=names, places=places) if places else []

    def _disclosed(self, part: Mapping[str, Any], known: Callable[[str], Known | None]) -> bool:
        """Say whether what is opened of a part is what the filter asks for; what is not opened is not found."""
        assert self.predicate is not None
        return self.predicate.matches_opened(opened_of(part, known))
