"""Which characters fonts can draw, by their own tables (OpenType `cmap`): what is missing is named before anything is set."""

import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Variation selectors: which of several forms of the character before is meant (異体字)."""
UNDRAWN = frozenset(" \t\n\u3000\u200b")
NESTED, SEGMENTED, GROUPED, VARIED = 0xFFFF, 4, 12, 14


@dataclass(frozen=True, slots=True)
class Coverage:
    """The characters, and the characters with a selector, that some fonts can draw."""

    characters: frozenset[int]
    varied: frozenset[tuple[int, int]]

    def missing(self, text: str) -> list[str]:
        """Return what of a text cannot be drawn, each once, in its order: characters, with their selector where that is what lacks."""
        found: dict[str, None] = {}
        for one in _clusters(text):
            drawn = ord(one[0]) in self.characters and (len(one) == 1 or (ord(one[0]), ord(one[1])) in self.varied)
            if not drawn and one not in UNDRAWN:
                found[one] = None
        return list(found)


def _clusters(text: str) -> Iterator[str]:
    """Yield the characters of a text, each with the selector that follows it."""
    at = 0
    while at < len(text):
        size = 2 if at + 1 < len(text) and any(ord(text[at + 1]) in some for some in SELECTORS) else 1
        yield text[at : at + size]
        at += size


def called(cluster: str) -> str:
    """Return what a character is called where it cannot be drawn: itself, its code points and its name."""
    points = " ".join(f"U+{ord(one):04X}" for one in cluster)
    return f"{cluster} ({points} {unicodedata.name(cluster[0], 'unnamed')})"


def coverage_of(fonts: tuple[Path, ...]) -> Coverage:
    """Return what some fonts can draw together."""
    tables = [_cmap(path, path.stat().st_mtime_ns) for path in fonts]
    return Coverage(frozenset().union(*(one.characters for one in tables)), frozenset().union(*(one.varied for one in tables)))


def is_font(path: Path) -> bool:
    """Say whether a file is a font whose table of characters can be read."""
    try:
        coverage_of((path,))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=32)
def _cmap(path: Path, _changed: int) -> Coverage:
    """Return what a font can draw. Raises ValueError for a file that is no OpenType font."""
    content = path.read_bytes()
    try:
        start = _table(content, b"cmap")
        characters: set[int] = set()
        varied: set[tuple[int, int]] = set()
        for number in range(struct.unpack_from(">H", content, start + 2)[0]):
            at = start + int(struct.unpack_from(">HHI", content, start + 4 + 8 * number)[2])
            match struct.unpack_from(">H", content, at)[0]:
                case 4:
                    characters |= _segments(content, at)
                case 12:
                    characters |= _groups(content, at)
                case 14:
                    varied |= _variations(content, at)
                case _:
                    pass
    except (struct.error, IndexError) as broken:
        message = f"{path.name} is no font that can be read"
        raise ValueError(message) from broken
    return Coverage(frozenset(characters), frozenset(varied))


def _table(content: bytes, tag: bytes) -> int:
    base = struct.unpack_from(">I", content, 12)[0] if content[:4] == b"ttcf" else 0
    for number in range(struct.unpack_from(">H", content, base + 4)[0]):
        name, _sum, offset, _length = struct.unpack_from(">4sIII", content, base + 12 + 16 * number)
        if name == tag:
            return int(offset)
    message = f"a font without {tag.decode()}"
    raise ValueError(message)


def _segments(content: bytes, at: int) -> set[int]:
    """Return the characters of a table of segments (format 4)."""
    count = struct.unpack_from(">H", content, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", content, at + 14)
    starts = struct.unpack_from(f">{count}H", content, at + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", content, at + 16 + 4 * count)
    shifts = at + 16 + 6 * count
    found: set[int] = set()
    for number, (first, last, delta) in enumerate(zip(starts, ends, deltas, strict=True)):
        shift = struct.unpack_from(">H", content, shifts + 2 * number)[0]
        for one in range(first, min(last, NESTED - 1) + 1):
            glyph = one + delta if shift == 0 else struct.unpack_from(">H", content, shifts + 2 * number + shift + 2 * (one - first))[0]
            if glyph & NESTED:
                found.add(one)
    return found


def _groups(content: bytes, at: int) -> set[int]:
    """Return the characters of a table of groups (format 12)."""
    count = struct.unpack_from(">I", content, at + 12)[0]
    found: set[int] = set()
    for number in range(count):
        first, last, glyph = struct.unpack_from(">III", content, at + 16 + 12 * number)
        found.update(range(first if glyph else first + 1, last + 1))
    return found


def _variations(content: bytes, at: int) -> set[tuple[int, int]]:
    """Return the characters with a selector of a table of variations (format 14), those with a glyph of their own and the usual ones."""
    count = struct.unpack_from(">I", content, at + 6)[0]
    found: set[tuple[int, int]] = set()
    for number in range(count):
        head = content[at + 10 + 11 * number : at + 21 + 11 * number]
        selector, usual, own = int.from_bytes(head[:3], "big"), int.from_bytes(head[3:7], "big"), int.from_bytes(head[7:11], "big")
        if usual:
            for one in range(struct.unpack_from(">I", content, at + usual)[0]):
                start = at + usual + 4 + 4 * one
                first = int.from_bytes(content[start : start + 3], "big")
                found.update((point, selector) for point in range(first, first + content[start + 3] + 1))
        if own:
            for one in range(struct.unpack_from(">I", content, at + own)[0]):
                start = at + own + 4 + 5 * one
                found.add((int.from_bytes(content[start : start + 3], "big"), selector))
    return found
