"""Tiles from the database: level 0 from the leaves of batches, the levels above from roots that are stored once each.

Roots of complete subtrees of 256^level entries are written when a checkpoint is signed, in its transaction: a checkpoint that
can be read has all its tiles. What a signing costs depends on what came since the one before, not on how long the log is.
"""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.tlog.proofs import Hashes, tree_root
from service.tlog.tiles import ENTRIES, HEIGHT, WIDTH, Tile, TileHashes, in_tree, levels_of, pack_bundle, subtree
from service.tlog.tree import HASH

AT_ONCE = 64
"""Full tiles that are worked on at a time."""
_LEAVES = text(
    "select first_index, leaves from ledger.batches where first_index < :end and first_index >="
    " (select first_index from ledger.batches where first_index <= :start order by first_index desc limit 1) order by first_index"
)
_STORED = text('select "index", hash from ledger.subtrees where level = :level and "index" >= :start and "index" < :end order by "index"')
_NEWEST = text('select "index" + 1 from ledger.subtrees where level = :level order by "index" desc limit 1')
_STORE = text(
    'insert into ledger.subtrees (level, "index", hash) select :level, :start + n - 1, hash'
    " from unnest(cast(:hashes as bytea[])) with ordinality as h (hash, n) on conflict do nothing"
)
_ENTRIES = text('select body from ledger.entries where "index" >= :start and "index" < :end order by "index"')


class TileMissingError(RuntimeError):
    """What the database holds of a tile is not all of it: rows are gone, or the tree is not that of the batches."""


def tile_of(session: Session, tile: Tile, *, size: int) -> bytes | None:
    """Return a tile or bundle of the tree of `size`, or None where that tree has it not, or less of it. Raises TileMissingError.

    The caller answers for `size`: what lies behind a published checkpoint is for nobody.
    """
    if in_tree(tile, size=size) is None:
        return None
    start = tile.index * WIDTH
    if tile.level == ENTRIES:
        found = [bytes(body) for body in session.scalars(_ENTRIES, {"start": start, "end": start + tile.width})]
        return pack_bundle(_whole(found, tile))
    return b"".join(_hashes(session, tile.level, start, start + tile.width))


def hashes_of(session: Session, *, size: int) -> Hashes:
    """Return what reads the hashes of the tree of `size` for proofs: a few tiles each where a checkpoint of it was signed."""

    def fetch(tile: Tile) -> bytes:
        return b"".join(_hashes(session, tile.level, tile.index * WIDTH, tile.index * WIDTH + tile.width))

    return TileHashes(size, fetch)


def store_subtrees(session: Session, *, size: int) -> bytes:
    """Store the roots of the subtrees that a tree of `size` completes and return the root that the tiles lead to."""
    for level in range(1, levels_of(size)):
        done = int(session.execute(_NEWEST, {"level": level}).scalar() or 0)
        for start, end in _runs(done, size >> (HEIGHT * level)):
            below = _hashes(session, level - 1, start * WIDTH, end * WIDTH)
            roots = [subtree(below[at : at + WIDTH]) for at in range(0, len(below), WIDTH)]
            session.execute(_STORE, {"level": level, "start": start, "hashes": roots})
    return tree_root(hashes_of(session, size=size), size)


def _runs(start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        yield start, min(start + AT_ONCE, end)
        start += AT_ONCE


def _hashes(session: Session, level: int, start: int, end: int) -> list[bytes]:
    """Return the hashes `start` to before `end` of a level of tiles. Raises TileMissingError."""
    if level:
        return _stored(session, level, start, end)
    found = session.execute(_LEAVES, {"start": start, "end": end}).all()
    if not found:
        return _whole([], Tile(0, start // WIDTH, end - start))
    joined, before = b"".join(bytes(row.leaves) for row in found), start - int(found[0].first_index)
    cut = joined[before * HASH : (before + end - start) * HASH]
    return _whole([cut[at : at + HASH] for at in range(0, len(cut), HASH)], Tile(0, start // WIDTH, end - start))


def _stored(session: Session, level: int, start: int, end: int) -> list[bytes]:
    """Return roots that are stored; one that is not, because nothing behind it was signed yet, is worked out."""
    found = session.execute(_STORED, {"level": level, "start": start, "end": end})
    stored = {int(index): bytes(root) for index, root in found}
    return [stored[at] if at in stored else subtree(_hashes(session, level - 1, at * WIDTH, (at + 1) * WIDTH)) for at in range(start, end)]


def _whole(found: list[bytes], tile: Tile) -> list[bytes]:
    if len(found) != tile.width:
        message = f"the database has {len(found)} of the {tile.width} that {tile.path()} holds; run: sekisho verify"
        raise TileMissingError(message)
    return found
