"""The only way out of this package: bounded in size and time, no redirects, no proxy of the environment, and only where it may go."""

import asyncio
import functools
import ipaddress
import json
import socket
import ssl
from collections.abc import AsyncIterator
from typing import Any

import httpx2

from service.identity.oidc.entries import ProviderEntry, require_address

LONGEST_ANSWER = 256 * 1024
SECONDS = 5.0


@functools.cache
def _system_trust() -> ssl.SSLContext:
    return ssl.create_default_context()


class ForbiddenAnswerError(httpx2.TransportError):
    """An address that may not be asked, or an answer that is longer than any honest one."""


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._stream:
            size += len(part)
            if size > LONGEST_ANSWER:
                message = "the answer is too long"
                raise ForbiddenAnswerError(message)
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


class NarrowTransport(httpx2.AsyncBaseTransport):
    """Goes to one provider's addresses and nowhere else."""

    def __init__(self, entry: ProviderEntry) -> None:
        """Take the provider."""
        self._entry = entry
        self._inner = httpx2.AsyncHTTPTransport(verify=_system_trust(), trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Ask, where the address may be asked. Raises ForbiddenAnswerError."""
        try:
            require_address(str(request.url), loopback=self._entry.insecure_loopback)
        except ValueError as wrong:
            raise ForbiddenAnswerError(str(wrong)) from wrong
        host = request.url.host
        address = await self._reachable(host, request.url.port or 443)
        # The connection goes to what was looked at: a name that leads elsewhere a moment later leads nowhere.
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        request.headers["Accept-Encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        if response.headers.get("Content-Encoding", "identity") != "identity" or not isinstance(response.stream, httpx2.AsyncByteStream):
            await response.aclose()
            message = "the answer is packed, which nobody asked for"
            raise ForbiddenAnswerError(message)
        response.stream = _Bounded(response.stream)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    async def _reachable(self, host: str, port: int) -> str:
        """Return the address of a name, all of whose addresses may be asked. Raises ForbiddenAnswerError."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as unknown:
            message = f"{host} has no address"
            raise ForbiddenAnswerError(message) from unknown
        for *_, address in found:
            if not may_reach(str(address[0]), private=self._entry.private, loopback=self._entry.insecure_loopback):
                message = f"{host} leads to an address that may not be asked"
                raise ForbiddenAnswerError(message)
        return str(found[0][4][0])


def may_reach(address: str, *, private: bool, loopback: bool) -> bool:
    """Say whether a provider may live at an address: a global one, or a private or loopback one where its entry says so."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if loopback or ip.is_loopback:
        return loopback and ip.is_loopback
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved:
        return False
    return ip.is_global or private


def read_json(text: bytes | str) -> dict[str, Any]:
    """Return a JSON object that says everything once. Raises ValueError for anything else."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            message = "a name occurs twice"
            raise ValueError(message)
        return found

    def refuse(constant: str) -> None:
        message = f"{constant} is no JSON"
        raise ValueError(message)

    try:
        value = json.loads(text, object_pairs_hook=once, parse_constant=refuse)
    except RecursionError as deep:
        message = "nested too deep"
        raise ValueError(message) from deep
    if not isinstance(value, dict):
        message = "not an object"
        raise ValueError(message)  # noqa: TRY004 # of text, not of a caller's type
    return value


async def fetch_json(entry: ProviderEntry, address: str) -> dict[str, Any]:
    """Return the JSON object at an address of a provider. Raises OSError, ValueError or httpx2.HTTPError where there is none."""
    async with (
        asyncio.timeout(SECONDS),
        httpx2.AsyncClient(transport=NarrowTransport(entry), follow_redirects=False, trust_env=False, timeout=SECONDS) as client,
    ):
        response = await client.get(address, headers={"Accept": "application/json"})
        if response.status_code != httpx2.codes.OK:
            message = f"the answer was {response.status_code}"
            raise ValueError(message)
        return read_json(response.content)
