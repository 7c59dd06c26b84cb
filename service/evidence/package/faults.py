"""What the verification of a package finds wrong: one code each, where it is, and the collector that counts them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

KEPT = 50
"""Faults kept with their place; all others are only counted, so that memory stays constant."""


class Fault(StrEnum):
    """What is wrong, as a closed list of codes; `words` has the sentences for each."""

    PACKAGE_FORM = "package_form"
    FILE_MISSING = "file_missing"
    FILE_UNNAMED = "file_unnamed"
    FILE_ALTERED = "file_altered"
    FILE_UNKNOWN = "file_unknown"
    MANIFEST_FORM = "manifest_form"
    MANIFEST_UNSIGNED = "manifest_unsigned"
    POLICY_FORM = "policy_form"
    CHECKPOINT_UNSIGNED = "checkpoint_unsigned"
    CHECKPOINT_OTHER = "checkpoint_other"
    QUORUM_HIDDEN = "quorum_hidden"
    BUNDLE_FORM = "bundle_form"
    ENTRY_CHANGED = "entry_changed"
    PROOF_FORM = "proof_form"
    PROOF_FAILS = "proof_fails"
    LEAVES_DIFFER = "leaves_differ"
    REQUEST_DIFFERS = "request_differs"
    ROLLED_BACK = "rolled_back"
    FORKED = "forked"
    NOT_CONTINUED = "not_continued"
    ENTRY_FORM = "entry_form"
    TIME_BACKWARDS = "time_backwards"
    SEEN = "seen"
    QUERY_FORM = "query_form"
    LINE_FORM = "line_form"
    DISCLOSURE_MISSING = "disclosure_missing"
    DISCLOSURE_SURPLUS = "disclosure_surplus"
    DISCLOSURE_MOVED = "disclosure_moved"
    DISCLOSURE_ALTERED = "disclosure_altered"
    ERASURE_UNCOVERED = "erasure_uncovered"
    ERASURE_DIFFERS = "erasure_differs"
    ORGAN_COUNT_DIFFERS = "organ_count_differs"
    VIEW_DIFFERS = "view_differs"
    VIEW_FORMAT = "view_format"
    DECISION_INCOMPLETE = "decision_incomplete"
    ANSWER_DIFFERS = "answer_differs"
    OUTCOME_DIFFERS = "outcome_differs"
    POLICY_ABSENT = "policy_absent"
    POLICY_ALTERED = "policy_altered"
    SEARCH_DIFFERS = "search_differs"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong, and where: from which entry, up to before which, in which file, at which line of it."""

    fault: Fault
    index: int | None = None
    until: int | None = None
    file: str = ""
    line: int | None = None
    detail: str = ""


@dataclass(slots=True)
class Faults:
    """Collects what is wrong in the order of its discovery; keeps the first and counts all."""

    kept: list[Found] = field(default_factory=list)
    counts: dict[Fault, int] = field(default_factory=dict)

    def add(
        self,
        fault: Fault,
        *,
        index: int | None = None,
        until: int | None = None,
        file: str = "",
        line: int | None = None,
        detail: str = "",
    ) -> None:
        """Count a fault; keep it while there is room, and the first of its code always."""
        known = fault in self.counts
        self.counts[fault] = self.counts.get(fault, 0) + 1
        if not known or len(self.kept) < KEPT:
            self.kept.append(Found(fault, index, until, file, line, plain(detail)))

    def take(self, others: "Faults") -> None:
        """Add what another found, in its order."""
        for one in others.kept:
            if one.fault not in self.counts or len(self.kept) < KEPT:
                self.kept.append(one)
            self.counts.setdefault(one.fault, 0)
        for fault, count in others.counts.items():
            self.counts[fault] = self.counts.get(fault, 0) + count

    @property
    def total(self) -> int:
        """Return how many faults there are, kept or not."""
        return sum(self.counts.values())

    @property
    def first_index(self) -> int | None:
        """Return the lowest entry index that a kept fault names, or None."""
        return min((one.index for one in self.kept if one.index is not None), default=None)

    def in_order(self) -> Iterator[Found]:
        """Yield the kept faults, those about the package as a whole first, then by index."""
        yield from sorted(self.kept, key=lambda one: (one.index is not None, one.index or 0))


def plain(words: str) -> str:
    """Return words that a forger may have chosen in printable ASCII, at most some 200 of its characters."""
    shown = words if len(words) <= LONGEST else f"{words[:LONGEST]}..."
    return shown.encode("ascii", "backslashreplace").decode().translate(_CONTROLS)


LONGEST = 200
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), 127)}
