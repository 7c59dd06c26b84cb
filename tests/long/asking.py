"""A small HTTP/1.1 client that keeps its connection, and what the long tests start and count."""

import asyncio
import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


class Client:
    """One kept connection to one service process."""

    def __init__(self, port: int, key: str) -> None:
        self.port, self.key = port, key
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, person: str, information: str = "d1", request_id: str = "r") -> tuple[int, dict[str, Any]]:
        if self.writer is None or self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        body = json.dumps(
            {
                "subject": {"type": "person", "id": person},
                "resource": {"type": "information", "id": information},
                "action": {"name": "read"},
            },
        ).encode()
        head = (
            f"POST /access/v1/evaluation HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.key}\r\n"
            f"Content-Type: application/json\r\nX-Request-ID: {request_id}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        self.writer.write(head + body)
        raw = await self.reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in raw.split(b"\r\n") if line.lower().startswith(b"content-length"))
        content = await self.reader.readexactly(length)
        return int(raw[9:12]), json.loads(content)

    async def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
            with contextlib.suppress(Exception):
                await self.writer.wait_closed()


class Process:
    """A service process on a database."""

    def __init__(self, url: str, folder: Path, *, order: str = "right") -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.command = [sys.executable, "-m", "tests.long.serving", url, str(folder), str(self.port), order]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(self.command)
        deadline = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process.poll() is None, "the service process ended"
            assert time.monotonic() < deadline, "the service process did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


@contextlib.contextmanager
def processes(url: str, folder: Path, count: int, *, order: str = "right") -> Iterator[list[Process]]:
    started = [Process(url, folder, order=order) for _ in range(count)]
    try:
        for one in started:
            one.start()
        yield started
    finally:
        for one in started:
            one.stop()


async def saturate(ports: list[int], key: str, people: list[str], *, connections: int, stop: Callable[[], bool]) -> int:
    """Ask without pause over so many connections to each port until told to stop; return how many answers came."""
    answers = 0

    async def one(port: int, offset: int) -> None:
        nonlocal answers
        client = Client(port, key)
        place = offset
        while not stop():
            place += 1
            try:
                status, _body = await client.ask(people[place % len(people)])
            except (OSError, asyncio.IncompleteReadError):
                break
            answers += status == 200
        await client.close()

    await asyncio.gather(*(one(port, offset * 7) for port in ports for offset in range(connections)))
    return answers
