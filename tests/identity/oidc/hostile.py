"""A provider of our own on loopback that answers as a test tells it to: honestly, or in one respect not."""

import asyncio
import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import uvicorn
from joserfc import jws
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.builders.served import PromptServer, started

AT = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
CLIENT = "sekisho-console"
SECRET = "of-the-test-and-nowhere-else"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
NEXT_KEY = RSAKey.generate_key(2048, {"kid": "second", "use": "sig", "alg": "RS256"})


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(claims: dict[str, Any], *, key: Any = KEY, header: dict[str, Any] | None = None) -> str:
    """A token as any library would sign it, with whatever header a test wants."""
    whole = {"alg": "RS256", "kid": "first", "typ": "JWT"} | (header or {})
    return jws.serialize_compact(whole, json.dumps(claims), key, registry=jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False))


def unsigned(claims: dict[str, Any]) -> str:
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def keyed(claims: dict[str, Any], secret: bytes) -> str:
    text = f"{part({'alg': 'HS256', 'kid': 'first', 'typ': 'JWT'})}.{part(claims)}"
    return f"{text}.{part(hmac.digest(secret, text.encode(), 'sha256'))}"


@dataclass
class Provider:
    """What the provider says; every field is a test's to change."""

    issuer: str = ""
    asked: dict[str, str] = field(default_factory=dict)
    """The parameters of the last authorization request."""
    claims: dict[str, Any] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)
    header: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: KEY)
    published: list[Any] = field(default_factory=lambda: [KEY])
    raw_keys: object = None
    token: str | None = None
    told: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Response] = field(default_factory=dict)
    slow: float = 0.0
    calls: list[str] = field(default_factory=list)
    redeemed: list[tuple[str | None, dict[str, str]]] = field(default_factory=list)

    def id_claims(self) -> dict[str, Any]:
        now = int(AT.timestamp())
        half = hashlib.sha256(b"access").digest()[:16]
        honest = {
            "iss": self.issuer,
            "sub": "u-1",
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "auth_time": now - 30,
            "nonce": self.asked.get("nonce"),
            "acr": "gold",
            "amr": ["pwd", "otp"],
            "sid": "s-1",
            "at_hash": part(half),
        }
        return {name: value for name, value in (honest | self.claims).items() if name not in self.without}

    def logout_claims(self, **changed: Any) -> dict[str, Any]:
        now = int(AT.timestamp())
        honest = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": "j-1",
            "sub": "u-1",
            "sid": "s-1",
            "events": {LOGOUT_EVENT: {}},
        }
        return {name: value for name, value in (honest | changed).items() if value is not None}

    def back(self, address: str, **changed: str | None) -> dict[str, str]:
        """Take the browser in and send it back with an answer."""
        self.asked = dict(parse_qsl(urlsplit(address).query))
        answer = {"code": "code-1", "state": self.asked["state"], "iss": self.issuer} | changed
        return {name: value for name, value in answer.items() if value is not None}

    def metadata_now(self) -> dict[str, Any]:
        at = self.issuer
        whole = {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
            "end_session_endpoint": f"{at}/end",
            "authorization_response_iss_parameter_supported": True,
            "code_challenge_methods_supported": ["S256"],
        } | self.metadata
        return {name: value for name, value in whole.items() if value is not None}


def application(provider: Provider) -> Starlette:
    async def come(request: Request) -> Response | None:
        provider.calls.append(request.url.path)
        if provider.slow:
            await asyncio.sleep(provider.slow)
        return provider.answers.get(request.url.path)

    async def metadata(request: Request) -> Response:
        return await come(request) or JSONResponse(provider.metadata_now())

    async def keys(request: Request) -> Response:
        published = {"keys": [key.as_dict(private=False) for key in provider.published]} if provider.raw_keys is None else provider.raw_keys
        return await come(request) or JSONResponse(published)

    async def token(request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        provider.redeemed.append((request.headers.get("authorization"), form))
        whole = provider.token or signed(provider.id_claims(), key=provider.key, header=provider.header)
        told = {"access_token": "access", "token_type": "Bearer", "id_token": whole} | provider.told
        return await come(request) or JSONResponse({name: value for name, value in told.items() if value is not None})

    async def authorize(request: Request) -> Response:
        """Whoever comes is signed in already, and goes straight back."""
        back = provider.back(str(request.url))
        return RedirectResponse(f"{provider.asked['redirect_uri']}?{urlencode(back)}", status_code=302)

    async def elsewhere(_request: Request) -> Response:
        return JSONResponse(provider.metadata_now())

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", metadata),
            Route("/authorize", authorize),
            Route("/elsewhere", elsewhere),
            Route("/keys", keys),
            Route("/token", token, methods=["POST"]),
            Route("/token-elsewhere", token, methods=["POST"]),
        ]
    )


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    """The provider on a free port of loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        provider.issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = PromptServer(uvicorn.Config(application(provider), log_level="critical", lifespan="off", ws="none"))
        thread = started(server, sockets=[listening])
        try:
            yield provider
        finally:
            server.end()
            thread.join()
