"""Public keys that may verify (RFC 7517): each fit for one algorithm, weak ones not among them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, get_args

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from service.identity.compact import Compact, TokenError, decode_part, encode_part

Algorithm = Literal["RS256", "PS256", "ES256", "EdDSA"]
ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)
MOST_KEYS = 64
SMALLEST_RSA, LARGEST_RSA, EXPONENT = 2_048, 8_192, 65_537
CURVE_BYTES = 32
PRIVATE = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"))
_FORMS: Mapping[tuple[str, str | None], tuple[tuple[Algorithm, ...], tuple[str, ...]]] = {
    ("RSA", None): (("RS256", "PS256"), ("e", "n")),
    ("EC", "P-256"): (("ES256",), ("x", "y")),
    ("OKP", "Ed25519"): (("EdDSA",), ("x",)),
}
_SMALL_ORDER = frozenset(
    bytes.fromhex(one)
    for one in (
        "00" * 32,
        "01" + "00" * 31,
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
)
"""Points of Ed25519 under which anybody can sign."""
_ROCA_PRIMES = tuple(one for one in range(3, 168, 2) if all(one % other for other in range(3, 13, 2) if other < one))
_ROCA = {prime: frozenset(pow(EXPONENT, power, prime) for power in range(prime)) for prime in _ROCA_PRIMES}
"""CVE-2017-15361: the remainders that a modulus of the broken generator has; a sound one has all of them once in 2^27."""


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public key and the one algorithm that it verifies; `thumbprint` is that of RFC 7638."""

    kid: str | None
    algorithm: Algorithm
    thumbprint: str
    key: Any

    def verify(self, token: Compact) -> None:
        """Raise TokenError unless the signature over the token is this key's, under this key's algorithm."""
        code = "bad_signature"
        try:
            good = JWSRegistry.algorithms[self.algorithm].verify(token.signed, token.signature, self.key)
        except (JoseError, ValueError, TypeError) as broken:
            raise TokenError(code) from broken
        if good is not True:
            raise TokenError(code)


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of one issuer that may verify."""

    keys: tuple[VerifyingKey, ...]

    @classmethod
    def from_jwks(cls, jwks: Any, *, algorithms: tuple[Algorithm, ...] = ALGORITHMS) -> "KeySet":
        """Return the usable keys of a JWK set; what is weak, private, symmetric, unknown or not for signatures is left out.

        An RSA key that names no algorithm gets the first of `algorithms` that is one of RSA's. Raises TokenError for what is no key set.
        """
        found = jwks.get("keys") if isinstance(jwks, Mapping) else None
        if not isinstance(found, list) or len(found) > MOST_KEYS:
            code = "not_a_key_set"
            raise TokenError(code)
        keys = []
        for one in found:
            try:
                keys.append(read_key(one, algorithms=algorithms))
            except TokenError:
                continue
        return cls(tuple(keys))

    def knows(self, kid: str | None) -> bool:
        """Say whether a token that names this key could be verified by a key that is known."""
        return any(kid is None or key.kid == kid for key in self.keys)

    def key_for(self, kid: str | None) -> VerifyingKey:
        """Return the one key that a header means; without a name only if there is but one. Raises TokenError."""
        found = self.keys if kid is None else tuple(key for key in self.keys if key.kid == kid)
        if len(found) != 1:
            code = "ambiguous_key" if found else "unknown_key"
            raise TokenError(code)
        return found[0]


def read_key(jwk: Any, *, algorithms: tuple[Algorithm, ...] = ALGORITHMS) -> VerifyingKey:
    """Return one public key. Raises TokenError for one that is weak, private, of another kind or not for signatures."""
    if not isinstance(jwk, Mapping) or PRIVATE & jwk.keys():
        code = "not_a_public_key"
        raise TokenError(code)
    kty, crv, kid = jwk.get("kty"), jwk.get("crv"), jwk.get("kid")
    use, operations = jwk.get("use", "sig"), jwk.get("key_ops", ["verify"])
    form = _FORMS.get((kty, crv)) if isinstance(kty, str) and (crv is None or isinstance(crv, str)) else None
    fit = form is not None and use == "sig" and isinstance(operations, list) and "verify" in operations
    if form is None or not fit or not (kid is None or (isinstance(kid, str) and kid)):
        code = "unfit_key"
        raise TokenError(code)
    named = jwk.get("alg")
    usable = [one for one in algorithms if one in form[0] and named in (None, one)]
    if not usable:
        code = "unfit_key"
        raise TokenError(code)
    values = {name: decode_part(jwk[name]) if isinstance(jwk.get(name), str) else b"" for name in form[1]}
    _require_strong(str(kty), values)
    plain = {"kty": str(kty), **({"crv": crv} if crv is not None else {}), **{name: encode_part(value) for name, value in values.items()}}
    return VerifyingKey(kid, usable[0], _thumbprint(plain), _import(plain))


def _require_strong(kty: str, values: Mapping[str, bytes]) -> None:
    if kty == "RSA":
        modulus = int.from_bytes(values["n"], "big")
        sized = SMALLEST_RSA <= modulus.bit_length() <= LARGEST_RSA and values["n"][:1] != b"\0"
        weak = not sized or modulus % 2 == 0 or values["e"] != EXPONENT.to_bytes(3, "big")
        weak = weak or all(modulus % prime in remainders for prime, remainders in _ROCA.items())
    else:
        weak = any(len(value) != CURVE_BYTES for value in values.values())
    if kty == "OKP" and not weak:
        point = values["x"]
        weak = point[:-1] + bytes([point[-1] & 0x7F]) in _SMALL_ORDER
    if weak:
        code = "weak_key"
        raise TokenError(code)


def _import(plain: dict[str, str]) -> Any:
    kinds: dict[str, Any] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
    try:
        key = kinds[plain["kty"]].import_key(plain)
        _ = key.public_key  # the point is on its curve, or this fails
    except (JoseError, ValueError, TypeError) as broken:
        code = "unfit_key"
        raise TokenError(code) from broken
    return key


def _thumbprint(plain: Mapping[str, str]) -> str:
    members = ",".join(f'"{name}":"{plain[name]}"' for name in sorted(plain))
    return encode_part(sha256(f"{{{members}}}".encode()).digest())
