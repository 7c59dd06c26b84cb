"""What stands beside the entries of a package, on disk and by digest, each line checked by itself (step 7 of `verifying`)."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeGuard

from service.evidence.package.faults import Fault, Faults
from service.evidence.package.forms import canonical, parse
from service.evidence.package.opening import Package, PackageError
from service.evidence.package.signed import DISCLOSURES
from service.evidence.rendering.known import Erased, Known, Opened, Withheld
from service.tlog.salted import DisclosureError, open_disclosure

LONGEST = 1 << 24
"""Bytes of a line."""
TOGETHER = 1_000
WITHHELD = frozenset(("entitlement", "sealed", "organ"))
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
REMEMBERED = 8_192
OPENED, ERASED, KEPT_BACK = 0, 1, 2


class Line(NamedTuple):
    """A line of the disclosures: its number, what it is about, and what it says (`state`: opened, erased or withheld)."""

    number: int
    digest: str
    at: int
    state: int
    text: str
    erased: int = -1


class Disclosed:
    """The lines by their digests, in a file that vanishes: constant memory at any size."""

    def __init__(self) -> None:
        """Open a private temporary database on disk."""
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            "pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-16000;"
            "create table line(number integer, digest text primary key, at integer, state integer, text text, erased integer, used integer)"
            " without rowid; create index place on line(at);"
        )
        self._recent: dict[str, tuple[int, Known] | None] = {}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close and so remove the file."""
        with closing(self._database):
            pass

    def take(self, lines: Iterable[Line]) -> None:
        """Keep lines; of two about one digest the first."""
        self._database.executemany("insert or ignore into line values (?, ?, ?, ?, ?, ?, 0)", lines)

    def find(self, digest: str) -> tuple[int, Known] | None:
        """Return with which entry a disclosure was made and what is known of it, None where it has no line."""
        if digest not in self._recent:
            if len(self._recent) >= REMEMBERED:
                self._recent.clear()
            row = self._database.execute("select at, state, text, erased from line where digest = ?", (digest,)).fetchone()
            self._recent[digest] = None if row is None else (row[0], _known(digest, *row[1:]))
        return self._recent[digest]

    def known(self, digest: str) -> Known | None:
        """Return what is known of a digest, as those who render ask it."""
        found = self.find(digest)
        return None if found is None else found[1]

    def use(self, digests: Iterable[str]) -> None:
        """Note that a found entry names these digests."""
        self._database.executemany("update line set used = 1 where digest = ? and used = 0", ((one,) for one in digests))

    def made_between(self, start: int, end: int) -> Iterator[tuple[str, int, int]]:
        """Yield digest, index and number of the lines that were made with entries from `start` to before `end`."""
        yield from self._database.execute("select digest, at, number from line where at >= ? and at < ?", (start, end))

    def unused(self) -> Iterator[tuple[int, int]]:
        """Yield number and index of the lines that no found entry names."""
        yield from self._database.execute("select number, at from line where used = 0 order by number")

    def erasures(self) -> Iterator[tuple[int, int, int, str]]:
        """Yield the entry that tells of it, number, index and key of each line that was erased, by the entry."""
        yield from self._database.execute("select erased, number, at, text from line where state = ? order by erased, number", (ERASED,))

    def erased_digests(self) -> Iterator[tuple[int, str, int, str]]:
        """Yield the entry that tells of it, key, index and digest of each line that was erased: by entry and key, then in order."""
        query = "select erased, text, at, digest from line where state = ? order by erased, text, at"
        yield from self._database.execute(query, (ERASED,))

    def counts(self) -> dict[str, int]:
        """Return how many lines are opened, erased, and withheld for each reason."""
        rows = self._database.execute("select state, case state when 2 then text else '' end, count(*) from line group by 1, 2")
        names = {OPENED: "opened", ERASED: "erased"}
        return {names.get(state, code): count for state, code, count in rows}


def _known(digest: str, state: int, text: str, erased: int) -> Known:
    if state == ERASED:
        return Erased(erased, text or None)
    if state == KEPT_BACK:
        return Withheld(text)
    try:
        name, value = opened(text, digest)
    except DisclosureError:
        # Named when the line was read; nothing rests on it.
        return Withheld("altered")
    return Opened(name, value, text)


def opened(text: str, digest: str) -> tuple[str, Any]:
    """Return name and value of a disclosure that a forger may have written. Raises DisclosureError."""
    try:
        return open_disclosure(text, digest=digest)
    except RecursionError as deep:
        message = "it is nested too deeply"
        raise DisclosureError(message) from deep


def read_lines(package: Package, disclosed: Disclosed, faults: Faults) -> Iterator[object]:
    """Read all lines; yield the values of opened facts, in their order."""
    waiting: list[Line] = []
    last = (-1, "")
    try:
        for number, raw in package.lines(DISCLOSURES, longest=LONGEST):
            line = _line(number, raw)
            if line is None or not last < (line.at, line.digest):
                detail = "" if line is None else "out of order, or twice"
                faults.add(Fault.LINE_FORM, index=None if line is None else line.at, file=DISCLOSURES, line=number, detail=detail)
                if line is None:
                    continue
            last = max(last, (line.at, line.digest))
            waiting.append(line)
            if len(waiting) >= TOGETHER:
                disclosed.take(waiting)
                waiting.clear()
            if line.state == OPENED:
                yield from _facts(line, faults)
    except PackageError as broken:
        faults.add(Fault.LINE_FORM, file=DISCLOSURES, detail=str(broken))
    disclosed.take(waiting)


def _facts(line: Line, faults: Faults) -> Iterator[object]:
    try:
        name, value = opened(line.text, line.digest)
    except DisclosureError as wrong:
        faults.add(Fault.DISCLOSURE_ALTERED, index=line.at, file=DISCLOSURES, line=line.number, detail=f"{line.digest}: {wrong}")
        return
    if name == "facts":
        yield value


def _line(number: int, raw: bytes) -> Line | None:  # noqa: PLR0911 - a line for each form
    """Return what a line says, None where it is not of its form."""
    told = parse(raw)
    if not isinstance(told, dict) or not raw.isascii() or canonical(told) != raw:
        return None
    digest, at = told.get("digest"), told.get("index")
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest) or not _is_index(at):
        return None
    match sorted(told.keys() - {"digest", "index"}):
        case ["text"] if isinstance(told["text"], str):
            return Line(number, digest, at, OPENED, told["text"])
        case ["withheld"] if isinstance(told["withheld"], str) and told["withheld"] in WITHHELD:
            return Line(number, digest, at, KEPT_BACK, told["withheld"])
        case ["erased"] if _is_index(told["erased"]):
            return Line(number, digest, at, ERASED, "", told["erased"])
        case ["erased", "key"] if _is_index(told["erased"]) and isinstance(told["key"], str) and told["key"]:
            return Line(number, digest, at, ERASED, told["key"], told["erased"])
    return None


def _is_index(value: Any) -> TypeGuard[int]:
    return type(value) is int and value >= 0
