"""Every request that this service sends by itself: to listed places alone, to the addresses that were looked at, never on from there.

A name is resolved once and the connection goes to what was resolved, so a second, different answer of the name service
changes nothing. Redirects are not followed, proxies and other settings of the environment are not heeded.
"""

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

import httpx2

HTTPS, HTTP = 443, 80
LARGEST_ANSWER, SECONDS = 262_144, 5.0
MOST_ADDRESSES = 4
LOOPBACK_NAMES = frozenset(("localhost", "127.0.0.1", "::1"))
PLAIN_URL = re.compile(r"[\x21\x23-\x3B\x3D\x3F-\x5B\x5D\x5F\x61-\x7A\x7E]+")
NUMBER_LIKE = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*\.?")
"""What some resolvers read as an address: 2130706433, 0x7f.1, 0177.0.0.1."""
NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
CARRIERS = tuple(ipaddress.IPv6Network(one) for one in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"))
"""IPv6 that carries an IPv4 address to somewhere else; mapped addresses are read as what they carry."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class OutgoingError(OSError):
    """A request that may not be sent or got no usable answer."""


@dataclass(frozen=True, slots=True)
class Place:
    """A host and port that may be asked; `private` if it may lie on the own network or this machine."""

    host: str
    port: int = HTTPS
    private: bool = False

    @classmethod
    def of(cls, url: str, *, private: bool = False) -> "Place":
        """Return the place of an address. Raises OutgoingError for an address that is none."""
        parts, host, port = _parts(url)
        del parts
        return cls(host, port, private)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; a redirect is an answer like any other."""

    status: int
    body: bytes


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses that this machine's resolver gives for a name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_kind, address in found]


class Outgoing:
    """The one door outwards."""

    def __init__(
        self,
        places: Iterable[Place],
        *,
        loopback_http: bool = False,
        resolve: Resolve = system_resolve,
        tls: ssl.SSLContext | None = None,
        largest: int = LARGEST_ANSWER,
        within: float = SECONDS,
    ) -> None:
        """Take the places that may be asked. `loopback_http` allows plain HTTP to this machine itself, for tests."""
        self._places = {(place.host, place.port): place for place in places}
        self._loopback_http, self._resolve = loopback_http, resolve
        # Who may ask nobody need not read the machine's certificates.
        self._tls = tls or (ssl.create_default_context() if self._places else None)
        self._largest, self._within = largest, within

    def ask_now(self, url: str, *, method: str = "GET", content: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask and wait, where no event loop runs. Raises OutgoingError."""
        return asyncio.run(self.ask(url, method=method, content=content, headers=headers))

    async def ask(self, url: str, *, method: str = "GET", content: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Send one request and return its answer within the limits of size and time. Raises OutgoingError."""
        parts, host, port = _parts(url)
        place = self._places.get((host, port))
        if place is None:
            _refuse("this place is not on the list")
        if parts.scheme == "http" and not (self._loopback_http and host in LOOPBACK_NAMES):
            _refuse("only https is spoken")
        try:
            async with asyncio.timeout(self._within):
                return await self._ask(parts, place, method=method, content=content, headers=dict(headers or {}))
        except TimeoutError as late:
            message = "no whole answer came in time"
            raise OutgoingError(message) from late
        except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError, socket.gaierror, UnicodeError) as failed:
            message = f"no answer came: {type(failed).__name__}"
            raise OutgoingError(message) from failed

    async def _ask(self, parts: SplitResult, place: Place, *, method: str, content: bytes | None, headers: dict[str, str]) -> Answer:
        addresses = await self._addresses(place, loopback=parts.scheme == "http")
        standard = HTTPS if parts.scheme == "https" else HTTP
        written = f"[{place.host}]" if ":" in place.host else place.host
        sent = headers | {"host": written if place.port == standard else f"{written}:{place.port}", "accept-encoding": "identity"}
        failed: httpx2.TransportError | None = None
        assert self._tls is not None  # there are places, for this is one
        async with httpx2.AsyncClient(verify=self._tls, trust_env=False, follow_redirects=False, timeout=self._within) as client:
            for address in addresses:
                pinned = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 - the version of IP
                target = parts._replace(netloc=f"{pinned}:{place.port}", path=parts.path or "/").geturl()
                request = client.build_request(method, target, content=content, headers=sent, extensions={"sni_hostname": place.host})
                try:
                    response = await client.send(request, stream=True)
                except httpx2.ConnectError as unreachable:
                    failed = unreachable
                    continue
                try:
                    return Answer(response.status_code, await self._body(response))
                finally:
                    await response.aclose()
        raise failed or OutgoingError("the name has no address")

    async def _body(self, response: httpx2.Response) -> bytes:
        if response.headers.get("content-encoding", "identity") != "identity":
            _refuse("the answer is packed")
        parts: list[bytes] = []
        size = 0
        async for part in response.aiter_raw():
            size += len(part)
            if size > self._largest:
                _refuse("the answer is too large")
            parts.append(part)
        return b"".join(parts)

    async def _addresses(self, place: Place, *, loopback: bool) -> Sequence[Address]:
        """Resolve once; one address that may not be asked spoils the whole answer. Raises OutgoingError."""
        try:
            found = [ipaddress.ip_address(place.host)]
        except ValueError:
            names = await self._resolve(place.host, place.port)
            found = [_address(one) for one in dict.fromkeys(names)]
        if not found or not all(may_be_asked(one, private=place.private, loopback=loopback) for one in found):
            _refuse("the name leads to an address that may not be asked")
        return found[:MOST_ADDRESSES]


def may_be_asked(address: Address, *, private: bool, loopback: bool = False) -> bool:
    """Say whether a request may go to an address.

    A public one may be asked, a private one where that is listed, with `loopback` this machine alone; what is link-local
    (and with it the metadata of clouds), multicast or no single machine never.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return may_be_asked(address.ipv4_mapped, private=private, loopback=loopback)
        carried = any(address in carrier for carrier in CARRIERS) and not address.is_loopback
        if carried or address.is_site_local or address.scope_id is not None:
            return False
    reserved = address.is_reserved and not address.is_loopback
    nobody = reserved or address.is_multicast or address.is_unspecified or address.is_link_local
    if nobody or (loopback and not address.is_loopback):
        return False
    return private if address.is_private or address.is_loopback else address.is_global


def _parts(url: str) -> tuple[SplitResult, str, int]:
    """Return an address in its parts, with its host in the one form that is compared. Raises OutgoingError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as broken:
        message = "this is no address"
        raise OutgoingError(message) from broken
    host = parts.hostname or ""
    # What two readers could read differently is no address: credentials, backslashes, spaces, fragments, bytes beyond ASCII.
    plain = PLAIN_URL.fullmatch(url) and parts.scheme in {"https", "http"} and "@" not in parts.netloc and "#" not in url
    if not plain or not _is_host(host) or port == 0:
        _refuse("this is no address of the plain form")
    return parts, host, port or (HTTPS if parts.scheme == "https" else HTTP)


def _is_host(host: str) -> bool:
    try:
        return str(ipaddress.ip_address(host)) == host
    except ValueError:
        return bool(NAME.fullmatch(host)) and not NUMBER_LIKE.fullmatch(host)


def _address(written: str) -> Address:
    try:
        return ipaddress.ip_address(written)
    except ValueError:
        _refuse("the name leads to something that is no address")


def _refuse(message: str) -> NoReturn:
    raise OutgoingError(message)
