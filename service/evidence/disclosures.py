"""Disclosures beside the log: each is named by its entry, opens under its key and matches (step 6)."""

import base64
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from types import TracebackType
from typing import Any, Self

import psycopg

from service.evidence.findings import Findings, Wrong
from service.evidence.gone import Spill
from service.evidence.rows import SealedRow, wrapped_key
from service.ledger import DestroyedKeyError, DisclosureError, Keyring, open_disclosure, spill_key

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
        destroyed: Mapping[str, int] | None = None,
        spills: Mapping[int, Spill] | None = None,
        words: Mapping[str, str] | None = None,
    ) -> None:
        """Take what opens a disclosure, what reads one again by its place, and what entries say was destroyed and sealed away.

        `words` has for keys that are gone the word for what lay under them, where it is another than `destroyed`.
        """
        self.destroyed = destroyed or {}
        self.spills = spills or {}
        self.words = words or {}
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

    def lost(self, name: str, *, index: int) -> str | None:
        """Return the key that sealed a disclosure named by the entry at `index`; None where that does not open it for another reason.

        It was made with that entry or one before, and before its key was destroyed, or it was sealed away.
        """
        digest = base64.urlsafe_b64decode(name + "=")
        made = self._places.get(digest)
        row = None if made is None or made > index else self._fetch(made, digest)
        if row is None or (row.index >= self.destroyed.get(row.key_id, -1) and not self.is_sealed_away(row)):
            return None
        return row.key_id

    def destroyed_by(self, key_id: str) -> int | None:
        """Return the entry that tells that a key was destroyed, or None."""
        return self.destroyed.get(key_id)

    def is_sealed_away(self, row: SealedRow) -> bool:
        """Say whether a disclosure was sealed away, as an entry tells."""
        spill = self.spills.get(row.index)
        return spill is not None and spill.closed and row.key_id == spill_key(row.index)

    def spilled_at(self, name: str) -> int | None:
        """Return the entry that a disclosure was made with whose disclosures were sealed away, None where they were not."""
        index = self._places.get(base64.urlsafe_b64decode(name + "="))
        return index if index is not None and index in self.spills else None

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
        self.destroyed = 0
        self.sealed_away = 0
        self._of_destroyed: dict[str, tuple[int, Any]] = {key_id: (0, sha256()) for key_id in disclosures.destroyed}

    def window(self, found: Iterable[SealedRow], named: Mapping[int, tuple[str, ...]]) -> None:
        """Check the disclosures of a window; `named` has the digests of each of its entries."""
        placed: list[tuple[bytes, int]] = []
        for row in found:
            if row.name not in named.get(row.index, ()):
                self.findings.add(Wrong.DISCLOSURE_UNCLAIMED, index=row.index, place=row.name)
                continue
            placed.append((row.digest, row.index))
            if row.key_id in self._of_destroyed:
                count, digests = self._of_destroyed[row.key_id]
                digests.update(row.digest)
                self._of_destroyed[row.key_id] = (count + 1, digests)
            self._open(row)
        self.disclosures.place(placed)

    def _open(self, row: SealedRow) -> None:
        """Open a disclosure; count it, or name what is wrong."""
        spill, destroyed_at = self.disclosures.spills.get(row.index), self.disclosures.destroyed.get(row.key_id, -1)
        if spill is not None and spill.state == "sealed" and self.disclosures.is_sealed_away(row):
            self.sealed_away += 1
            return
        try:
            opened = self.disclosures.open(row)
        except DisclosureError as error:
            if row.index < destroyed_at:
                self._readable(row, destroyed_at)
                return
            self.findings.add(Wrong.DISCLOSURE_ALTERED, index=row.index, place=row.name, detail=str(error))
            return
        if opened is not None and (row.index < destroyed_at or (spill is not None and spill.closed)):
            self._readable(row, destroyed_at if spill is None else spill.by)
        destroyed = opened is None and row.index < destroyed_at
        self.opened += opened is not None
        self.destroyed += destroyed
        self.keys_absent += opened is None and not destroyed

    def _readable(self, row: SealedRow, by: int) -> None:
        self.findings.add(Wrong.GONE_READABLE, index=row.index, place=row.name, detail=str(by))

    def compare(self, told: Mapping[str, tuple[int, str]]) -> None:
        """Compare what each destroyed key sealed with what its entry says of it: number and digest of its disclosures."""
        for key_id, (count, digests) in self._of_destroyed.items():
            found = (count, digests.hexdigest())
            if told.get(key_id) != found:
                detail = f"{count} disclosures, not {told[key_id][0]}" if key_id in told else "its facts cannot be read"
                self.findings.add(Wrong.DESTRUCTION_DIFFERS, index=self.disclosures.destroyed[key_id], place=key_id, detail=detail)


def keyring_opener(connection: psycopg.Connection, keyring: Keyring) -> Opener:
    """Return what opens disclosures with the keys of a database and the master key that wraps them."""
    found: OrderedDict[str, bool] = OrderedDict()

    def opener(row: SealedRow) -> str | None:
        if row.key_id not in found or not keyring.knows(row.key_id):
            wrapped = wrapped_key(connection, row.key_id)
            found[row.key_id] = wrapped is not None and _learned(keyring, row.key_id, wrapped)
        if len(found) > REMEMBERED:
            found.popitem(last=False)
        if not found.get(row.key_id, True):
            return None
        return keyring.open(row.key_id, digest=row.digest, sealed=row.sealed)

    return opener


def _learned(keyring: Keyring, key_id: str, wrapped: bytes) -> bool:
    """Learn a key from its row; False where it was destroyed, which a database of an earlier day does not know."""
    try:
        keyring.unwrap(key_id, wrapped)
    except DestroyedKeyError:
        return False
    return True
