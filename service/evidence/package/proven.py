"""What proves a package's leaves: checkpoint, keys, paths of both ends, the request's own, and the way from an earlier checkpoint."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from service.evidence import rows
from service.evidence.package.beside import erasure_line
from service.evidence.package.folder import Folder
from service.evidence.package.leaves import PackageFaultError
from service.evidence.package.manifest import ALIGNED, leaves_around
from service.evidence.package.order import Order
from service.tlog.notes import Checkpoint, parse_checkpoint
from service.tlog.proofs import AddCheckpoint, Hashes, TlogProof, consistency_path, inclusion_path, unverified, verify_range
from service.tlog.tiles import Tile
from service.tlog.tree import HASH, leaf_hash, verify_consistency, verify_inclusion


class DivergedError(ValueError):
    """The log does not continue the checkpoint that somebody kept. That checkpoint, if the log signed it, is evidence."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Writes the proofs of one package."""

    order: Order
    connection: psycopg.Connection
    folder: Folder
    hashes: Hashes

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint that the package is pinned to."""
        return unverified(self.order.note)

    @property
    def since(self) -> Checkpoint | None:
        """The checkpoint that came with the order, or None."""
        return None if self.order.since is None else parse_checkpoint(self.order.since)

    def write(self) -> None:
        """Write them. Raises PackageFaultError where the log is not what its checkpoint says."""
        order = self.order
        first, last = leaves_around(start=order.start, end=order.end, size=order.size)
        self.folder.put("checkpoint", [order.note.encode()])
        self.folder.put("policy.txt", [order.policy.encode()])
        opening, closing = self._path(first), self._path(last - 1)
        self._require_range(first, last, opening, closing)
        self._proof("first.tlog-proof", first, opening)
        self._proof("last.tlog-proof", last - 1, closing)
        self._proof("requested.tlog-proof", order.requested, self._path(order.requested))
        self.folder.put("requested.json", [self._body(order.requested)])
        if order.since is not None:
            self.folder.put("consistency.req", [consistency(self.hashes, since=order.since, note=order.note).encode()])

    def erasures(self) -> Iterator[bytes]:
        """Yield the lines of the entries that tell of erasures, as far as they are not in the range."""
        order = self.order
        for index in self.folder.state.erasures():
            if order.kind == "inspector" or not order.start <= index < order.end:
                body = self._body(index)
                path = self._path(index)
                if not verify_inclusion(leaf=leaf_hash(body), index=index, size=order.size, path=path, root=self.checkpoint.root):
                    message = f"entry {index} does not lead to the root of the checkpoint"
                    raise PackageFaultError(message)
                yield erasure_line(index=index, body=body, proof=path)

    def _path(self, index: int) -> list[bytes]:
        return inclusion_path(self.hashes, index=index, size=self.order.size)

    def _body(self, index: int) -> bytes:
        for _index, body in rows.entries(self.connection, start=index, end=index + 1):
            return bytes(body)
        message = f"there is no entry {index}"
        raise PackageFaultError(message)

    def _proof(self, name: str, index: int, path: list[bytes]) -> None:
        self.folder.put(name, [TlogProof(index, tuple(path), self.order.note).text().encode()])

    def _require_range(self, first: int, last: int, opening: list[bytes], closing: list[bytes]) -> None:
        """Do what every verifier will do, over the very tiles that were written."""
        leaves = self._leaves(first, last)
        if not verify_range(
            leaves=leaves, start=first, end=last, size=self.order.size, first=opening, last=closing, root=self.checkpoint.root
        ):
            message = f"the entries from {first} to {last - 1} do not lead to the root of the checkpoint of {self.order.size}"
            raise PackageFaultError(message)

    def _leaves(self, first: int, last: int) -> Iterator[bytes]:
        for place in range(first // ALIGNED, -(-last // ALIGNED)):
            width = min(ALIGNED, last - place * ALIGNED)
            raw = self.folder.read(Tile(0, place, width).path())
            yield from (raw[at : at + HASH] for at in range(0, len(raw), HASH))


def consistency(hashes: Hashes, *, since: str, note: str) -> str:
    """Return the body of add-checkpoint that leads from an earlier checkpoint (its text) to a note. Raises DivergedError."""
    before, now = parse_checkpoint(since), unverified(note)
    if before.origin != now.origin or before.size > now.size:
        message = f"the checkpoint of {before.origin} of {before.size} entries lies not before that of {now.origin} of {now.size}"
        raise DivergedError(message)
    path = consistency_path(hashes, old=before.size, size=now.size)
    if before.size and not verify_consistency(old=before.size, old_root=before.root, size=now.size, root=now.root, path=path):
        message = f"this log does not continue the checkpoint of {before.size} entries that was given; keep that checkpoint, it is evidence"
        raise DivergedError(message)
    return AddCheckpoint(before.size, tuple(path), note).text()
