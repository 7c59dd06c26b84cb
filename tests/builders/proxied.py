"""A line to PostgreSQL that goes bad: cut after so many bytes of an answer, dropped, or swallowing all that is sent."""

import asyncio
import contextlib
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

SOCKET = ".s.PGSQL.5432"
Mode = Literal["pass", "drop", "swallow"]


@dataclass
class Proxy:
    """Passes bytes on between a service and its database; each word may be changed at any time."""

    url: str
    target: Path
    mode: Mode = "pass"
    marker: bytes | None = None
    """The next time these bytes go to the server, what it answers is counted."""
    cut_after: int | None = None
    """After so many counted bytes both sides are cut, once."""
    silent_from: bytes | None = None
    """From the message on that holds these bytes everything is swallowed."""
    answered: int = 0
    """The bytes counted so far."""
    cuts: int = 0
    _armed: int = 0
    _lines: set[asyncio.StreamWriter] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop | None = None

    def arm(self, marker: bytes, cut_after: int | None) -> None:
        """Count what is answered to the next message that holds `marker`, and cut after so many bytes."""
        self.answered, self.cut_after, self.marker = 0, cut_after, marker
        # What a line counted for an earlier marker is over.
        self._armed += 1

    def drop(self) -> None:
        """Cut every line and let nobody in."""
        self.mode = "drop"
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for line in list(self._lines):
            line.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == "drop":
            writer.transport.abort()
            return
        back, forth = await asyncio.open_unix_connection(str(self.target))
        both, counting = {writer, forth}, [-1]
        self._lines |= both
        with contextlib.suppress(OSError):
            await asyncio.gather(self._requests(reader, forth, counting), self._answers(back, writer, counting, both))
        for one in both:
            one.transport.abort()
        self._lines -= both

    async def _requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counting: list[int]) -> None:
        tail = b""
        while sent := await reader.read(65_536):
            if self.silent_from is not None and self.silent_from in tail + sent:
                self.mode, self.silent_from = "swallow", None
            if self.mode == "swallow":
                continue
            if self.marker is not None and self.marker in tail + sent:
                self.marker, counting[0] = None, self._armed
            tail = sent[-100:]
            writer.write(sent)
            await writer.drain()
        writer.close()

    async def _answers(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counting: list[int], both: set[asyncio.StreamWriter]
    ) -> None:
        while answer := await reader.read(65_536):
            if self.mode == "swallow":
                continue
            left, counted = len(answer), counting[0] == self._armed
            if counted and self.cut_after is not None and self.answered + left >= self.cut_after:
                left = self.cut_after - self.answered
            if counted:
                self.answered += left
            writer.write(answer[:left])
            await writer.drain()
            if counted and self.answered == self.cut_after:
                self.cut_after = None
                self.cuts += 1
                # What was let through must arrive before the end does.
                writer.close()
                for one in both - {writer}:
                    one.transport.abort()
                return
        writer.close()


@contextmanager
def proxied(url: str) -> Iterator[Proxy]:
    """Yield a proxy before the server of an address whose socket lies in a folder; its own address leads through it."""
    (folder,) = parse_qs(urlsplit(url).query)["host"]
    with tempfile.TemporaryDirectory(prefix="sk-p") as place:
        proxy = Proxy(re.sub(r"host=[^&]+", f"host={place}", url), Path(folder) / SOCKET)
        started = threading.Event()
        ending: list[asyncio.Event] = []

        async def run() -> None:
            proxy._loop = asyncio.get_running_loop()
            ending.append(asyncio.Event())
            server = await asyncio.start_unix_server(proxy.serve, f"{place}/{SOCKET}")
            started.set()
            await ending[0].wait()
            server.close()
            proxy._cut()
            await asyncio.sleep(0.05)

        thread = threading.Thread(target=lambda: asyncio.run(run()))
        thread.start()
        assert started.wait(10)
        try:
            yield proxy
        finally:
            assert proxy._loop is not None
            proxy._loop.call_soon_threadsafe(ending[0].set)
            thread.join()
