"""Opens a package, a folder or a ZIP, and gives its files block by block; nothing is unpacked, and nothing is believed.

What is no plain file with a plain name, what stands twice, and what a ZIP hides between its files, makes a package unreadable as
a whole: two programs would see two packages.
"""

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO

from service.evidence.package.manifest import is_path

BLOCK = 1 << 18
MOST_DIRECTORY = 1 << 27
"""Bytes that the list of a ZIP's files may have: about a million files."""
MOST_FILES = 2_000_000
_LOCAL, _END, _DESCRIPTORS = 30, 22, (16, 24)
_STREAMED, _ENCRYPTED = 0x08, 0x2041
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


class PackageError(ValueError):
    """A package that cannot be read at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Package:
    """The files of a package by their paths, each with its size in bytes as folder or ZIP tell it."""

    path: Path
    sizes: Mapping[str, int]
    archive: zipfile.ZipFile | None = field(default=None, compare=False)

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file, never more than its size and one block. Raises PackageError where it cannot be read."""
        left = self._size(name)
        try:
            with self._open(name) as opened:
                while block := opened.read(min(BLOCK, left + 1)):
                    left -= len(block)
                    if left < 0:
                        message = f"{name} is longer than it says"
                        raise PackageError(message)
                    yield block
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as broken:
            message = f"{name} cannot be read: {broken}"
            raise PackageError(message) from broken

    def read(self, name: str, *, most: int) -> bytes:
        """Return a file of at most so many bytes. Raises PackageError."""
        if self._size(name) > most:
            message = f"{name} has {self.sizes[name]} bytes, more than {most}"
            raise PackageError(message)
        return b"".join(self.blocks(name))

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file in hexadecimal. Raises PackageError."""
        digest = sha256()
        for block in self.blocks(name):
            digest.update(block)
        return digest.hexdigest()

    def lines(self, name: str, *, longest: int) -> Iterator[tuple[int, bytes]]:
        """Yield the lines of a file with their numbers from 1, without their ends. Raises PackageError."""
        rest, number = b"", 0
        for block in self.blocks(name):
            *whole, rest = (rest + block).split(b"\n")
            for line in whole:
                number += 1
                yield number, line
            if len(rest) > longest:
                message = f"{name}: line {number + 1} is longer than {longest} bytes"
                raise PackageError(message)
        if rest:
            message = f"{name}: its last line has no end"
            raise PackageError(message)

    def _size(self, name: str) -> int:
        if name not in self.sizes:
            message = f"{name} is missing"
            raise PackageError(message)
        return self.sizes[name]

    def _open(self, name: str) -> IO[bytes]:
        if self.archive is not None:
            return self.archive.open(name)
        descriptor = os.open(self.path / name, _OPEN)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            message = f"{name} is no plain file"
            raise PackageError(message)
        return os.fdopen(descriptor, "rb")


def open_package(path: Path) -> Package:
    """Return the package at a path. Raises PackageError for what is none."""
    try:
        return Package(path, _folder(path)) if path.is_dir() else _zipped(path)
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError) as broken:
        message = f"{path}: {broken}"
        raise PackageError(message) from broken


def _folder(root: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    waiting = [""]
    while waiting:
        below = waiting.pop()
        with os.scandir(root / below) as things:
            for thing in things:
                name = f"{below}/{thing.name}" if below else thing.name
                if thing.is_dir(follow_symlinks=False):
                    waiting.append(name)
                elif not thing.is_file(follow_symlinks=False):
                    message = f"{name!a} is no plain file"
                    raise PackageError(message)
                else:
                    found[name] = thing.stat(follow_symlinks=False).st_size
                _require_name(name, len(found))
    return found


def _zipped(path: Path) -> Package:
    size = path.stat().st_size
    with path.open("rb") as opened:
        opened.seek(max(size - _END, 0))
        end = opened.read()
        if len(end) != _END or end[:4] != b"PK\x05\x06":
            message = f"{path.name} is no folder, and no ZIP that ends with its list of files"
            raise PackageError(message)
        opened.seek(0)
        if opened.read(4) != b"PK\x03\x04":
            message = f"{path.name} does not begin with a file"
            raise PackageError(message)
    if int.from_bytes(end[12:16], "little") not in range(MOST_DIRECTORY):
        message = f"{path.name} lists more files than a package has"
        raise PackageError(message)
    archive = zipfile.ZipFile(path)
    try:
        with path.open("rb") as opened:
            return Package(path, _listed(archive, opened), archive)
    except BaseException:
        archive.close()
        raise


def _listed(archive: zipfile.ZipFile, opened: IO[bytes]) -> dict[str, int]:
    """Return the files of a ZIP, each once and one behind the other, with nothing between them. Raises PackageError."""
    found: dict[str, int] = {}
    at = 0
    for one in sorted(archive.infolist(), key=lambda one: one.header_offset):
        name = one.orig_filename
        _require_name(name, len(found))
        if name in found or one.filename != name:
            message = f"{name!a} stands twice in the ZIP, or under two names"
            raise PackageError(message)
        if one.flag_bits & _ENCRYPTED or one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or _is_special(one):
            message = f"{name} is encrypted, no plain file, or neither stored nor deflated"
            raise PackageError(message)
        opened.seek(one.header_offset)
        local = opened.read(_LOCAL)
        gap = one.header_offset - at
        if (gap and not (found and gap in _DESCRIPTORS)) or local[:4] != b"PK\x03\x04":
            message = f"before {name} the ZIP holds something that it does not list"
            raise PackageError(message)
        named, extra = (int.from_bytes(local[place : place + 2], "little") for place in (26, 28))
        if opened.read(named) != name.encode():
            message = f"{name} has another name before its bytes"
            raise PackageError(message)
        at = one.header_offset + _LOCAL + named + extra + one.compress_size
        found[name] = one.file_size
    if archive.start_dir - at not in (0, *_DESCRIPTORS) or archive.comment:
        message = "behind its last file the ZIP holds something that it does not list"
        raise PackageError(message)
    return found


def _is_special(one: zipfile.ZipInfo) -> bool:
    mode = one.external_attr >> 16
    return one.is_dir() or (stat.S_IFMT(mode) not in (0, stat.S_IFREG))


def _require_name(name: str, count: int) -> None:
    if not is_path(name) or len(name) > 255 or count > MOST_FILES:  # noqa: PLR2004 - what file systems allow
        message = f"{name[:255]!a} is no name of a file of a package"
        raise PackageError(message)
