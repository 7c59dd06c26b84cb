"""Cosignatures in C2SP form: a witness says since when it has seen a log only grow (tlog-cosignature, Ed25519, `cosignature/v1`)."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.tlog.notes import (
    COSIGNATURE,
    DASH,
    NoteError,
    Signature,
    key_id,
    parse_checkpoint,
    read_signature,
    read_vkey,
    require_fits,
    split_note,
    verifier_key,
)

TIME_BYTES = 8
SIGNED_BYTES = TIME_BYTES + 64
LATEST = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness's key that a reader trusts, from its vkey of type 0x04."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> "Cosigner":
        """Return the cosigner of a witness's vkey. Raises NoteError."""
        return cls(*read_vkey(vkey, sort=COSIGNATURE))

    @property
    def vkey(self) -> str:
        """The vkey as it is given to logs and readers."""
        return witness_key(self.name, self.public)

    @property
    def key(self) -> bytes:
        """The four bytes that name the key in a note."""
        return key_id(self.name, self.public, sort=COSIGNATURE)

    def made(self, signature: Signature) -> bool:
        """Say whether a signature line claims to be of this key."""
        return signature.name == self.name and signature.key == self.key


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A cosignature that was checked: whose, when it was made in seconds since 1970, and its line with its end."""

    name: str
    key: bytes
    at: int
    line: str


def witness_key(name: str, public: bytes) -> str:
    """Return the vkey of a witness's Ed25519 public key (type 0x04)."""
    return verifier_key(name, public, sort=COSIGNATURE)


def cosign(text: str, *, name: str, signer: Ed25519PrivateKey, at: int) -> str:
    """Return the signature line, with its end, by which a witness cosigns a checkpoint's text at a time in seconds. Raises NoteError."""
    parse_checkpoint(text)
    if not 0 <= at <= LATEST:
        message = "the time of a cosignature is in seconds since 1970"
        raise NoteError(message)
    key = key_id(name, signer.public_key().public_bytes_raw(), sort=COSIGNATURE)
    raw = key + at.to_bytes(TIME_BYTES, "big") + signer.sign(_message(text, at).encode())
    return f"{DASH} {name} {base64.b64encode(raw).decode()}\n"


def cosignatures(note: str, *, cosigners: Iterable[Cosigner]) -> list[Cosigned]:
    """Return the cosignatures of a note that are of these witnesses, in the note's order; those of others are ignored.

    The log's own signature is not looked at here. Of one key the latest counts. Raises NoteError for a note out of form and
    for a known key whose signature does not fit, which spoils the whole note (C2SP signed-note).
    """
    text, signatures = split_note(note)
    parse_checkpoint(text)
    found: dict[Cosigner, Cosigned] = {}
    known = list(cosigners)
    for signature in signatures:
        for cosigner in known:
            if cosigner.made(signature):
                made = _verified(signature, text, cosigner)
                if cosigner not in found or found[cosigner].at < made.at:
                    found[cosigner] = made
    return list(found.values())


def cosignatures_in(answer: str, *, text: str, cosigners: Sequence[Cosigner]) -> list[Cosigned]:
    """Return the cosignatures on a checkpoint's text that a witness's answer holds, a line each. Raises NoteError as `cosignatures`."""
    if not answer.endswith("\n"):
        message = "an answer of a witness is signature lines, each with its end"
        raise NoteError(message)
    for line in answer[:-1].split("\n"):
        read_signature(line)
    return cosignatures(f"{text}\n{answer}", cosigners=cosigners)


def _verified(signature: Signature, text: str, cosigner: Cosigner) -> Cosigned:
    at = int.from_bytes(signature.raw[:TIME_BYTES], "big")
    if len(signature.raw) != SIGNED_BYTES or at > LATEST:
        message = f"the cosignature of {cosigner.name} is not of the form cosignature/v1"
        raise NoteError(message)
    require_fits(cosigner.name, cosigner.public, signature.raw[TIME_BYTES:], _message(text, at))
    return Cosigned(cosigner.name, cosigner.key, at, f"{signature.line}\n")


def _message(text: str, at: int) -> str:
    return f"cosignature/v1\ntime {at}\n{text}"
