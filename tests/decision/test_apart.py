"""Admission in a process of its own: it comes to the same, is begun anew where it broke, and leaves nothing running."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.decision.compiled import apart
from service.decision.compiled.admission import Admission, MismatchError, UnsupportedError
from service.decision.compiled.apart import compare_apart
from service.decision.compiled.values import instant_of
from service.decision.policyset import PolicySet
from tests.decision.sets import texts, when

NOW = instant_of("2026-09-21T16:53:20Z")
SHIPPED = PolicySet.load()
BEGINS = """
import time
from service.decision.compiled.admission import Admission
from service.decision.compiled.apart import compare_apart
from service.decision.policyset import PolicySet
admission = Admission(PolicySet.load(), now_ms=0, questions=1_000_000)
compare_apart(admission)
while not admission.compared.questions:
    time.sleep(0.02)
print("under way", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause behind what broke."""
    monkeypatch.setattr(apart, "PAUSE_SECONDS", 0.01)


def decided(admission: Admission) -> Admission:
    """Return an admission once it is decided, asking for it again and again as a service does."""
    deadline = time.monotonic() + 60
    while not admission.decided:
        assert time.monotonic() < deadline
        compare_apart(admission)
        time.sleep(0.02)
    return admission


def test_an_admission_apart_comes_to_what_one_in_this_process_comes_to() -> None:
    here, there = (Admission(SHIPPED, now_ms=NOW, questions=200, seed=5) for _ in range(2))
    while not here.step():
        pass
    decided(there)
    assert there.compared == here.compared
    assert there.admitted is not None
    assert here.admitted is not None
    assert there.admitted.compiled.source == here.admitted.compiled.source


def test_a_set_that_cannot_be_compiled_is_refused_with_the_same_words() -> None:
    policies = PolicySet.load(texts(when('ip("10.0.0.1").isLoopback()')))
    here = Admission(policies, now_ms=NOW)
    while not here.step():
        pass
    there = decided(Admission(policies, now_ms=NOW))
    assert isinstance(there.refused, UnsupportedError)
    assert str(there.refused) == str(here.refused)


def test_a_difference_that_was_found_apart_refuses_the_set() -> None:
    admission = Admission(SHIPPED, now_ms=NOW)
    admission.hear({**admission.found(), "refused": [True, "the engine says otherwise"]})
    assert isinstance(admission.refused, MismatchError)
    assert str(admission.refused) == "the engine says otherwise"


def test_functions_that_two_processes_compiled_differently_are_never_used() -> None:
    admission = Admission(SHIPPED, now_ms=NOW)
    admission.hear({**admission.found(), "questions": 10_000, "source": "def read(c0):\n    return None\n"})
    assert isinstance(admission.refused, MismatchError)
    assert admission.admitted is None


def test_what_is_heard_behind_a_refusal_changes_nothing() -> None:
    admission = Admission(SHIPPED, now_ms=NOW, questions=20)
    while not admission.step():
        pass
    found = admission.found()
    admission.refuse(MismatchError("a live decision differed"))
    admission.hear(found)
    assert admission.admitted is None
    assert str(admission.refused) == "a live decision differed"


def test_a_comparison_that_cannot_be_made_is_made_later(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    admission = Admission(SHIPPED, now_ms=NOW, questions=40)
    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(sys, "executable", "/bin/false")
        compare_apart(admission)
        deadline = time.monotonic() + 10
        while "could not be compared yet" not in caplog.text:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert not admission.decided
    assert decided(admission).admitted is not None


def test_what_lies_in_the_working_directory_is_not_what_compares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "__init__.py").write_text("raise SystemExit('from the working directory')")
    monkeypatch.setattr(sys, "path", [one or str(Path.cwd()) for one in sys.path])
    monkeypatch.chdir(tmp_path)
    assert decided(Admission(SHIPPED, now_ms=NOW, questions=20)).admitted is not None


@pytest.fixture
def begun() -> Iterator["subprocess.Popen[str]"]:
    """A process that has a long comparison under way."""
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", BEGINS], stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "under way\n"
        yield process
        process.kill()


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGINT])
def test_the_comparison_ends_with_the_process_that_began_it(begun: "subprocess.Popen[str]", ended_by: signal.Signals) -> None:
    children = Path(f"/proc/{begun.pid}/task/{begun.pid}/children")
    threads = Path(f"/proc/{begun.pid}/task").iterdir()
    found = [int(one) for thread in threads for one in (thread / children.name).read_text().split()]
    assert len(found) == 1
    begun.send_signal(ended_by)
    begun.wait(10)
    deadline = time.monotonic() + 10
    while _runs(found[0]):
        assert time.monotonic() < deadline, "it goes on alone"
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Who is dead and not yet buried by the machine's first process does not run.
    state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state != "Z"
