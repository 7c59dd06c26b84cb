"""Ctrl-C ends a command whenever it is pressed, and nothing is told of what came of it."""

import gc
import os
import signal
import weakref

import pytest

from service import cli
from service.cli.stopping import stoppable


class Thing:
    """Something that a weak reference can look at."""


def press_within_a_weak_reference() -> None:
    thing = Thing()
    reference = weakref.ref(thing, lambda _gone: os.kill(os.getpid(), signal.SIGINT) or sum(range(1000)))
    del thing
    gc.collect()
    assert reference() is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_ctrl_c_that_python_drops_still_ends_what_was_being_built() -> None:
    press_within_a_weak_reference()
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), stoppable():
        press_within_a_weak_reference()
    assert signal.getsignal(signal.SIGINT) is before


def test_where_nobody_presses_anything_nothing_happens() -> None:
    with stoppable():
        gc.collect()


def test_an_error_that_follows_a_ctrl_c_is_no_defect(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def pressed(*_words: object, **_more: object) -> None:
        message = "connection in transaction status ACTIVE"
        try:
            raise KeyboardInterrupt
        finally:
            raise RuntimeError(message)

    monkeypatch.setattr(cli, "build", lambda _wanted: pressed)
    assert cli.run(["anything"]) == cli.STOPPED
    assert capsys.readouterr().err == ""
