"""ID tokens and logout tokens, read strictly: one signature, one issuer, one audience, one purpose, and in time."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from service.identity.oidc.documents import Documents
from service.identity.oidc.entries import ProviderEntry
from service.identity.oidc.fetching import read_json
from service.identity.oidc.pending import LoggedOut, Pending, SignedIn
from service.identity.oidc.refusals import Code, SignInError

ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519")
HEADERS = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})
"""Nothing that brings a key along or changes what is signed; thumbprints are passed over."""
LEEWAY = timedelta(seconds=60)
LOGOUT_WINDOW = timedelta(minutes=2)
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_TOKEN = 16 * 1024
LONGEST_NAME = 255
Claims = Mapping[str, Any]


async def read_id_token(
    token: str, *, entry: ProviderEntry, documents: Documents, pending: Pending, access_token: str, at: datetime
) -> SignedIn:
    """Return whom an ID token vouches for. Raises SignInError for one that is not exactly the one that was asked for."""
    algorithm, claims = await _open(token, typed=("jwt", ""), entry=entry, documents=documents, at=at)
    if not hmac.compare_digest(_text(claims, "nonce").encode(), pending.nonce.encode()):
        raise SignInError(Code.UNPROVEN, "nonce")
    if "events" in claims or claims.get("typ", "ID") != "ID":
        raise SignInError(Code.UNPROVEN, "a token of another kind")
    if _instant(claims, "iat") < pending.begun_at - LEEWAY:
        raise SignInError(Code.UNPROVEN, "older than the sign-in")
    if "at_hash" in claims and not hmac.compare_digest(_text(claims, "at_hash").encode(), _half_hash(access_token, algorithm)):
        raise SignInError(Code.UNPROVEN, "at_hash")
    auth_at = _instant(claims, "auth_time") if claims.get("auth_time") is not None else None
    acr = _optional(claims, "acr")
    _require_strength(entry=entry, pending=pending, acr=acr, auth_at=auth_at, at=at)
    amr = claims.get("amr", [])
    if not isinstance(amr, list) or not all(isinstance(one, str) for one in amr):
        raise SignInError(Code.UNPROVEN, "amr")
    return SignedIn(
        issuer=entry.issuer,
        subject=_text(claims, "sub"),
        sid=_optional(claims, "sid"),
        acr=acr,
        acr_was_required=acr is not None and acr in entry.required_acr,
        amr=tuple(amr),
        auth_at=auth_at,
        provider_id=entry.id,
        id_token=token,
    )


async def read_logout_token(token: str, *, entry: ProviderEntry, documents: Documents, at: datetime) -> LoggedOut:
    """Return what a provider ended, by OpenID Connect Back-Channel Logout 1.0. Raises SignInError."""
    _, claims = await _open(token, typed=("logout+jwt",), entry=entry, documents=documents, at=at)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise SignInError(Code.UNPROVEN, "events")
    if "nonce" in claims:
        raise SignInError(Code.UNPROVEN, "a nonce, as only an ID token has one")
    if at - _instant(claims, "iat") > LOGOUT_WINDOW:
        raise SignInError(Code.UNPROVEN, "too old")
    subject, sid = _optional(claims, "sub"), _optional(claims, "sid")
    if subject is None and sid is None:
        raise SignInError(Code.UNPROVEN, "neither sub nor sid")
    return LoggedOut(issuer=entry.issuer, subject=subject, sid=sid, jti=_text(claims, "jti"))


async def _open(token: str, *, typed: tuple[str, ...], entry: ProviderEntry, documents: Documents, at: datetime) -> tuple[str, Claims]:
    """Return algorithm and claims of a token that is the provider's, for us, of the right type and in time."""
    if len(token) > LONGEST_TOKEN:
        raise SignInError(Code.UNPROVEN, "too long")
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError) as wrong:
        raise SignInError(Code.UNPROVEN, "no signed token") from wrong
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "")
    if algorithm not in ALGORITHMS:
        raise SignInError(Code.UNPROVEN, "algorithm")
    if not set(header) <= HEADERS or not isinstance(kid, str | None):
        raise SignInError(Code.UNPROVEN, "header")
    if not isinstance(kind, str) or kind.lower() not in typed:
        raise SignInError(Code.UNPROVEN, "type")
    key = await documents.key(kid, algorithm, at=at)
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        claims = read_json(jws.deserialize_compact(token, key, registry=registry).payload)
    except (JoseError, ValueError) as wrong:
        raise SignInError(Code.UNPROVEN, "signature") from wrong
    _require_addressed(claims, entry=entry, at=at)
    return algorithm, claims


def _require_addressed(claims: Claims, *, entry: ProviderEntry, at: datetime) -> None:
    if claims.get("iss") != entry.issuer:
        raise SignInError(Code.UNPROVEN, "iss")
    if claims.get("aud") not in (entry.client_id, [entry.client_id]):
        raise SignInError(Code.UNPROVEN, "aud")
    if claims.get("azp", entry.client_id) != entry.client_id:
        raise SignInError(Code.UNPROVEN, "azp")
    if _instant(claims, "exp") <= at - LEEWAY:
        raise SignInError(Code.UNPROVEN, "exp")
    if _instant(claims, "iat") > at + LEEWAY:
        raise SignInError(Code.UNPROVEN, "iat")
    if "nbf" in claims and _instant(claims, "nbf") > at + LEEWAY:
        raise SignInError(Code.UNPROVEN, "nbf")


def _require_strength(*, entry: ProviderEntry, pending: Pending, acr: str | None, auth_at: datetime | None, at: datetime) -> None:
    for wanted in (entry.required_acr, pending.acr_values):
        if wanted and acr not in wanted:
            raise SignInError(Code.WEAK_SIGN_IN, "acr")
    if auth_at is not None and auth_at > at + LEEWAY:
        raise SignInError(Code.UNPROVEN, "auth_time")
    if pending.max_age is not None and (auth_at is None or at - auth_at > timedelta(seconds=pending.max_age) + LEEWAY):
        raise SignInError(Code.WEAK_SIGN_IN, "auth_time")


def _half_hash(text: str, algorithm: str) -> bytes:
    digest = (hashlib.sha512 if algorithm == "Ed25519" else hashlib.sha256)(text.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME or not value.isprintable():
        raise SignInError(Code.UNPROVEN, name)
    return value


def _optional(claims: Claims, name: str) -> str | None:
    return None if claims.get(name) is None else _text(claims, name)


def _instant(claims: Claims, name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SignInError(Code.UNPROVEN, name)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError) as wrong:
        raise SignInError(Code.UNPROVEN, name) from wrong
