"""What is found for many is found once while nothing changes, and nobody who does not wait is kept waiting."""

import sys
import threading
import time
from datetime import UTC, datetime

import pytest

from service.acts.board import Board

AT = datetime(2026, 11, 28, tzinfo=UTC)


def test_what_was_found_at_a_version_is_found_once() -> None:
    board, searches = Board(), []
    for _ in range(3):
        known = board.ask("ito", version=1, at=AT, find=lambda: searches.append(1) or "found", wait=True)
        assert known is not None
        assert known.found == "found"
    assert len(searches) == 1


def test_a_change_makes_it_found_anew_and_somebody_else_s_is_another() -> None:
    board = Board()
    for who, version, words in (("ito", 1, "old"), ("ito", 2, "new"), ("kato", 2, "kato's")):
        known = board.ask(who, version=version, at=AT, find=lambda words=words: words, wait=True)
        assert known is not None
        assert known.found == words


def slow(board: Board) -> None:
    """Make the board know that its searches take long."""
    board.ask("slow", version=0, at=AT, find=lambda: time.sleep(0.4), wait=True)


def test_whoever_does_not_wait_sees_what_was_known_before_and_soon_the_new() -> None:
    board, go = Board(), threading.Event()
    board.ask("ito", version=1, at=AT, find=lambda: "old", wait=True)
    slow(board)
    begun = time.perf_counter()
    known = board.ask("ito", version=2, at=AT, find=lambda: go.wait(10) and "new", wait=False)
    assert time.perf_counter() - begun < 2
    assert known is not None
    assert known.found == "old"
    go.set()
    known = board.ask("ito", version=2, at=AT, find=lambda: "another search", wait=True)
    assert known is not None
    assert known.found == "new"


def test_where_nothing_is_known_yet_nothing_is_told() -> None:
    board, go = Board(), threading.Event()
    slow(board)
    assert board.ask("ito", version=1, at=AT, find=lambda: go.wait(10), wait=False) is None
    go.set()


def test_a_search_that_fails_tells_so_and_the_next_one_searches_again() -> None:
    board = Board()

    def fail() -> str:
        message = "no database"
        raise OSError(message)

    for _ in range(2):
        with pytest.raises(OSError, match="no database"):
            board.ask("ito", version=1, at=AT, find=fail, wait=True)
    known = board.ask("ito", version=1, at=AT, find=lambda: "found", wait=True)
    assert known is not None
    assert known.found == "found"


def test_no_more_is_kept_than_for_a_handful() -> None:
    board, searches = Board(), []
    for who in range(40):
        board.ask(who, version=1, at=AT, find=lambda: searches.append(1), wait=True)
    board.ask(39, version=1, at=AT, find=lambda: searches.append(1), wait=True)
    board.ask(0, version=1, at=AT, find=lambda: searches.append(1), wait=True)
    assert len(searches) == 41


def test_whoever_answers_beside_a_search_gets_their_turn_sooner_and_afterwards_all_is_as_before() -> None:
    usual = sys.getswitchinterval()
    known = Board().ask("ito", version=1, at=AT, find=sys.getswitchinterval, wait=True)
    assert known is not None
    assert known.found == pytest.approx(usual / 10)
    with pytest.raises(ZeroDivisionError):
        Board().ask("ito", version=1, at=AT, find=lambda: 1 / 0, wait=True)
    assert sys.getswitchinterval() == pytest.approx(usual)
