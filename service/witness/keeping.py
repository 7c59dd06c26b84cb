"""What a witness keeps: its name and key, and a folder for each log, with the log's keys and the newest checkpoint cosigned."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.tlog.cosignatures import Cosigner, cosign, cosignatures
from service.tlog.notes import KEY_BYTES, Checkpoint, NoteError, Verifier, parse_checkpoint, require_origin, split_note
from service.witness.durable import PRIVATE_FOLDER, replace, turn, write_new

KEY, NAME, LOGS = "witness.key", "name", "logs"
KEYS, STATE, LOCK, CLOSED, EVIDENCE = "keys", "newest", "lock", "closed", "evidence"
NOTHING = "nothing was cosigned yet\n"
OTHERS = 0o077
LOST = "bring it back by `witness recover FILE`, FILE being the newest checkpoint that bears this witness's cosignature"


class WitnessError(RuntimeError):
    """What keeps a witness from cosigning; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness on its own machine."""

    folder: Path
    cosigner: Cosigner
    signer: Ed25519PrivateKey

    @classmethod
    def begin(cls, folder: Path, *, name: str) -> "Witness":
        """Make a witness with a key of its own and return it. Raises WitnessError where one is already, NoteError for a bad name."""
        require_origin(name)
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        try:
            write_new(folder / KEY, os.urandom(KEY_BYTES))
        except FileExistsError as held:
            message = f"{folder} holds the key of a witness already; a witness never takes another key under the same name"
            raise WitnessError(message) from held
        (folder / LOGS).mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        write_new(folder / NAME, f"{name}\n".encode())
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> "Witness":
        """Return the witness of a folder. Raises WitnessError."""
        try:
            name, raw = (folder / NAME).read_text(encoding="utf-8").strip(), (folder / KEY).read_bytes()
            mode = (folder / KEY).stat().st_mode
        except OSError as missing:
            message = f"there is no witness in {folder}; make one by `witness init NAME`"
            raise WitnessError(message) from missing
        if len(raw) != KEY_BYTES or (os.name == "posix" and mode & OTHERS):
            message = f"the key {folder / KEY} is damaged, or others can read it"
            raise WitnessError(message)
        signer = Ed25519PrivateKey.from_private_bytes(raw)
        return cls(folder, Cosigner(require_origin(name), signer.public_key().public_bytes_raw()), signer)

    def add_log(self, vkey: str) -> "KnownLog":
        """Learn of a log by its key, or of a further key of a log that is known. Raises NoteError."""
        verifier = Verifier.parse(vkey)
        log = self._of(verifier.name)
        log.folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        with turn(log.folder / LOCK):
            known = log.vkeys if (log.folder / KEYS).exists() else []
            if vkey.strip() not in known:
                if not known:
                    # First of the two: a log with keys and without this file has lost what was cosigned.
                    replace(log.folder / STATE, NOTHING)
                replace(log.folder / KEYS, "".join(f"{one}\n" for one in [*known, vkey.strip()]))
        return log

    def log(self, origin: str) -> "KnownLog | None":
        """Return a log that this witness was told of, or None."""
        log = self._of(origin)
        return log if (log.folder / KEYS).exists() else None

    def logs(self) -> Iterator["KnownLog"]:
        """Yield all logs that this witness was told of."""
        for folder in sorted((self.folder / LOGS).iterdir()):
            if (folder / KEYS).exists():
                verifier = Verifier.parse((folder / KEYS).read_text(encoding="utf-8").splitlines()[0])
                yield KnownLog(self, verifier.name, folder)

    def cosign(self, text: str, *, at: int) -> str:
        """Return this witness's signature line on a checkpoint's text."""
        return cosign(text, name=self.cosigner.name, signer=self.signer, at=at)

    def _of(self, origin: str) -> "KnownLog":
        return KnownLog(self, origin, self.folder / LOGS / sha256(origin.encode()).hexdigest()[:32])


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest checkpoint that was cosigned: as a note with the log's signature and our own, and when."""

    note: str
    checkpoint: Checkpoint
    at: int


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log that a witness was told of."""

    witness: Witness
    origin: str
    folder: Path

    @property
    def vkeys(self) -> Sequence[str]:
        """The log's keys; more than one while one follows the other."""
        return (self.folder / KEYS).read_text(encoding="utf-8").splitlines()

    @property
    def is_closed(self) -> bool:
        """Whether a loss was attested, so that nothing of this log is cosigned any more."""
        return (self.folder / CLOSED).exists()

    @contextmanager
    def own_turn(self) -> Iterator[None]:
        """Let nobody else read or write what is kept of this log."""
        with turn(self.folder / LOCK):
            yield

    def newest(self) -> Newest | None:
        """Return the newest checkpoint cosigned, None for none yet. Raises WitnessError where that cannot be told.

        INVARIANT: what cannot be read is never taken for nothing, or a log could begin anew.
        """
        try:
            kept = (self.folder / STATE).read_bytes().decode()
        except (OSError, UnicodeDecodeError) as lost:
            message = f"what was cosigned of {self.origin} is lost or damaged, so nothing more is cosigned; {LOST}"
            raise WitnessError(message) from lost
        if kept == NOTHING:
            return None
        try:
            return self.own(kept)
        except NoteError as damaged:
            message = f"what was cosigned of {self.origin} is damaged, so nothing more is cosigned; {LOST}"
            raise WitnessError(message) from damaged

    def own(self, note: str) -> Newest:
        """Return what a note says that bears this witness's own cosignature. Raises NoteError."""
        made = cosignatures(note, cosigners=[self.witness.cosigner])
        checkpoint = parse_checkpoint(split_note(note)[0])
        if not made or checkpoint.origin != self.origin:
            message = f"this is no checkpoint of {self.origin} that {self.witness.cosigner.name} cosigned"
            raise NoteError(message)
        return Newest(note, checkpoint, made[0].at)

    def keep(self, note: str) -> None:
        """Keep a cosigned note as the newest one, on disk when this returns. Raises OSError."""
        replace(self.folder / STATE, note)
