"""A passkey in software: what a browser and its authenticator answer, and how a hostile one would lie."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cose(key: PrivateKey) -> dict[int, Any]:
    """The public half as COSE writes it."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        point = key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return {1: 1, 3: -8, -1: 6, -2: key.public_key().public_bytes_raw()}
    numbers = key.public_key().public_numbers()
    return {1: 3, 3: -257, -1: numbers.n.to_bytes(key.key_size // 8, "big"), -2: numbers.e.to_bytes(3, "big")}


@dataclass
class Authenticator:
    """One device with one passkey; the fields are what it tells, true or not."""

    origin: str
    key: PrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    count: int = 0
    counts: bool = True
    flags: int = UP | UV
    cross_origin: bool = False
    rp_id: str | None = None
    challenge: bytes | None = None
    client_type: str | None = None
    more_client_data: dict[str, Any] = field(default_factory=dict)
    fmt: str = "none"
    statement: dict[str, Any] = field(default_factory=dict)
    attests_itself: bool = False
    id: bytes = field(default_factory=lambda: os.urandom(32))
    user_handle: bytes | None = None

    def _client_data(self, kind: str, challenge: str) -> bytes:
        told = {
            "type": self.client_type or kind,
            "challenge": b64(self.challenge) if self.challenge is not None else challenge,
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
            **self.more_client_data,
        }
        return json.dumps(told).encode()

    def _authenticator_data(self, rp_id: str, *, attested: bool) -> bytes:
        if self.counts:
            self.count += 1
        flags = self.flags | (AT if attested else 0)
        head = hashlib.sha256((self.rp_id or rp_id).encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
        if not attested:
            return head
        return head + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose(self.key))

    def create(self, options: str) -> str:
        """What `navigator.credentials.create` gives for these options."""
        asked = json.loads(options)
        self.user_handle = unb64(asked["user"]["id"])
        client_data = self._client_data("webauthn.create", asked["challenge"])
        data = self._authenticator_data(asked["rp"]["id"], attested=True)
        own = {"alg": -7, "sig": self.sign(data + hashlib.sha256(client_data).digest())} if self.attests_itself else self.statement
        attestation = {"fmt": self.fmt, "attStmt": own, "authData": data}
        return self._answer(
            {"clientDataJSON": client_data, "attestationObject": cbor2.dumps(attestation)}, transports=["internal", "smoke"]
        )

    def get(self, options: str) -> str:
        """What `navigator.credentials.get` gives for these options."""
        asked = json.loads(options)
        client_data = self._client_data("webauthn.get", asked["challenge"])
        data = self._authenticator_data(asked["rpId"], attested=False)
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": data,
            "signature": self.sign(data + hashlib.sha256(client_data).digest()),
        }
        if self.user_handle is not None:
            response["userHandle"] = self.user_handle
        return self._answer(response)

    def sign(self, signed: bytes) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(signed)
        return self.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())

    def _answer(self, response: dict[str, bytes], **more: Any) -> str:
        written = {name: b64(value) for name, value in response.items()}
        return json.dumps({"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": {**written, **more}})
