"""The manifest of a package: what it is, and the digest of each of its files. Shared by who writes and who verifies.

Pure: the standard library alone, for it runs on the machines of auditors too. The format is that of docs/package.md.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, cast

PackageKind = Literal["full", "inspector"]
MAGIC = "sekisho-package/v1"
NAME = "manifest.note"
ALIGNED = 256
"""Leaves that a tile of level 0 holds; what is given away begins and ends with one."""
ROOT_BYTES = 32
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_WORD = re.compile(r"[!-~]+", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_PATH = re.compile(r"[A-Za-z0-9_.@+-]+(?:/[A-Za-z0-9_.@+-]+)*", re.ASCII)
_FORMAT = re.compile(r"[a-z0-9_]+/[1-9][0-9]*", re.ASCII)
_LANGUAGES = frozenset(("ja", "en"))
_KINDS = frozenset(("full", "inspector"))


class ManifestError(ValueError):
    """A manifest that is not of the form; the message says which line."""


@dataclass(frozen=True, slots=True, order=True)
class PackedFile:
    """A file of a package. In the order of the paths; `digest` is its SHA-256 in hexadecimal, `size` its bytes."""

    path: str
    digest: str
    size: int

    def line(self) -> str:
        """Return its line."""
        return f"file {self.digest} {self.size} {self.path}"


@dataclass(frozen=True, slots=True)
class PackedView:
    """A view: which file (a prefix, where a view is several files), rendered in which format and language."""

    path: str
    format: str
    language: str

    def line(self) -> str:
        """Return its line."""
        return f"view {self.path} {self.format} {self.language}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package says of itself; `start` and `end` are what was asked for, `first` and `last` the leaves, all half open."""

    origin: str
    id: str
    kind: PackageKind
    start: int
    end: int
    first: int
    last: int
    size: int
    root: bytes
    query: str
    requested: int
    made: str
    by: str
    version: str
    organ: str | None = None
    saved: str | None = None
    since: tuple[int, bytes] | None = None
    small_site: bool = False
    unwitnessed: bool = False
    views: tuple[PackedView, ...] = ()
    files: tuple[PackedFile, ...] = ()

    def text(self) -> str:
        """Return the text that is signed, each line ended."""
        return "".join(f"{line}\n" for line in (*self._head(), *(one.line() for one in self.views), *_file_lines(self.files)))

    def _head(self) -> Iterator[str]:
        yield MAGIC
        yield self.origin
        yield f"id {self.id}"
        yield f"kind {self.kind}"
        yield f"range {self.start} {self.end}"
        yield f"leaves {self.first} {self.last}"
        yield f"tree {self.size} {_base64(self.root)}"
        yield f"query {self.query}"
        yield f"requested {self.requested}"
        yield f"made {self.made}"
        yield f"by {self.by}"
        yield f"version {self.version}"
        if self.organ is not None:
            yield f"organ {self.organ}"
        if self.saved is not None:
            yield f"saved {self.saved}"
        if self.since is not None:
            yield f"since {self.since[0]} {_base64(self.since[1])}"
        if self.small_site:
            yield "profile small-site"
        if self.unwitnessed:
            yield "unwitnessed"

    @classmethod
    def parse(cls, text: str) -> "Manifest":
        """Return the manifest of a text; its signature is for `notes`. Raises ManifestError for all but the one way to write it."""
        lines = _Lines(text)
        lines.exactly(MAGIC)
        origin = lines.whole()
        named, kind = lines.matching("id", _WORD), cast("PackageKind", lines.among("kind", _KINDS))
        (start, end), (first, last), (size, root) = lines.numbers("range", 2), lines.numbers("leaves", 2), lines.tree("tree")
        read = cls(
            origin=origin,
            id=named,
            kind=kind,
            start=start,
            end=end,
            first=first,
            last=last,
            size=size,
            root=root,
            query=lines.matching("query", _DIGEST),
            requested=lines.numbers("requested", 1)[0],
            made=lines.matching("made", _INSTANT),
            by=lines.matching("by", _WORD),
            version=lines.matching("version", _WORD),
            organ=lines.matching("organ", _WORD) if lines.at("organ") else None,
            saved=lines.matching("saved", _WORD) if lines.at("saved") else None,
            since=lines.tree("since") if lines.at("since") else None,
            small_site=lines.flag("profile small-site"),
            unwitnessed=lines.flag("unwitnessed"),
            views=tuple(lines.views()),
            files=tuple(lines.files()),
        )
        if (fault := read.fault()) is not None:
            raise ManifestError(fault)
        if read.text() != text:
            message = f"line {lines.place + 1} is none of a manifest, or stands where it does not belong"
            raise ManifestError(message)
        return read

    def fault(self) -> str | None:
        """Say in what the manifest contradicts itself, or None."""
        paths = [one.path for one in self.files]
        named = set(paths)
        around = leaves_around(start=self.start, end=self.end, size=self.size) if self.size else None
        faults = (
            (not self.start <= self.end <= self.size, f"the range {self.start} {self.end} does not lie in a tree of {self.size}"),
            ((self.first, self.last) != around, f"the leaves {self.first} {self.last} are not those around the range"),
            (self.requested >= self.size, f"the entry {self.requested} of the request does not lie in a tree of {self.size}"),
            ((self.organ is None) == (self.kind == "inspector"), "a package of kind inspector names its organ, and no other does"),
            (self.since is not None and self.since[0] > self.size, "the tree before is larger than this one"),
            (paths != sorted(named) or NAME in named, "the files are not sorted by path, each once, without the manifest"),
            (any(one.path not in named for one in self.views), "a view is none of the files"),
        )
        return next((said for wrong, said in faults if wrong), None)


