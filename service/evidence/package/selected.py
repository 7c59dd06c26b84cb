"""Runs the filter over every leaf, and finds what stands beside what it finds (steps 6 and 7 of `verifying`)."""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from service.evidence.package.disclosed import LONGEST, Disclosed
from service.evidence.package.faults import Fault, Faults
from service.evidence.package.forms import canonical, fault_of, parse
from service.evidence.package.opening import Package, PackageError
from service.evidence.package.organs import ByOrgan
from service.evidence.package.signed import DISCLOSURES, ENTRIES_OF_ORGAN, ERASURES, Signed
from service.evidence.package.stated import check_stated
from service.evidence.predicate import Predicate, parts_of
from service.ledger.kinds import Kind
from service.tlog.tiles import ENTRIES, ENTRY_LIMIT, WIDTH, Tile, TileError, read_bundle
from service.tlog.tree import HASH, leaf_hash, verify_inclusion

MOST_BUNDLE = WIDTH * (ENTRY_LIMIT + 2)
ERASING = frozenset((Kind.KEY_DESTROYED.value, Kind.PERSON_ERASED.value, Kind.SPILL_DESTROYED.value))


class Entry(NamedTuple):
    """A found entry: its index, its bytes, its clear part, and the places of what is found in it (1 for one that is alone)."""

    at: int
    body: bytes
    clear: Mapping[str, Any]
    places: Sequence[int]


