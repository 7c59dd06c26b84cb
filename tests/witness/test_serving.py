"""The witness over HTTP and by its commands, as it runs on an auditor's machine; attacks on the line and on the process."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.tlog.cosignatures import cosignatures
from service.tlog.loss import read_loss
from service.witness.answering import LARGEST_BODY
from service.witness.keeping import Witness
from service.witness.serving import WitnessServer
from tests.builders.witnessed import AT, ORIGIN, WatchedLog

ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, signal, sys
from service.witness import serving
before = serving.Handler._give
def killed(self, answer, **words):
    if answer.status == 200:
        os.kill(os.getpid(), signal.SIGKILL)
    before(self, answer, **words)
serving.Handler._give = killed
from service.witness.__main__ import main
main()
"""


@pytest.fixture
def log() -> WatchedLog:
    return WatchedLog().grow(5)


@pytest.fixture
def witness(tmp_path: Path, log: WatchedLog) -> Witness:
    made = Witness.begin(tmp_path / "w", name="witness.example/auditor")
    made.add_log(log.vkey)
    return made


@contextmanager
def served(witness: Witness, *, seconds: float = 5, most: int = 32) -> Iterator[int]:
    with WitnessServer(("127.0.0.1", 0), witness, clock=lambda: AT, tell=lambda _line: None, seconds=seconds, most=most) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def ask(port: int, body: bytes, *, path: str = "/add-checkpoint", method: str = "POST") -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers["content-type"]
    finally:
        connection.close()


def raw(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65_536), b""))


def test_the_protocol_over_one_connection(witness: Witness, log: WatchedLog) -> None:
    with served(witness) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        seen = []
        for body in (log.request(0), log.request(0), log.grow(2).request(5), log.rewritten(1).request(7), b"x"):
            connection.request("POST", "/add-checkpoint", body)
            answer = connection.getresponse()
            seen.append((answer.status, answer.headers["content-type"]))
            text = answer.read().decode()
            if answer.status == 200:
                assert cosignatures(body.decode().partition("\n\n")[2] + text, cosigners=[witness.cosigner])[0].at == AT
        connection.close()
        plain = "text/plain; charset=utf-8"
        assert seen == [(200, plain), (409, "text/x.tlog.size"), (200, plain), (422, plain), (400, plain)]


def test_there_is_no_other_door(witness: Witness) -> None:
    with served(witness) as port:
        assert ask(port, b"", path="/")[0] == 404
        assert ask(port, b"", path="/add-checkpoint/../x")[0] == 404
        for method in ("GET", "PUT", "DELETE"):
            assert ask(port, b"", method=method)[0] == 405


def test_what_is_too_large_or_without_a_length_is_refused_unread(witness: Witness) -> None:
    head = b"POST /add-checkpoint HTTP/1.1\r\nhost: w\r\n"
    with served(witness) as port:
        assert raw(port, head + b"content-length: %d\r\n\r\n" % (LARGEST_BODY + 1)).startswith(b"HTTP/1.1 413 ")
        for length in (b"content-length: 9999999999999\r\n", b"content-length: -1\r\n", b"content-length: 1\r\ncontent-length: 2\r\n", b""):
            assert raw(port, head + length + b"\r\n").startswith(b"HTTP/1.1 411 ")
        assert raw(port, head + b"transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n0\r\n\r\n").startswith(b"HTTP/1.1 411 ")
        assert raw(port, b"x" * 70_000 + b"\r\n\r\n").startswith(b"HTTP/1.1 414 ")
        assert raw(port, head + b"content-length: 50\r\n\r\nold 0") == b"", "a body that ends early is not answered"
        assert ask(port, b"x")[0] == 400


def test_who_drips_is_let_go_and_keeps_nobody_waiting(witness: Witness, log: WatchedLog) -> None:
    with served(witness, seconds=0.6) as port, ThreadPoolExecutor(4) as pool:

        def drip(sent: bytes) -> float:
            began = time.monotonic()
            with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
                try:
                    for byte in sent * 40:
                        line.sendall(bytes([byte]))
                        time.sleep(0.05)
                except OSError:
                    pass
            return time.monotonic() - began

        slow = [pool.submit(drip, sent) for sent in (b"POST", b"POST /add-checkpoint HTTP/1.1\r\ncontent-length: 99\r\n\r\n", b"")]
        assert ask(port, log.request(0))[0] == 200
        assert max(one.result() for one in slow) < 3


