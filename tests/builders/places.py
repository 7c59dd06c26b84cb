"""Where the files of test servers lie: in memory where there is room, for each test has a database of a thousand files."""

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

MEMORY = Path("/dev/shm")
ENOUGH = 2 << 30
"""Bytes that must be free for a run with all its workers."""
PREFIX = "sekisho-tests-"


def memory() -> Path | None:
    """Return a folder whose files are kept in memory, or None where there is none or little room in it."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        return MEMORY
    return None


@contextmanager
def server_folder(shared_dir: Path) -> Iterator[Path]:
    """Yield the folder of the server that all workers of a run share; the last of them removes it."""
    place = memory()
    if place is None:
        yield shared_dir / "server"
        return
    _remove_left_behind(place)
    folder = place / f"{PREFIX}{uuid.uuid5(uuid.NAMESPACE_URL, str(shared_dir)).hex[:12]}"
    with _held(folder.with_suffix(".lock")) as lock:
        folder.mkdir(exist_ok=True)
        yield folder
        fcntl.flock(lock, fcntl.LOCK_UN)
        _remove(folder)


@contextmanager
def _held(path: Path) -> Iterator[IO[bytes]]:
    """Hold a lock that all workers share, on the file that bears its name now."""
    while True:
        with path.open("ab+") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            with suppress(FileNotFoundError):
                if os.path.samestat(path.stat(), os.fstat(lock.fileno())):
                    yield lock
                    return


def _remove_left_behind(place: Path) -> None:
    """Remove what killed runs left: memory does not empty itself."""
    for lock in place.glob(f"{PREFIX}*.lock"):
        _remove(lock.with_suffix(""))


def _remove(folder: Path) -> None:
    """Remove a folder that nobody uses, its lock last."""
    path = folder.with_suffix(".lock")
    with suppress(FileNotFoundError, BlockingIOError, PermissionError), path.open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
        path.unlink()
