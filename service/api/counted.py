"""What a process has done since it began, for whoever watches over it: numbers alone, of nobody in particular."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.api.settled import Settled

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Up to how long batches are told to have taken."""


@dataclass(slots=True)
class Counted:
    """Counts that only grow."""

    decisions: Counter[str] = field(default_factory=Counter)
    """Those on record, by what they say."""
    batches: Counter[str] = field(default_factory=Counter)
    """Batches on record, by how they went in."""
    missed: int = 0
    """Batches that had to be decided again, for somebody else had written."""
    unanswered: int = 0
    """Requests that got no durable answer in time, or found the queue full."""
    seconds: float = 0.0
    """How long all batches took together, from their first try until they were on disk."""
    within: list[int] = field(default_factory=lambda: [0] * (len(SECONDS) + 1))
    """How many took up to each of `SECONDS`, and not up to the one before; the last of all: longer."""

    def written(self, settled: Sequence[Settled], *, in_turn: bool, seconds: float) -> None:
        """Count a batch that is on record."""
        self.decisions.update([one.answer.decision for one in settled])
        self.batches["in_turn" if in_turn else "optimistic"] += 1
        self.seconds += seconds
        self.within[bisect_left(SECONDS, seconds)] += 1
