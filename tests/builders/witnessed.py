"""A log that a witness watches, without a service: leaves, signed checkpoints and requests, honest and dishonest ones."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.tlog.notes import Checkpoint, sign_checkpoint, verifier_key
from service.tlog.proofs import AddCheckpoint
from service.tlog.tree import leaf_hash, root_of
from tests.builders.proven import consistency_proof

ORIGIN = "log.example.jp/one"
AT = 1_796_000_000


@dataclass(slots=True)
class WatchedLog:
    """A log whose operator can do with it what an operator can."""

    origin: str = ORIGIN
    signer: Ed25519PrivateKey = field(default_factory=lambda: Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    leaves: list[bytes] = field(default_factory=list)

    @property
    def vkey(self) -> str:
        return verifier_key(self.origin, self.signer.public_key().public_bytes_raw())

    def grow(self, count: int, word: str = "entry") -> "WatchedLog":
        start = len(self.leaves)
        self.leaves += [leaf_hash(f"{word} {number}".encode()) for number in range(start, start + count)]
        return self

    def rewritten(self, at: int, word: str = "other") -> "WatchedLog":
        """The same log with another history from an index on, of the same length."""
        other = WatchedLog(self.origin, self.signer, self.leaves[:at])
        return other.grow(len(self.leaves) - at, word)

    def shortened(self, size: int) -> "WatchedLog":
        return WatchedLog(self.origin, self.signer, self.leaves[:size])

    def note(self, size: int | None = None) -> str:
        leaves = self.leaves[: len(self.leaves) if size is None else size]
        return sign_checkpoint(Checkpoint(self.origin, len(leaves), root_of(leaves)), signer=self.signer)

    def request(self, old: int, size: int | None = None) -> bytes:
        leaves = self.leaves[: len(self.leaves) if size is None else size]
        path = consistency_proof(leaves, old) if 0 < old < len(leaves) else []
        return AddCheckpoint(old, tuple(path), self.note(len(leaves))).text().encode()
