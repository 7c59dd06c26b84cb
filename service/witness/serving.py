"""The witness's one door over HTTP, of the standard library alone: small bodies, a deadline for each request, few at a time."""

import io
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

from service.witness.answering import LARGEST_BODY, PLAIN, Answer, add_checkpoint
from service.witness.keeping import Witness

PATH = "/add-checkpoint"
SECONDS = 10.0
"""How long a whole request may take to arrive, and a connection may say nothing."""
MOST_AT_ONCE = 32
LARGEST_HEAD = 32_768
LONGEST_LENGTH = 9
"""Digits of a content length, before it is taken for a number."""


class WitnessServer(ThreadingHTTPServer):
    """A server that closes what comes beyond the most connections at once, and ends without waiting for slow ones."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(
        self,
        address: tuple[str, int],
        witness: Witness,
        *,
        clock: Callable[[], int],
        tell: Callable[[str], None],
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
        most: int = MOST_AT_ONCE,
    ) -> None:
        """Listen; `clock` tells seconds since 1970, `tell` is shown a line for each answer."""
        self.witness, self.clock, self.tell, self.tls, self.seconds = witness, clock, tell, tls, seconds
        self._places = threading.BoundedSemaphore(most)
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection a thread of its own, or close it where there are too many."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._places.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer a connection, and free its place."""
        try:
            request.settimeout(self.seconds)
            if self.tls is not None:
                # Here and not where connections are accepted: a slow handshake holds nobody up.
                request = self.tls.wrap_socket(request, server_side=True)
            super().process_request_thread(request, client_address)
        except OSError:
            self.shutdown_request(request)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell in a line of an error nobody foresaw; the connection is closed."""
        error = sys.exception()
        if not isinstance(error, OSError):
            self.tell(f"DEFECT: {type(error).__name__}: {error}")
        del request, client_address


class _Hurried(io.RawIOBase):
    """What arrives on a connection: each request of it before one deadline, however slowly its bytes drip, and no more than so many."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection, self._seconds = connection, seconds
        self.begin()

    def begin(self) -> None:
        self._until, self._room = monotonic() + self._seconds, LARGEST_BODY + LARGEST_HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._until - monotonic()
        if left <= 0:
            message = "the request did not arrive in time"
            raise TimeoutError(message)
        self._connection.settimeout(left)
        count = self._connection.recv_into(buffer)
        self._room -= count
        if self._room < 0:
            message = "the request is too large"
            raise TimeoutError(message)  # as a late one ends: the connection is closed
        return count


class Handler(BaseHTTPRequestHandler):
    """One connection; it may ask several times."""

    server: WitnessServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "witness", ""

    def setup(self) -> None:
        """Read through a deadline."""
        super().setup()
        self._hurried = _Hurried(self.connection, self.server.seconds)
        self.rfile = io.BufferedReader(self._hurried)

    def handle_one_request(self) -> None:
        """Answer one request; the time begins anew for each."""
        self._hurried.begin()
        super().handle_one_request()

    def do_POST(self) -> None:
        """Answer to a checkpoint."""
        if self.path != PATH:
            self._give(Answer(404, "there is nothing here but /add-checkpoint\n", ""), closes=True)
            return
        lengths, length = self.headers.get_all("content-length") or [], 0
        if len(lengths) != 1 or "transfer-encoding" in self.headers or not self._is_number(lengths[0]):
            self._give(Answer(411, "a request says once how long it is\n", ""), closes=True)
            return
        length = int(lengths[0])
        if length > LARGEST_BODY:
            self._give(Answer(413, "the body is too large\n", ""), closes=True)
            return
        body = self.rfile.read(length)
        if len(body) != length:
            self.close_connection = True
            return
        self._give(add_checkpoint(self.server.witness, body, at=self.server.clock()))

    def _is_number(self, digits: str) -> bool:
        return digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_LENGTH

    def _give(self, answer: Answer, *, closes: bool = False) -> None:
        if answer.told:
            self.server.tell(answer.told)
        content = answer.body.encode()
        self.connection.settimeout(self.server.seconds)
        self.send_response(answer.status)
        self.send_header("content-type", answer.kind)
        self.send_header("content-length", str(len(content)))
        self.send_header("x-content-type-options", "nosniff")
        if closes:
            self.send_header("connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no request for this door, in plain words."""
        del message, explain
        status = 405 if code == 501 else code  # noqa: PLR2004 - an unknown method is one that this door does not have
        self.request_version = getattr(self, "request_version", "") or "HTTP/1.1"
        self._give(Answer(int(status), "not a request that is answered here\n", "", PLAIN), closes=True)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
        """Say nothing of requests; answers are told."""
        del format, args
