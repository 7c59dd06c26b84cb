"""Tiles of C2SP tlog-tiles: the tree as files of 256 hashes, the entries as bundles, and what a tree of a size consists of.

A tile of level L holds the hashes of complete subtrees of 256^L entries. The last tile of a level may be partial; what is
partial is never hashed into the level above, and nothing is ever empty.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from service.tlog.tree import HASH, node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Hashes, or entries, in a full tile."""
LEVELS = 64
ENTRIES = -1
"""The level of entry bundles: what the hashes of level 0 are hashes of."""
ENTRY_LIMIT = 65_535
_LENGTH = 2
_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


class TileError(ValueError):
    """A path, tile or bundle that is not of the C2SP form."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One tile: level (ENTRIES for a bundle), place within its level, and how many hashes or entries it holds."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def is_full(self) -> bool:
        """Whether it holds all it can ever hold, so that it never changes."""
        return self.width == WIDTH

    @property
    def start(self) -> int:
        """The index of the first entry that it covers."""
        return self.index * WIDTH << (HEIGHT * max(self.level, 0))

    @property
    def end(self) -> int:
        """The index behind the last entry that it covers."""
        return (self.index * WIDTH + self.width) << (HEIGHT * max(self.level, 0))

    def path(self) -> str:
        """Return its path below the log's prefix: `tile/0/x001/x234/067` or `tile/entries/000.p/5`."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        place = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{place}" + ("" if self.is_full else f".p/{self.width}")

    @classmethod
    def parse(cls, path: str) -> "Tile":
        """Return the tile of a path, which must be the one way to write it. Raises TileError."""
        found = _PATH.fullmatch(path)
        if found is not None:
            level, place, width = found.groups()
            index = int(place.replace("x", "").replace("/", ""))
            tile = cls(ENTRIES if level == "entries" else int(level), index, WIDTH if width is None else int(width))
            if tile.level < LEVELS and tile.path() == path:
                return tile
        message = f"{path!r} is no path of a tile"
        raise TileError(message)


def of_level(level: int, *, size: int, after: int = 0) -> Iterator[Tile]:
    """Yield the tiles of one level that a tree of `size` has and a tree of `after` had not, in their order."""
    shift = HEIGHT * max(level, 0)
    had, has = after >> shift, size >> shift
    if has == had:
        return
    for index in range(had // WIDTH, -(-has // WIDTH)):
        yield Tile(level, index, min(WIDTH, has - index * WIDTH))


def bundles_of(size: int, *, after: int = 0) -> Iterator[Tile]:
    """Yield the entry bundles of a tree of `size`; with `after` those that a tree of `after` had not."""
    yield from of_level(ENTRIES, size=size, after=after)


def levels_of(size: int) -> int:
    """Return how many levels of tiles a tree of `size` has."""
    return -(-size.bit_length() // HEIGHT)


def in_tree(tile: Tile, *, size: int) -> Tile | None:
    """Return the tile as a tree of `size` has it, which may be wider, or None if that tree has less of it than asked for."""
    if tile.end > size:
        return None
    has = size >> (HEIGHT * max(tile.level, 0))
    return Tile(tile.level, tile.index, min(WIDTH, has - tile.index * WIDTH))


def hashes_in(raw: bytes, *, tile: Tile) -> list[bytes]:
    """Return the hashes of a tile; more than its width is cut, as one reads a partial tile from the full one. Raises TileError."""
    if len(raw) % HASH or len(raw) < tile.width * HASH:
        message = f"{tile.path()} holds {len(raw)} bytes, not {tile.width * HASH}"
        raise TileError(message)
    return [raw[at : at + HASH] for at in range(0, tile.width * HASH, HASH)]


def pack_bundle(entries: Sequence[bytes]) -> bytes:
    """Return a bundle: each entry behind its length in two bytes, the higher first. Raises TileError."""
    if not 0 < len(entries) <= WIDTH or max(map(len, entries)) > ENTRY_LIMIT:
        message = f"a bundle has 1 to {WIDTH} entries of at most {ENTRY_LIMIT} bytes"
        raise TileError(message)
    return b"".join(len(entry).to_bytes(_LENGTH, "big") + entry for entry in entries)


def read_bundle(raw: bytes) -> list[bytes]:
    """Return the entries of a bundle. Raises TileError where it ends too soon, is empty or holds too many."""
    entries, at, size = list[bytes](), 0, len(raw)
    while at + 1 < size:
        begin = at + _LENGTH
        end = begin + (raw[at] << 8 | raw[at + 1])
        if end > size:
            break
        entries.append(raw[begin:end])
        at = end
    if at != size:
        message = f"the bundle ends within its entry {len(entries)}"
        raise TileError(message)
    if not 0 < len(entries) <= WIDTH:
        message = f"a bundle has 1 to {WIDTH} entries, not {len(entries)}"
        raise TileError(message)
    return entries


def subtree(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes whose number is a power of two."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


class TileHashes:
    """The hashes of a tree of `size`, read from its tiles: a few tiles a proof, however many entries there are.

    `fetch` returns the bytes of a tile, or of a wider one at the same place; each is fetched once.
    """

    def __init__(self, size: int, fetch: Callable[[Tile], bytes]) -> None:
        self.size = size
        self._fetch = fetch
        self._fetched: dict[Tile, list[bytes]] = {}

    def __call__(self, height: int, index: int) -> bytes:
        """Return the root of the complete subtree of 2^height entries at place `index`. Raises TileError."""
        level, above = divmod(height, HEIGHT)
        first = index << above
        whole = in_tree(Tile(level, first // WIDTH, first % WIDTH + (1 << above)), size=self.size)
        if whole is None:
            message = f"a tree of {self.size} has no complete subtree {index} of height {height}"
            raise TileError(message)
        if whole not in self._fetched:
            self._fetched[whole] = hashes_in(self._fetch(whole), tile=whole)
        return subtree(self._fetched[whole][first % WIDTH : first % WIDTH + (1 << above)])
