"""The chain: batches, leaves, frontiers and signed checkpoints (steps 1 to 4 of a verification).

Everything passes once and in order; what is held is one window of entries and one frontier.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from service.evidence.findings import Findings, Wrong
from service.evidence.keys import KeyCheck, Trusted
from service.evidence.subtrees import StoredSubtree, SubtreeCheck
from service.ledger import Frontier, NoteError
from service.tlog.tree import Grown

Row = tuple[int, bytes]
"""Index and body of an entry."""
LEAF = 32
"""Bytes of a leaf hash (SHA-256)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One row of `ledger.batches`; `last_at` is written as entries write their time."""

    first_index: int
    size: int
    leaves: bytes
    frontier: bytes
    changed_index: int
    last_at: str

    @property
    def end(self) -> int:
        """Return the index after the batch's last entry."""
        return self.first_index + self.size


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """One row of `ledger.checkpoints`."""

    size: int
    note: str


class ChainCheck:
    """Follows the log from entry 0 and compares it with what is recorded about it.

    A batch whose recorded leaves fit its entries but do not lead to its recorded frontier
    was altered as a whole; the check then goes on from the recorded frontier, so that one
    alteration is one finding and later ones are still found.
    """

    def __init__(
        self,
        *,
        findings: Findings,
        checkpoints: Iterator[StoredCheckpoint],
        vkey: Trusted,
        subtrees: Iterator[StoredSubtree],
    ) -> None:
        """Start before entry 0; `checkpoints` and `subtrees` come in the log's order. Raises NoteError for a bad vkey."""
        self.findings = findings
        self.size = 0
        self.intact = 0
        self.signed_size = 0
        self.checkpoints = 0
        self._frontier = Frontier()
        self._keys = KeyCheck(findings, vkey)
        self._subtrees = SubtreeCheck(findings, subtrees)
        self._stored = checkpoints
        self._next = next(checkpoints, None)

    def admit(self, batch: Batch) -> bool:
        """Say whether the batch continues the log (step 1); name the gap or the overlap."""
        if batch.first_index < self.size:
            self.findings.add(Wrong.BATCH_OVERLAPS, index=batch.first_index, until=self.size)
            return False
        if batch.first_index > self.size:
            self.findings.add(Wrong.BATCH_MISSING, index=self.size, until=batch.first_index)
        self.size = batch.first_index + max(batch.size, 0)
        if batch.size < 1 or len(batch.leaves) != LEAF * batch.size:
            detail = f"{batch.size} entries, {len(batch.leaves) // LEAF} leaves"
            self.findings.add(Wrong.BATCH_SIZE, index=batch.first_index, detail=detail)
            return False
        return True

    def entries(self, *, start: int, end: int, claimed: bytes, rows: Sequence[Row]) -> list[int]:
        """Compare the entries of `start` to `end` with their recorded leaves (step 2).

        Returns the indexes of those that are missing or not what was recorded.
        """
        hashes = [sha256(b"\0" + body).digest() for _, body in rows]
        if len(rows) == end - start and b"".join(hashes) == claimed:
            self.intact += end - start
            return []
        found = {index: leaf for (index, _), leaf in zip(rows, hashes, strict=True)}
        faulty: list[int] = []
        for index in range(start, end):
            offset = (index - start) * LEAF
            leaf = found.get(index)
            if leaf == claimed[offset : offset + LEAF]:
                self.intact += 1
                continue
            faulty.append(index)
            self.findings.add(Wrong.ENTRY_MISSING if leaf is None else Wrong.ENTRY_CHANGED, index=index)
        return faulty

    def hear(self, rows: Sequence[Row]) -> None:
        """Take what entries tell of the log's keys, before the checkpoints that cover them are passed."""
        self._keys.hear(rows)

    @property
    def before_trust(self) -> int:
        """Return how many checkpoints are older than the key that is trusted, and were compared by their roots alone."""
        return self._keys.before_trust

    def window(self, batches: Sequence[Batch], claimed: bytes) -> None:
        """Lead through adjoining batches (steps 3 and 4): at once where each leads to its frontier, else one after the other."""
        leaves = [claimed[cut : cut + LEAF] for cut in range(0, len(claimed), LEAF)]
        start, end = batches[0].first_index, batches[-1].end
        grown = Grown(self._frontier, leaves) if self._frontier.size == start else None
        if grown is None or any(grown.at(batch.end) != batch.frontier for batch in batches):
            for batch in batches:
                self.frontier(batch)
            return
        grown.tell(self._subtrees.hear)
        self._subtrees.settle(led=True)
        self._pass_checkpoints(start)
        while self._next is not None and self._next.size <= end:
            size = self._next.size
            self._frontier = Frontier.from_bytes(grown.at(size), size=size)
            self._pass_checkpoints(size)
        self._frontier = Frontier.from_bytes(grown.at(end), size=end)

    def frontier(self, batch: Batch) -> None:
        """Lead the frontier and the roots of subtrees through the batch's leaves (step 3) and past its checkpoints (step 4)."""
        if self._frontier.size != batch.first_index:
            # What went before is gone: nothing leads here, so the recorded frontier is taken.
            self._resume(batch)
            self._pass_checkpoints(batch.end)
            return
        leaves = [batch.leaves[cut : cut + LEAF] for cut in range(0, len(batch.leaves), LEAF)]
        start = 0
        while self._next is not None and self._next.size < batch.end:
            cut = max(self._next.size - batch.first_index, start)
            self._frontier.extend(leaves[start:cut], tell=self._subtrees.hear)
            start = cut
            self._pass_checkpoints(batch.first_index + cut)
        self._frontier.extend(leaves[start:], tell=self._subtrees.hear)
        led = self._frontier.to_bytes() == batch.frontier
        self._subtrees.settle(led=led)
        if not led:
            self.findings.add(Wrong.FRONTIER_DIFFERS, index=batch.first_index, until=batch.end)
            self._resume(batch)
        self._pass_checkpoints(batch.end)

    def root(self) -> str:
        """Return the root over all that was followed, in hexadecimal."""
        return self._frontier.root().hex()

    def finish(self) -> None:
        """Check what is signed beyond the last batch: entries that are gone from the end."""
        while self._next is not None:
            stored = self._next
            self._next = next(self._stored, None)
            if self._signed(stored) is not None:
                self.findings.add(Wrong.CHECKPOINT_BEYOND, index=self.size, until=stored.size)
        self._keys.finish(self.size)
        self._subtrees.finish(self.size)

    def _resume(self, batch: Batch) -> None:
        """Go on from a recorded frontier, if it is one of this size."""
        try:
            self._frontier = Frontier.from_bytes(batch.frontier, size=batch.end)
        except ValueError:
            return

    def _pass_checkpoints(self, size: int) -> None:
        """Compare the checkpoints up to this size with the root; those before it lie in a gap."""
        while self._next is not None and self._next.size <= size:
            stored = self._next
            self._next = next(self._stored, None)
            root = self._signed(stored)
            if root is None or stored.size != self._frontier.size:
                continue
            if root == self._frontier.root():
                # One that is older than the trusted key fits the log, and vouches for nothing.
                self.signed_size = stored.size if self._keys.has_begun else self.signed_size
                continue
            self.findings.add(
                Wrong.CHECKPOINT_ROOT,
                index=self.signed_size,
                until=stored.size,
                place=f"checkpoint {stored.size}",
            )

    def _signed(self, stored: StoredCheckpoint) -> bytes | None:
        """Return the root that a checkpoint signs, or None with a finding."""
        self.checkpoints += 1
        place = f"checkpoint {stored.size}"
        try:
            signed = self._keys.verified(stored.note, size=stored.size)
        except NoteError as error:
            self.findings.add(Wrong.CHECKPOINT_UNSIGNED, place=place, detail=str(error))
            return None
        if signed.size != stored.size:
            self.findings.add(Wrong.CHECKPOINT_UNREADABLE, place=place, detail=f"{signed.origin} {signed.size}")
            return None
        return signed.root
