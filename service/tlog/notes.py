"""Checkpoints in C2SP form: a signed note (Ed25519) over origin, size and root."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = b"\x01", b"\x04"
SORTS = {ED25519: "", COSIGNATURE: " of a witness"}
DASH = "\u2014"
KEY_BYTES, KEY_ID_BYTES, ROOT_BYTES = 32, 4, 32
MOST_SIGNATURES = 64
"""The specification asks for sixteen at least; a log in rotation with many witnesses has more."""
LARGEST_NOTE = 1 << 18
LARGEST_SIZE = (1 << 63) - 1


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


def key_id(name: str, public: bytes, *, sort: bytes = ED25519) -> bytes:
    """Return the four bytes that name a key in a note, by the byte of its sort of signature (C2SP signed-note)."""
    return sha256(name.encode() + b"\n" + sort + public).digest()[:KEY_ID_BYTES]


def verifier_key(name: str, public: bytes, *, sort: bytes = ED25519) -> str:
    """Return the vkey `name+hash+key` of an Ed25519 public key (C2SP signed-note)."""
    return f"{name}+{key_id(name, public, sort=sort).hex()}+{base64.b64encode(sort + public).decode()}"


def read_vkey(vkey: str, *, sort: bytes = ED25519) -> tuple[str, bytes]:
    """Return name and public key of a vkey of one sort of signature (C2SP signed-note). Raises NoteError."""
    parts = vkey.strip().split("+", 2)
    try:
        name, digest, key = parts
        raw = base64.b64decode(key, validate=True)
    except (ValueError, binascii.Error) as broken:
        message = "a vkey is a name, a hash and a key, joined by plus signs"
        raise NoteError(message) from broken
    if raw[:1] != sort or len(raw) != 1 + KEY_BYTES or key_id(name, raw[1:], sort=sort).hex() != digest:
        message = f"the vkey of {name} is not an Ed25519 key{SORTS.get(sort, '')} with its own hash"
        raise NoteError(message)
    return require_origin(name), raw[1:]


def is_key_name(name: str) -> bool:
    """Say whether a name can be that of a key (C2SP signed-note): no white space, no plus, not empty."""
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def require_origin(origin: str) -> str:
    """Return the origin if it can name a key: no white space, no plus. Raises NoteError."""
    if not is_key_name(origin) or not origin.isprintable():
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
        return cls(*read_vkey(vkey))

    def count(self, signatures: Iterable["Signature"], text: str) -> int:
        """Return how many of the signatures are of this key and fit the text. Raises NoteError for one that does not."""
        own = [one for one in signatures if one.name == self.name and one.key == key_id(self.name, self.public)]
        for one in own:
            require_fits(self.name, self.public, one.raw, text)
        return len(own)


def require_fits(name: str, public: bytes, signature: bytes, signed: str) -> None:
    """Return if an Ed25519 signature fits what was signed. Raises NoteError."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed.encode())
    except InvalidSignature as wrong:
        message = f"the signature of {name} does not fit the checkpoint"
        raise NoteError(message) from wrong


def sign_note(text: str, *, name: str, signers: Iterable[Ed25519PrivateKey]) -> str:
    """Return the signed note of a text, each of whose lines is ended, with a line for each key of a name (C2SP signed-note)."""
    lines = list[str]()
    for one in signers:
        signature = key_id(name, one.public_key().public_bytes_raw()) + one.sign(text.encode())
        lines.append(f"{DASH} {name} {base64.b64encode(signature).decode()}\n")
    return f"{text}\n{''.join(lines)}"


def sign_checkpoint(checkpoint: Checkpoint, *, signer: Ed25519PrivateKey, also: Sequence[Ed25519PrivateKey] = ()) -> str:
    """Return the signed note of a checkpoint, a line for each key (`also` while a key is rotated); each key's name is the origin."""
    return sign_note(checkpoint.text(), name=checkpoint.origin, signers=(signer, *also))


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note: who is said to have signed, with which key, and what; `line` is it as it stood."""

    name: str
    key: bytes
    raw: bytes
    line: str


def split_note(note: str) -> tuple[str, list[Signature]]:
    """Return the text of a note, with its last line's end, and its signature lines (C2SP signed-note). Raises NoteError."""
    text, separator, signed = note.rpartition("\n\n")
    if not separator or not signed.endswith("\n"):
        message = "a signed note is a text, an empty line and signature lines"
        raise NoteError(message)
    if len(note) > LARGEST_NOTE or any(character < " " and character != "\n" for character in note):
        message = f"a signed note has no control characters, and at most {LARGEST_NOTE} characters"
        raise NoteError(message)
    try:
        note.encode()
    except UnicodeEncodeError as broken:
        message = "a signed note is UTF-8"
        raise NoteError(message) from broken
    lines = signed[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        message = f"a signed note bears at most {MOST_SIGNATURES} signatures"
        raise NoteError(message)
    return f"{text}\n", [read_signature(line) for line in lines]


def read_signature(line: str) -> Signature:
    """Return what a signature line holds, without its end of line. Raises NoteError."""
    try:
        dash, name, encoded = line.split(" ")
        raw = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error) as broken:
        message = f"the signature line {line!r} cannot be read"
        raise NoteError(message) from broken
    if dash != DASH or not is_key_name(name) or len(raw) <= KEY_ID_BYTES:
        message = f"the signature line {line!r} cannot be read"
        raise NoteError(message)
    return Signature(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:], line)


def verify_note(note: str, *, vkey: str) -> Checkpoint:
    """Return the checkpoint of a note that the key of `vkey` signed; unknown signatures are ignored. Raises NoteError."""
    return verify_note_by_any(note, vkeys=(vkey,))


def verify_note_by_any(note: str, *, vkeys: Sequence[str]) -> Checkpoint:
    """Return the checkpoint of a note that one at least of a log's keys signed, as while a key is rotated.

    Signatures of unknown keys are ignored; one of a known key that fails spoils the whole note (C2SP signed-note). A key
    speaks for the log of its own name alone (C2SP tlog-checkpoint). Raises NoteError.
    """
    verifiers = [Verifier.parse(vkey) for vkey in vkeys]
    text, signatures = split_note(note)
    signers = {one.name for one in verifiers if one.count(signatures, text)}
    if not signers:
        message = f"the checkpoint bears no signature of {' or '.join(sorted({one.name for one in verifiers}))}"
        raise NoteError(message)
    checkpoint = parse_checkpoint(text)
    if checkpoint.origin not in signers:
        message = f"the checkpoint of {checkpoint.origin} bears the signature of another log, {', '.join(sorted(signers))}"
        raise NoteError(message)
    return checkpoint


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
    if rest or not origin or str(size) != digits or not 0 <= size <= LARGEST_SIZE or len(root) != ROOT_BYTES:
        message = "a checkpoint is an origin, a size without leading zeros and a root of 32 bytes"
        raise NoteError(message)
    return Checkpoint(origin, size, root)
