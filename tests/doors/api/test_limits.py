"""Hostile requests on a real line: what is no request, what is too much, and what every answer carries."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from service.api.authzen import PATH
from service.api.limits import LARGEST_BODY, LARGEST_HEAD, MOST_HEADERS, SECURE, Limits, Receive, Scope, Send
from service.api.line import OPTIONS, StrictLine
from tests.builders.served import PromptServer, free_port, started
from tests.doors.api.conftest import World

HOST = b"Host: sekisho.test\r\n"


class Answer:
    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        self.status = int(lines[0].split(b" ")[1]) if raw else 0
        self.headers = [(name.lower(), value) for name, _, value in (line.partition(b": ") for line in lines[1:])]

    def __getitem__(self, name: bytes) -> bytes | None:
        found = [value for key, value in self.headers if key == name]
        assert len(found) <= 1, name
        return found[0] if found else None


def send(port: int, raw: bytes, *, patience: float = 5) -> Answer:
    """Send bytes as they are, and read one answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as line:
        line.sendall(raw)
        held = b""
        while True:
            head, end, body = held.partition(b"\r\n\r\n")
            length = [part for part in head.lower().split(b"\r\n") if part.startswith(b"content-length: ")]
            if end and (raw.startswith(b"HEAD") or (length and len(body) >= int(length[0].split()[1]))):
                return Answer(held)
            try:
                more = line.recv(65_536)
            except ConnectionResetError:
                more = b""
            if not more:
                return Answer(held)
            held += more


def get(path: bytes, *headers: bytes, method: bytes = b"GET", version: bytes = b"1.1", host: bytes = HOST, body: bytes = b"") -> bytes:
    return b"".join((method, b" ", path, b" HTTP/", version, b"\r\n", host, *(one + b"\r\n" for one in headers), b"\r\n", body))