def leaves_around(*, start: int, end: int, size: int) -> tuple[int, int]:
    """Return the leaves given for a range of a tree of `size`: rounded outward to whole tiles, at most to `size`.

    For an empty range they are those of the tile in which it lies (or the last one), so that there is always a leaf to prove.
    """
    if start >= end:
        start = min(start, size - 1)
        end = start + 1
    return start // ALIGNED * ALIGNED, min(size, -(-end // ALIGNED) * ALIGNED)


def is_path(path: str) -> bool:
    """Say whether a path may stand in a package: ASCII, relative, without steps upward, nothing hidden."""
    return _PATH.fullmatch(path) is not None and not any(part.startswith(".") for part in path.split("/"))


def _file_lines(files: Iterable[PackedFile]) -> Iterator[str]:
    return (one.line() for one in files)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


class _Lines:
    """The lines of a text, read one after the other, each in its only place."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self.place = 0

    def whole(self) -> str:
        """Return the next line."""
        line = self._lines[self.place] if self.place < len(self._lines) else ""
        self.place += 1
        return line

    def at(self, word: str) -> bool:
        """Say whether the next line begins with a word."""
        return self.place < len(self._lines) and self._lines[self.place].split(" ", 1)[0] == word

    def exactly(self, line: str) -> None:
        """Take one line as it must be."""
        if self.whole() != line:
            raise self._wrong(line)

    def flag(self, line: str) -> bool:
        """Take a line that may be missing."""
        if self.place < len(self._lines) and self._lines[self.place] == line:
            self.place += 1
            return True
        return False

    def words(self, word: str, count: int) -> list[str]:
        """Return the words behind the first one of the next line."""
        first, *others = self.whole().split(" ")
        if first != word or len(others) != count:
            raise self._wrong(word)
        return others

    def matching(self, word: str, form: re.Pattern[str]) -> str:
        (found,) = self.words(word, 1)
        if not form.fullmatch(found):
            raise self._wrong(word)
        return found

    def among(self, word: str, allowed: Iterable[str]) -> str:
        (found,) = self.words(word, 1)
        if found not in allowed:
            raise self._wrong(word)
        return found

    def numbers(self, word: str, count: int) -> list[int]:
        return [self._number(word, digits) for digits in self.words(word, count)]

    def tree(self, word: str) -> tuple[int, bytes]:
        size, root = self.words(word, 2)
        return self._number(word, size), self._root(word, root)

    def views(self) -> Iterator[PackedView]:
        word = "view"
        while self.at(word):
            path, form, language = self.words(word, 3)
            if not is_path(path) or not _FORMAT.fullmatch(form) or language not in _LANGUAGES:
                raise self._wrong(word)
            yield PackedView(path, form, language)

    def files(self) -> Iterator[PackedFile]:
        word = "file"
        while self.at(word):
            digest, size, path = self.words(word, 3)
            if not _DIGEST.fullmatch(digest) or not is_path(path):
                raise self._wrong(word)
            yield PackedFile(path, digest, self._number(word, size))

    def _number(self, word: str, digits: str) -> int:
        if not _NUMBER.fullmatch(digits):
            raise self._wrong(word)
        return int(digits)

    def _root(self, word: str, encoded: str) -> bytes:
        try:
            root = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error) as broken:
            raise self._wrong(word) from broken
        if len(root) != ROOT_BYTES:
            raise self._wrong(word)
        return root

    def _wrong(self, word: str) -> ManifestError:
        return ManifestError(f"line {self.place} of the manifest is not its {word!r}")
