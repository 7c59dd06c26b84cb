"""Stored roots of complete subtrees, which tiles, proofs and publication are made from, held against the leaves (step 3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from service.evidence.findings import Findings, Wrong
from service.tlog.tiles import HEIGHT, WIDTH, subtree

LEVELS = 64 // HEIGHT
"""More than any index can reach."""


@dataclass(frozen=True, slots=True)
class StoredSubtree:
    """One row of `ledger.subtrees`; the log's order is by where the subtree ends, the lower level first."""

    level: int
    index: int
    hash: bytes

    @property
    def start(self) -> int:
        """Return the index of its first entry."""
        return self.index << (HEIGHT * self.level)

    @property
    def end(self) -> int:
        """Return the index behind its last entry."""
        return (self.index + 1) << (HEIGHT * self.level)


@dataclass(slots=True)
class _Level:
    """Hashes of one level that are not part of a root above yet, and the place of the first."""

    first: int = 0
    hashes: list[bytes] = field(default_factory=list)


class SubtreeCheck:
    """Computes the root of each complete subtree from leaves that lead to their frontier, and compares the one that is stored.

    One that is not stored is computed whenever it is asked for, so its absence is nothing. Where leaves are missing or do not lead
    to their frontier, which is a finding of its own, nothing is said of the roots above them.
    """

    def __init__(self, findings: Findings, stored: Iterator[StoredSubtree]) -> None:
        """Start before entry 0; what is stored comes in the log's order."""
        self._findings = findings
        self._size = 0
        self._levels = [_Level() for _level in range(LEVELS)]
        self._stored = stored
        self._next = next(stored, None)

    def take(self, start: int, leaves: Sequence[bytes]) -> None:
        """Take the leaves from `start` on; those before it that were not taken are passed over."""
        if start != self._size:
            for height, level in enumerate(self._levels):
                level.first, level.hashes = -(-start >> (HEIGHT * height)), []
        self._size = start + len(leaves)
        self._grow(0, leaves)

    def finish(self, size: int) -> None:
        """Name what is stored of entries that the log of this size does not have."""
        while self._next is not None:
            if self._next.end > size:
                self._differs(self._next, "of entries that are not there")
            self._next = next(self._stored, None)

    def _grow(self, height: int, hashes: Sequence[bytes]) -> None:
        level, at = self._levels[height], 0
        while at < len(hashes):
            room = WIDTH - (level.first + len(level.hashes)) % WIDTH
            level.hashes += hashes[at : at + room]
            at += room
            end = level.first + len(level.hashes)
            if end % WIDTH:
                return
            whole, level.first, level.hashes = level.hashes, end, []
            if len(whole) == WIDTH:
                computed = StoredSubtree(height + 1, end // WIDTH - 1, subtree(whole))
                self._compare(computed)
                self._grow(height + 1, [computed.hash])

    def _compare(self, computed: StoredSubtree) -> None:
        place = (computed.end, computed.level)
        while self._next is not None and (self._next.end, self._next.level) <= place:
            stored = self._next
            self._next = next(self._stored, None)
            if (stored.end, stored.level) == place and stored.hash != computed.hash:
                self._differs(stored, "not the root of its entries")
            elif stored.index < 0:
                self._differs(stored, "of entries that are not there")

    def _differs(self, stored: StoredSubtree, detail: str) -> None:
        place = f"subtree {stored.level}/{stored.index}"
        self._findings.add(Wrong.SUBTREE_DIFFERS, index=max(stored.start, 0), until=max(stored.end, 0), place=place, detail=detail)
