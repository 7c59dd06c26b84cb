"""What a verification finds wrong: one value per finding, and the collector that counts them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

KEPT = 50
"""Findings kept with their words; all others are only counted, so that memory stays constant."""


class Wrong(StrEnum):
    """What is wrong, as a closed list of codes; `report` has the sentences for each."""

    BATCH_MISSING = "batch_missing"
    BATCH_OVERLAPS = "batch_overlaps"
    BATCH_SIZE = "batch_size"
    BATCH_HEAD = "batch_head"
    ENTRY_MISSING = "entry_missing"
    ENTRY_CHANGED = "entry_changed"
    ENTRY_UNCLAIMED = "entry_unclaimed"
    FRONTIER_DIFFERS = "frontier_differs"
    SUBTREE_DIFFERS = "subtree_differs"
    CHECKPOINT_UNREADABLE = "checkpoint_unreadable"
    CHECKPOINT_UNSIGNED = "checkpoint_unsigned"
    CHECKPOINT_ROOT = "checkpoint_root"
    CHECKPOINT_BEYOND = "checkpoint_beyond"
    LOG_KEY_DIFFERS = "log_key_differs"
    FORM = "form"
    TIME_BACKWARDS = "time_backwards"
    SEEN = "seen"
    DISCLOSURE_UNCLAIMED = "disclosure_unclaimed"
    DISCLOSURE_ALTERED = "disclosure_altered"
    DISCLOSURE_ABSENT = "disclosure_absent"
    DESTRUCTION_DIFFERS = "destruction_differs"
    GONE_READABLE = "gone_readable"
    ERASED_LEFT = "erased_left"
    DECISION_INCOMPLETE = "decision_incomplete"
    ANSWER_DIFFERS = "answer_differs"
    OUTCOME_DIFFERS = "outcome_differs"
    POLICY_ABSENT = "policy_absent"
    POLICY_ALTERED = "policy_altered"
    POLICY_NOT_IN_FORCE = "policy_not_in_force"
    SEARCH_DIFFERS = "search_differs"
    FACTS_NOT_FROM_ENTRIES = "facts_not_from_entries"
    ROW_FORM = "row_form"
    ROW_DIFFERS = "row_differs"
    ROW_MISSING = "row_missing"
    ROW_UNRECORDED = "row_unrecorded"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where.

    `index` is the entry that it concerns, `until` the end (exclusive) of a range that
    starts there; `place` names a row or checkpoint, `detail` says more in plain ASCII.
    """

    wrong: Wrong
    index: int | None = None
    until: int | None = None
    place: str = ""
    detail: str = ""


@dataclass(slots=True)
class Findings:
    """Collects findings in the order of their discovery; keeps the first and counts all."""

    kept: list[Finding] = field(default_factory=list)
    counts: dict[Wrong, int] = field(default_factory=dict)

    def add(
        self,
        wrong: Wrong,
        *,
        index: int | None = None,
        until: int | None = None,
        place: str = "",
        detail: str = "",
    ) -> None:
        """Count a finding; keep it while there is room, and the first of its code always."""
        known = wrong in self.counts
        self.counts[wrong] = self.counts.get(wrong, 0) + 1
        if not known or len(self.kept) < KEPT:
            self.kept.append(Finding(wrong, index, until, place, detail))

    @property
    def total(self) -> int:
        """Return how many findings there are, kept or not."""
        return sum(self.counts.values())

    @property
    def first_index(self) -> int | None:
        """Return the lowest entry index that a kept finding names, or None."""
        indexes = [finding.index for finding in self.kept if finding.index is not None]
        return min(indexes, default=None)

    def in_order(self) -> Iterator[Finding]:
        """Yield the kept findings, those about entries first and by index."""
        yield from sorted(
            self.kept,
            key=lambda finding: (finding.index is None, finding.index or 0),
        )
