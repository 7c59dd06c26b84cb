"""Proofs over all leaves, word for word as RFC 6962 defines them, and all tiles of a tree: what the service's are held against."""

from collections.abc import Iterator, Sequence

from service.tlog.tiles import Tile, levels_of, of_level
from service.tlog.tree import root_of


def tiles_of(size: int, *, after: int = 0) -> Iterator[Tile]:
    """Yield the hash tiles that a tree of `size` consists of, level by level; with `after` those that one of `after` had not."""
    for level in range(levels_of(size)):
        yield from of_level(level, size=size, after=after)


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of leaf `index` (RFC 6962, 2.1.1), nearest sibling first. Raises IndexError."""
    if not 0 <= index < len(leaves):
        message = f"there is no leaf {index} in a tree of {len(leaves)}"
        raise IndexError(message)
    path: list[bytes] = []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(root_of(leaves[middle:high]))
            high = middle
        else:
            path.append(root_of(leaves[low:middle]))
            low = middle
    path.reverse()
    return path


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """Return the proof that the tree of the first `old` leaves is a prefix of this one (RFC 6962, 2.1.2)."""
    if not 0 < old <= len(leaves):
        message = f"there is no earlier tree of {old} in a tree of {len(leaves)}"
        raise IndexError(message)

    def proof(low: int, high: int, size: int, *, whole: bool) -> list[bytes]:
        if size == high - low:
            return [] if whole else [root_of(leaves[low:high])]
        middle = _split(high - low)
        if size <= middle:
            return [*proof(low, low + middle, size, whole=whole), root_of(leaves[low + middle : high])]
        return [*proof(low + middle, high, size - middle, whole=False), root_of(leaves[low : low + middle])]

    return proof(0, len(leaves), old, whole=True)
