"""Proofs of RFC 6962 from few hashes, and the files that carry them: C2SP tlog-proof and the body of add-checkpoint.

A proof is computed from what returns the root of a complete subtree by height and place (`tiles.TileHashes` does), so it
costs as many hashes as the tree is high. A range [a, b) of leaves is proven by the ordinary paths of its first and its last
leaf: the left siblings of the first are all of [0, a), the right siblings of the last all of [b, size).
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from service.tlog.notes import ROOT_BYTES, Checkpoint, NoteError, parse_checkpoint
from service.tlog.tree import EMPTY_ROOT, Frontier, node_hash, verify_inclusion

Hashes = Callable[[int, int], bytes]
"""Returns the root of the complete subtree of 2^height entries (first argument) at its place (second)."""
MAGIC = "c2sp.org/tlog-proof@v1"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
PATH_LIMIT = 63
"""Hashes that a proof may have (C2SP tlog-witness, add-checkpoint)."""


class ProofError(ValueError):
    """A proof file or request that is not of the C2SP form."""


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def _range_root(hashes: Hashes, low: int, high: int) -> bytes:
    """Return the root over [low, high), where `low` is a multiple of a power of two that is not below high - low."""
    parts = list[bytes]()
    while low < high:
        height = (high - low).bit_length() - 1
        parts.append(hashes(height, low >> height))
        low += 1 << height
    root = parts[-1]
    for left in reversed(parts[:-1]):
        root = node_hash(left, root)
    return root


def tree_root(hashes: Hashes, size: int) -> bytes:
    """Return the root of the tree of `size`."""
    return _range_root(hashes, 0, size) if size else EMPTY_ROOT


def inclusion_path(hashes: Hashes, *, index: int, size: int) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size` (RFC 6962, 2.1.1), nearest sibling first. Raises IndexError."""
    if not 0 <= index < size:
        message = f"there is no leaf {index} in a tree of {size}"
        raise IndexError(message)
    path, low, high = list[bytes](), 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_range_root(hashes, middle, high))
            high = middle
        else:
            path.append(_range_root(hashes, low, middle))
            low = middle
    path.reverse()
    return path


def consistency_path(hashes: Hashes, *, old: int, size: int) -> list[bytes]:
    """Return the proof that the tree of `old` is a prefix of that of `size` (RFC 6962, 2.1.2); empty for none or all of it."""
    if not 0 <= old <= size:
        message = f"there is no earlier tree of {old} in a tree of {size}"
        raise IndexError(message)
    if old in (0, size):
        return []
    path, low, high = list[bytes](), 0, size
    while high != old:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_range_root(hashes, middle, high))
            high = middle
        else:
            path.append(_range_root(hashes, low, middle))
            low = middle
    if low:
        path.append(_range_root(hashes, low, high))
    path.reverse()
    return path


def left_siblings(path: Sequence[bytes], *, index: int, size: int) -> list[bytes]:
    """Return those hashes of an audit path that stand left of the leaf, largest subtree first: the frontier of [0, index)."""
    inner = (index ^ (size - 1)).bit_length()
    return [node for height, node in reversed(list(enumerate(path))) if height >= inner or index >> height & 1]


def verify_range(
    *, leaves: Iterable[bytes], start: int, end: int, size: int, first: Sequence[bytes], last: Sequence[bytes], root: bytes
) -> bool:
    """Return whether these leaf hashes are all of [start, end) of the tree; `first` and `last` are the paths of both its ends.

    The leaves are read once, a few at a time. A leaf that is missing, added or moved makes it false.
    """
    if not 0 <= start < end <= size:
        return False
    given = iter(leaves)
    opening = next(given, None)
    if opening is None or not verify_inclusion(leaf=opening, index=start, size=size, path=first, root=root):
        return False
    frontier = Frontier(start, left_siblings(first, index=start, size=size))
    newest = opening
    for leaf in given:
        frontier.append(newest)
        newest = leaf
        if frontier.size + 1 > end:
            return False
    return (
        frontier.size == end - 1
        and verify_inclusion(leaf=newest, index=end - 1, size=size, path=last, root=root)
        and left_siblings(last, index=end - 1, size=size) == frontier.hashes
    )


@dataclass(frozen=True, slots=True)
class TlogProof:
    """That an entry is in the log, in one file: its index, the audit path, and the signed checkpoint verbatim (C2SP tlog-proof)."""

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes | None = None

    def text(self) -> str:
        """Return the file."""
        lines = [MAGIC]
        if self.extra is not None:
            lines.append(f"extra {_written(self.extra)}")
        lines += [f"index {self.index}", *map(_written, self.path), "", self.note]
        return "\n".join(lines)

    @classmethod
    def parse(cls, text: str) -> "TlogProof":
        """Return the proof of a file; its checkpoint is not verified yet. Raises ProofError."""
        head, separator, note = text.partition("\n\n")
        magic, *lines = head.split("\n")
        if magic != MAGIC or not separator or not lines:
            message = f"a proof begins with the line {MAGIC} and ends with a checkpoint"
            raise ProofError(message)
        extra = _bytes(lines.pop(0).removeprefix("extra ")) if lines[0].startswith("extra ") else None
        if not lines:
            message = "a proof names the index of its entry"
            raise ProofError(message)
        return cls(_number(lines[0], "index"), _path(lines[1:]), note, extra)

    def proves(self, entry_hash: bytes, *, checkpoint: Checkpoint) -> bool:
        """Return whether the leaf hash is the entry at `index` of the tree of a checkpoint, which the caller has verified."""
        return verify_inclusion(leaf=entry_hash, index=self.index, size=checkpoint.size, path=self.path, root=checkpoint.root)


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """What is sent to a witness: a checkpoint, and the proof that it continues the one of size `old` (C2SP tlog-witness)."""

    old: int
    path: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """Return the body of the request."""
        return "\n".join([f"old {self.old}", *map(_written, self.path), "", self.note])

    @classmethod
    def parse(cls, text: str) -> "AddCheckpoint":
        """Return what a body asks; its checkpoint is not verified yet. Raises ProofError."""
        head, separator, note = text.partition("\n\n")
        old, *lines = head.split("\n")
        if not separator:
            message = "a request is an old size, a proof, an empty line and a checkpoint"
            raise ProofError(message)
        return cls(_number(old, "old"), _path(lines), note)


def unverified(note: str) -> Checkpoint:
    """Return what a note says, whoever signed it. Raises NoteError."""
    text, separator, _signatures = note.rpartition("\n\n")
    if not separator:
        message = "a signed note is a text, an empty line and signature lines"
        raise NoteError(message)
    return parse_checkpoint(text + "\n")


def _written(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(encoded: str) -> bytes:
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error) as broken:
        message = f"{encoded!r} is not base64"
        raise ProofError(message) from broken
    if _written(raw) != encoded:
        message = f"{encoded!r} is not the one way to write these bytes"
        raise ProofError(message)
    return raw


def _path(lines: Sequence[str]) -> tuple[bytes, ...]:
    path = tuple(_bytes(line) for line in lines)
    if len(path) > PATH_LIMIT or any(len(node) != ROOT_BYTES for node in path):
        message = f"a proof has at most {PATH_LIMIT} hashes of {ROOT_BYTES} bytes"
        raise ProofError(message)
    return path


def _number(line: str, word: str) -> int:
    name, separator, digits = line.partition(" ")
    if name != word or not separator or not _NUMBER.fullmatch(digits):
        message = f"{line!r} is not the word {word!r} and a number without leading zeros"
        raise ProofError(message)
    return int(digits)
