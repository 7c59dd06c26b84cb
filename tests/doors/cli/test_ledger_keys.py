"""`sekisho ledger`: keys with an overlap, an end with a successor, and static files; what takes two is not done alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.tlog.notes import verify_note

Command = Callable[..., Any]


def live(sekisho: Command) -> list[str]:
    return [line.split()[0] for line in sekisho("ledger", "keys", "--language", "en").out.splitlines() if "signs checkpoints" in line]


def test_a_key_is_rotated_with_an_overlap_and_everything_still_verifies(sekisho: Command) -> None:
    [old] = live(sekisho)
    before = sekisho("ledger", "checkpoint").out
    done = sekisho("ledger", "rotate-key", "--language", "en")
    assert done.code == 0, done.err
    assert f"sekisho ledger retire-key {old}" in done.out
    [_old, new] = live(sekisho)
    assert sekisho("verify", "--key", old).code == 0
    retired = sekisho("ledger", "retire-key", old, "--language", "ja")
    assert (retired.code, "署名しません" in retired.out) == (0, True), retired.err
    after = sekisho("ledger", "checkpoint").out
    assert (verify_note(before, vkey=old).size, live(sekisho)) == (verify_note(after, vkey=new).size - 2, [new])
    assert [sekisho("verify", "--key", key).code for key in (old, new)] == [0, 0]
    assert sekisho("verify").code == 0
    again = sekisho("ledger", "retire-key", new)
    assert (again.code, again.err.count("\n")) == (1, 1)


def test_a_log_is_closed_and_goes_on_under_another_name(sekisho: Command) -> None:
    [old] = live(sekisho)
    closed = sekisho("ledger", "close", "example.jp/next", "--language", "en")
    assert closed.code == 0, closed.err
    assert "sekisho ledger succeed" in closed.out
    refused = sekisho("act", "register_organization", "kind=operator", "name=甲", "organization_id=o1")
    assert (refused.code, "closed" in refused.err) == (1, True)
    opened = sekisho("ledger", "succeed", "--language", "ja")
    assert opened.code == 0, opened.err
    assert "再起動" in opened.out
    assert sekisho("act", "register_organization", "kind=operator", "name=甲", "organization_id=o1").code == 0
    assert sekisho("ledger", "checkpoint").out.startswith("example.jp/next\n")
    assert sekisho("ledger", "show", "4").code == 0
    assert (sekisho("verify", "--key", old).code, sekisho("verify").code) == (0, 0)
    assert sekisho("ledger", "succeed").code == 1


def test_the_log_is_published_as_files_and_another_folder_is_refused(sekisho: Command, tmp_path: Path) -> None:
    sekisho("ledger", "checkpoint")
    done = sekisho("ledger", "publish", str(tmp_path / "public"), "--language", "en")
    assert done.code == 0, done.err
    assert "from 0 to" in done.out
    assert (tmp_path / "public" / "checkpoint").read_text() == sekisho("ledger", "checkpoint").out
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "x").touch()
    refused = sekisho("ledger", "publish", str(tmp_path / "else"))
    assert (refused.code, "other things" in refused.err) == (1, True)


@pytest.mark.parametrize("command", [("rotate-key",), ("retire-key", "x+00000000+AA=="), ("close", "example.jp/next")])
def test_where_people_sign_in_it_is_told_what_two_propose(
    sekisho: Command, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr("service.cli.ledger_keys.takes_two", lambda *_: True)
    before = live(sekisho)
    told = sekisho("ledger", *command, "--language", "en")
    assert (told.code, "two people" in told.out) == (0, True), told.err
    assert live(sekisho) == before
