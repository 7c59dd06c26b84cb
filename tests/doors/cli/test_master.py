"""`sekisho master`: rotate, look, go on; in both languages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]


def test_a_rotation_is_told_and_seen_in_the_status(sekisho: Command, short_dir: Path) -> None:
    assert sekisho("act", "register_organization", "kind=operator", "name=甲", "organization_id=o1").code == 0
    before = sekisho("master", "status", "--language", "en")
    assert (before.code, before.out) == (0, "Master key in use: 1\nmaster key 1 wraps 2 keys\n")
    done = sekisho("master", "rotate", "--language", "en")
    assert done.code == 0
    assert done.out.startswith("Master key 2 is in use; 2 keys were wrapped anew.\n")
    assert (short_dir / "keys" / "master-2.key").stat().st_mode & 0o777 == 0o600
    assert sekisho("master", "status", "--language", "ja").out == "有効なマスター鍵: 2\nマスター鍵 2: 2 件\n"
    assert sekisho("verify", "--language", "en").code == 0
    assert "ledger:master:rotated" in sekisho("ledger", "show", "3").out


def test_an_unfinished_rotation_is_told_and_finished(sekisho: Command, short_dir: Path) -> None:
    (short_dir / "keys" / "master-2.key").write_bytes(b"2" * 32)
    (short_dir / "keys" / "master-2.key").chmod(0o600)
    told = sekisho("master", "status", "--language", "en")
    assert told.code == 1
    assert "has not ended" in told.out
    done = sekisho("master", "rotate", "--language", "ja")
    assert "中断していた更新を終えました" in done.out
    assert sekisho("master", "status").code == 0


def test_a_new_master_key_that_others_can_read_is_refused_in_one_line(sekisho: Command, short_dir: Path) -> None:
    (short_dir / "keys" / "master-2.key").write_bytes(b"2" * 32)
    (short_dir / "keys" / "master-2.key").chmod(0o644)
    told = sekisho("master", "rotate")
    assert told.code == 2
    assert "600" in told.err
    assert told.err.count("\n") == 1


def test_the_master_keys_of_a_new_site_can_lie_behind_a_kms(unopened: Command, short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = short_dir / "kms"
    program.write_text("#!/bin/sh\nexec tr '\\000-\\377' '\\200-\\377\\000-\\177'\n")
    program.chmod(0o700)
    monkeypatch.setenv("SEKISHO_KMS_COMMAND", str(program))
    assert unopened("migrate", "--seat", "operator", "--origin", "test.sekisho.invalid/kms").code == 0
    assert sorted(path.name for path in (short_dir / "keys").glob("master*")) == ["master.kms"]
    assert unopened("master", "rotate").code == 0
    assert sorted(path.name for path in (short_dir / "keys").glob("master*")) == ["master-2.kms", "master.kms"]
    assert unopened("verify").code == 0
    monkeypatch.delenv("SEKISHO_KMS_COMMAND")
    told = unopened("ledger", "head")
    assert told.code == 2
    assert "SEKISHO_KMS_COMMAND" in told.err
