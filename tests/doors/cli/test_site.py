"""Opening a deployment, and how the command line tells of what goes wrong."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service import cli

Command = Callable[..., Any]


def test_migrate_opens_the_log_once_and_then_keeps_it(unopened: Command) -> None:
    first = unopened("migrate", "--seat", "organ", "--origin", "test.sekisho.invalid/a")
    assert first.code == 0
    assert "seat organ" in first.out
    assert unopened("migrate").out == first.out


def test_a_log_is_neither_renamed_nor_moved_to_the_other_seat(sekisho: Command) -> None:
    for words in (("--seat", "organ"), ("--origin", "another.invalid/log")):
        told = sekisho("migrate", *words)
        assert told.code == 2
        assert "neither can be changed" in told.err


def test_before_the_log_is_open_a_command_says_what_to_run(unopened: Command) -> None:
    told = unopened("ledger", "head")
    assert told.code == 2
    assert "sekisho migrate" in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("words", [("--seat", "shop"), ("--seat", "organ", "--origin", "white space")])
def test_a_seat_or_name_that_cannot_be_is_refused_and_nothing_is_opened(unopened: Command, words: tuple[str, ...]) -> None:
    told = unopened("migrate", *words, *(() if "--origin" in words else ("--origin", "a.invalid/b")))
    assert told.code == 2
    assert told.err.count("\n") == 1
    assert unopened("ledger", "head").code == 2


def test_the_log_s_keys_are_read_by_their_owner_alone(sekisho: Command, short_dir: Path) -> None:
    key = short_dir / "keys" / "master.key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    told = sekisho("ledger", "head")
    assert told.code == 2
    assert "600" in told.err


def test_a_checkpoint_is_signed_and_the_same_when_asked_again(sekisho: Command) -> None:
    first = sekisho("ledger", "checkpoint")
    assert first.out.startswith("test.sekisho.invalid/cli\n2\n")
    assert sekisho("ledger", "checkpoint").out == first.out


def test_an_entry_that_is_not_there_is_one_line(sekisho: Command) -> None:
    told = sekisho("ledger", "show", "7")
    assert (told.code, told.err) == (2, "Error: there is no entry 7; the log has entries 0 to 1\n")


@pytest.mark.parametrize("words", [("nonsense",), ("ledger", "nonsense"), ("ledger", "show", "x"), ("migrate", "--nonsense")])
def test_a_wrong_command_is_one_line_and_no_traceback(sekisho: Command, words: tuple[str, ...]) -> None:
    told = sekisho(*words)
    assert told.code == 2
    assert told.err.count("\n") == 1
    assert "Traceback" not in told.err


def test_a_database_that_is_not_there_is_one_line(unopened: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    told = unopened("ledger", "head")
    assert told.code == 2
    assert told.err.count("\n") == 1


def test_a_defect_is_told_in_one_line_with_the_way_to_its_place(sekisho: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_words: object) -> None:
        raise KeyError("somewhere")  # noqa: EM101 - what a defect looks like

    monkeypatch.setattr("service.cli.ledger.open_site", broken)
    told = sekisho("ledger", "head")
    assert told.code == cli.DEFECT
    assert told.err == "Defect: KeyError: 'somewhere' (set SEKISHO_TRACEBACK=1 to see where)\n"


def test_a_console_that_knows_no_kanji_is_no_reason_to_fail(tmp_path: Path) -> None:
    environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "SEKISHO_DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "service", "act", "無い"], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
