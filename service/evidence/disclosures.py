"""Disclosures beside the log: each is named by its entry, opens under its key and matches (step 6)."""

import base64
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import psycopg

from service.evidence.findings import Findings, Wrong
from service.evidence.rows import SealedRow, wrapped_key
from service.ledger import DisclosureError, Keyring, open_disclosure

REMEMBERED = 8192
"""Opened disclosures kept in memory; all others are found again by their place."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A disclosure that was opened: the entry it was made with, its name, value and text."""

    index: int
    name: str
    value: object
    text: str


class Places:
    """Where each disclosure stands, kept in a file that vanishes: constant memory at any size."""

    def __init__(self) -> None:
        """Open a private temporary database on disk."""
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            "pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-8000;"
            "create table place(digest blob primary key, at integer not null) without rowid;"
        )

    def put(self, places: Iterable[tuple[bytes, int]]) -> None:
        """Keep the first place of each digest."""
        self._database.executemany("insert or ignore into place values (?, ?)", places)

    def get(self, digest: bytes) -> int | None:
        """Return the index of the entry that a disclosure was made with, or None."""
        row = self._database.execute("select at from place where digest = ?", (digest,)).fetchone()
        return None if row is None else row[0]

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close and so remove the file."""
        with closing(self._database):
            pass


Opener = Callable[[SealedRow], str | None]
"""Returns the text of a sealed disclosure, None where its key is gone; raises DisclosureError."""


class Disclosures:
    """Finds and opens the disclosures that entries name; remembers where the others stand."""

    def __init__(
        self,
        *,
        places: Places,
        opener: Opener,
        fetch: Callable[[int, bytes], SealedRow | None],
    ) -> None:
        """Take what opens a disclosure, and what reads one again by its place."""
        self._places = places
        self._opener = opener
        self._fetch = fetch
        self._recent: OrderedDict[str, Opened] = OrderedDict()

    def place(self, found: Iterable[tuple[bytes, int]]) -> None:
        """Remember digests and the entries that they stand with."""
        self._places.put(found)

    def present(self, name: str) -> bool:
        """Say whether a disclosure stands beside the log, whether or not it opens."""
        digest = base64.urlsafe_b64decode(name + "=")
        index = self._places.get(digest)
        row = None if index is None else self._fetch(index, digest)
        return row is not None and self.text(row) is not None

    def find(self, name: str) -> Opened | None:
        """Return the disclosure of a digest named in an entry, or None where none opens."""
        opened = self._recent.get(name)
        if opened is not None:
            self._recent.move_to_end(name)
            return opened
        digest = base64.urlsafe_b64decode(name + "=")
        index = self._places.get(digest)
        row = None if index is None else self._fetch(index, digest)
        try:
            return None if row is None else self.open(row)
        except DisclosureError:
            return None

    def text(self, row: SealedRow) -> str | None:
        """Return a row's text, None where its key is gone; a broken one counts as present."""
        try:
            return self._opener(row)
        except DisclosureError:
            return ""

    def open(self, row: SealedRow) -> Opened | None:
        """Open a row and remember it; None where its key is gone. Raises DisclosureError."""
        text = self._opener(row)
        if text is None:
            return None
        name, value = open_disclosure(text, digest=row.name)
        opened = Opened(row.index, name, value, text)
        self._recent[row.name] = opened
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        return opened


class DisclosureCheck:
    """Checks disclosures in the order of the log (step 6 of `verification`)."""

    def __init__(self, *, findings: Findings, disclosures: Disclosures) -> None:
        """Start before entry 0."""
        self.findings = findings
        self.disclosures = disclosures
        self.opened = 0
        self.keys_absent = 0

    def window(self, found: Iterable[SealedRow], named: Mapping[int, tuple[str, ...]]) -> None:
        """Check the disclosures of a window; `named` has the digests of each of its entries."""
        placed: list[tuple[bytes, int]] = []
        for row in found:
            if row.name not in named.get(row.index, ()):
                self.findings.add(Wrong.DISCLOSURE_UNCLAIMED, index=row.index, place=row.name)
                continue
            placed.append((row.digest, row.index))
            self._open(row)
        self.disclosures.place(placed)

    def _open(self, row: SealedRow) -> None:
        """Open a disclosure; count it, or name what is wrong."""
        try:
            opened = self.disclosures.open(row)
        except DisclosureError as error:
            self.findings.add(Wrong.DISCLOSURE_ALTERED, index=row.index, place=row.name, detail=str(error))
            return
        self.opened += opened is not None
        self.keys_absent += opened is None


def keyring_opener(connection: psycopg.Connection, keyring: Keyring) -> Opener:
    """Return what opens disclosures with the keys of a database and the master key that wraps them."""
    found: OrderedDict[str, bool] = OrderedDict()

    def opener(row: SealedRow) -> str | None:
        if row.key_id not in found or not keyring.knows(row.key_id):
            wrapped = wrapped_key(connection, row.key_id)
            found[row.key_id] = wrapped is not None
            if wrapped is not None:
                keyring.unwrap(row.key_id, wrapped)
        if len(found) > REMEMBERED:
            found.popitem(last=False)
        if not found.get(row.key_id, True):
            return None
        return keyring.open(row.key_id, digest=row.digest, sealed=row.sealed)

    return opener
