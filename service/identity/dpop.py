"""Proofs that who sends a token holds the key it is bound to (RFC 9449). Pure: told the request, the rules and the instant."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

from service.identity.compact import TokenError, encode_part, read_compact, seconds, text
from service.identity.keysets import ALGORITHMS, Algorithm, read_key

TYPE = "dpop+jwt"
HEADERS = {"typ", "alg", "jwk"}
PAST, AHEAD = timedelta(seconds=60), timedelta(seconds=10)
"""How old a proof may be, and how far its maker's clock may run ahead of ours."""
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that holds. It must be remembered as `jti` of `thumbprint` until `expires_at`, and refused if it was there already."""

    jti: str
    thumbprint: str
    made_at: datetime
    expires_at: datetime


def check_proof(
    proof: str, *, method: str, url: str, token: str, at: datetime, algorithms: tuple[Algorithm, ...] = ALGORITHMS, past: timedelta = PAST
) -> Proof:
    """Return a proof made for this method, this address (as configured, never as sent) and this token. Raises TokenError.

    Whether the token is bound to the proof's key, and whether the proof was seen before, is for the caller to check.
    """
    parts = read_compact(proof)
    header, claims = parts.header, parts.payload
    if header.keys() != HEADERS or header["typ"] != TYPE:
        _refuse("not_a_proof")
    if header["alg"] not in algorithms:
        _refuse("forbidden_algorithm")
    key = read_key(header["jwk"], algorithms=tuple(one for one in algorithms if one == header["alg"]))
    key.verify(parts)
    if text(claims, "htm") != method:
        _refuse("proof_of_another_method")
    if _address(text(claims, "htu")) != _address(url):
        _refuse("proof_of_another_address")
    if text(claims, "ath") != encode_part(sha256(token.encode("ascii")).digest()):
        _refuse("proof_of_another_token")
    made_at = datetime.fromtimestamp(seconds(claims, "iat"), UTC)
    if not at - past <= made_at <= at + AHEAD:
        _refuse("proof_of_another_time")
    return Proof(text(claims, "jti"), key.thumbprint, made_at, made_at + past)


def _address(url: str) -> tuple[str, str, int | None, str]:
    """Return an address without query and fragment, in the form that RFC 3986 6.2.2 and 6.2.3 compare."""
    try:
        parts: SplitResult = urlsplit(url)
        port = parts.port
    except ValueError as broken:
        code = "bad_htu"
        raise TokenError(code) from broken
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc or not url.isascii():
        _refuse("bad_htu")
    return parts.scheme, parts.hostname, port or PORTS.get(parts.scheme), parts.path or "/"


def _refuse(code: str) -> NoReturn:
    raise TokenError(code)
