"""The keyring: makes, wraps and unwraps the keys of people and things, and seals and opens with them.

A wrapped key is a header (form, id of the master key, place of its secret), a nonce and 48 sealed bytes. It opens with
that master key *and* that secret, for that key id. Rows of version 1 (60 bytes: master key 1, no secret) still open.

No function takes a nonce: each is drawn where it is used, and a key seals far fewer than 2^32 texts.
"""

import hmac
import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.ledger.disclosures import Disclosure
from service.ledger.key_files import KEY_BYTES
from service.ledger.masters import FIRST, MasterKeys, WrongKeyError
from service.ledger.subject_secrets import SubjectSecrets
from service.tlog.salted import DisclosureError

NONCE_BYTES, SALT_BYTES, PLACE_BYTES = 12, 16, 8
FORM = b"\x02sk"
FORM_1_BYTES = NONCE_BYTES + KEY_BYTES + 16
REMEMBERED_KEYS = 1024
TEXT_LABEL = b"sekisho sealed text 1\0"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A wrapped key taken apart; `place` is None in the form of version 1, which has no secret."""

    master: str
    place: int | None
    header: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class _Key:
    raw: bytes
    cipher: AESGCM


def header_of(master_id: str) -> bytes:
    """Return how every key begins that is wrapped under this master key."""
    return FORM + bytes([len(master_id)]) + master_id.encode("ascii")


def read_wrapped(wrapped: bytes) -> Wrapped:
    """Take a wrapped key apart. Raises DisclosureError."""
    if len(wrapped) == FORM_1_BYTES:
        return Wrapped(FIRST, None, b"", wrapped)
    end = len(FORM) + 1 + (wrapped[len(FORM)] if len(wrapped) > len(FORM) else 0)
    if not wrapped.startswith(FORM) or len(wrapped) != end + PLACE_BYTES + FORM_1_BYTES:
        message = "a wrapped key is not of the form"
        raise DisclosureError(message)
    master = wrapped[len(FORM) + 1 : end].decode("ascii", "replace")
    place = int.from_bytes(wrapped[end : end + PLACE_BYTES])
    return Wrapped(master, place, wrapped[: end + PLACE_BYTES], wrapped[end + PLACE_BYTES :])


class Keyring:
    """Seals and opens; holds the way to the master keys and secrets, and remembers the keys that were used last."""

    def __init__(self, masters: MasterKeys, secrets: SubjectSecrets, seal_key: bytes | None = None) -> None:
        """Take the master keys, the secrets, and the key from which those of row seals come."""
        self.masters = masters
        self.secrets = secrets
        self._seal_key = seal_key
        self._known: OrderedDict[str, _Key] = OrderedDict()

    def scratch(self) -> "Keyring":
        """Return a keyring under the same master keys that knows nothing yet: for keys whose rows may yet be undone."""
        return Keyring(self.masters, self.secrets, self._seal_key)

    def derived(self, purpose: str) -> bytes:
        """Return a key of 32 bytes for one purpose alone (HKDF, RFC 5869); no rotation of master keys changes it."""
        if self._seal_key is None:
            message = "this keyring was opened without the key of row seals"
            raise DisclosureError(message)
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"sekisho {purpose}".encode()).derive(self._seal_key)

    def make(self, key_id: str) -> bytes:
        """Return a fresh key, wrapped, for the row of `key_id`; it is not remembered before it is stored."""
        return self.make_all([key_id])[key_id]

    def make_all(self, key_ids: Sequence[str]) -> dict[str, bytes]:
        """Return fresh keys, wrapped; their secrets are durable when this returns."""
        return self._wrap({key_id: os.urandom(KEY_BYTES) for key_id in key_ids})

    def make_known(self, key_id: str) -> "Keyring":
        """Return a keyring that knows a fresh key, which no row tells of yet."""
        ring = self.scratch()
        raw = os.urandom(KEY_BYTES)
        ring._known[key_id] = _Key(raw, AESGCM(raw))  # noqa: SLF001 - of this class
        return ring

    def wrap_known(self, rings: Mapping[str, "Keyring"]) -> dict[str, bytes]:
        """Return the keys that keyrings of `make_known` know, wrapped; their secrets are durable when this returns."""
        return self._wrap({key_id: ring._known[key_id].raw for key_id, ring in rings.items()})  # noqa: SLF001 - of this class

    def rewrap_all(self, wrapped: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return keys wrapped under the current master key; secrets stay, and whoever had none gets one."""
        read = {key_id: read_wrapped(one) for key_id, one in wrapped.items()}
        places = {key_id: one.place for key_id, one in read.items() if one.place is not None}
        return self._wrap({key_id: self._raw(key_id, one) for key_id, one in read.items()}, places)

    def unwrap(self, key_id: str, wrapped: bytes) -> None:
        """Learn the key of `key_id` from its row. Raises DisclosureError if it was wrapped by another or for another."""
        if key_id in self._known:
            self._known.move_to_end(key_id)
            return
        raw = self._raw(key_id, read_wrapped(wrapped))
        self._known[key_id] = _Key(raw, AESGCM(raw))
        if len(self._known) > REMEMBERED_KEYS:
            self._known.popitem(last=False)

    def knows(self, key_id: str) -> bool:
        """Say whether the key of `key_id` is at hand, and keep it so while others are learned."""
        if key_id in self._known:
            self._known.move_to_end(key_id)
            return True
        return False

    def forget(self, key_id: str) -> None:
        """Forget a key, because its row was never written or it was destroyed."""
        self._known.pop(key_id, None)

    def seal(self, key_id: str, disclosure: Disclosure) -> bytes:
        """Return the sealed text; it opens only for this key and this digest."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._known[key_id].cipher.encrypt(nonce, disclosure.text.encode("ascii"), disclosure.digest + key_id.encode())

    def open(self, key_id: str, *, digest: bytes, sealed: bytes) -> str:
        """Return the text of a sealed disclosure. Raises DisclosureError if key or place is another."""
        try:
            cipher = self._known[key_id].cipher
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], digest + key_id.encode()).decode("ascii")
        except (InvalidTag, ValueError, KeyError) as wrong:
            message = f"a disclosure of {key_id} does not open in this place"
            raise DisclosureError(message) from wrong

    def seal_text(self, key_id: str, *, place: str, text: str) -> bytes:
        """Return a text sealed for this key and this place, under a key of its own that a random salt gives."""
        salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
        return salt + nonce + self._text_cipher(key_id, salt).encrypt(nonce, text.encode(), _about(key_id, place))

    def open_text(self, key_id: str, *, place: str, sealed: bytes) -> str:
        """Return a sealed text. Raises DisclosureError if key or place is another."""
        salt, nonce, rest = sealed[:SALT_BYTES], sealed[SALT_BYTES : SALT_BYTES + NONCE_BYTES], sealed[SALT_BYTES + NONCE_BYTES :]
        try:
            return self._text_cipher(key_id, salt).decrypt(nonce, rest, _about(key_id, place)).decode()
        except (InvalidTag, ValueError, KeyError) as wrong:
            message = f"a text of {key_id} does not open in this place"
            raise DisclosureError(message) from wrong

    def _text_cipher(self, key_id: str, salt: bytes) -> AESGCM:
        # Another key than the one for disclosures, so that neither opens as the other.
        return AESGCM(hmac.digest(self._known[key_id].raw, TEXT_LABEL + salt, "sha256"))

    def _wrap(self, keys: Mapping[str, bytes], places: Mapping[str, int] | None = None) -> dict[str, bytes]:
        if not keys:
            return {}
        master = self.masters.current
        held = {key_id: (place, self.secrets.get(place, key_id)) for key_id, place in (places or {}).items()}
        held |= self.secrets.add([key_id for key_id in keys if key_id not in held])
        made = {}
        for key_id, raw in keys.items():
            place, secret = held[key_id]
            header = header_of(master) + place.to_bytes(PLACE_BYTES)
            made[key_id] = header + self.masters.wrap(master, raw, secret=secret, about=header + key_id.encode())
        return made

    def _raw(self, key_id: str, wrapped: Wrapped) -> bytes:
        secret = None if wrapped.place is None else self.secrets.get(wrapped.place, key_id)
        try:
            return self.masters.unwrap(wrapped.master, wrapped.sealed, secret=secret, about=wrapped.header + key_id.encode())
        except WrongKeyError as wrong:
            message = f"the key of {key_id} was not wrapped by this master key"
            raise DisclosureError(message) from wrong


def _about(key_id: str, place: str) -> bytes:
    where = place.encode()
    return len(where).to_bytes(4) + where + key_id.encode()
