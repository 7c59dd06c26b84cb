"""The providers of a deployment: sending people there, and judging what comes back."""

import asyncio
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from service.identity.oidc.documents import Documents, Metadata
from service.identity.oidc.entries import ProviderEntry, read_entries, require_address
from service.identity.oidc.fetching import SECONDS, NarrowTransport
from service.identity.oidc.pending import LoggedOut, Pending, SignedIn
from service.identity.oidc.refusals import Code, SignInError
from service.identity.oidc.tokens import LEEWAY, read_id_token, read_logout_token

LIFETIME = timedelta(minutes=10)
AFTER_SIGN_OUT = "/sign-in"
LONGEST_CODE = 4096
SCOPE = "openid"
"""Issuer and subject are all that is used, so no name, address or group is asked for."""


class Providers:
    """The providers that people may sign in with."""

    def __init__(self, given: Iterable[Mapping[str, Any]], *, public_url: str) -> None:
        """Take the entries of the settings and the address of this service. Raises ValueError for what cannot be used."""
        self._public_url = require_address(public_url, loopback=True).rstrip("/")
        self._entries = read_entries(given)
        self._documents = {name: Documents(entry) for name, entry in self._entries.items()}
        self._answered: dict[str, datetime] = {}

    @property
    def entries(self) -> tuple[ProviderEntry, ...]:
        """The providers in the order of the settings, for the page that offers them."""
        return tuple(self._entries.values())

    def redirect_address(self, provider_id: str) -> str:
        """Return where a provider sends people back to: one address each, so that answers cannot be mixed up."""
        return f"{self._public_url}/sign-in/oidc/{self._entry(provider_id).id}/callback"

    async def begin(
        self, provider_id: str, *, at: datetime, max_age: int | None = None, acr_values: Sequence[str] | None = None
    ) -> tuple[str, Pending]:
        """Return where to send the browser, and what to keep until it comes back.

        `max_age` and `acr_values` are for an act that needs a fresh or a strong sign-in; `finish` holds the answer to them.
        Raises SignInError.
        """
        entry = self._entry(provider_id)
        metadata = await self._documents[entry.id].metadata(at=at)
        pending = Pending(
            provider_id=entry.id,
            begun_at=at,
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            code_verifier=secrets.token_urlsafe(48),
            max_age=max_age,
            acr_values=tuple(acr_values or ()),
        )
        asked: dict[str, str] = {"nonce": pending.nonce}
        if max_age is not None:
            asked["max_age"] = str(max_age)
        if wanted := pending.acr_values or entry.required_acr:
            asked["acr_values"] = " ".join(wanted)
        async with self._client(entry, metadata) as client:
            address, _ = client.create_authorization_url(
                metadata.authorization_endpoint, state=pending.state, code_verifier=pending.code_verifier, **asked
            )
        return str(address), pending

    async def finish(self, pending: Pending, query: Mapping[str, str], *, provider_id: str, at: datetime) -> SignedIn:
        """Return who signed in, from what the browser brought to the redirect address of `provider_id`.

        Raises SignInError, after which the sign-in can only be begun anew.
        """
        entry = self._entry(pending.provider_id)
        if provider_id != entry.id:
            raise SignInError(Code.WRONG_PROVIDER, "came to another provider's address")
        self._require_open(pending, query.get("state", ""), at)
        metadata = await self._documents[entry.id].metadata(at=at)
        issuer = query.get("iss")
        if issuer != entry.issuer and (issuer is not None or metadata.iss_in_answers):
            raise SignInError(Code.WRONG_PROVIDER, "iss of the answer")
        if "error" in query:
            why = Code.DECLINED if query["error"] == "access_denied" else Code.PROVIDER_ERROR
            raise SignInError(why, "the provider answered with an error")
        code = query.get("code", "")
        if not 0 < len(code) <= LONGEST_CODE:
            raise SignInError(Code.PROVIDER_ERROR, "no code")
        id_token, access_token = await self._redeem(entry, metadata, code=code, code_verifier=pending.code_verifier)
        documents = self._documents[entry.id]
        return await read_id_token(id_token, entry=entry, documents=documents, pending=pending, access_token=access_token, at=at)

    async def verify_logout_token(self, provider_id: str, token: str, *, at: datetime) -> LoggedOut:
        """Return what a provider ended behind the browser's back. Raises SignInError."""
        entry = self._entry(provider_id)
        return await read_logout_token(token, entry=entry, documents=self._documents[entry.id], at=at)

    async def logout_url(self, provider_id: str, id_token_hint: str | None = None, *, at: datetime) -> str | None:
        """Return where to send a browser to sign out at the provider too, or None where the provider offers no such place."""
        entry = self._entry(provider_id)
        metadata = await self._documents[entry.id].metadata(at=at)
        if metadata.end_session_endpoint is None:
            return None
        asked = {"client_id": entry.client_id, "post_logout_redirect_uri": self._public_url + AFTER_SIGN_OUT}
        if id_token_hint is not None:
            asked["id_token_hint"] = id_token_hint
        mark = "&" if "?" in metadata.end_session_endpoint else "?"
        return metadata.end_session_endpoint + mark + urlencode(asked)

    def _entry(self, provider_id: str) -> ProviderEntry:
        if provider_id not in self._entries:
            raise SignInError(Code.UNKNOWN_PROVIDER)
        return self._entries[provider_id]

    def _require_open(self, pending: Pending, state: str, at: datetime) -> None:
        """Let a sign-in be answered in time, to its own state, and once in this process; the row that keeps it is for all."""
        if not -LEEWAY <= at - pending.begun_at < LIFETIME:
            raise SignInError(Code.EXPIRED)
        if not hmac.compare_digest(state.encode(errors="surrogatepass"), pending.state.encode()):
            raise SignInError(Code.NOT_OURS, "state")
        self._answered = {name: begun for name, begun in self._answered.items() if at - begun < LIFETIME}
        if pending.state in self._answered:
            raise SignInError(Code.REPLAYED)
        self._answered[pending.state] = pending.begun_at

    def _client(self, entry: ProviderEntry, metadata: Metadata, secret: str | None = None) -> Any:
        return AsyncOAuth2Client(
            client_id=entry.client_id,
            client_secret=secret,
            token_endpoint_auth_method="client_secret_basic" if metadata.secret_in_header else "client_secret_post",
            scope=SCOPE,
            redirect_uri=self.redirect_address(entry.id),
            code_challenge_method="S256",
            transport=NarrowTransport(entry),
            follow_redirects=False,
            trust_env=False,
            timeout=SECONDS,
        )

    async def _redeem(self, entry: ProviderEntry, metadata: Metadata, *, code: str, code_verifier: str) -> tuple[str, str]:
        """Return ID token and access token for a code. Raises SignInError."""
        try:
            async with asyncio.timeout(SECONDS), self._client(entry, metadata, entry.secret()) as client:
                told = await client.fetch_token(
                    metadata.token_endpoint, grant_type="authorization_code", code=code, code_verifier=code_verifier
                )
        except OAuthError as refused:
            raise SignInError(Code.PROVIDER_ERROR, "the code was refused") from refused
        except (httpx2.HTTPError, OSError, ValueError) as failed:
            raise SignInError(Code.PROVIDER_UNAVAILABLE, f"{metadata.token_endpoint}: {type(failed).__name__} {failed}") from failed
        id_token, access_token = told.get("id_token"), told.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str) or str(told.get("token_type", "")).lower() != "bearer":
            raise SignInError(Code.PROVIDER_ERROR, "no tokens")
        return id_token, access_token