class Seen:
    """An application that remembers what got through to it."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []
        self.bodies: list[bytes] = []
        self.hold = threading.Event()
        self.hold.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.scopes.append(scope)
        message = await receive()
        body = message.get("body", b"")
        while message.get("more_body"):
            message = await receive()
            body += message.get("body", b"")
        self.bodies.append(body)
        await asyncio.to_thread(self.hold.wait)
        if scope["path"] == "/broken":
            secret = "a secret of the doors"
            raise ValueError(secret)
        headers = [(b"content-length", b"2"), (b"x-request-id", b"made up")]
        if scope["path"] == "/page":
            headers.append((b"content-security-policy", b"default-src 'self'"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"ok"})


@contextmanager
def behind(app: Any, **options: Any) -> Iterator[int]:
    port = free_port()
    server = PromptServer(uvicorn.Config(app, host="127.0.0.1", port=port, **OPTIONS | options))
    thread = started(server)
    yield port
    server.end()
    thread.join()


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def port(seen: Seen) -> Iterator[int]:
    with behind(Limits(seen, own=frozenset(("/hot",)), uploads={"/files/": 1_000_000})) as port:
        yield port


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (get(b"http://elsewhere.test/x"), 400),
        (get(b"http://elsewhere.test/hot"), 400),
        (get(b"*", method=b"OPTIONS"), 400),
        (get(b"sekisho.test:443", method=b"CONNECT"), 400),
        (get(b"/x#y"), 400),
        (get(b"//x"), 400),
        (get(b"/x//y"), 400),
        (get(b"/x/../y"), 400),
        (get(b"/x/%2e%2e/y"), 400),
        (get(b"/x/."), 400),
        (get(b"/x%2fy"), 400),
        (get(b"/x%5Cy"), 400),
        (get(b"/x%252e"), 400),
        (get(b"/x%00y"), 400),
        (get(b"/x\x00y"), 400),
        (get(b"/x%0d%0aSet-Cookie:%20a"), 400),
        (get(b"/x%e2%80%a8y"), 400),
        (get(b"/x%ff"), 400),
        (get(b"/" + b"x" * 3_000), 414),
        (get(b"/x?" + b"y" * 9_000), 414),
        (get(b"/x", method=b"TRACE"), 405),
        (get(b"/x", method=b"PROPFIND"), 405),
        (get(b"/x", b"X: " + b"y" * LARGEST_HEAD), 431),
        (get(b"/hot", b"X: " + b"y" * LARGEST_HEAD), 431),
        (get(b"/x", *[b"X: y"] * MOST_HEADERS), 431),
        (get(b"/x", host=b""), 400),
        (get(b"/x", HOST.strip()), 400),
        (get(b"/hot", HOST.strip()), 400),
        (get(b"/x", b"Authorization: Bearer a", b"Authorization: Bearer b"), 400),
        (get(b"/x", b"Transfer-Encoding: gzip, chunked", method=b"POST", body=b"0\r\n\r\n"), 400),
        (get(b"/hot", b"Transfer-Encoding: gzip, chunked", method=b"POST", body=b"0\r\n\r\n"), 400),
        (get(b"/x", b"Transfer-Encoding: chunked", b"Content-Length: 3", method=b"POST", body=b"0\r\n\r\n"), 400),
        (get(b"/x", b"Transfer-Encoding: chunked", method=b"POST", version=b"1.0", body=b"0\r\n\r\n"), 400),
        (get(b"/x", b"Transfer-Encoding: xchunked", method=b"POST", body=b"0\r\n\r\n"), 400),
        (get(b"/x", b"Content-Length: 3", b"Content-Length: 4", method=b"POST", body=b"abcd"), 400),
        (get(b"/x", b"Content-Length: -3", method=b"POST", body=b"abc"), 400),
        (get(b"/x", b"Content-Length: %d" % (LARGEST_BODY + 1), method=b"POST"), 413),
        (get(b"/x", b"Content-Length: " + b"9" * 18, method=b"POST"), 413),
        (get(b"/x", b"Transfer-Encoding: chunked", method=b"POST", body=(b"10000\r\n" + b"x" * 65_536 + b"\r\n") * 5), 413),
        (get(b"/files/roster", b"Content-Length: 1000001", method=b"POST"), 413),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 4, 400),
        (b"GET /x\r\n\r\n", 400),
    ],
)
def test_what_two_readers_could_read_differently_or_is_too_much_reaches_no_door(port: int, seen: Seen, raw: bytes, status: int) -> None:
    answer = send(port, raw)
    assert answer.status == status
    assert seen.scopes == []
    for name, value in SECURE:
        assert answer[name] == value, name
    assert json.loads(answer.body)["status"] == status
    assert b"sekisho.test" not in answer.body
    assert answer[b"server"] is None


def test_a_body_within_its_limit_arrives_whole(port: int, seen: Seen) -> None:
    body = b"x" * LARGEST_BODY
    assert send(port, get(b"/x", b"Content-Length: %d" % len(body), method=b"POST", body=body)).status == 200
    upload = b"y" * 1_000_000
    assert send(port, get(b"/files/roster", b"Content-Length: 1000000", method=b"POST", body=upload)).status == 200
    chunks = b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    assert send(port, get(b"/x", b"Transfer-Encoding: chunked", method=b"POST", body=chunks)).status == 200
    assert send(port, get(b"/x")).status == 200
    assert seen.bodies == [body, upload, b"abcde", b""]


@pytest.mark.parametrize("written", [b"Connection: Upgrade, HTTP2-Settings", b"connection: keep-alive,upgrade", b"CONNECTION:UPGRADE"])
def test_an_offer_of_another_protocol_is_ignored_and_the_body_kept(port: int, seen: Seen, written: bytes) -> None:
    offered = (written, b"Upgrade: h2c", b"HTTP2-Settings: AAEAAEAAAAIAAAAA")
    told = b"\r\nConnection: Upgrade\r\n\r\nConnection: upgrade"
    one = get(b"/x", *offered, b"Content-Length: %d" % len(told), method=b"POST", body=told)
    assert send(port, one).status == 200
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        head, gap, body = one.partition(b"\r\n\r\n")
        line.sendall(head + gap)
        time.sleep(0.2)
        line.sendall(body)
        assert line.recv(65_536).startswith(b"HTTP/1.1 200")
    assert seen.bodies == [told, told]


@pytest.mark.parametrize("header", [b"X-HTTP-Method-Override", b"X-HTTP-Method", b"X-Method-Override"])
def test_no_header_changes_the_method(port: int, seen: Seen, header: bytes) -> None:
    assert send(port, get(b"/x?_method=DELETE", header + b": DELETE")).status == 200
    assert seen.scopes[0]["method"] == "GET"


@pytest.mark.parametrize(
    ("sent", "echoed"),
    [
        (b"r-1.A_9", b"r-1.A_9"),
        (b"x" * 64, b"x" * 64),
        (b"x" * 65, None),
        (b"a b", None),
        (b"<script>", None),
        ("照会".encode(), None),
        ("a\u2028b".encode(), None),
        (b"a\tb", None),
        (b"", None),
    ],
)
def test_only_a_plain_request_id_comes_back(port: int, sent: bytes, echoed: bytes | None) -> None:
    for path in (b"/x", b"/broken", b"/x//y"):
        assert send(port, get(path, b"X-Request-ID: " + sent))[b"x-request-id"] == echoed


def test_a_defect_says_nothing_of_itself(port: int, caplog: pytest.LogCaptureFixture) -> None:
    for path in (b"/broken", b"/hot"):
        answer = send(port, get(path))
        assert b"secret" not in answer.body
    assert send(port, get(b"/broken")).status == 500
    caplog.clear()


def test_a_page_keeps_a_policy_of_its_own(port: int) -> None:
    assert send(port, get(b"/page"))[b"content-security-policy"] == b"default-src 'self'"


def test_what_is_no_http_is_refused(port: int, seen: Seen) -> None:
    upgrade = (b"Upgrade: websocket", b"Connection: upgrade", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", b"Sec-WebSocket-Version: 13")
    assert send(port, get(b"/x", *upgrade)).status == 200
    assert [scope["type"] for scope in seen.scopes] == ["http"]


class Hasty(StrictLine):
    head_seconds = 0.4


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /x",
        b"GET /x HTTP/1.1\r\nHost: a\r\nX: y",
        b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
        b"POST /hot HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
    ],
)
def test_a_request_that_does_not_end_is_ended(seen: Seen, begun: bytes) -> None:
    """As slowloris does it: a byte now and then keeps any timer of silence away."""
    with (
        behind(Limits(seen, own=frozenset(("/hot",)), body_seconds=0.4), http=Hasty) as port,
        socket.create_connection(("127.0.0.1", port), timeout=5) as line,
    ):
        began = time.monotonic()
        line.sendall(begun)
        line.settimeout(0.1)
        answer = b""
        while time.monotonic() - began < 5:
            try:
                more = line.recv(65_536)
            except TimeoutError:
                if begun:
                    line.sendall(b"z")
                continue
            except ConnectionResetError:
                break
            if not more:
                break
            answer += more
        assert 0.3 < time.monotonic() - began < 2.5
        assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_head_without_end_is_cut_off(seen: Seen) -> None:
    with behind(Limits(seen)) as port, socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(b"GET /x HTTP/1.1\r\nHost: a\r\n")
        sent = 0
        with pytest.raises(OSError):  # noqa: PT011 - reset or broken pipe, as the race goes
            while sent < 50_000_000:
                sent += line.send(b"X: " + b"y" * 1_000 + b"\r\n")
        assert sent < 10_000_000
    assert seen.scopes == []


def test_too_many_at_once_are_told_so_at_once_and_narrowing_acts_are_not(seen: Seen) -> None:
    seen.hold.clear()
    with behind(Limits(seen, most_under_way=8)) as port:
        answers: list[Answer] = []
        waiting = [threading.Thread(target=lambda: answers.append(send(port, get(b"/x"), patience=20))) for _ in range(8)]
        for one in waiting:
            one.start()
        while len(seen.scopes) < 8:
            time.sleep(0.01)
        times = []
        for _ in range(20):
            began = time.perf_counter()
            answer = send(port, get(b"/x"))
            times.append(time.perf_counter() - began)
            assert answer.status == 503
            assert answer[b"retry-after"] == b"1"
        assert sorted(times)[10] < 0.01
        acts = threading.Thread(target=lambda: answers.append(send(port, get(b"/api/v1/acts/revoke"), patience=20)))
        acts.start()
        while len(seen.scopes) < 9:
            time.sleep(0.01)
        seen.hold.set()
        for one in (*waiting, acts):
            one.join()
        assert [answer.status for answer in answers] == [200] * 9


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_strict_transport_is_told_over_https_alone(seen: Seen, scheme: str) -> None:
    with behind(Limits(seen), proxy_headers=True) as port:
        answer = send(port, get(b"/x", b"X-Forwarded-Proto: " + scheme.encode()))
    assert (answer[b"strict-transport-security"] is not None) == (scheme == "https")


def test_every_route_and_every_error_of_the_service_carries_the_headers(served: World) -> None:
    bearer = b"Authorization: Bearer " + served.key.encode()
    hot = PATH.encode()
    check = json.dumps(
        {"subject": {"type": "person", "id": "permit"}, "resource": {"type": "information", "id": "d1"}, "action": {"name": "read"}}
    ).encode()
    told = (b"Content-Type: application/json", b"Content-Length: %d" % len(check))
    cases = [
        (get(b"/health"), 200),
        (get(b"/"), 303),
        (get(b"/static/console.css"), 200),
        (get(b"/static/nothing.css"), 404),
        (get(b"/nothing"), 404),
        (get(b"/health", method=b"DELETE"), 405),
        (get(b"/x//y"), 400),
        (get(hot), 405),
        (get(hot, method=b"TRACE"), 405),
        (get(hot, *told, method=b"POST", body=check), 401),
        (get(hot, bearer, *told, method=b"POST", body=check), 200),
        (get(hot, bearer, told[0], b"Content-Length: 2", method=b"POST", body=b"[]"), 400),
        (get(hot, bearer, told[0], b"Content-Length: 70000", method=b"POST", body=b"x" * 70_000), 400),
    ]
    for raw, status in cases:
        for id_, echoed in ((b"r-1", b"r-1"), (b"r 1", None)):
            answer = send(served.port, raw.replace(HOST, HOST + b"X-Request-ID: " + id_ + b"\r\n"))
            assert answer.status == status, raw
            assert answer[b"x-request-id"] == echoed, raw
            for name, value in SECURE:
                found = answer[name]
                if name == b"content-security-policy" and raw.startswith(b"GET /static/console"):
                    assert found is not None
                    assert found.startswith(b"default-src 'none'")
                elif name == b"cache-control" and b"/static/console" in raw:
                    continue
                else:
                    assert found == value, (raw, name)
