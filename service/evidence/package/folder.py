"""The files of a package while it is written: each with the digest that the manifest will name."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from service.evidence.package.manifest import PackedFile
from service.evidence.package.state import State


@dataclass(slots=True)
class File:
    """A file that is being written, with its digest so far."""

    path: str
    out: IO[bytes]
    size: int = 0
    digest: str = ""
    _hash: Any = field(default_factory=sha256)

    def write(self, piece: bytes) -> int:
        """Write a piece and return its length."""
        self._hash.update(piece)
        self.out.write(piece)
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Let nothing wait."""
        self.out.flush()

    def packed(self) -> PackedFile:
        """Return it as the manifest names it."""
        return PackedFile(self.path, self._hash.hexdigest(), self.size)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder in which a package grows; `state` keeps what is whole."""

    root: Path
    state: State

    def put(self, path: str, pieces: Iterable[bytes]) -> PackedFile:
        """Write a file and keep its digest."""
        with self.opened(path) as file:
            for piece in pieces:
                file.write(piece)
        return file.packed()

    @contextmanager
    def opened(self, path: str) -> Iterator[File]:
        """Yield a file to write to; its digest is kept when it is whole."""
        place = self.root / path
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with place.open("wb") as out:
            file = File(path, out)
            yield file
        self.state.put_files([file.packed()])

    @contextmanager
    def aside(self, name: str) -> Iterator[File]:
        """Yield a file beside the package, for what is put together later."""
        place = self.place_aside(name)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        with place.open("wb") as out:
            yield File(name, out)

    def place_aside(self, name: str) -> Path:
        """Return where such a file lies."""
        return self.root.parent / "parts" / name

    def read(self, path: str) -> bytes:
        """Return a file that was written."""
        return (self.root / path).read_bytes()
