"""A log that a witness watches, without a service: leaves, signed checkpoints and requests, honest and dishonest ones.

And witnesses themselves, of the vkey of any log, served over a real line.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service import clock
from service.ledger import Log
from service.tlog.notes import Checkpoint, sign_checkpoint, verifier_key
from service.tlog.proofs import AddCheckpoint
from service.tlog.tree import leaf_hash, root_of
from service.witness.keeping import Witness
from service.witness.serving import WitnessServer
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


def made(folder: Path, log: Log, name: str) -> Witness:
    """A witness with a key of its own that has not seen the log yet."""
    witness = Witness.begin(folder / name, name=f"witness.example/{name}")
    witness.add_log(log.vkey)
    return witness


@contextmanager
def served(witness: Witness) -> Iterator[str]:
    """A witness behind a real port, at the address that is yielded."""
    with WitnessServer(("127.0.0.1", 0), witness, clock=lambda: int(clock.now().timestamp()), tell=lambda _line: None) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def policy(quorum: int, *witnesses: tuple[Witness, str]) -> str:
    """The words by which a site chooses witnesses at their addresses, so many of them."""
    lines = [f"witness {one.cosigner.name.rsplit('/', 1)[1]} {one.cosigner.vkey} {url}" for one, url in witnesses]
    names = " ".join(one.cosigner.name.rsplit("/", 1)[1] for one, _url in witnesses)
    return "\n".join([*lines, f"group all-of-them {quorum} {names}", "quorum all-of-them"])
