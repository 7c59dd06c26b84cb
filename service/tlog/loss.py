"""A witness's word that a log lost entries: a signed note around the newest checkpoint that the witness cosigned.

    sekisho-loss/v1
    time <seconds since 1970>
    <empty line>
    <the cosigned checkpoint, a whole signed note>
    <empty line>
    <signature line of the witness's key, as an ordinary Ed25519 key of the same name (type 0x01)>

What is signed begins with a line of its own, so it is neither a checkpoint nor what a cosignature signs.
"""

import base64
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.tlog.cosignatures import Cosigner, cosignatures
from service.tlog.notes import DASH, Checkpoint, NoteError, Verifier, key_id, split_note, verify_note_by_any

MAGIC = "sekisho-loss/v1"
_TIME = re.compile(r"time (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Attested:
    """The newest checkpoint that a witness says it cosigned of a log that lost entries, as a note, and when it said so."""

    witness: str
    at: int
    note: str
    checkpoint: Checkpoint


def attest_loss(note: str, *, name: str, signer: Ed25519PrivateKey, at: int) -> str:
    """Return the statement about a cosigned checkpoint, at a time in seconds."""
    text = f"{MAGIC}\ntime {at}\n\n{note}"
    key = key_id(name, signer.public_key().public_bytes_raw())
    return f"{text}\n{DASH} {name} {base64.b64encode(key + signer.sign(text.encode())).decode()}\n"


def read_loss(statement: str, *, cosigner: Cosigner, vkeys: tuple[str, ...]) -> Attested:
    """Return what a statement says: the witness signed it and cosigned the checkpoint, which a key of the log signed. Raises NoteError."""
    text, signatures = split_note(statement)
    if not Verifier(cosigner.name, cosigner.public).count(signatures, text):
        message = f"the statement of a loss bears no signature of the witness {cosigner.name}"
        raise NoteError(message)
    head, separator, note = text.partition("\n\n")
    magic, _newline, time = head.partition("\n")
    said = _TIME.fullmatch(time)
    if magic != MAGIC or not separator or said is None:
        message = "the statement of a loss is not of its form"
        raise NoteError(message)
    checkpoint = verify_note_by_any(note, vkeys=vkeys)
    if not cosignatures(note, cosigners=[cosigner]):
        message = f"the checkpoint in the statement bears no cosignature of {cosigner.name}"
        raise NoteError(message)
    return Attested(cosigner.name, int(said.group(1)), note, checkpoint)
