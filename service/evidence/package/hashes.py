"""Hashes of the log's tree from its batches: a proof costs some dozen rows, however many entries there are.

Each batch keeps the frontier behind it, the roots of the complete subtrees up to there. The root of a left subtree stands in
the frontier of any batch that ends within its right neighbour; a right subtree is made of its halves, down to leaves.
"""

import psycopg

from service.tlog.tiles import HEIGHT, subtree
from service.tlog.tree import HASH, node_hash


class LogHashes:
    """Returns the root of the complete subtree of 2^height entries at a place, as `proofs` asks for it."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._found: dict[tuple[int, int], bytes] = {}

    def __call__(self, height: int, index: int) -> bytes:
        """Return the root. Raises ValueError where batches do not reach so far."""
        key = (height, index)
        if key not in self._found:
            self._found[key] = self._root(height, index)
        return self._found[key]

    def _root(self, height: int, index: int) -> bytes:
        low, width = index << height, 1 << height
        if height <= HEIGHT:
            return subtree(leaf_hashes(self._connection, start=low, end=low + width))
        kept = None if index & 1 else self._kept(height, low + width)
        return kept or node_hash(self(height - 1, 2 * index), self(height - 1, 2 * index + 1))

    def _kept(self, height: int, end: int) -> bytes | None:
        """Return the root of the left subtree that ends at `end`, from a batch that ends before its right neighbour does."""
        query = (
            "select first_index + size, frontier from ledger.batches where first_index < %s and first_index + size >= %s"
            " order by first_index desc limit 1"
        )
        row = self._connection.cursor(binary=True).execute(query, (end, end)).fetchone()
        if row is None or row[0] >= end + (1 << height):
            return None
        place = (row[0] >> (height + 1)).bit_count()
        hashes: bytes = row[1]
        return hashes[place * HASH : (place + 1) * HASH]


def leaf_hashes(connection: psycopg.Connection, *, start: int, end: int) -> list[bytes]:
    """Return the leaf hashes from `start` to before `end`, as batches have them. Raises ValueError where they do not reach so far."""
    query = (
        "select first_index, leaves from ledger.batches where first_index < %s and first_index >="
        " (select max(first_index) from ledger.batches where first_index <= %s) order by first_index"
    )
    found: list[bytes] = []
    for first, leaves in connection.cursor(binary=True).execute(query, (end, start)):
        low, high = max(start - first, 0), min(end - first, len(leaves) // HASH)
        found += [leaves[at * HASH : (at + 1) * HASH] for at in range(low, high)]
    if len(found) != end - start:
        message = f"the batches of the log do not hold the leaves {start} to {end}"
        raise ValueError(message)
    return found
