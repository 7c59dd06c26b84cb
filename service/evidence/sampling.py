"""Drawing a sample that anybody draws again: from a seed, a size and the entries among which it is drawn (algorithm version 1).

The mark of an entry is the SHA-256 of the ASCII text `seed:index`; those with the least marks, as numbers, are the sample. Whoever
has the seed and the range [0, size of the log) draws the same entries offline, also from a package, by its predicate over the
leaves; nobody can choose a seed for the sample that they would like without trying, which is why a seed that somebody else
says, or that was drawn before the range ended, proves more than one drawn by the auditor. This module imports the standard
library alone.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

ALGORITHM: Final = 1


def mark_of(index: int, *, seed: str) -> bytes:
    """Return the mark of an entry."""
    return sha256(f"{seed}:{index}".encode()).digest()


def sample_of(indexes: Iterable[int], *, seed: str, size: int) -> list[int]:
    """Return `size` of some indexes, in order: those of the least marks."""
    drawn = sorted(indexes, key=lambda index: mark_of(index, seed=seed))
    return sorted(drawn[:size])
