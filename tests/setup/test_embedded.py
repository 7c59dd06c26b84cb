"""The embedded PostgreSQL: alone, shared, killed, as root with and without user namespaces."""

import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from service.database import embedded
from service.database.durability import UnsafeDatabaseError, require_durable
from service.database.embedded import EmbeddedPostgres, EmbeddedPostgresError, choose_runner, ensure_database

USER = """
import sys, time
from pathlib import Path
from service.database.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
print(server.start(), flush=True)
time.sleep(600)
"""


def postmasters(folder: Path) -> list[int]:
    found = subprocess.run(["pgrep", "-f", f"postgres -D {folder}"], capture_output=True, text=True, check=False).stdout
    return [int(pid) for pid in found.split() if (file := Path(f"/proc/{pid}/cmdline")).exists() and b"supervisor" not in file.read_bytes()]


def gone(folder: Path, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not postmasters(folder):
            return True
        time.sleep(0.05)
    return False


def user_of(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", USER, str(folder)], stdout=subprocess.PIPE, text=True)


def address(user: "subprocess.Popen[str]") -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


def test_it_starts_keeps_what_was_written_and_is_gone_when_nobody_uses_it(short_dir: Path) -> None:
    with EmbeddedPostgres(short_dir) as server:
        url = ensure_database(server.url, "sekisho")
        with psycopg.connect(url) as connection:
            connection.execute("create table kept (x int)")
    assert gone(short_dir)
    with EmbeddedPostgres(short_dir) as server, psycopg.connect(ensure_database(server.url, "sekisho")) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)
    assert gone(short_dir)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_neither_interrupt_nor_kill_leaves_an_orphan_or_a_database_that_does_not_start(short_dir: Path, how: signal.Signals) -> None:
    user = user_of(short_dir)
    url = address(user)
    psycopg.connect(url).close()
    user.send_signal(how)
    user.wait()
    assert user.stdout is not None
    user.stdout.close()
    assert gone(short_dir)
    with EmbeddedPostgres(short_dir, durable=False) as server:
        psycopg.connect(server.url).close()


def test_a_killed_supervisor_takes_its_server_along_and_the_next_start_recovers(short_dir: Path) -> None:
    with EmbeddedPostgres(short_dir, durable=False):
        subprocess.run(["pkill", "-9", "-f", f"supervisor.py {short_dir}"], check=True)
        assert gone(short_dir)
    with EmbeddedPostgres(short_dir, durable=False) as server:
        psycopg.connect(server.url).close()


def test_two_processes_share_one_server_and_the_first_to_leave_does_not_stop_it(short_dir: Path) -> None:
    first = user_of(short_dir)
    address(first)
    with EmbeddedPostgres(short_dir, durable=False) as second:
        first.kill()
        first.wait()
        assert first.stdout is not None
        first.stdout.close()
        time.sleep(0.3)
        assert len(postmasters(short_dir)) == 1
        psycopg.connect(second.url).close()
    assert gone(short_dir)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
@pytest.mark.parametrize("strategy", ["userns", "setuid"])
def test_root_runs_it_in_a_user_namespace_or_as_a_named_account(short_dir: Path, strategy: str) -> None:
    with EmbeddedPostgres(short_dir, durable=False, strategy=strategy) as server:
        psycopg.connect(server.url).close()
    assert gone(short_dir)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_as_a_named_account_it_copies_binaries_that_the_account_cannot_reach(short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short_dir.chmod(0o755)
    real = embedded.find_binaries()
    hidden = short_dir / "hidden"
    hidden.mkdir(mode=0o700)
    (hidden / real.parent.parent.name).symlink_to(real.parent.parent)
    (hidden / f"{real.parent.parent.name}.libs").symlink_to(real.parent.parent.with_name(f"{real.parent.parent.name}.libs"))
    monkeypatch.setattr(embedded, "find_binaries", lambda: hidden / real.parent.parent.name / real.parent.name / "bin")
    with EmbeddedPostgres(short_dir / "data", durable=False, strategy="setuid") as server:
        psycopg.connect(server.url).close()


def test_where_neither_way_is_open_one_line_says_why_and_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_works", lambda _command: False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(EmbeddedPostgresError) as refused:
        choose_runner()
    assert "SEKISHO_DATABASE_URL" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_ordinary_user_without_a_name_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_works", lambda _command: False)
    nameless = max(entry.pw_uid for entry in pwd.getpwall()) + 12345
    monkeypatch.setattr(os, "geteuid", lambda: nameless)
    with pytest.raises(EmbeddedPostgresError, match=f"user id {nameless} has no name"):
        choose_runner()


def test_a_data_directory_of_another_major_version_is_refused_with_advice(short_dir: Path) -> None:
    with EmbeddedPostgres(short_dir, durable=False):
        pass
    assert gone(short_dir)
    (short_dir / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(EmbeddedPostgresError, match="pg_dump of version 15"):
        EmbeddedPostgres(short_dir, durable=False).start()


def test_a_server_that_may_lose_acknowledged_entries_is_refused_by_the_name_of_its_setting(server_url: str) -> None:
    with psycopg.connect(server_url) as connection:
        with pytest.raises(UnsafeDatabaseError, match="fsync = off"):
            require_durable(connection)
        require_durable(connection, tolerate_fsync_off=True)


def test_synchronous_commit_off_for_a_role_is_noticed(short_dir: Path) -> None:
    with EmbeddedPostgres(short_dir) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            require_durable(connection)
            connection.execute("alter role sekisho set synchronous_commit = off")
        with psycopg.connect(server.url) as connection, pytest.raises(UnsafeDatabaseError, match="synchronous_commit = off"):
            require_durable(connection)
