"""Which entries concern an organ at an operator: those about information that it provided, and how many there are is stated in time.

An entry concerns an organ where its clear `object`, or that of one of its several decisions, is an information that the organ gave
(Act 10), or a document that carries one. Which these are is written down with each statement, so that the count can be followed
whatever is recorded, corrected or ended later: an entry is judged by the statement that counted it.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import psycopg

from service.evidence import rows
from service.evidence.form import readable_entry
from service.evidence.package.leaves import clear_of
from service.evidence.predicate import parts_of
from service.evidence.rows import SealedRow
from service.ledger import DisclosureError, Keyring, Kind, open_disclosure
from service.tlog.salted import decode
from service.tlog.tree import leaf_hash

STATED = Kind.COUNTS_STATED.value
BACKWARDS = 1 << 16


@dataclass(frozen=True, slots=True)
class Statement:
    """How many entries from `since` to before `until` concern an organ, and the SHA-256 over their leaf hashes in order.

    `informations` are all that the organ had provided by then, `documents` those of its documents that the counted entries name.
    """

    organ: str
    since: int
    until: int
    entries: int
    sha256: str
    informations: tuple[str, ...]
    documents: tuple[str, ...]
    index: int = -1
    """Of its entry, once there is one."""
    at: str = ""

    def note(self) -> dict[str, Any]:
        """Return what the entry of the statement discloses."""
        return {
            "since": self.since,
            "until": self.until,
            "entries": self.entries,
            "sha256": self.sha256,
            "informations": list(self.informations),
            "documents": list(self.documents),
        }

    @classmethod
    def of(cls, organ: str, note: Mapping[str, Any], *, index: int, at: str) -> "Statement":
        """Return the statement of an organ that an entry's note tells. Raises KeyError, TypeError for another note."""
        own, documents = tuple(note["informations"]), tuple(note["documents"])
        counted, digest = int(note["entries"]), str(note["sha256"])
        return cls(organ, int(note["since"]), int(note["until"]), counted, digest, own, documents, index, at)


def providing_organs(connection: psycopg.Connection) -> list[str]:
    """Return the organs that ever provided information here, in order."""
    return [row[0] for row in connection.execute("select distinct giver_id from provision.provisions order by giver_id")]


def provided_by(connection: psycopg.Connection, organ: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the informations that an organ provided, as known now, and the documents that carry one."""
    found = connection.execute("select distinct information_id from provision.provisions where giver_id = %s", (organ,))
    informations = frozenset(row[0] for row in found)
    query = "select distinct document_id from designation.document_information where information_id = any(%s)"
    return informations, frozenset(row[0] for row in connection.execute(query, (list(informations),)))


def places_about(entry: Mapping[str, Any], objects: frozenset[str]) -> list[int]:
    """Return which of the decisions of an entry (1 for an act) are about one of some objects."""
    return [place for place, one in enumerate(parts_of(entry), 1) if one.get("object") in objects]


def count(connection: psycopg.Connection, *, organ: str, since: int, until: int) -> Statement:
    """Return what is to be stated of an organ from `since` to before `until`; entries are read a window at a time."""
    informations, documents = provided_by(connection, organ)
    objects, digest, entries = informations | documents, sha256(), 0
    named: set[str] = set()
    for window in rows.windows(connection, start=since, end=until):
        for _index, body in window:
            entry = clear_of(body)
            about = set() if entry is None else {one["object"] for one in parts_of(entry) if one.get("object") in objects}
            if about:
                named |= about & documents
                digest.update(leaf_hash(body))
                entries += 1
    return Statement(organ, since, until, entries, digest.hexdigest(), tuple(sorted(informations)), tuple(sorted(named)))


def statements(
    connection: psycopg.Connection, *, keyring: Keyring, size: int, organ: str, newest: bool = False, behind: int = 0
) -> list[Statement]:
    """Return the statements about an organ below `size` in their order, or the newest alone, looking backwards window by window.

    Those that stand before index `behind` are left out.
    """
    found: list[Statement] = []
    query = (
        "select index, body from ledger.entries where index >= %s and index < %s and position(%s::bytea in body) > 0 order by index desc"
    )
    wanted = f'"kind":"{STATED}"'.encode()
    for high in range(size, behind, -BACKWARDS):
        for index, body in connection.cursor(binary=True).execute(query, (max(behind, high - BACKWARDS), high, wanted)).fetchall():
            entry = readable_entry(body)
            if entry is None or (entry.kind, entry.object, entry.out) != (STATED, organ, "accepted"):
                continue
            told = _told(connection, keyring, index, entry.sd or ())
            if told is None:
                continue
            found.append(Statement.of(organ, told, index=index, at=entry.at))
            # What was stated first reaches back to the beginning of the log.
            if newest or found[-1].since == 0:
                return found[::-1]
    return found[::-1]


def _told(connection: psycopg.Connection, keyring: Keyring, index: int, names: Sequence[str]) -> dict[str, Any] | None:
    """Return the note of a statement, or None where it does not open."""
    ring = keyring.scratch()
    for row in rows.sealed_rows_at(connection, places=[(index, decode(name)) for name in names]):
        opened = _opened(connection, ring, row)
        if isinstance(opened, dict):
            return opened
    return None


def _opened(connection: psycopg.Connection, ring: Keyring, row: SealedRow) -> Any:
    wrapped = rows.wrapped_key(connection, row.key_id)
    if wrapped is None:
        return None
    try:
        ring.unwrap(row.key_id, wrapped)
        name, value = open_disclosure(ring.open(row.key_id, digest=row.digest, sealed=row.sealed), digest=row.name)
    except DisclosureError:
        return None
    return value if name == "note" else None


@dataclass(frozen=True, slots=True)
class ByOrgan:
    """Finds what the statements about an organ counted, and the statements themselves."""

    organ: str
    start: int
    end: int
    stated: tuple[Statement, ...]
    objects: tuple[frozenset[str], ...]

    @classmethod
    def by(cls, stated: Sequence[Statement], *, organ: str, start: int, end: int) -> "ByOrgan":
        """Return what finds by some statements, in their order."""
        return cls(organ, start, end, tuple(stated), tuple(frozenset(one.informations) | frozenset(one.documents) for one in stated))

    def found(self, index: int, entry: Mapping[str, Any]) -> Sequence[int]:
        """Return the places of what is found in an entry."""
        if not self.start <= index < self.end:
            return ()
        if entry.get("kind") == STATED:
            return [1] if entry.get("object") == self.organ else []
        place = bisect_right(self.stated, index, key=lambda one: one.since) - 1
        if place < 0 or index >= self.stated[place].until:
            return ()
        return places_about(entry, self.objects[place])
