"""Verifies a chunk of 65,536 leaves by itself, in a process of its own where there are several (steps 3 and 5 of `verifying`).

What a chunk cannot know, what stands before it, it gives back: the root of its leaves, its first and last time, and which change its
first answers name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from service.evidence.package.faults import Fault, Faults
from service.evidence.package.forms import CHANGE, EntryFormError, Order, order_of, orders_of
from service.evidence.package.opening import Package, PackageError, open_package
from service.tlog.tiles import ENTRIES, ENTRY_LIMIT, WIDTH, Tile, TileError, read_bundle
from service.tlog.tree import HASH

CHUNK = 1 << 16
MOST_BUNDLE = WIDTH * (ENTRY_LIMIT + 2)


@dataclass(frozen=True, slots=True)
class ChunkAsked:
    """What is to be verified: the leaves from `first` to before `last`, whose files the manifest says have these digests."""

    path: Path
    first: int
    last: int
    full: bool
    digests: dict[str, str]


@dataclass(slots=True)
class ChunkDone:
    """What came of it. `hashes` are the roots of its tiles as far as they are full, the rest leaf hashes; `tails` see `Times`."""

    first: int
    last: int
    full_tiles: list[bytes] = field(default_factory=list)
    rest: list[bytes] = field(default_factory=list)
    opening: bytes = b""
    closing: bytes = b""
    entries: int = 0
    intact: int = 0
    answers: int = 0
    faults: Faults = field(default_factory=Faults)
    times: "Times" = field(default_factory=lambda: Times(0))
    whole: bool = True
    """Whether every leaf was there to be hashed."""


@dataclass(slots=True)
class Times:
    """The order within a run of entries: what came first and last, and which change its first answers say they had seen."""

    start: int
    first_at: bytes = b""
    last_at: bytes = b""
    seen_before: bytes = b""
    """What answers before the first change of the run name; empty where there are none."""
    seen_index: int = -1
    """The first of these answers."""
    last_change: bytes = b""

    def follow(self, start: int, orders: Sequence[Order | None], faults: Faults) -> int:
        """Go through entries from `start` on; return how many answer."""
        last_at, last_change, answers = self.last_at, self.last_change, 0
        for place, order in enumerate(orders):
            if order is None:
                continue
            at, seen = order
            if at < last_at:
                faults.add(Fault.TIME_BACKWARDS, index=start + place, detail=f"{at.decode()} < {last_at.decode()}")
            last_at = at
            if seen is CHANGE or not seen:
                last_change = b"%d" % (start + place)
                continue
            answers += 1
            if seen != last_change:
                last_change = self._seen(start + place, seen, last_change, faults)
        if not self.first_at:
            self.first_at = next((order[0] for order in orders if order is not None), b"")
        self.last_at, self.last_change = last_at, last_change
        return answers

    def _seen(self, index: int, seen: bytes, last_change: bytes, faults: Faults) -> bytes:
        """Return the change that the next answers have to name; one before the run is for whoever knows what stands there."""
        if not last_change and int(seen) < self.start:
            self.seen_before, self.seen_index = seen, index
            return seen
        faults.add(Fault.SEEN, index=index, detail=f"{seen.decode()}, not {last_change.decode() or 'earlier'}")
        return seen if last_change and int(last_change) < int(seen) < index else last_change

    def continued(self, later: "Times", start: int, faults: Faults) -> "Times":
        """Return the order of this run and of the next, which begins at `start`."""
        if later.first_at and later.first_at < self.last_at:
            faults.add(Fault.TIME_BACKWARDS, index=start, detail=f"{later.first_at.decode()} < {self.last_at.decode()}")
        seen_before, seen_index = self.seen_before, self.seen_index
        if later.seen_before and self.last_change and later.seen_before != self.last_change:
            faults.add(Fault.SEEN, index=later.seen_index, detail=f"{later.seen_before.decode()}, not {self.last_change.decode()}")
        elif later.seen_before and not self.last_change:
            seen_before, seen_index = later.seen_before, later.seen_index
        first_at, last_at = self.first_at or later.first_at, later.last_at or self.last_at
        return Times(self.start, first_at, last_at, seen_before, seen_index, later.last_change or self.last_change)


def verify_chunk(asked: ChunkAsked) -> ChunkDone:
    """Verify one chunk. What is wrong is among its faults; it never raises for what a forger wrote."""
    done = ChunkDone(asked.first, asked.last, times=Times(asked.first))
    try:
        package = open_package(asked.path)
    except PackageError as broken:
        done.faults.add(Fault.PACKAGE_FORM, index=asked.first, until=asked.last, detail=str(broken))
        done.whole = False
        return done
    for start in range(asked.first, asked.last, WIDTH):
        width = min(WIDTH, asked.last - start)
        hashes = _hashes(package, asked, Tile(0, start // WIDTH, width), done)
        if asked.full:
            hashes = _entries(package, asked, Tile(ENTRIES, start // WIDTH, width), hashes, done)
        _fold(hashes, start, width, done)
    if package.archive is not None:
        package.archive.close()
    return done


def _fold(hashes: bytes, start: int, width: int, done: ChunkDone) -> None:
    """Keep the root of a full tile, or the leaves of the last one; hash pairs as they lie, without making a list of leaves."""
    if len(hashes) != width * HASH:
        done.whole = False
        return
    if start == done.first:
        done.opening = hashes[:HASH]
    done.closing = hashes[-HASH:]
    if width < WIDTH:
        done.rest = [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]
        return
    while len(hashes) > HASH:
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + 64]).digest() for at in range(0, len(hashes), 64)])
    done.full_tiles.append(hashes)


def _hashes(package: Package, asked: ChunkAsked, tile: Tile, done: ChunkDone) -> bytes:
    """Return the bytes of a hash tile, empty where it is not what it should be."""
    raw = _read(package, asked, tile, HASH * WIDTH, done)
    if raw is not None and len(raw) != tile.width * HASH:
        done.faults.add(Fault.BUNDLE_FORM, index=tile.start, until=tile.end, file=tile.path(), detail=f"{len(raw)} bytes")
        raw = None
    return raw or b""


def _entries(package: Package, asked: ChunkAsked, tile: Tile, hashes: bytes, done: ChunkDone) -> bytes:
    """Compare a bundle with its tile, follow the order of its entries, and return the leaf hashes that the tree is built from.

    Those are the entries' own: an entry that is not what its tile says leads to another root too, unless the tile was altered.
    """
    raw = _read(package, asked, tile, MOST_BUNDLE, done)
    try:
        bodies = [] if raw is None else read_bundle(raw)
        fault = None if raw is None or len(bodies) == tile.width else f"{len(bodies)} entries, not {tile.width}"
    except TileError as broken:
        bodies, fault = [], str(broken)
    if fault is not None:
        done.faults.add(Fault.BUNDLE_FORM, index=tile.start, until=tile.end, file=tile.path(), detail=fault)
    own = b"".join([sha256(b"\0" + body).digest() for body in bodies])
    done.entries += len(bodies)
    if own == hashes:
        done.intact += len(bodies)
    elif hashes and own:
        _compare(own, hashes, tile, done)
    orders: Sequence[Order | None] | None = orders_of(bodies)
    if orders is None:
        orders = [_order(tile.start + place, body, done.faults) for place, body in enumerate(bodies)]
    done.answers += done.times.follow(tile.start, orders, done.faults)
    return hashes or own


def _compare(own: bytes, hashes: bytes, tile: Tile, done: ChunkDone) -> None:
    """Name each entry that is not what its tile says."""
    for place in range(min(len(own), len(hashes)) // HASH):
        if own[place * HASH : (place + 1) * HASH] == hashes[place * HASH : (place + 1) * HASH]:
            done.intact += 1
        else:
            done.faults.add(Fault.ENTRY_CHANGED, index=tile.start + place, file=tile.path())


def _order(index: int, body: bytes, faults: Faults) -> Order | None:
    try:
        return order_of(body)
    except EntryFormError as wrong:
        faults.add(Fault.ENTRY_FORM, index=index, detail=str(wrong))
        return wrong.order


def _read(package: Package, asked: ChunkAsked, tile: Tile, most: int, done: ChunkDone) -> bytes | None:
    """Return a file of the leaves, None where it cannot be read; say where it is not what the manifest says."""
    path = tile.path()
    if path not in package.sizes:
        return None  # named where all files are looked at
    try:
        raw = package.read(path, most=most)
    except PackageError as broken:
        done.faults.add(Fault.FILE_ALTERED, index=tile.start, until=tile.end, file=path, detail=str(broken))
        return None
    if sha256(raw).hexdigest() != asked.digests.get(path):
        done.faults.add(Fault.FILE_ALTERED, index=tile.start, until=tile.end, file=path)
    return raw
