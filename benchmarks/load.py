"""A small load client: requests that are known beforehand, over kept-alive connections, each waiting for its answer.

    python -m benchmarks.load PORT REQUESTS CONNECTIONS SECONDS

REQUESTS is a file of base64 lines, a whole HTTP request each. Prints one JSON object.
"""

import asyncio
import base64
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import uvloop

Seen = Callable[[int, bytes], None]


class Connection(asyncio.Protocol):
    """One connection: sends a request, waits for the whole answer, sends the next one."""

    def __init__(self, requests: Sequence[bytes], start: int, seen: Seen | None = None) -> None:
        """Take the requests, and which one comes first; `seen` is told status and body of each answer."""
        self.requests, self.next, self.seen = requests, start, seen
        self.times: list[float] = []
        self.refused = 0
        self.running = True
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._held = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own is registered as none
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take an answer; it is whole once its body has the length that was told."""
        self._held = self._held + data if self._held else data
        head = self._held.find(b"\r\n\r\n")
        if head < 0:
            return
        length = self._length(head)
        if length is None or len(self._held) < head + 4 + length:
            return
        status, body = int(self._held[9:12]), self._held[head + 4 :]
        self._held = b""
        self.times.append(time.perf_counter() - self._sent)
        self.refused += status != 200
        if self.seen is not None:
            self.seen(status, body)
        if self.running:
            self._send()
        else:
            self.transport.close()

    def _length(self, head: int) -> int | None:
        """Return how long the body is that came, or None while a body in chunks is not whole."""
        told = self._held.find(b"content-length: ", 0, head)
        if told < 0:
            told = self._held[:head].lower().find(b"content-length: ")
        if told >= 0:
            return int(self._held[told + 16 : self._held.find(b"\r\n", told)])
        return len(self._held) - head - 4 if self._held.endswith(b"\r\n0\r\n\r\n") else None

    def connection_lost(self, _error: Exception | None) -> None:
        """Note the end."""
        if not self.ended.done():
            self.ended.set_result(None)

    def _send(self) -> None:
        request = self.requests[self.next % len(self.requests)]
        self.next += 1
        self._sent = time.perf_counter()
        self.transport.write(request)


def request(path: str, body: object, *, key: str, port: int) -> bytes:
    """Return a whole check as it goes over the line."""
    content = json.dumps(body).encode()
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Authorization: Bearer {key}", "Content-Type: application/json"]
    return "\r\n".join([*lines, f"Content-Length: {len(content)}", "", ""]).encode() + content


async def drive(port: int, requests: Sequence[bytes], *, connections: int, seconds: float, seen: Seen | None = None) -> dict[str, float]:
    """Return answers a second, seconds of the median and 99th percentile, and how many answers were not 200."""
    loop = asyncio.get_running_loop()
    lines: list[Connection] = []
    began = time.perf_counter()
    for number in range(connections):
        first = number * len(requests) // connections
        _transport, line = await loop.create_connection(lambda first=first: Connection(requests, first, seen), "127.0.0.1", port)
        lines.append(line)
    await asyncio.sleep(seconds)
    took = time.perf_counter() - began
    times = sorted(one for line in lines for one in line.times)
    for line in lines:
        line.running = False
    await asyncio.wait([line.ended for line in lines], timeout=5)
    if not times:
        return {"rate": 0.0, "p50": 0.0, "p99": 0.0, "refused": 0}
    refused = sum(line.refused for line in lines)
    return {"rate": len(times) / took, "p50": times[len(times) // 2], "p99": times[len(times) * 99 // 100], "refused": refused}


def main() -> None:
    """Drive a port as the command line says."""
    port, requests, connections, seconds = sys.argv[1:]
    lines = [base64.b64decode(line) for line in Path(requests).read_text(encoding="ascii").splitlines()]
    print(json.dumps(uvloop.run(drive(int(port), lines, connections=int(connections), seconds=float(seconds)))))


if __name__ == "__main__":
    main()
