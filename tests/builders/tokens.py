"""An issuer of tokens for tests: it signs whatever it is told, also what nobody should, and serves its keys over HTTP."""

import asyncio
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from service.identity.outgoing import Answer, OutgoingError

AT = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
ISSUER, AUDIENCE, CLIENT = "https://issuer.example", "https://sekisho.example", "dms-client"
KINDS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}


def key_of(algorithm: str, number: int = 0) -> Any:
    """A private key for an algorithm; the same number is the same key in one run."""
    return _key_of(algorithm, number)


@cache
def _key_of(algorithm: str, number: int) -> Any:
    del number
    made = {
        "RSA": lambda: RSAKey.generate_key(2048),
        "EC": lambda: ECKey.generate_key("P-256"),
        "OKP": lambda: OKPKey.generate_key("Ed25519"),
    }
    return made[KINDS[algorithm]]()


def jwk_of(algorithm: str, number: int = 0, **members: Any) -> dict[str, Any]:
    """The public form of a key, named after its algorithm and number."""
    public = key_of(algorithm, number).as_dict(private=False)
    return (
        {name: public[name] for name in public if name != "kid"}
        | {"kid": f"{algorithm}-{number}", "alg": algorithm, "use": "sig"}
        | members
    )


def b64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def signed(header: Mapping[str, Any] | bytes, payload: Mapping[str, Any] | bytes, *, algorithm: str, key: Any) -> str:
    """A compact JWS over exactly these parts, whatever the header says."""
    parts = [b64(part if isinstance(part, bytes) else json.dumps(part).encode()) for part in (header, payload)]
    signing = ".".join(parts).encode()
    signature = b"" if algorithm == "none" else JWSRegistry.algorithms[algorithm].sign(signing, key)
    return ".".join((*parts, b64(signature)))


def header_of(algorithm: str = "ES256", number: int = 0, **members: Any) -> dict[str, Any]:
    return without_none({"alg": algorithm, "typ": "at+jwt", "kid": f"{algorithm}-{number}"} | members)


def claims_of(at: datetime = AT, **members: Any) -> dict[str, Any]:
    now = int(at.timestamp())
    standard = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": CLIENT,
        "client_id": CLIENT,
        "iat": now - 10,
        "exp": now + 290,
        "jti": "t-1",
        "scope": "check",
    }
    return without_none(standard | members)


def token_of(
    algorithm: str = "ES256", number: int = 0, *, at: datetime = AT, header: Mapping[str, Any] | None = None, **claims: Any
) -> str:
    """A lawful token, but for what is told otherwise; None leaves a member out."""
    return signed(
        header_of(algorithm, number, **(header or {})), claims_of(at, **claims), algorithm=algorithm, key=key_of(algorithm, number)
    )


def proof_of(
    token: str,
    *,
    url: str,
    at: datetime = AT,
    number: int = 9,
    algorithm: str = "ES256",
    header: Mapping[str, Any] | None = None,
    **claims: Any,
) -> str:
    """A lawful proof for a token, but for what is told otherwise."""
    public = key_of(algorithm, number).as_dict(private=False)
    public.pop("kid", None)
    head = without_none({"typ": "dpop+jwt", "alg": algorithm, "jwk": public} | dict(header or {}))
    standard = {"htm": "POST", "htu": url, "iat": int(at.timestamp()), "jti": "p-1", "ath": b64(sha256(token.encode()).digest())}
    return signed(head, without_none(standard | claims), algorithm=algorithm, key=key_of(algorithm, number))


def thumbprint_of(number: int = 9, algorithm: str = "ES256") -> str:
    return str(key_of(algorithm, number).thumbprint())


def secret(value: bytes) -> OctKey:
    return OctKey.import_key(value)


def without_none(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


class Keys:
    """An issuer's keys at hand, without a server; `missing` makes asking for them fail."""

    def __init__(self, *jwks: dict[str, Any]) -> None:
        self.jwks: Sequence[dict[str, Any]] = jwks
        self.asked = 0
        self.missing = False
        self.status = 200

    async def ask(self, url: str) -> Answer:
        assert url == "https://issuer.example/keys"
        self.asked += 1
        await asyncio.sleep(0)
        if self.missing:
            raise OutgoingError
        return Answer(self.status, json.dumps({"keys": self.jwks}).encode())


class KeyServer:
    """What an issuer serves, and how often it was asked."""

    def __init__(self) -> None:
        self.jwks: Any = {"keys": []}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body: bytes | None = None
        self.port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def key_server() -> Iterator[KeyServer]:
    """A real HTTP server on a free port of this machine."""
    state = KeyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            body = state.body if state.body is not None else json.dumps(state.jwks).encode()
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
