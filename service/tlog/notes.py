"""Checkpoints in C2SP form: a signed note (Ed25519) over origin, size and root."""

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
DASH = "\u2014"
KEY_BYTES, KEY_ID_BYTES, ROOT_BYTES = 32, 4, 32


class NoteError(ValueError):
    """A note, key or checkpoint that is not of the C2SP form, or whose signature fails."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log promises: its first `size` entries have this Merkle root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the note text (C2SP tlog-checkpoint), without signatures."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes that name an Ed25519 key in a note (C2SP signed-note)."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:KEY_ID_BYTES]


def verifier_key(name: str, public: bytes) -> str:
    """Return the vkey `name+hash+key` of an Ed25519 public key (C2SP signed-note)."""
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(ED25519 + public).decode()}"


def require_origin(origin: str) -> str:
    """Return the origin if it can name a key: no white space, no plus. Raises NoteError."""
    if not origin or "+" in origin or any(c.isspace() for c in origin) or not origin.isprintable():
        message = f"the origin {origin!r} may hold neither white space nor a plus sign, and may not be empty"
        raise NoteError(message)
    return origin


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key that a reader trusts, from its vkey."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Return the verifier of a vkey. Raises NoteError."""
        parts = vkey.strip().split("+", 2)
        try:
            name, digest, key = parts
            raw = base64.b64decode(key, validate=True)
        except (ValueError, binascii.Error) as broken:
            message = "a vkey is a name, a hash and a key, joined by plus signs"
            raise NoteError(message) from broken
        if raw[:1] != ED25519 or len(raw) != 1 + KEY_BYTES or key_id(name, raw[1:]).hex() != digest:
            message = f"the vkey of {name} is not an Ed25519 key with its own hash"
            raise NoteError(message)
        return cls(name, raw[1:])


def sign_checkpoint(checkpoint: Checkpoint, *, signer: Ed25519PrivateKey) -> str:
    """Return the signed note of a checkpoint; the key's name is the origin."""
    text = checkpoint.text()
    public = signer.public_key().public_bytes_raw()
    signature = key_id(checkpoint.origin, public) + signer.sign(text.encode())
    return f"{text}\n{DASH} {checkpoint.origin} {base64.b64encode(signature).decode()}\n"


def verify_note(note: str, *, vkey: str) -> Checkpoint:
    """Return the checkpoint of a note that the key of `vkey` signed; unknown signatures are ignored. Raises NoteError."""
    verifier = Verifier.parse(vkey)
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        message = "a signed note is a text, an empty line and signature lines"
        raise NoteError(message)
    text += "\n"
    known = 0
    for line in signatures.splitlines():
        try:
            dash, name, encoded = line.split(" ")
            raw = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error) as broken:
            message = f"the signature line {line!r} cannot be read"
            raise NoteError(message) from broken
        if dash != DASH or name != verifier.name or raw[:KEY_ID_BYTES] != key_id(name, verifier.public):
            continue
        try:
            Ed25519PublicKey.from_public_bytes(verifier.public).verify(raw[KEY_ID_BYTES:], text.encode())
        except InvalidSignature as wrong:
            message = f"the signature of {name} does not fit the checkpoint"
            raise NoteError(message) from wrong
        known += 1
    if not known:
        message = f"the checkpoint bears no signature of {verifier.name}"
        raise NoteError(message)
    return parse_checkpoint(text)


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint of a note text of exactly three lines. Raises NoteError."""
    lines = text.split("\n")
    try:
        origin, digits, encoded, rest = lines
        root = base64.b64decode(encoded, validate=True)
        size = int(digits)
    except (ValueError, binascii.Error) as broken:
        message = "a checkpoint is an origin, a size and a root, a line each"
        raise NoteError(message) from broken
    if rest or str(size) != digits or size < 0 or len(root) != ROOT_BYTES:
        message = "a checkpoint is an origin, a size without leading zeros and a root of 32 bytes"
        raise NoteError(message)
    return Checkpoint(origin, size, root)
