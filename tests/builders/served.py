"""An application behind a real server in a thread of this process."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(app: Any, *, host: str = "127.0.0.1", port: int | None = None, **words: Any) -> Iterator[str]:
    """Serve an application on a port of the loopback, a free one where none is named, and yield its address."""
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="error", lifespan="on", **words))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < deadline
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield f"http{'s' if words.get('ssl_certfile') else ''}://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()
