"""An application behind a real server in a thread of this process."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class PromptServer(uvicorn.Server):
    """uvicorn's server, which notices in a moment that it shall end; thousands of tests would wait for its next look otherwise."""

    _line: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def end(self) -> None:
        """Ask it to end, from any thread."""
        self.should_exit = True
        if self._line is not None:
            loop, bell = self._line
            with suppress(RuntimeError):  # the loop has ended already
                loop.call_soon_threadsafe(bell.set)

    async def main_loop(self) -> None:
        """Look ten times a second, and as soon as the bell rings."""
        bell = asyncio.Event()
        self._line = asyncio.get_running_loop(), bell
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), 0.1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End at once where every connection is idle, else as uvicorn does."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for _look in range(10):
            if not self.server_state.connections and not self.server_state.tasks:
                for listening in sockets or []:
                    listening.close()
                await self.lifespan.shutdown()
                return
            await asyncio.sleep(0.002)
        await super().shutdown(sockets)


def started(server: PromptServer, **words: Any) -> threading.Thread:
    """Run a server in a thread and return once it listens; `words` are those of `run`."""
    thread = threading.Thread(target=server.run, kwargs=words, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < deadline
        assert thread.is_alive()
        time.sleep(0.002)
    return thread


@contextmanager
def serving(app: Any, *, host: str = "127.0.0.1", port: int | None = None, **words: Any) -> Iterator[str]:
    """Serve an application on a port of the loopback, a free one where none is named, and yield its address."""
    port = port or free_port()
    server = PromptServer(uvicorn.Config(app, host=host, port=port, log_level="error", lifespan="on", **words))
    thread = started(server)
    try:
        yield f"http{'s' if words.get('ssl_certfile') else ''}://{host}:{port}"
    finally:
        server.end()
        thread.join()
