"""The leaves of a package, a chunk of 65,536 at a time: tiles, bundles, and which disclosures the filter's entries name.

A chunk is whole or is written again; what is kept of it is kept together.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
import psycopg

from service.evidence import rows
from service.evidence.chain import Row
from service.evidence.package.beside import Beside, entry_line, named_in
from service.evidence.package.entitled import Context
from service.evidence.package.folder import File, Folder
from service.evidence.package.manifest import ALIGNED
from service.evidence.package.order import Order
from service.evidence.predicate import Predicate, parts_of
from service.ledger import Kind
from service.tlog.tiles import ENTRIES, Tile, pack_bundle
from service.tlog.tree import leaf_hash

CHUNK = 1 << 16
"""Leaves of a chunk: those under one hash of a tile of level 2."""
WINDOW = 4 * ALIGNED
"""Entries that are held at a time."""
DECIDED, SEARCHED = Kind.ACCESS_DECIDED.value, Kind.ACCESS_SEARCHED.value
_read = msgspec.json.Decoder().decode


class PackageFaultError(RuntimeError):
    """The log in the database is not what its batches and checkpoints say; `sekisho verify` tells where."""


class Filter(Protocol):
    """Which parts of entries are found: an entry, or the decisions in it by their places, counted from 1."""

    def found(self, index: int, entry: Mapping[str, Any]) -> Sequence[int]:
        """Return the places of what is found in an entry, none where nothing is."""
        ...


@dataclass(frozen=True, slots=True)
class ByPredicate:
    """Finds what a predicate finds in the clear part of entries of a range."""

    predicate: Predicate
    start: int
    end: int

    def found(self, index: int, entry: Mapping[str, Any]) -> Sequence[int]:
        """Return the places of what is found."""
        return self.predicate.checks_found(entry) if self.start <= index < self.end else ()


def chunks_of(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the chunks of leaves from `first` to before `last`, cut at multiples of a chunk."""
    low = first
    while low < last:
        high = min(last, (low // CHUNK + 1) * CHUNK)
        yield low, high
        low = high


@dataclass(slots=True)
class Leaves:
    """Writes the leaves of a package."""

    order: Order
    connection: psycopg.Connection
    folder: Folder
    beside: Beside
    filter: Filter
    look: Callable[[Sequence[str]], None]
    _people: set[str] = field(default_factory=set)

    def chunk(self, first: int, last: int, *, progress: Callable[[int], None]) -> None:
        """Write a chunk, if it is not whole already; told is the index before which all is written."""
        state = self.folder.state
        if state.is_done(first):
            progress(last)
            return
        with state.together():
            if self.order.kind == "inspector":
                with self.folder.aside(str(first)) as part:
                    self._windows(first, last, part, progress)
            else:
                self._windows(first, last, None, progress)
            self.beside.look_back(before=last)
            told = state.new_people(self._people)
            self._people.clear()
            if told:
                # Whom it is about learns of the look before anybody can read what is looked at.
                self.look(told)
            state.chunk_done(first)

    def _windows(self, first: int, last: int, part: File | None, progress: Callable[[int], None]) -> None:
        for low in range(first, last, WINDOW):
            high = min(low + WINDOW, last)
            window = rows.entries(self.connection, start=low, end=high)
            if len(window) != high - low:
                message = f"entries between {low} and {high} are missing"
                raise PackageFaultError(message)
            self._tiles(window)
            named: dict[str, Context] = {}
            for index, body in window:
                self._entry(index, body, named, part)
            self.beside.found(named, start=low, end=high)
            progress(high)

    def _tiles(self, window: Sequence[Row]) -> None:
        for at in range(0, len(window), ALIGNED):
            bodies = [body for _index, body in window[at : at + ALIGNED]]
            place, width = window[at][0] // ALIGNED, len(bodies)
            self.folder.put(Tile(0, place, width).path(), [leaf_hash(body) for body in bodies])
            if self.order.kind == "full":
                self.folder.put(Tile(ENTRIES, place, width).path(), [pack_bundle(bodies)])

    def _entry(self, index: int, body: bytes, named: dict[str, Context], part: File | None) -> None:
        entry = clear_of(body)
        places = () if entry is None else self.filter.found(index, entry)
        if entry is None or not places:
            return
        if part is not None:
            part.write(entry_line(index=index, body=body))
        kind = str(entry.get("kind"))
        for place, one in enumerate(parts_of(entry), 1):
            if place in places:
                named.update(named_in(one, kind))
                self._told_of(one, kind)
        if kind in (DECIDED, SEARCHED) and isinstance(entry.get("policy"), str):
            self.folder.state.put_policies([entry["policy"]])

    def _told_of(self, one: Mapping[str, Any], kind: str) -> None:
        if self.beside.entitlement.opens and kind == DECIDED and isinstance(one.get("person"), str):
            self._people.add(one["person"])


def clear_of(body: bytes) -> dict[str, Any] | None:
    """Return an entry's clear part, None for what is no JSON object, which a verifier names."""
    try:
        entry = _read(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return entry if isinstance(entry, dict) else None


def entries_in(lines: Iterator[bytes]) -> Iterator[Row]:
    """Yield index and body of the lines of `entries.jsonl`."""
    for line in lines:
        read = json.loads(line)
        yield read["index"], base64.b64decode(read["body"])
