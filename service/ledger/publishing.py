"""The published log as static files, in the layout of C2SP tlog-tiles; any web server, or a disc in the post, brings them.

1. The folder's own checkpoint must be one of this log's past. 2. What came since is written, a tile with its bundle at a time,
each checked against the other and against the tile above. 3. The checkpoint comes last: whoever finds it finds all its tiles.
Every file appears whole and on disk under its name, so a run that is broken off is simply run again.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.database import read
from service.ledger.cosigning import published_checkpoint
from service.ledger.key_files import sync_folder
from service.ledger.reading import log_size
from service.ledger.tiles import hashes_of, tile_of
from service.tlog.notes import NoteError, parse_checkpoint, split_note
from service.tlog.proofs import tree_root, unverified
from service.tlog.tiles import HEIGHT, Tile, bundles_of, hashes_in, levels_of, of_level, read_bundle, subtree
from service.tlog.tree import leaf_hash

CHECKPOINT, ORIGIN, LOCK = "checkpoint", "origin", ".lock"
AT_ONCE = 32
"""Tiles that are read before they are written side by side."""
Told = Callable[[int, int], None]
"""Told how many entries are written, and of how many."""


class PublishError(RuntimeError):
    """The folder is not this log's, or what would be published does not lead to its checkpoint; the message says which."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a run did: the size that was there before and is there now, and how many files were written."""

    before: int
    size: int
    files: int


def publish(engine: Engine, folder: Path, *, told: Told = lambda _done, _whole: None) -> Brought:
    """Bring a folder up to the newest published checkpoint and return what was done. Raises PublishError, OSError.

    A folder that holds another log, a longer one, or another past than this one's is refused and left as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder), read(engine) as session:
        found = published_checkpoint(session)
        if found is None:
            message = "no checkpoint was published yet; sign one first: sekisho ledger checkpoint"
            raise PublishError(message)
        size, note = found.size, found.note
        before = _held(session, folder, origin=unverified(note).origin)
        if before > size:
            # What was published before its witnesses fell silent stays: a reader never sees the log grow shorter.
            return Brought(before, before, 0)
        files = _Files(folder)
        files.write({ORIGIN: f"{unverified(note).origin}\n".encode()}, anew=True)
        for bundles in _groups(bundles_of(size, after=before)):
            files.write({path: raw for one in bundles for path, raw in _checked(session, one, size=size)})
            told(min(bundles[-1].end, size), size)
        for level in range(1, levels_of(size)):
            for tiles in _groups(of_level(level, size=size, after=before)):
                files.write({tile.path(): _content(session, tile, size=size) for tile in tiles})
        if tree_root(hashes_of(session, size=size), size) != unverified(note).root:
            message = f"the tiles of the first {size} entries do not lead to the checkpoint's root; run: sekisho verify"
            raise PublishError(message)
        files.settle()
        files.write({CHECKPOINT: note.encode()}, anew=True)
        files.settle()
        files.drop_partial()
        return Brought(before, size, files.written)


def _groups(tiles: Iterator[Tile]) -> Iterator[list[Tile]]:
    """Yield what is to be written, some at a time."""
    while group := list(islice(tiles, AT_ONCE)):
        yield group


def _checked(session: Session, bundle: Tile, *, size: int) -> list[tuple[str, bytes]]:
    """Return a bundle and the tile of its leaves by their paths, if each is what the other and the tile above say."""
    leaves = Tile(0, bundle.index, bundle.width)
    entries, hashes = _content(session, bundle, size=size), _content(session, leaves, size=size)
    if b"".join(map(leaf_hash, read_bundle(entries))) != hashes:
        message = f"the entries of {bundle.path()} are not those that were recorded; run: sekisho verify"
        raise PublishError(message)
    if leaves.is_full and subtree(hashes_in(hashes, tile=leaves)) != hashes_of(session, size=size)(HEIGHT, leaves.index):
        message = f"{leaves.path()} is not what the tile above it says; run: sekisho verify"
        raise PublishError(message)
    return [(bundle.path(), entries), (leaves.path(), hashes)]


def _content(session: Session, tile: Tile, *, size: int) -> bytes:
    content = tile_of(session, tile, size=size)
    assert content is not None  # it is of this tree
    return content


def _held(session: Session, folder: Path, *, origin: str) -> int:
    """Return how many entries a folder holds already, 0 for an empty one. Raises PublishError for what is not this log's past."""
    names = {path.name for path in folder.iterdir()} - {LOCK}
    if not names:
        return 0
    try:
        named = (folder / ORIGIN).read_text().strip()
    except FileNotFoundError:
        message = f"{folder} holds other things than a published log; name an empty folder"
        raise PublishError(message) from None
    if named != origin:
        message = f"{folder} holds the log {named}, not {origin}; a successor has a folder of its own"
        raise PublishError(message)
    if CHECKPOINT not in names:
        return 0
    try:
        held = parse_checkpoint(split_note((folder / CHECKPOINT).read_text())[0])
    except NoteError as broken:
        message = f"{folder / CHECKPOINT}: {broken}"
        raise PublishError(message) from broken
    size = log_size(session)
    if held.origin != origin or held.size > size:
        message = f"{folder} holds {held.size} entries of {held.origin}, more than the {size} of {origin} here; entries are missing here"
        raise PublishError(message)
    if tree_root(hashes_of(session, size=held.size), held.size) != held.root:
        message = f"the first {held.size} entries in {folder} are not those of this log; keep the folder as evidence"
        raise PublishError(message)
    return held.size


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("a") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            message = f"{folder} is being written by another run"
            raise PublishError(message) from busy
        yield


def _appear(file: Path, content: bytes) -> None:
    """Let a file appear whole, its bytes on disk before its name is there."""
    partial = file.with_name(f".{file.name}.{uuid4().hex}")
    with partial.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    partial.rename(file)


class _Files:
    """Files that appear whole; the names in their folders are durable once `settle` returned."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._touched: set[Path] = set()
        self.written = 0

    def write(self, contents: Mapping[str, bytes], *, anew: bool = False) -> None:
        """Write files. One that is there already must be the same, unless it is one that is written `anew`. Raises PublishError.

        Side by side, for the disk takes as long for many as for one.
        """
        missing = [(self._folder / path, content) for path, content in contents.items() if self._lacks(path, content, anew=anew)]
        for file, _content_of_it in missing:
            self._make(file.parent)
            self._touched.add(file.parent)
        with ThreadPoolExecutor(max_workers=AT_ONCE) as side_by_side:
            for _done in side_by_side.map(lambda one: _appear(*one), missing):
                self.written += 1

    def _lacks(self, path: str, content: bytes, *, anew: bool) -> bool:
        file = self._folder / path
        if not file.exists():
            return True
        if file.read_bytes() == content:
            return False
        if not anew:
            message = f"{file} is there with other bytes; keep the folder as evidence"
            raise PublishError(message)
        return True

    def settle(self) -> None:
        """Make the names of what was written durable."""
        for folder in sorted(self._touched):
            sync_folder(folder)
        self._touched.clear()

    def drop_partial(self) -> None:
        """Remove the partial tiles, and what a run left half written, where the full tile is there."""
        for folder in (*(self._folder / "tile").glob("**/*.p"),):
            if folder.with_suffix("").exists():
                for file in folder.iterdir():
                    file.unlink()
                folder.rmdir()
        for left in (self._folder / "tile").glob(f"**/.*.{'?' * 32}"):
            left.unlink()

    def _make(self, folder: Path) -> None:
        if not folder.exists():
            self._make(folder.parent)
            folder.mkdir(exist_ok=True)
            self._touched.add(folder.parent)
