"""How an answer to a check goes over the line: the same to whoever asks one after the other, many at once, or for the last time."""

import json
import re
import socket
from typing import Any

import pytest

from service.api.authzen import PATH
from service.api.line import StrictLine
from tests.doors.api.conftest import World


def asked(world: World, person: str, *more: str, version: str = "1.1") -> bytes:
    body = json.dumps(
        {"subject": {"type": "person", "id": person}, "resource": {"type": "information", "id": "d1"}, "action": {"name": "read"}}
    )
    head = [f"POST {PATH} HTTP/{version}", "Host: a", f"Authorization: Bearer {world.key}", "Content-Type: application/json", *more]
    return "\r\n".join([*head, f"Content-Length: {len(body)}", "", body]).encode()


def answers(world: World, sent: bytes, number: int) -> list[tuple[bytes, dict[str, Any]]]:
    """Send bytes in one go and return so many answers, each its head and its body."""
    with socket.create_connection(("127.0.0.1", world.port), timeout=10) as line:
        line.sendall(sent)
        held, found = b"", list[tuple[bytes, dict[str, Any]]]()
        while len(found) < number:
            came = line.recv(65_536)
            assert came, held
            held += came
            while b"\r\n\r\n" in held:
                head, _gap, rest = held.partition(b"\r\n\r\n")
                told = re.search(rb"content-length: (\d+)", head)
                assert told is not None
                if len(rest) < int(told[1]):
                    break
                found.append((head, json.loads(rest[: int(told[1])])))
                held = rest[int(told[1]) :]
        assert held == b""
        return found


def without_date(head: bytes) -> bytes:
    return re.sub(rb"date: [^\r]*|content-length: \d+", b"", head)


def test_many_checks_sent_without_waiting_are_answered_each_in_its_turn(served: World) -> None:
    people = ["permit", "not-listed", "permit", "expired", "permit", "permit"]
    sent = b"".join(asked(served, one, f"X-Request-ID: r{number}") for number, one in enumerate(people))
    found = answers(served, sent, len(people))
    assert [body["decision"] for _head, body in found] == [one == "permit" for one in people]
    assert [re.findall(rb"x-request-id: (\w+)", head) for head, _body in found] == [[b"r%d" % number] for number in range(len(people))]


def test_a_check_on_a_line_that_is_kept_is_written_at_once(served: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, written = list[bool](), StrictLine.answer

    def noted(self: StrictLine, *told: Any) -> bool:
        at_once.append(written(self, *told))
        return at_once[-1]

    monkeypatch.setattr(StrictLine, "answer", noted)
    for person in ("permit", "not-listed"):
        answers(served, asked(served, person), 1)
    assert at_once == [True, True]


def test_the_long_way_and_the_short_one_tell_the_same(served: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for person in ("permit", "not-listed"):
        for more in ((), ("X-Request-ID: mine",)):
            ((short, of_short),) = answers(served, asked(served, person, *more), 1)
            with monkeypatch.context() as patched:
                patched.setattr(StrictLine, "answer", lambda *_told: False)
                ((long, of_long),) = answers(served, asked(served, person, *more), 1)
            order = sorted(without_date(short).split(b"\r\n")), sorted(without_date(long).split(b"\r\n"))
            assert order[0] == order[1]
            assert of_short.keys() == of_long.keys()
            assert of_short["context"].keys() == of_long["context"].keys()


@pytest.mark.parametrize(("more", "version"), [(("Connection: close",), "1.1"), ((), "1.0")])
def test_a_last_check_is_answered_and_the_line_ends(served: World, more: tuple[str, ...], version: str) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=2) as line:
        line.sendall(asked(served, "permit", *more, version=version))
        held = b""
        while came := line.recv(65_536):
            held += came
    head, _gap, body = held.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert json.loads(body)["decision"] is True


def test_who_leaves_before_the_answer_hurts_nobody(served: World) -> None:
    for _time in range(5):
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as line:
            line.sendall(asked(served, "not-listed"))
    ((_head, body),) = answers(served, asked(served, "permit"), 1)
    assert body["decision"] is True


def test_one_line_asks_again_and_again(served: World) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as line:
        for person in ["permit", "not-listed"] * 5:
            line.sendall(asked(served, person))
            held = b""
            while not held.endswith(b"}}"):
                held += line.recv(65_536)
            assert json.loads(held.partition(b"\r\n\r\n")[2])["decision"] is (person == "permit")
