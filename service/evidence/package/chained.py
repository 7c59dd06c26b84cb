"""The leaves and the proofs lead to the root of the checkpoint (step 3 of `verifying`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.evidence.package.chunks import ChunkDone
from service.evidence.package.faults import Fault, Faults
from service.evidence.package.forms import parse
from service.evidence.package.manifest import Manifest
from service.evidence.package.opening import Package, PackageError
from service.evidence.package.signed import FIRST, LAST, MOST_NOTE, REQUEST, REQUESTED, Signed
from service.ledger.kinds import Kind
from service.tlog.proofs import ProofError, TlogProof, left_siblings
from service.tlog.tiles import ENTRY_LIMIT, WIDTH, Tile
from service.tlog.tree import HASH, Frontier, leaf_hash, verify_inclusion


@dataclass(frozen=True, slots=True)
class Chained:
    """The tree as far as the leaves of a package tell it: what stands left of them, and the roots of their full tiles."""

    before: Frontier
    tiles: tuple[bytes, ...]
    first: int
    last: int

    def root_at(self, size: int, package: Package) -> bytes | None:
        """Return the root that the tree of an earlier size had, None where these leaves do not reach it."""
        if not self.first <= size <= self.last or not size:
            return None
        return self.frontier_at(size, package).root()

    def frontier_at(self, size: int, package: Package) -> Frontier:
        """Return the frontier of an earlier size within the leaves. Raises PackageError."""
        place, beyond = divmod(size, WIDTH)
        frontier = Frontier(self.before.size // WIDTH, list(self.before.hashes))
        frontier.extend(self.tiles[: place - self.first // WIDTH])
        whole = Frontier(place * WIDTH, frontier.hashes)
        if beyond:
            width = min(WIDTH, self.last - place * WIDTH)
            raw = package.read(Tile(0, place, width).path(), most=HASH * WIDTH)
            whole.extend([raw[at : at + HASH] for at in range(0, beyond * HASH, HASH)])
        return whole


def check_leaves(package: Package, signed: Signed, done: Sequence[ChunkDone], faults: Faults) -> Chained | None:
    """Return the tree that the leaves tell, None where they do not lead to the root of the checkpoint."""
    manifest, checkpoint = signed.manifest, signed.checkpoint
    first = _proof(package, FIRST, manifest.first, signed, faults)
    last = _proof(package, LAST, manifest.last - 1, signed, faults)
    if first is None or last is None:
        return None
    for name, proof, leaf in ((FIRST, first, done[0].opening), (LAST, last, done[-1].closing)):
        if not verify_inclusion(leaf=leaf, index=proof.index, size=checkpoint.size, path=proof.path, root=checkpoint.root):
            faults.add(Fault.PROOF_FAILS, index=proof.index, file=name)
    if not all(one.whole for one in done):
        faults.add(Fault.LEAVES_DIFFER, index=manifest.first, until=manifest.last, detail="leaves are missing")
        return None
    try:
        before = Frontier(manifest.first, left_siblings(first.path, index=first.index, size=checkpoint.size))
        chained = Chained(before, tuple(root for one in done for root in one.full_tiles), manifest.first, manifest.last)
        found = chained.frontier_at(manifest.last - 1, package).hashes
    except (ValueError, IndexError) as broken:
        faults.add(Fault.LEAVES_DIFFER, index=manifest.first, until=manifest.last, detail=str(broken))
        return None
    if found != left_siblings(last.path, index=last.index, size=checkpoint.size):
        faults.add(Fault.LEAVES_DIFFER, index=manifest.first, until=manifest.last, detail=_where(done))
        return None
    return chained


def check_request(package: Package, signed: Signed, faults: Faults) -> None:
    """Check that the entry that records that this package was asked for is in the log."""
    manifest = signed.manifest
    proof = _proof(package, REQUESTED, manifest.requested, signed, faults)
    try:
        body = package.read(REQUEST, most=ENTRY_LIMIT) if REQUEST in package.sizes else b""
    except PackageError:
        body = b""
    entry = parse(body)
    if not isinstance(entry, dict) or (entry.get("kind"), entry.get("out")) != (Kind.EXPORT_REQUESTED.value, "accepted"):
        faults.add(Fault.REQUEST_DIFFERS, index=manifest.requested, file=REQUEST)
    if proof is not None and not proof.proves(leaf_hash(body), checkpoint=signed.checkpoint):
        faults.add(Fault.PROOF_FAILS, index=manifest.requested, file=REQUESTED)


def _proof(package: Package, name: str, index: int, signed: Signed, faults: Faults) -> TlogProof | None:
    if name not in package.sizes:
        return None  # named where all files are looked at
    try:
        proof = TlogProof.parse(package.read(name, most=MOST_NOTE).decode())
    except (ProofError, PackageError, UnicodeDecodeError) as wrong:
        faults.add(Fault.PROOF_FORM, file=name, detail=str(wrong))
        return None
    if proof.index != index or proof.note != signed.note or proof.extra is not None:
        faults.add(Fault.PROOF_FORM, file=name, detail=f"it is of entry {proof.index}, or of another checkpoint")
        return None
    return proof


def _where(done: Sequence[ChunkDone]) -> str:
    return f"{len(done)} chunks from {done[0].first} to {done[-1].last - 1}"


def chunks_of(manifest: Manifest, width: int) -> list[tuple[int, int]]:
    """Return the chunks of the leaves, cut at multiples of a chunk's width."""
    cuts = [manifest.first, *range((manifest.first // width + 1) * width, manifest.last, width), manifest.last]
    return list(pairwise(cuts))
