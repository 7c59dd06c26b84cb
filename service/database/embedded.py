"""An embedded PostgreSQL from the binaries of a wheel: started when first used, gone when nobody uses it.

No system user is created and no permission of a parent folder is touched. PostgreSQL refuses to run as root, so root
runs it in a user namespace where it has another number, or, where namespaces are forbidden, as `nobody`.

Three locks, all of which the kernel releases however their holder dies: `users.lock` is shared by everybody who uses
the server (supervisor.py waits for it), `start.lock` is held while one starts it, and `server.lock` is inherited by
every process of PostgreSQL, so that whoever gets it knows that none is left on these files.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Self

import psycopg

from service.database.accounts import ADVICE, EmbeddedPostgresError, choose_runner
from service.database.addresses import ensure_database
from service.database.places import home_of, homes_of_another, reachable_binaries, socket_folder

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError", "choose_runner", "ensure_database"]

START_SECONDS = 60.0
STOP_SECONDS = 30.0
HANDOVER_SECONDS = 0.2  # within which the supervisor notices that the last user has gone
PAUSE = 0.02
SOCKET_LINE = 4  # of postmaster.pid, counted from zero


class EmbeddedPostgres:
    """One server on one data directory, shared by every process that starts it and stopped when the last one ends."""

    def __init__(self, data_dir: Path, *, durable: bool = True, strategy: str | None = None) -> None:
        """Prepare a server whose files live in `data_dir`; `durable=False` (tests alone) switches fsync off."""
        self._asked_dir = data_dir.absolute()
        self._durable = durable
        self._strategy = strategy or os.environ.get("SEKISHO_EMBEDDED_STRATEGY") or None
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        """Let go of the server."""
        self.stop()

    def start(self) -> str:
        """Start or join the server and return its libpq address. Raises EmbeddedPostgresError."""
        self._runner = choose_runner(self._strategy or self._strategy_of_files())
        self._home = home_of(self._asked_dir, self._runner)
        self._cluster = self._home / "postgres"
        try:
            self._lock = self._opened("users.lock")
            fcntl.flock(self._lock, fcntl.LOCK_SH)
            with self._opened("start.lock") as starting:
                fcntl.flock(starting, fcntl.LOCK_EX)
                self._socket_dir = socket_folder(self._home, self._runner)
                self._binaries = reachable_binaries(self._home, self._runner)
                self._refuse_other_major()
                if not (self._cluster / "PG_VERSION").exists():
                    self._initialise()
                self._join_or_launch()
        except OSError as error:
            self.stop()
            message = f"the embedded PostgreSQL cannot use {self._home}: {error}; {ADVICE}"
            raise EmbeddedPostgresError(message) from error
        except BaseException:
            self.stop()
            raise
        return self.url

    def stop(self) -> None:
        """Let go of the server; return when it has stopped, or at once where somebody else still uses it."""
        if self._lock is None:
            return
        self._lock.close()
        self._lock = None
        # Whoever removed the folder under the server has nothing left to wait for.
        with suppress(FileNotFoundError):
            if self._noticed_by_supervisor():
                deadline = time.monotonic() + STOP_SECONDS
                while not self._nobody_serves() and time.monotonic() < deadline:
                    time.sleep(PAUSE)
            self._remove_socket_folder()

    @property
    def url(self) -> str:
        """The libpq address of the maintenance database."""
        return f"postgresql:///postgres?host={self._socket_dir}&user=sekisho"

    def _strategy_of_files(self) -> str | None:
        """Return how root's earlier starts ran the server, so that a namespace allowed since hides no data."""
        if os.geteuid() != 0 or (self._asked_dir / "postgres").exists():
            return None
        homes = (home / "postgres" / "PG_VERSION" for home in homes_of_another(self._asked_dir))
        return "setuid" if any(version.exists() and version.stat().st_uid not in (0, os.geteuid()) for version in homes) else None

    def _opened(self, name: str) -> IO[bytes]:
        return os.fdopen(os.open(self._home / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), "r+b")

    def _noticed_by_supervisor(self) -> bool:
        """Tell whether the supervisor took the users' lock, having found it unused."""
        deadline = time.monotonic() + HANDOVER_SECONDS
        while time.monotonic() < deadline:
            with self._opened("users.lock") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return True
            if self._nobody_serves():
                return False
            time.sleep(PAUSE)
        return False

    def _remove_socket_folder(self) -> None:
        """Leave nothing in the machine's temporary folder, unless somebody is starting the server anew."""
        with self._opened("start.lock") as starting, suppress(OSError):
            fcntl.flock(starting, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self._nobody_serves():
                self._socket_dir.rmdir()

    def _nobody_serves(self) -> bool:
        with self._guard() as free:
            return free is not None

    @contextmanager
    def _guard(self) -> Iterator[IO[bytes] | None]:
        """Yield the server's lock, or None while a process of PostgreSQL is left on these files."""
        with self._opened("server.lock") as guard:
            try:
                fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
            else:
                yield guard

    def _refuse_other_major(self) -> None:
        version_file = self._cluster / "PG_VERSION"
        if not version_file.exists():
            return
        found = version_file.read_text().strip()
        ours = self._run("postgres", "--version").stdout.split()[2].split(".")[0]
        if found != ours:
            message = (
                f"{self._cluster} was written by PostgreSQL {found} and these binaries are {ours}: back the folder up, export with "
                f"pg_dump of version {found}, move the folder away and restore into a new one; or {ADVICE}"
            )
            raise EmbeddedPostgresError(message)

    def _initialise(self) -> None:
        """Make the cluster beside its final place and move it there whole: a killed start leaves nothing half-done."""
        fresh = self._home / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        os.chown(fresh, self._runner.uid, self._runner.gid)
        options = ["-D", str(fresh), "-U", "sekisho", "-A", "trust", "-E", "UTF8", "--locale=C", "-k"]
        done = self._run("initdb", *options, *([] if self._durable else ["-N"]))
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            message = f"the database could not be initialised: {reason}; {ADVICE}"
            raise EmbeddedPostgresError(message)
        fresh.rename(self._cluster)

    def _run(self, program: str, *options: str) -> "subprocess.CompletedProcess[str]":
        command = [*self._runner.prefix, str(self._binaries / program), *options]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env=self._environment())  # noqa: S603 - our own command

    @staticmethod
    def _environment() -> dict[str, str]:
        return {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LD_"))} | {"LC_ALL": "C"}

    def _join_or_launch(self) -> None:
        """Return when a server answers on these files: the one that is there, or ours."""
        deadline = time.monotonic() + START_SECONDS
        ours: subprocess.Popen[bytes] | None = None
        while not self._answers():
            if ours is None:
                with self._guard() as guard:
                    ours = None if guard is None else self._launch(guard)
            elif ours.poll() is not None:
                message = f"PostgreSQL did not start; the reason is at the end of {self._home / 'postgres.log'}"
                raise EmbeddedPostgresError(message)
            if time.monotonic() > deadline:
                message = f"PostgreSQL does not answer after {START_SECONDS:.0f} s; see the end of {self._home / 'postgres.log'}"
                raise EmbeddedPostgresError(message)
            time.sleep(PAUSE)
        if ours is not None:
            # The supervisor outlives this process on purpose; its handle is nobody's to wait for.
            ours.returncode = 0

    def _launch(self, guard: IO[bytes]) -> "subprocess.Popen[bytes]":
        self._clear_traces()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._socket_dir),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
        }
        if not self._durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [*self._runner.prefix, str(self._binaries / "postgres"), "-D", str(self._cluster), *options]
        script = Path(__file__).with_name("supervisor.py")
        supervisor = [sys.executable, "-I", "-S", str(script), str(self._home / "users.lock"), str(guard.fileno()), *command]
        with (self._home / "postgres.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own command
                supervisor,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                env=self._environment(),
                pass_fds=(guard.fileno(),),
            )

    def _clear_traces(self) -> None:
        """Remove the pid file of a crash, whose number may be anybody's by now, unless a server stands on these files.

        INVARIANT: called with the server's lock held, so that no server of ours is left; the question is for one
        that somebody started by hand, whose pid file PostgreSQL then respects.
        """
        pid_file = self._cluster / "postmaster.pid"
        with suppress(OSError, ValueError, IndexError):
            pid = int(pid_file.read_text().splitlines()[0])
            if Path(f"/proc/{pid}/cwd").resolve(strict=True) == self._cluster.resolve():
                return
        pid_file.unlink(missing_ok=True)
        (self._socket_dir / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _answers(self) -> bool:
        # A server started with another temporary folder in its environment says itself where it listens.
        with suppress(OSError, IndexError):
            named = (self._cluster / "postmaster.pid").read_text().splitlines()[SOCKET_LINE]
            self._socket_dir = Path(named) if named else self._socket_dir
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True