@dataclass(slots=True)
class Selection:
    """Goes through the leaves, a bundle at a time."""

    package: Package
    signed: Signed
    disclosed: Disclosed
    faults: Faults
    by: "Predicate | ByOrgan"
    progress: Callable[[int], None]
    found: int = 0
    looked: int = 0
    bodies_at: dict[int, bytes] = field(default_factory=dict)
    """The entries of the range that erasures rest on."""

    def entries(self) -> Iterator[Entry]:
        """Yield every entry that the filter finds by the clear part, in order, once what stands beside it is checked."""
        wanted = frozenset(erased for erased, *_ in self.disclosed.erasures())
        leaves = self._of_organ() if self.signed.manifest.kind == "inspector" else self._bundles(wanted)
        may_match = _sieve(self.by) if isinstance(self.by, Predicate) else None
        for start, bodies in leaves:
            named: list[str] = []
            for index, body in bodies:
                self.looked += 1
                if may_match is not None and not may_match(body):
                    continue
                clear = parse(body)
                if not isinstance(clear, dict) or fault_of(clear) is not None:
                    continue  # named where its form is looked at
                places = self.by.checks_found(clear) if isinstance(self.by, Predicate) else self.by.found(index, clear)
                if places:
                    self.found += 1
                    self._beside(index, clear, places, named)
                    yield Entry(index, body, clear, places)
            self.disclosed.use(named)
            self.progress(start)

    def finish(self) -> None:
        """Name what is disclosed of entries that the filter does not find, and erasures that no entry tells of."""
        for number, at in self.disclosed.unused():
            self.faults.add(Fault.DISCLOSURE_SURPLUS, index=at, file=DISCLOSURES, line=number)
        told = {**self.bodies_at, **self._told()}
        entries: dict[int, Mapping[str, Any]] = {}
        for erased, number, at, key in self.disclosed.erasures():
            body = told.get(erased)
            entry = None if body is None else parse(body)
            entries |= {erased: entry} if isinstance(entry, dict) else {}
            covered = isinstance(entry, dict) and str(entry.get("kind")) in ERASING and entry.get("out") == "accepted" and at < erased
            if not covered or (isinstance(entry, dict) and not _tells_of(entry, at, key or None)):
                self.faults.add(Fault.ERASURE_UNCOVERED, index=at, file=DISCLOSURES, line=number, detail=f"entry {erased}")
        check_stated(self.disclosed, entries, self.faults)

    def _beside(self, index: int, clear: Mapping[str, Any], places: Sequence[int], named: list[str]) -> None:
        """Find the line of each digest that a found entry names."""
        for place, part in enumerate(parts_of(clear), 1):
            if place not in places:
                continue
            digests = part.get("_sd")
            for digest in digests if isinstance(digests, list) else ():
                line = self.disclosed.find(digest) if isinstance(digest, str) else None
                if line is None:
                    self.faults.add(Fault.DISCLOSURE_MISSING, index=index, file=DISCLOSURES, detail=str(digest))
                    continue
                if line[0] > index:
                    self.faults.add(Fault.DISCLOSURE_MOVED, index=index, file=DISCLOSURES, detail=f"{digest} stands at {line[0]}")
                named.append(digest)

    def _bundles(self, wanted: frozenset[int]) -> Iterator[tuple[int, list[tuple[int, bytes]]]]:
        """Yield the entries of the range, a bundle at a time, and check where disclosures say they were made."""
        manifest = self.signed.manifest
        for start in range(manifest.first, manifest.last, WIDTH):
            tile = Tile(ENTRIES, start // WIDTH, min(WIDTH, manifest.last - start))
            try:
                bodies = read_bundle(self.package.read(tile.path(), most=MOST_BUNDLE)) if tile.path() in self.package.sizes else []
            except (PackageError, TileError):
                bodies = []  # named where its hashes are looked at
            for digest, at, number in self.disclosed.made_between(start, tile.end):
                if at - start < len(bodies) and f'"{digest}"'.encode() not in bodies[at - start]:
                    self.faults.add(Fault.DISCLOSURE_MOVED, index=at, file=DISCLOSURES, line=number, detail=digest)
            inside = [(start + place, body) for place, body in enumerate(bodies) if manifest.start <= start + place < manifest.end]
            self.bodies_at |= {index: body for index, body in inside if index in wanted}
            yield tile.end, inside

    def _of_organ(self) -> Iterator[tuple[int, list[tuple[int, bytes]]]]:
        """Yield the entries of a package for an organ, each with the hash that its tile has."""
        manifest, last = self.signed.manifest, -1
        hashes, at = b"", -1
        for number, index, body in entries_of_organ(self.package, self.faults):
            if not max(last + 1, manifest.start) <= index < manifest.end:
                self.faults.add(Fault.LINE_FORM, index=index, file=ENTRIES_OF_ORGAN, line=number, detail="out of order, or of the range")
                continue
            last = index
            if index // WIDTH != at:
                at = index // WIDTH
                hashes = self._hashes(at)
            place = index % WIDTH * HASH
            if hashes[place : place + HASH] != leaf_hash(body):
                self.faults.add(Fault.ENTRY_CHANGED, index=index, file=ENTRIES_OF_ORGAN, line=number)
            yield index, [(index, body)]

    def _hashes(self, place: int) -> bytes:
        tile = Tile(0, place, min(WIDTH, self.signed.manifest.last - place * WIDTH))
        try:
            return self.package.read(tile.path(), most=WIDTH * HASH) if tile.path() in self.package.sizes else b""
        except PackageError:
            return b""

    def _told(self) -> dict[int, bytes]:
        """Return the entries outside of the range that tell of erasures, each proven to be in the log."""
        told: dict[int, bytes] = {}
        checkpoint = self.signed.checkpoint
        for number, index, body, read in _lines(self.package, ERASURES, {"body", "index", "proof"}, self.faults):
            try:
                path = [base64.b64decode(node, validate=True) for node in read["proof"]]
            except (TypeError, ValueError, binascii.Error):
                path = []
            proven = verify_inclusion(leaf=leaf_hash(body), index=index, size=checkpoint.size, path=path, root=checkpoint.root)
            if not proven:
                self.faults.add(Fault.PROOF_FAILS, index=index, file=ERASURES, line=number)
                continue
            told[index] = body
        return told


def entries_of_organ(package: Package, faults: Faults) -> Iterator[tuple[int, int, bytes]]:
    """Yield the lines of the entries that concern an organ: number, index and bytes."""
    for number, index, body, _read in _lines(package, ENTRIES_OF_ORGAN, {"body", "index"}, faults):
        yield number, index, body


def _lines(package: Package, file: str, members: set[str], faults: Faults) -> Iterator[tuple[int, int, bytes, Mapping[str, Any]]]:
    """Yield number, index, body and members of the lines of a file of entries."""
    if file not in package.sizes:
        return
    try:
        for number, raw in package.lines(file, longest=LONGEST):
            read = parse(raw)
            if not isinstance(read, dict) or read.keys() != members or type(read["index"]) is not int or canonical(read) != raw:
                faults.add(Fault.LINE_FORM, file=file, line=number)
                continue
            try:
                body = base64.b64decode(read["body"], validate=True)
            except (TypeError, ValueError, binascii.Error):
                faults.add(Fault.LINE_FORM, index=read["index"], file=file, line=number)
                continue
            yield number, read["index"], body, read
    except PackageError as broken:
        faults.add(Fault.LINE_FORM, file=file, detail=str(broken))


def _tells_of(entry: Mapping[str, Any], at: int, key: str | None) -> bool:
    """Say whether an erasure can be that of a disclosure made with entry `at`: of its key, of the person whose key it was, or its own."""
    match entry.get("kind"):
        case Kind.SPILL_DESTROYED:
            return key is None and entry.get("object") == str(at)
        case Kind.PERSON_ERASED:
            return key is not None and key.partition("#")[0] == entry.get("person")
        case _:
            return key is not None and entry.get("object") == key


def _sieve(predicate: Predicate) -> Callable[[bytes], bool] | None:
    """Return what passes over entries that cannot match, by their bytes alone; None where the filter narrows nothing.

    An entry that is of its form writes each value as RFC 8785 does, so one that does not hold the bytes does not hold the value.
    """
    wanted = [
        tuple(canonical(value) for value in values)
        for member, values in predicate.value.items()
        if member not in ("v", "from_at", "to_at", "disclosed")
    ]
    if not wanted:
        return None
    return lambda body: all(any(value in body for value in values) for values in wanted)
