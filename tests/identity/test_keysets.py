"""Keys of issuers: what is weak, private, symmetric, of another kind or not for signatures verifies nothing."""

from base64 import urlsafe_b64decode
from math import prod
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from service.identity.compact import TokenError
from service.identity.keysets import _ROCA_PRIMES, ALGORITHMS, EXPONENT, KeySet, read_key
from tests.builders.tokens import b64, jwk_of, key_of


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def modulus_of(jwk: dict[str, Any]) -> int:
    return int.from_bytes(urlsafe_b64decode(jwk["n"] + "=="), "big")


def rsa_of(size: int, exponent: int = EXPONENT) -> dict[str, Any]:
    numbers = rsa.generate_private_key(exponent, size).public_key().public_numbers()
    return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}


def roca() -> dict[str, Any]:
    """A modulus of the form that the broken generator made: a power of 65537 by every small prime."""
    product = prod(_ROCA_PRIMES)
    start = pow(EXPONENT, 12_345, product)
    modulus = start + product * ((1 << 2_047) // product + 2)
    modulus += 0 if modulus % 2 else product
    assert modulus.bit_length() == 2_048
    return {"kty": "RSA", "n": number(modulus), "e": "AQAB"}


def curve_of(curve: ec.EllipticCurve, name: str, size: int) -> dict[str, Any]:
    numbers = ec.generate_private_key(curve).public_key().public_numbers()
    return {"kty": "EC", "crv": name, "x": b64(numbers.x.to_bytes(size, "big")), "y": b64(numbers.y.to_bytes(size, "big"))}


P256 = jwk_of("ES256")
WRONG: dict[str, Any] = {
    "RSA of 1024": lambda: rsa_of(1_024),
    "RSA of 2047": lambda: jwk_of("RS256") | {"n": number((modulus_of(jwk_of("RS256")) >> 1) | 1)},
    "RSA with exponent 3": lambda: rsa_of(2_048, 3),
    "RSA with exponent 1": lambda: jwk_of("RS256") | {"e": "AQ"},
    "RSA with an even modulus": lambda: jwk_of("RS256") | {"n": number(modulus_of(jwk_of("RS256")) - 1)},
    "RSA that is huge": lambda: {"kty": "RSA", "n": number((1 << 16_384) + 1), "e": "AQAB"},
    "RSA of the broken generator": roca,
    "RSA with a leading zero": lambda: jwk_of("RS256") | {"n": b64(b"\0" + urlsafe_b64decode(jwk_of("RS256")["n"] + "=="))},
    "RSA in another base64": lambda: jwk_of("RS256") | {"n": jwk_of("RS256")["n"] + "=="},
    "secp256k1": lambda: curve_of(ec.SECP256K1(), "secp256k1", 32),
    "P-192 said to be P-256": lambda: curve_of(ec.SECP192R1(), "P-256", 24),
    "P-384": lambda: curve_of(ec.SECP384R1(), "P-384", 48),
    "a point beside the curve": lambda: P256 | {"x": b64(b"\1" * 32)},
    "a point in infinity": lambda: P256 | {"x": b64(b"\0" * 32), "y": b64(b"\0" * 32)},
    "a coordinate too short": lambda: P256 | {"x": P256["x"][:-2]},
    "a coordinate with a leading zero": lambda: P256 | {"x": b64(b"\0" + urlsafe_b64decode(P256["x"] + "=="))},
    "Ed25519 of small order": lambda: jwk_of("EdDSA") | {"x": b64(b"\1" + b"\0" * 31)},
    "Ed25519 of small order with a sign": lambda: jwk_of("EdDSA") | {"x": b64(b"\xec" + b"\xff" * 31)},
    "X25519": lambda: jwk_of("EdDSA") | {"crv": "X25519"},
    "Ed448": lambda: jwk_of("EdDSA") | {"crv": "Ed448"},
    "a secret": lambda: {"kty": "oct", "k": b64(b"s" * 32), "alg": "HS256"},
    "a secret beside a point": lambda: P256 | {"k": b64(b"s" * 32)},
    "a private key": lambda: dict(key_of("ES256").as_dict(private=True)),
    "a key for encryption": lambda: P256 | {"use": "enc"},
    "a key for other operations": lambda: P256 | {"key_ops": ["encrypt"]},
    "an algorithm of another kind": lambda: P256 | {"alg": "RS256"},
    "an algorithm that is not used here": lambda: jwk_of("RS256") | {"alg": "RS512"},
    "an algorithm that is no name": lambda: P256 | {"alg": ["ES256"]},
    "a kid that is no name": lambda: P256 | {"kid": 7},
    "an empty kid": lambda: P256 | {"kid": ""},
    "no kind": lambda: {"kid": "a"},
    "a kind that is no name": lambda: {"kty": [], "crv": {}},
    "a missing coordinate": lambda: {name: P256[name] for name in P256 if name != "y"},
    "no object": lambda: "key",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_key_that_must_not_verify_is_refused_alone_and_left_out_of_a_set(name: str) -> None:
    wrong = WRONG[name]()
    with pytest.raises(TokenError):
        read_key(wrong)
    assert [key.kid for key in KeySet.from_jwks({"keys": [wrong, jwk_of("EdDSA", 3)]}).keys] == ["EdDSA-3"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_sound_key_is_fit_for_one_algorithm_and_has_the_thumbprint_of_its_public_form(algorithm: str) -> None:
    key = read_key(jwk_of(algorithm, x5c=["ignored"], key_ops=["verify"]))
    assert (key.algorithm, key.thumbprint) == (algorithm, key_of(algorithm).thumbprint())


def test_an_rsa_key_that_names_no_algorithm_gets_the_first_one_allowed() -> None:
    bare = jwk_of("RS256")
    del bare["alg"]
    assert read_key(bare).algorithm == "RS256"
    assert read_key(bare, algorithms=("PS256", "RS256")).algorithm == "PS256"
    assert KeySet.from_jwks({"keys": [bare]}, algorithms=("ES256",)).keys == ()


@pytest.mark.parametrize("jwks", [None, [], "keys", {}, {"keys": {}}, {"keys": [{}] * 65}])
def test_what_is_no_key_set_is_refused(jwks: Any) -> None:
    with pytest.raises(TokenError):
        KeySet.from_jwks(jwks)
