"""The embedded PostgreSQL: alone, shared, killed, as root with and without user namespaces."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from service.database import accounts, places
from service.database.durability import UnsafeDatabaseError, require_durable
from service.database.embedded import EmbeddedPostgres, EmbeddedPostgresError, choose_runner, ensure_database

USER = """
import signal, sys, time
from pathlib import Path
from service.database.embedded import EmbeddedPostgres
# Whoever runs all tests in the background has them ignore an interrupt, and this one with them.
signal.signal(signal.SIGINT, signal.default_int_handler)
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
print(server.start(), flush=True)
time.sleep(600)
"""


def running(folder: Path, program: str) -> list[int]:
    """The processes that run a program on a folder, by their command lines."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_text(errors="replace").split("\0")
            if any(word.endswith(program) for word in words[:5]) and any(word.startswith(str(folder)) for word in words):
                found.append(int(process.name))
    return found


def supervisors(folder: Path) -> list[int]:
    return running(folder, "/supervisor.py")


def postmasters(folder: Path) -> list[int]:
    return sorted(set(running(folder, "/bin/postgres")) - set(supervisors(folder)))


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


STRATEGIES = ["userns", "setuid"] if os.geteuid() == 0 else ["direct"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_killed_supervisor_takes_its_server_along_and_the_next_start_recovers(short_dir: Path, strategy: str) -> None:
    short_dir.chmod(0o755)
    folder = short_dir / "data"
    with EmbeddedPostgres(folder, durable=False, strategy=strategy) as server:
        connection = psycopg.connect(server.url)
        (supervisor,) = supervisors(folder)
        os.kill(supervisor, signal.SIGKILL)
        assert gone(folder)
        connection.close()
    with EmbeddedPostgres(folder, durable=False, strategy=strategy) as server:
        psycopg.connect(server.url).close()
    assert gone(folder)


def test_no_second_server_starts_while_the_first_still_shuts_down(short_dir: Path) -> None:
    with EmbeddedPostgres(short_dir, durable=False) as first:
        (supervisor,), (postmaster, *_) = supervisors(short_dir), postmasters(short_dir)
        os.kill(postmaster, signal.SIGSTOP)
        try:
            os.kill(supervisor, signal.SIGKILL)
            second = user_of(short_dir)
            time.sleep(0.5)
            assert postmasters(short_dir) == [postmaster]
        finally:
            os.kill(postmaster, signal.SIGCONT)
        psycopg.connect(address(second)).close()
        assert postmaster not in postmasters(short_dir)
        first.stop()
    second.kill()
    second.communicate()
    assert gone(short_dir)


def test_two_may_make_the_folder_at_the_same_moment(short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = short_dir / "data"
    made = Path.mkdir

    def overtaken(path: Path, *rest: Any, **named: Any) -> None:
        if path == folder and not path.exists():
            os.mkdir(folder)  # noqa: PTH102 - the other one's
        made(path, *rest, **named)

    monkeypatch.setattr(Path, "mkdir", overtaken)
    with EmbeddedPostgres(folder, durable=False) as server:
        psycopg.connect(server.url).close()


def test_a_server_is_found_from_another_temporary_folder(short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = short_dir / "run"
    elsewhere.mkdir()
    with EmbeddedPostgres(short_dir / "data", durable=False) as first:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(elsewhere))
        with EmbeddedPostgres(short_dir / "data", durable=False) as second:
            assert second.url == first.url
            psycopg.connect(second.url).close()


def test_stopping_waits_until_the_files_are_nobodys(short_dir: Path) -> None:
    server = EmbeddedPostgres(short_dir, durable=False)
    server.start()
    folder = Path(parse_qs(urlsplit(server.url).query)["host"][0])
    assert folder.is_dir()
    server.stop()
    assert postmasters(short_dir) == []
    assert not folder.exists()


def test_stopping_after_the_folder_was_removed_is_no_error(short_dir: Path) -> None:
    server = EmbeddedPostgres(short_dir / "data", durable=False)
    server.start()
    shutil.rmtree(short_dir / "data", ignore_errors=True)
    server.stop()
    assert gone(short_dir)


def test_a_second_start_takes_less_than_a_second(short_dir: Path) -> None:
    EmbeddedPostgres(short_dir, durable=False).__enter__().stop()
    began = time.monotonic()
    with EmbeddedPostgres(short_dir, durable=False):
        taken = time.monotonic() - began
    assert taken < 1


def test_a_pid_file_that_names_a_stranger_does_not_keep_it_from_starting(short_dir: Path) -> None:
    EmbeddedPostgres(short_dir, durable=False).__enter__().stop()
    (short_dir / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{short_dir}/postgres\n0\n5432\n\n\n0 0\nready\n")
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
    short_dir.chmod(0o755)
    before = short_dir.stat()
    with EmbeddedPostgres(short_dir / "data", durable=False, strategy=strategy) as server:
        psycopg.connect(server.url).close()
    assert gone(short_dir)
    after = short_dir.stat()
    assert (after.st_mode, after.st_uid) == (before.st_mode, before.st_uid)
    assert (short_dir / "data").stat().st_uid == 0  # the keys live there


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_data_of_a_named_account_is_found_again_where_namespaces_are_open_too(short_dir: Path) -> None:
    short_dir.chmod(0o755)
    with EmbeddedPostgres(short_dir / "data", durable=False, strategy="setuid") as server:
        ensure_database(server.url, "kept")
    with EmbeddedPostgres(short_dir / "data", durable=False) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("select count(*) from pg_database where datname = 'kept'").fetchone() == (1,)
    with EmbeddedPostgres(short_dir / "other", durable=False, strategy="userns"):
        pass
    with pytest.raises(EmbeddedPostgresError, match="belongs to user id 0"):
        EmbeddedPostgres(short_dir / "other", durable=False, strategy="setuid").start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_folders_that_somebody_else_laid_in_a_shared_place_are_passed_over(short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap, target, clean = short_dir / "trap", short_dir / "target", short_dir / "clean"
    for folder in (trap, target, clean):
        folder.mkdir()
    short_dir.chmod(0o755)
    clean.chmod(0o755)
    data = short_dir / "closed" / "data"
    data.parent.mkdir(mode=0o700)
    (trap / f"sekisho-{places.digest_of(data)}").symlink_to(target)
    monkeypatch.setattr(places, "SHARED_PLACES", (trap, clean))
    assert places.home_of(data, choose_runner("setuid")).parent == clean
    assert target.stat().st_uid == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_as_a_named_account_it_copies_binaries_that_the_account_cannot_reach(short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short_dir.chmod(0o755)
    real = places.find_binaries()
    hidden = short_dir / "hidden"
    hidden.mkdir(mode=0o700)
    (hidden / real.parent.parent.name).symlink_to(real.parent.parent)
    (hidden / f"{real.parent.parent.name}.libs").symlink_to(real.parent.parent.with_name(f"{real.parent.parent.name}.libs"))
    monkeypatch.setattr(places, "find_binaries", lambda: hidden / real.parent.parent.name / real.parent.name / "bin")
    with EmbeddedPostgres(short_dir / "data", durable=False, strategy="setuid") as server:
        psycopg.connect(server.url).close()
    assert list((short_dir / "data").rglob("sekisho-binaries-*"))


def test_where_neither_way_is_open_one_line_says_why_and_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "works", lambda _command: False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(EmbeddedPostgresError) as refused:
        choose_runner()
    assert "SEKISHO_DATABASE_URL" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_ordinary_user_without_a_name_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "works", lambda _command: False)
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
