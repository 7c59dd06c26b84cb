"""Access tokens of applications (RFC 9068), verified strictly. Pure: told the token, the keys, the rules and the instant.

Usable alone: `verify(token, keys=KeySet.from_jwks(jwks), rules=Rules(issuer=..., audience=...), at=...)`.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from service.identity.compact import TokenError, read_compact, seconds, text
from service.identity.keysets import ALGORITHMS, Algorithm, KeySet

__all__ = ["AccessToken", "Claimed", "Rules", "TokenError", "claimed", "require_bearer", "require_bound", "verify"]

HEADERS = frozenset(("alg", "typ", "kid", "x5t", "x5t#S256"))
"""What a header may hold. Thumbprints are ignored; whatever names, brings or fetches a key, or changes the reading, is refused."""
ACCESS_TOKEN_TYPES = frozenset(("at+jwt", "application/at+jwt"))
PLAIN_TYPE = "jwt"
OTHER_TOKENS = frozenset(("nonce", "at_hash", "c_hash", "s_hash", "events", "toe", "htm", "htu", "ath"))
"""Claims of ID tokens, logout tokens, security events and proofs: never an access token, whatever its type says."""
BEARER_CLAIMS = frozenset(("bearer", "dpop"))
LONGEST_LEEWAY = timedelta(seconds=60)
MOST_AUDIENCES = 32
SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*")
THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Rules:
    """What an issuer's tokens must be. `longest` is how long one may live at all."""

    issuer: str
    audience: str
    algorithms: tuple[Algorithm, ...] = ALGORITHMS
    leeway: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        """Raise ValueError for rules that nobody could keep or that keep nothing out."""
        if not self.issuer or not self.audience or not self.algorithms or not set(self.algorithms) <= set(ALGORITHMS):
            message = "rules need an issuer, an audience, and algorithms of " + ", ".join(ALGORITHMS)
            raise ValueError(message)
        if not timedelta(0) <= self.leeway <= LONGEST_LEEWAY or self.longest <= timedelta(0):
            message = "the leeway must be 0 to 60 seconds and the longest life above 0"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A verified token: the application of the issuer that holds it, until when, and the key it is bound to, if any."""

    issuer: str
    client_id: str
    subject: str
    scopes: frozenset[str]
    jti: str | None
    expires_at: datetime
    cnf_jkt: str | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a token says of itself before anything is believed: whose keys to look for, and under which name."""

    issuer: str
    kid: str | None


def claimed(token: str) -> Claimed:
    """Return the issuer and key that a token names, unverified. Raises TokenError."""
    parts = read_compact(token)
    return Claimed(text(parts.payload, "iss"), _kid(parts.header))


def verify(token: str, *, keys: KeySet, rules: Rules, at: datetime) -> AccessToken:
    """Return what a token proves at `at`. Raises TokenError with a code for the first rule that it breaks."""
    parts = read_compact(token)
    plain = _require_header(parts.header, rules)
    key = keys.key_for(_kid(parts.header))
    if parts.header["alg"] != key.algorithm:
        _refuse("algorithm_of_another_key")
    key.verify(parts)
    claims = parts.payload
    if text(claims, "iss") != rules.issuer:
        _refuse("wrong_issuer")
    _require_audience(claims, rules)
    expires_at = _require_times(claims, rules, at)
    client_id = _client(claims)
    if OTHER_TOKENS & claims.keys():
        _refuse("another_kind_of_token")
    if plain:
        _require_no_id_token(claims, client_id, rules)
    return AccessToken(
        issuer=rules.issuer,
        client_id=client_id,
        subject=text(claims, "sub"),
        scopes=_scopes(claims),
        jti=None if plain and "jti" not in claims else text(claims, "jti"),
        expires_at=expires_at,
        cnf_jkt=_bound_to(claims),
    )


def require_bearer(token: AccessToken) -> None:
    """Raise TokenError for a token that is bound to a key and came without a proof of it."""
    if token.cnf_jkt is not None:
        _refuse("bound_token_as_bearer")


def require_bound(token: AccessToken, *, thumbprint: str) -> None:
    """Raise TokenError unless the token is bound to the key with this thumbprint."""
    if token.cnf_jkt is None:
        _refuse("bearer_token_as_bound")
    if not hmac.compare_digest(token.cnf_jkt, thumbprint):
        _refuse("bound_to_another_key")


def _require_header(header: Mapping[str, Any], rules: Rules) -> bool:
    """Say whether the type is the plain one, which other kinds of tokens carry too."""
    if not header.keys() <= HEADERS:
        _refuse("forbidden_header")
    if header.get("alg") not in rules.algorithms:
        _refuse("forbidden_algorithm")
    kind = header.get("typ")
    name = kind.lower() if isinstance(kind, str) else ""
    if name not in ACCESS_TOKEN_TYPES and name != PLAIN_TYPE:
        _refuse("wrong_type")
    return name == PLAIN_TYPE


def _kid(header: Mapping[str, Any]) -> str | None:
    return text(header, "kid") if "kid" in header else None


def _require_audience(claims: Mapping[str, Any], rules: Rules) -> None:
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or len(named) > MOST_AUDIENCES or not all(isinstance(one, str) for one in named):
        _refuse("bad_aud")
    if rules.audience not in named:
        _refuse("wrong_audience")


def _require_times(claims: Mapping[str, Any], rules: Rules, at: datetime) -> datetime:
    issued_at, expires_at = _instant(claims, "iat"), _instant(claims, "exp")
    if at >= expires_at + rules.leeway:
        _refuse("expired")
    if issued_at > at + rules.leeway:
        _refuse("issued_in_the_future")
    if "nbf" in claims and _instant(claims, "nbf") > at + rules.leeway:
        _refuse("not_yet_valid")
    if not timedelta(0) < expires_at - issued_at <= rules.longest:
        _refuse("lives_too_long")
    return expires_at


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    return datetime.fromtimestamp(seconds(claims, name), UTC)


def _client(claims: Mapping[str, Any]) -> str:
    """Return whose token it is: `client_id`, or `azp` where the issuer says it so; they never differ."""
    found = {text(claims, name) for name in ("client_id", "azp") if name in claims}
    if len(found) != 1:
        _refuse("bad_client_id")
    return found.pop()


def _require_no_id_token(claims: Mapping[str, Any], client_id: str, rules: Rules) -> None:
    """Refuse a token made for its client: that is an ID token, an access token is made for us. Some issuers say the kind in a claim."""
    kind = claims.get("typ", "Bearer")
    if client_id == rules.audience or not isinstance(kind, str) or kind.lower() not in BEARER_CLAIMS:
        _refuse("another_kind_of_token")


def _scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    scope = claims.get("scope", "")
    if not isinstance(scope, str) or (scope and not SCOPE.fullmatch(scope)):
        _refuse("bad_scope")
    return frozenset(scope.split())


def _bound_to(claims: Mapping[str, Any]) -> str | None:
    """Return the thumbprint that a token is bound to. A binding of any other kind cannot be checked here and is refused."""
    if "cnf" not in claims:
        return None
    bound = claims["cnf"]
    jkt = bound.get("jkt") if isinstance(bound, dict) and len(bound) == 1 else None
    if not isinstance(jkt, str) or not THUMBPRINT.fullmatch(jkt):
        _refuse("bad_cnf")
    return jkt


def _refuse(code: str) -> NoReturn:
    raise TokenError(code)
