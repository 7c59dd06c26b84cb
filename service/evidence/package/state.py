"""How far a package has come: files that are whole, disclosures found so far, people told of.

On disk, so that memory stays small and a package that was interrupted goes on behind its last whole chunk.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

from service.evidence.package.manifest import PackedFile

TABLES = """
create table if not exists chunk(first integer primary key, counted text not null);
create table if not exists file(path text primary key, digest text not null, size integer not null) without rowid;
create table if not exists line(digest text primary key, at integer not null, text text not null) without rowid;
create index if not exists in_order on line(at, digest);
create table if not exists wanted(digest text primary key, named_at integer not null, judged text not null) without rowid;
create table if not exists erasure(at integer primary key);
create table if not exists policy(digest text primary key) without rowid;
create table if not exists person(id text primary key) without rowid;
"""


class State:
    """The state of a package that is being written, in a SQLite file of its own."""

    def __init__(self, path: Path) -> None:
        """Open it, or begin."""
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript("pragma journal_mode=delete; pragma synchronous=normal; pragma cache_size=-8000;")
        self._database.executescript(TABLES)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        with closing(self._database):
            pass

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep all that is put within, or none of it."""
        self._database.execute("begin")
        try:
            yield
        except BaseException:
            self._database.execute("rollback")
            raise
        self._database.execute("end")

    def is_done(self, first: int) -> bool:
        """Say whether the chunk that begins with a leaf is whole."""
        return self._database.execute("select 1 from chunk where first = ?", (first,)).fetchone() is not None

    def chunk_done(self, first: int) -> None:
        """Keep that a chunk is whole."""
        self._database.execute("insert or replace into chunk values (?, '')", (first,))

    def put_files(self, files: Iterable[PackedFile]) -> None:
        """Keep files with their digests."""
        self._database.executemany("insert or replace into file values (?, ?, ?)", ((one.path, one.digest, one.size) for one in files))

    def files(self) -> Iterator[PackedFile]:
        """Yield all files in the order of their paths."""
        for path, digest, size in self._database.execute("select path, digest, size from file order by path"):
            yield PackedFile(path, digest, size)

    def unresolved(self, names: Iterable[str]) -> list[str]:
        """Return those digests that have no line yet."""
        return [name for name in names if self._database.execute("select 1 from line where digest = ?", (name,)).fetchone() is None]

    def put_lines(self, lines: Iterable[tuple[str, int, str]]) -> None:
        """Keep lines of the disclosures: digest, index and text."""
        self._database.executemany("insert or replace into line values (?, ?, ?)", lines)

    def line(self, digest: str) -> str | None:
        """Return the line of a digest, or None."""
        row = self._database.execute("select text from line where digest = ?", (digest,)).fetchone()
        return None if row is None else str(row[0])

    def lines(self) -> Iterator[str]:
        """Yield all lines in the order of index and digest."""
        for (text,) in self._database.execute("select text from line order by at, digest"):
            yield text

    def put_erasures(self, indexes: Iterable[int]) -> None:
        """Keep entries that tell of erasures."""
        self._database.executemany("insert or ignore into erasure values (?)", ((one,) for one in indexes))

    def erasures(self) -> list[int]:
        """Return them in order."""
        return [row[0] for row in self._database.execute("select at from erasure order by at")]

    def put_policies(self, digests: Iterable[str]) -> None:
        """Keep digests of policy sets."""
        self._database.executemany("insert or ignore into policy values (?)", ((one,) for one in digests))

    def policies(self) -> list[str]:
        """Return them in order."""
        return [row[0] for row in self._database.execute("select digest from policy order by digest")]

    def new_people(self, ids: Iterable[str]) -> list[str]:
        """Return those people who were not told of yet, and keep them."""
        return [one for one in sorted(set(ids)) if self._database.execute("insert or ignore into person values (?)", (one,)).rowcount]

    def counts(self) -> dict[str, int]:
        """Return how many lines there are of each sort."""
        query = "select sum(text like '%,\"text\":%'), sum(text like '%,\"erased\":%'), sum(text like '%,\"withheld\":%') from line"
        opened, erased, withheld = self._database.execute(query).fetchone()
        return {"disclosed": opened or 0, "erased": erased or 0, "withheld": withheld or 0}
