"""Files that hold secrets: each is there whole or not at all, and only its owner can read it."""

import os
from pathlib import Path
from uuid import uuid4

KEY_BYTES = 32
PRIVATE, PRIVATE_FOLDER = 0o600, 0o700


class LogError(RuntimeError):
    """The log or its keys cannot be opened or read; the message is one line that says what to do."""


def require_private(path: Path, mode: int) -> None:
    """Return if a file's mode lets nobody but its owner in. Raises LogError."""
    if mode & 0o077:
        message = f"the key file {path} can be read by others (mode {mode & 0o777:o}); set it to 600"
        raise LogError(message)


def read_private(path: Path) -> bytes:
    """Return the bytes of a file that only its owner can read. Raises LogError."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            raw = file.read()
    except OSError as missing:
        message = f"the key file {path} cannot be read: {missing.strerror}"
        raise LogError(message) from missing
    require_private(path, mode)
    return raw


def read_key(path: Path) -> bytes:
    """Return a key of 32 bytes from a file that only its owner can read. Raises LogError."""
    raw = read_private(path)
    if len(raw) != KEY_BYTES:
        message = f"the key file {path} holds {len(raw)} bytes, not {KEY_BYTES}"
        raise LogError(message)
    return raw


def write_new(path: Path, raw: bytes) -> bool:
    """Write a file for its owner alone, on disk before it appears under its name; False where that name is taken."""
    partial = path.with_name(f".{path.name}.{uuid4().hex}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(partial)
        except FileExistsError:
            return False
    finally:
        partial.unlink()
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
