"""What a provider publishes of itself: its metadata and its keys, kept for some minutes and never trusted beyond their form."""

import asyncio
import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from service.identity.oidc.entries import ProviderEntry, require_address
from service.identity.oidc.fetching import fetch_json
from service.identity.oidc.refusals import Code, SignInError

Key = RSAKey | ECKey | OKPKey
Read = TypeVar("Read")

KEPT = timedelta(minutes=5)
BETWEEN_REFETCHES = timedelta(seconds=30)
AFTER_FAILURE = timedelta(seconds=5)
MOST_KEYS = 50
RSA_BITS = range(2048, 8193)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What discovery told, as far as it is used."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    iss_in_answers: bool
    secret_in_header: bool


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A public key, and the algorithms that it may be used with: never more than its kind allows."""

    kid: str | None
    algorithms: frozenset[str]
    key: Key


class Documents:
    """The two documents of one provider."""

    def __init__(self, entry: ProviderEntry) -> None:
        """Take the provider; nothing is fetched yet."""
        self._entry = entry
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, tuple[PublishedKey, ...]] | None = None
        self._failed_at: datetime | None = None
        self._refetched_at: datetime | None = None
        self._turn = asyncio.Lock()

    async def metadata(self, *, at: datetime) -> Metadata:
        """Return the metadata. Raises SignInError where the provider cannot be reached or is not what the settings say."""
        async with self._turn:
            return await self._metadata_in_turn(at)

    async def key(self, kid: str | None, algorithm: str, *, at: datetime) -> Key:
        """Return the one key that a token names; an unknown one is looked for anew, at most once in half a minute.

        Raises SignInError where there is none.
        """
        async with self._turn:
            if self._keys is None or not _within(KEPT, self._keys[0], at):
                await self._fetch_keys(at)
            found = self._find(kid, algorithm)
            if found is None and not _within(BETWEEN_REFETCHES, self._refetched_at, at):
                await self._fetch_keys(at)
                found = self._find(kid, algorithm)
        if found is None:
            raise SignInError(Code.UNPROVEN, "no such key")
        return found

    async def _metadata_in_turn(self, at: datetime) -> Metadata:
        if self._metadata is None or not _within(KEPT, self._metadata[0], at):
            address = self._entry.issuer.rstrip("/") + "/.well-known/openid-configuration"
            self._metadata = (at, await self._fetch(address, partial(read_metadata, entry=self._entry), at))
        return self._metadata[1]

    async def _fetch_keys(self, at: datetime) -> None:
        metadata = await self._metadata_in_turn(at)
        self._refetched_at = at
        self._keys = (at, await self._fetch(metadata.jwks_uri, read_keys, at))

    async def _fetch(self, address: str, read: Callable[[Mapping[str, Any]], Read], at: datetime) -> Read:
        if _within(AFTER_FAILURE, self._failed_at, at):
            raise SignInError(Code.PROVIDER_UNAVAILABLE, "asked a moment ago")
        try:
            found = read(await fetch_json(self._entry, address))
        except SignInError:
            self._failed_at = at
            raise
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as failed:
            self._failed_at = at
            raise SignInError(Code.PROVIDER_UNAVAILABLE, f"{address}: {type(failed).__name__} {failed}") from failed
        self._failed_at = None
        return found

    def _find(self, kid: str | None, algorithm: str) -> Key | None:
        keys = () if self._keys is None else self._keys[1]
        found = [one.key for one in keys if (kid is None or one.kid == kid) and algorithm in one.algorithms]
        return found[0] if len(found) == 1 else None


def read_metadata(told: Mapping[str, Any], entry: ProviderEntry) -> Metadata:
    """Return what is used of the metadata. Raises SignInError where they are another issuer's or cannot be used safely."""
    if told.get("issuer") != entry.issuer:
        raise SignInError(Code.WRONG_PROVIDER, "the metadata are of another issuer")
    challenges = told.get("code_challenge_methods_supported", ["S256"])
    if not isinstance(challenges, list) or "S256" not in challenges:
        raise SignInError(Code.WRONG_PROVIDER, "the provider does not take PKCE with S256")
    methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if not isinstance(methods, list) or not {"client_secret_basic", "client_secret_post"} & {str(one) for one in methods}:
        raise SignInError(Code.WRONG_PROVIDER, "the provider takes no client secret")
    try:
        addresses = {
            name: require_address(str(told[name]), loopback=entry.insecure_loopback)
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")
            if name != "end_session_endpoint" or told.get(name) is not None
        }
    except (KeyError, ValueError) as wrong:
        raise SignInError(Code.WRONG_PROVIDER, f"the metadata name no usable address: {wrong}") from wrong
    return Metadata(
        authorization_endpoint=addresses["authorization_endpoint"],
        token_endpoint=addresses["token_endpoint"],
        jwks_uri=addresses["jwks_uri"],
        end_session_endpoint=addresses.get("end_session_endpoint"),
        iss_in_answers=told.get("authorization_response_iss_parameter_supported") is True,
        secret_in_header="client_secret_basic" in methods,
    )


def read_keys(told: Mapping[str, Any]) -> tuple[PublishedKey, ...]:
    """Return the keys of a JWKS that may verify; others are passed over. Raises SignInError for what is no JWKS."""
    keys = told.get("keys")
    if not isinstance(keys, list) or len(keys) > MOST_KEYS:
        raise SignInError(Code.PROVIDER_UNAVAILABLE, "the keys are no key set")
    return tuple(found for one in keys if isinstance(one, dict) and (found := _read_key(one)) is not None)


def _read_key(one: Mapping[str, Any]) -> PublishedKey | None:
    algorithms = _algorithms_of(one)
    kid = one.get("kid")
    if "alg" in one:
        algorithms &= {str(one["alg"])}
    ops = one.get("key_ops", ["verify"])
    if not algorithms or one.get("use", "sig") != "sig" or not isinstance(ops, list) or "verify" not in ops:
        return None
    if kid is not None and not isinstance(kid, str):
        return None
    public = {name: str(one[name]) for name in ("kty", "crv", "n", "e", "x", "y") if name in one}
    kinds: dict[str, type[Key]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
    try:
        return PublishedKey(kid, frozenset(algorithms), kinds[public["kty"]].import_key(dict(public)))
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def _algorithms_of(one: Mapping[str, Any]) -> set[str]:
    match one.get("kty"), one.get("crv"):
        case "RSA", _:
            try:
                modulus = base64.urlsafe_b64decode(str(one.get("n", "")).encode() + b"==")
            except (binascii.Error, ValueError):
                return set()
            return {"RS256", "PS256"} if int.from_bytes(modulus).bit_length() in RSA_BITS else set()
        case "EC", "P-256":
            return {"ES256"}
        case "OKP", "Ed25519":
            return {"Ed25519"}
        case _:
            return set()


def _within(span: timedelta, since: datetime | None, at: datetime) -> bool:
    return since is not None and abs(at - since) < span
