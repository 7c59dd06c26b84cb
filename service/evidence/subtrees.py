"""Stored roots of complete subtrees, which tiles, proofs and publication are made from, held against the leaves (step 3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.evidence.findings import Findings, Wrong
from service.tlog.tiles import HEIGHT


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


class SubtreeCheck:
    """Compares the roots of complete subtrees, as the frontier comes by them, with those that are stored.

    One that is not stored is computed whenever it is asked for, so its absence is nothing. Where leaves are missing or do not lead
    to their frontier, which is a finding of its own, nothing is said of the roots that they complete.
    """

    def __init__(self, findings: Findings, stored: Iterator[StoredSubtree]) -> None:
        """Start before entry 0; what is stored comes in the log's order."""
        self._findings = findings
        self._made: list[StoredSubtree] = []
        self._stored = stored
        self._next = next(stored, None)

    def hear(self, height: int, first: int, roots: Sequence[bytes]) -> None:
        """Hear of roots that the frontier came by (`Frontier.extend`); those of whole tiles may be stored."""
        level, within = divmod(height, HEIGHT)
        if level and not within:
            self._made += [StoredSubtree(level, first + place, root) for place, root in enumerate(roots)]

    def settle(self, *, led: bool) -> None:
        """Compare what was heard since, where it `led` to the frontier that is recorded."""
        made, self._made = self._made, []
        for computed in sorted(made, key=lambda one: (one.end, one.level)) if led else ():
            self._compare(computed)

    def finish(self, size: int) -> None:
        """Name what is stored of entries that the log of this size does not have."""
        while self._next is not None:
            if self._next.end > size:
                self._differs(self._next, "of entries that are not there")
            self._next = next(self._stored, None)

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
