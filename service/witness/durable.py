"""Files that are whole or as they were before, on disk before anybody is answered; and a turn that one at a time has."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


def replace(path: Path, content: str) -> None:
    """Put a text in a file's place and return when it is on disk. Raises OSError, and then the old text stands."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        _write(fresh, content.encode(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    settle(path.parent)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not be there yet. Raises FileExistsError, OSError."""
    try:
        _write(path, content, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        raise
    except OSError:
        path.unlink(missing_ok=True)
        raise
    settle(path.parent)


def _write(path: Path, content: bytes, flags: int) -> None:
    number = os.open(path, flags, PRIVATE_FILE)
    with open(number, "wb") as file:  # noqa: PTH123 - of a number that is open already
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def settle(folder: Path) -> None:
    """Return when a folder's list of names is on disk. Windows keeps it by itself, and lets nobody ask."""
    if sys.platform == "win32":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """Let one at a time in, over all threads and processes of this machine; a killed one lets go."""
    with path.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - there alone

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            yield
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - not on Windows

            fcntl.flock(file, fcntl.LOCK_EX)
            yield
