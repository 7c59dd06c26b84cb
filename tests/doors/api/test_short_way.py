"""The short way of a check: what goes it, what does not, and that nobody can tell by an answer which way it came."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from service.api import gateway, line
from service.api.authzen import PATH, Evaluation
from service.api.budget import Budget
from service.api.direct import plain_head
from service.api.line import StrictLine
from service.ledger.batches import TAKE_TURN
from tests.doors.api.conftest import World
from tests.doors.api.test_answers_at_once import answers, asked, without_date

BODY = {"subject": {"type": "person", "id": "permit"}, "resource": {"type": "information", "id": "d1"}, "action": {"name": "read"}}


def request(world: World, *, without: str = "", more: tuple[str, ...] = (), body: bytes | None = None, method: str = "POST") -> bytes:
    """Return a check as bytes: a plain one, but for what a test changes."""
    content = json.dumps(BODY).encode() if body is None else body
    head = ["Host: a", f"Authorization: Bearer {world.key}", "Content-Type: application/json", f"Content-Length: {len(content)}"]
    kept = [one for one in head if without == "" or not one.startswith(without)]
    return "\r\n".join([f"{method} {PATH} HTTP/1.1", *kept, *more, "", ""]).encode() + content


def one(world: World, sent: bytes) -> tuple[int, bytes, bytes]:
    """Send bytes and return what came: status, head and body."""
    with socket.create_connection(("127.0.0.1", world.port), timeout=15) as connection:
        connection.sendall(sent)
        held = b""
        while b"\r\n\r\n" not in held or not held.partition(b"\r\n\r\n")[2].endswith(b"}"):
            came = connection.recv(65_536)
            if not came:
                break
            held += came
    head, _gap, body = held.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), head, body


@contextmanager
def tasks_counted() -> Iterator[list[object]]:
    """Count the requests for which the line starts an application."""
    started, start = list[object](), StrictLine._start_asgi_task

    def noted(self: StrictLine, cycle: Any, app: Any) -> None:
        started.append(cycle)
        start(self, cycle, app)

    StrictLine._start_asgi_task = noted  # type: ignore[method-assign]
    try:
        yield started
    finally:
        StrictLine._start_asgi_task = start  # type: ignore[method-assign]


def test_permits_and_denials_alike_are_answered_without_a_task(served: World) -> None:
    with tasks_counted() as started:
        for person in ("permit", "not-listed", "nobody-known"):
            ((head, body),) = answers(served, asked(served, person, "X-Request-ID: r1"), 1)
            assert body["decision"] is (person == "permit")
            assert head.count(b"x-request-id: r1") == 1
    assert started == []


WAYS: dict[str, Callable[[World], bytes]] = {
    "permit": request,
    "with a request id": lambda world: request(world, more=("X-Request-ID: mine",)),
    "denial": lambda world: asked(world, "not-listed"),
    "no JSON": lambda world: request(world, body=b"no"),
    "no subject": lambda world: request(world, body=b'{"resource": {"type": "information", "id": "d1"}}'),
    "a name twice": lambda world: request(
        world,
        body=b'{"subject": {"type": "person", "id": "permit", "id": "permit"}, "resource": {"type": "information", "id": "d1"}, "action": {"name": "read"}}',
    ),
    "another content type": lambda world: request(world, without="Content-Type", more=("Content-Type: text/plain",)),
    "nobody's key": lambda world: request(world, without="Authorization", more=("Authorization: Bearer nobody",)),
    "no key": lambda world: request(world, without="Authorization"),
    "two keys": lambda world: request(world, more=("Authorization: Bearer other",)),
    "a token": lambda world: request(world, without="Authorization", more=("Authorization: Bearer a.b.c",)),
    "no host": lambda world: request(world, without="Host"),
    "two lengths": lambda world: request(world, more=("Content-Length: 3",)),
    "another method": lambda world: request(world, method="PUT"),
    "many headers": lambda world: request(world, more=tuple(f"X-{number}: a" for number in range(120))),
    "large headers": lambda world: request(world, more=tuple(f"X-{number}: {'a' * 3000}" for number in range(6))),
}
PLAIN = {"permit", "with a request id", "denial"}


@pytest.mark.parametrize("case", WAYS)
def test_nobody_can_tell_by_an_answer_which_way_it_came(served: World, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    short = one(served, WAYS[case](served))
    with monkeypatch.context() as patched:
        patched.setattr(line, "plain_head", lambda _pairs: None)
        long = one(served, WAYS[case](served))
    assert (short[0], short[0] == 200) == (long[0], case in PLAIN)
    assert sorted(without_date(short[1]).split(b"\r\n")) == sorted(without_date(long[1]).split(b"\r\n"))
    if case not in PLAIN:
        assert short[2] == long[2]


@pytest.mark.parametrize(
    "more",
    [
        (),
        ((b"host", b"b"),),
        ((b"authorization", b"Bearer other"),),
        ((b"content-type", b"application/json"),),
        ((b"content-length", b"2"),),
        ((b"transfer-encoding", b"chunked"),),
        ((b"expect", b"100-continue"),),
        ((b"x-forwarded-proto", b"https"),),
        ((b"x-long", b"a" * 20_000),),
        tuple((b"x-%d" % number, b"") for number in range(40)),
    ],
)
def test_only_a_head_that_every_reader_reads_alike_is_plain(more: tuple[tuple[bytes, bytes], ...]) -> None:
    head = [(b"host", b"a"), (b"authorization", b"Bearer key"), (b"content-type", b"application/json"), (b"content-length", b"1")]
    assert (plain_head([*head, *more]) is not None) is (more == ())
    for missing in ("host", "authorization", "content-length"):
        assert plain_head([pair for pair in head if pair[0] != missing.encode()]) is None
    for replaced in ((b"authorization", b"Bearer a.b"), (b"authorization", b"Basic a"), (b"content-length", b"65537")):
        assert plain_head([*(pair for pair in head if pair[0] != replaced[0]), replaced]) is None


def test_a_check_sent_byte_by_byte_goes_the_short_way_too(served: World) -> None:
    with tasks_counted() as started, socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number in (request(served)[at : at + 1] for at in range(len(request(served)))):
            connection.sendall(number)
        assert b'"decision":true' in connection.recv(65_536)
    assert started == []


def test_whoever_guesses_too_much_is_told_429_on_the_short_way(served: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Budget, "count", lambda *_told: 7)
    counted = one(served, request(served))
    monkeypatch.setattr(Budget, "count", lambda *_told: None)
    monkeypatch.setattr(Budget, "wait", lambda *_told: 8)
    waits = one(served, request(served))
    assert [(status, b"retry-after: %d" % wait in head) for (status, head, _body), wait in ((counted, 7), (waits, 8))] == [(429, True)] * 2


def test_a_check_that_cannot_be_durable_is_503_within_a_second_on_the_short_way(served: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "DEADLINE_SECONDS", 0.3)
    with tasks_counted() as started, psycopg.connect(served.url) as act:
        act.execute(TAKE_TURN)
        status, head, body = one(served, request(served))
    assert (status, b"retry-after: 1" in head, b"decision" in body) == (503, True, False)
    assert len(started) == 1


def test_more_than_the_queue_holds_is_503_on_the_short_way(served: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "QUEUE", 0)
    status, head, _body = one(served, request(served))
    assert (status, b"retry-after: 1" in head) == (503, True)


def test_what_breaks_one_answer_keeps_no_other_from_its_own(served: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tell = Evaluation.tell

    def breaking(self: Evaluation, direct: Any, outcomes: Any) -> None:
        if direct.asked.subject == "doubt":
            raise ZeroDivisionError
        tell(self, direct, outcomes)

    monkeypatch.setattr(Evaluation, "tell", breaking)
    found: list[tuple[int, bytes, bytes]] = []
    asking = [threading.Thread(target=lambda who=who: found.append(one(served, asked(served, who)))) for who in ("doubt", "permit") * 4]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert sorted(status for status, _head, _body in found) == [200] * 4 + [500] * 4


def test_an_answer_on_a_full_line_waits_until_there_is_room(served: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written = list[bool]()
    answer = StrictLine.answer

    def full_once(self: StrictLine, *told: Any) -> bool:
        if not written:
            written.append(False)
            return False
        written.append(answer(self, *told))
        return written[-1]

    monkeypatch.setattr(StrictLine, "answer", full_once)
    with tasks_counted() as started:
        found = [one(served, request(served)), one(served, request(served))]
    assert [status for status, _head, _body in found] == [200, 200]
    assert sorted(without_date(found[0][1]).split(b"\r\n")) == sorted(without_date(found[1][1]).split(b"\r\n"))
    assert (written, len(started)) == ([False, True], 1)


def test_a_check_that_waits_when_the_server_ends_is_answered_and_its_line_ends(served: World) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        with psycopg.connect(served.url) as act:
            act.execute(TAKE_TURN)
            connection.sendall(request(served))
            asyncio.run(asyncio.sleep(0.2))
            served.stop()
            asyncio.run(asyncio.sleep(0.2))
        held = b""
        while came := connection.recv(65_536):
            held += came
    assert b'"decision":true' in held
    assert b"connection: close" in held


def test_a_line_on_which_nothing_more_is_asked_ends_and_one_in_use_does_not(served: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StrictLine, "head_seconds", 0.2)
    kept = property(lambda _self: 0.5, lambda _self, _told: None)
    monkeypatch.setattr(StrictLine, "timeout_keep_alive", kept, raising=False)
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        for _time in range(4):
            connection.sendall(request(served))
            assert b'"decision":true' in connection.recv(65_536)
            time.sleep(0.2)
        assert connection.recv(65_536) == b""
