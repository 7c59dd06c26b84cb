"""The Merkle tree of RFC 6962: leaf hashes, the compact frontier that appending needs, inclusion and consistency."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Self

HASH = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(body: bytes) -> bytes:
    """Return the 32-byte hash of an entry (RFC 6962, 2.1)."""
    return sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an interior node (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def _above(level: Sequence[bytes]) -> list[bytes]:
    """Return the roots one level higher, of each two neighbours one; an odd one at the end has none yet."""
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]


class Frontier:
    """The roots of the full subtrees at the right edge of a tree, largest first: all that appending needs.

    INVARIANT: there is one hash for each bit that is set in `size`.
    """

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count():
            message = f"a tree of {size} has {size.bit_count()} full subtrees, not {len(self.hashes)}"
            raise ValueError(message)

    @classmethod
    def from_bytes(cls, packed: bytes, *, size: int) -> Self:
        """Return the frontier of a tree of `size` from its concatenated hashes. Raises ValueError."""
        return cls(size, [packed[at : at + HASH] for at in range(0, len(packed), HASH)])

    def to_bytes(self) -> bytes:
        """Return the concatenated hashes, largest subtree first."""
        return b"".join(self.hashes)

    def copy(self) -> "Frontier":
        """Return a frontier that may grow by itself."""
        return Frontier(self.size, self.hashes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        hashes, size, node = self.hashes, self.size, leaf
        while size & 1:
            node = sha256(b"\x01" + hashes.pop() + node).digest()
            size >>= 1
        hashes.append(node)
        self.size += 1

    def extend(self, leaves: Iterable[bytes], *, tell: Callable[[int, int, Sequence[bytes]], None] | None = None) -> None:
        """Add leaf hashes in their order: level by level, which hashes the same pairs as one leaf after the other.

        `tell` hears of the roots of full subtrees that come about: their height, the place of the first at that height, and the hashes.
        """
        level, below, kept, height = list(leaves), self.size, list[bytes](), 0
        self.size += len(level)
        while level:
            if tell is not None:
                tell(height, below, level)
            height += 1
            if below & 1:
                level.insert(0, self.hashes.pop())
            if len(level) & 1:
                kept.append(level.pop())
            level = _above(level)
            below >>= 1
        self.hashes.extend(reversed(kept))

    def root(self) -> bytes:
        """Return the root of the tree (RFC 6962, 2.1)."""
        if not self.hashes:
            return EMPTY_ROOT
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = node_hash(left, node)
        return node


class Grown:
    """A frontier led through further leaves, and every state of it on the way: the roots of all full subtrees that came about are held."""

    def __init__(self, frontier: Frontier, leaves: Sequence[bytes]) -> None:
        """Take the frontier, which is left as it is, and the leaf hashes behind it."""
        held, below = list(frontier.hashes), frontier.size
        self.size = below + len(leaves)
        heights = [height for height in range(below.bit_length()) if below >> height & 1]
        self._before = dict(zip(reversed(heights), held, strict=True))
        self._levels: list[tuple[int, int, list[bytes]]] = []
        level = list(leaves)
        while level:
            fresh = below
            if below & 1:
                level.insert(0, held.pop())
                below -= 1
            self._levels.append((fresh, below, level))
            level = _above(level)
            below >>= 1
        self._lower = [(height, first, nodes) for height, (_fresh, first, nodes) in enumerate(self._levels)][::-1]
        # Nothing came about at greater heights, so every state has these.
        self._higher = b"".join(held)

    def at(self, size: int) -> bytes:
        """Return the frontier's hashes, concatenated, at a size from where it began to where it ended."""
        found = [self._higher]
        for height, first, nodes in self._lower:
            place = size >> height
            if place & 1:
                # What lies before all that came about is as it was.
                found.append(nodes[place - 1 - first] if place > first else self._before[height])
        return b"".join(found)

    def tell(self, hear: Callable[[int, int, Sequence[bytes]], None]) -> None:
        """Tell of all roots that came about, as `Frontier.extend` does."""
        for height, (fresh, first, nodes) in enumerate(self._levels):
            hear(height, fresh, nodes[fresh - first :] if fresh > first else nodes)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def verify_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether `path` proves that `leaf` is entry `index` of the tree of `size` with `root`."""
    if not 0 <= index < size:
        return False
    inner = (index ^ (size - 1)).bit_length()
    if len(path) != inner + (index >> inner).bit_count():
        return False
    node = leaf
    for level, sibling in enumerate(path):
        left = level >= inner or (index >> level) & 1
        node = node_hash(sibling, node) if left else node_hash(node, sibling)
    return node == root


def verify_consistency(*, old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Return whether `path` proves that the tree of `old` is a prefix of the tree of `size`."""
    if old == size:
        return not path and old_root == root
    if not 0 < old < size:
        return False
    nodes = list(path)
    if old & (old - 1) == 0:
        nodes.insert(0, old_root)
    if not nodes:
        return False
    low, high = old - 1, size - 1
    while low & 1:
        low, high = low >> 1, high >> 1
    first = second = nodes[0]
    for node in nodes[1:]:
        if high == 0:
            return False
        if low & 1 or low == high:
            first, second = node_hash(node, first), node_hash(node, second)
            while low and not low & 1:
                low, high = low >> 1, high >> 1
        else:
            second = node_hash(second, node)
        low, high = low >> 1, high >> 1
    return high == 0 and first == old_root and second == root