def test_too_many_at_once_are_closed_and_the_next_is_answered(witness: Witness, log: WatchedLog) -> None:
    with served(witness, most=3, seconds=1) as port:
        held = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(3)]
        time.sleep(0.2)
        with pytest.raises((OSError, http.client.HTTPException)):
            ask(port, log.request(0))
        for line in held:
            line.close()
        for _ in range(50):
            try:
                assert ask(port, log.request(0))[0] == 200
                break
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
        else:
            pytest.fail("nobody was let in again")


def test_parallel_requests_have_one_winner(witness: Witness, log: WatchedLog) -> None:
    with served(witness) as port:
        assert ask(port, log.request(0))[0] == 200
        log.grow(8)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda size: ask(port, log.request(5, size)), range(6, 14)))
    assert sorted(one[0] for one in answers) == [200] + [409] * 7


def command(folder: Path, *arguments: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        [sys.executable, "-m", "service.witness", "--folder", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == code, done.stderr
    return done


@contextmanager
def process(folder: Path, *, script: str | None = None) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    how = ["-c", script] if script else ["-m", "service.witness"]
    words = [sys.executable, *how, "--folder", str(folder), "serve", "--port", "0"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        port = int(running.stderr.readline().rsplit(":", 1)[1])
        try:
            yield running, port
        finally:
            running.kill()


def test_one_that_is_killed_before_its_reply_has_kept_what_it_cosigned(witness: Witness, log: WatchedLog) -> None:
    """Nobody saw the cosignature, so asking again must get one, and another history never does."""
    with process(witness.folder, script=KILLED) as (running, port):
        with pytest.raises((OSError, http.client.HTTPException)):
            ask(port, log.request(0))
        assert running.wait(10) == -signal.SIGKILL
    with process(witness.folder) as (running, port):
        fork = log.rewritten(1)
        assert ask(port, fork.request(0))[:2] == (409, "5\n")
        assert ask(port, fork.request(5))[0] == 422
        assert ask(port, log.request(0))[:2] == (409, "5\n")
        assert ask(port, log.request(5))[0] == 200
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 0


def test_the_commands_as_an_auditor_runs_them(tmp_path: Path, log: WatchedLog) -> None:
    folder = tmp_path / "w"
    command(folder, "show", code=2)
    vkey = command(folder, "init", "witness.example/auditor").stdout.splitlines()[-1]
    assert vkey == Witness.open(folder).cosigner.vkey
    command(folder, "init", "witness.example/auditor", code=2)
    command(folder, "add-log", vkey, code=2)
    command(folder, "add-log", log.vkey)
    assert "nothing cosigned yet" in command(folder, "show").stdout
    stick = tmp_path / "submission"
    stick.write_bytes(log.request(0))
    lines = tmp_path / "lines"
    command(folder, "cosign", str(stick), "--out", str(lines))
    assert cosignatures(log.note() + lines.read_text(), cosigners=[Witness.open(folder).cosigner])
    assert "5 were cosigned" in command(folder, "cosign", str(stick), code=1).stderr
    stick.write_bytes(log.rewritten(2).request(5))
    assert "二つのルート" in command(folder, "cosign", str(stick), code=1).stderr
    assert "fork-5-" in command(folder, "show", code=1).stdout
    assert "others can reach" in command(folder, "serve", "--host", "0.0.0.0", code=2).stderr
    assert "--yes" in command(folder, "attest-loss", ORIGIN, code=1).stderr
    statement = command(folder, "attest-loss", ORIGIN, "--yes").stdout
    assert read_loss(statement, cosigner=Witness.open(folder).cosigner, vkeys=(log.vkey,)).checkpoint.size == 5


def test_the_service_s_command_line_hands_over_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from service import cli

    folder = ["witness", "--folder", str(tmp_path / "w")]
    assert cli.run(["witness", "--help"]) == 0
    assert "attest-loss" in capsys.readouterr().out
    assert [cli.run([*folder, "init", "w.example"]) for _twice in range(2)] == [0, 2]
    assert "holds the key of a witness already" in capsys.readouterr().err
    assert cli.run([*folder, "no-such-command"]) == 2


def test_it_runs_where_nothing_but_cryptography_is_installed(tmp_path: Path) -> None:
    """Every other package is hidden from it: an auditor's machine has none."""
    script = (
        "import sys\n"
        "class Hidden:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        top = name.partition('.')[0]\n"
        "        if top not in sys.stdlib_module_names | {'cryptography', '_cffi_backend', 'cffi', 'service', '_rust', 'main'}:\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Hidden())\n"
        "from service.witness.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--folder", str(tmp_path / "w"), "init", "w.example"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
        env={k: v for k, v in os.environ.items() if k != "COVERAGE_PROCESS_START"},
    )
    assert done.returncode == 0, done.stderr
