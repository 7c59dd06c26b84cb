"""Rebuilds the state that decisions rest on from entries and disclosures alone (steps 8 and 9)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

import msgspec

from service.decision.facts import facts_for
from service.decision.world import World
from service.evidence.findings import Findings, Wrong

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")
_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the entries say of a row: the entry that last changed it, and its digest."""

    index: int
    digest: bytes


class Rebuild:
    """The world as entries tell it, led along the log."""

    def __init__(self, *, findings: Findings, keys: Mapping[str, Sequence[str]]) -> None:
        """Start with an empty world; `keys` has the primary key of each table of facts."""
        self.findings = findings
        self._keys = keys
        self.world = World()
        self.rows: dict[tuple[str, str], Recorded] = {}
        self.broken_at: int | None = None
        self.traced = 0
        self._touched: dict[str, int] = {}
        self._everything = -1

    def apply(self, *, index: int, changes: object) -> None:
        """Apply the rows that an entry changed."""
        if not isinstance(changes, list):
            self._break(index, "facts are no list")
            return
        for change in changes:
            try:
                table, row = change["table"], change["row"]
                name = row_name(row, self._keys[table])
            except (TypeError, KeyError) as error:
                self._break(index, f"unreadable row: {error}")
                continue
            if row.get("changed_index") != index:
                self.findings.add(
                    Wrong.ROW_FORM,
                    index=index,
                    place=f"{table} {name}",
                    detail=f"changed_index {row.get('changed_index')}",
                )
            self.rows[table, name] = Recorded(index, row_digest(row))
            self._touch(index, self.world.apply(table, row))

    def lose(self, index: int) -> None:
        """Note that an entry's facts cannot be read: from here on the world is incomplete."""
        if self.broken_at is None:
            self.broken_at = index

    def touched(self, ids: Iterable[str | None]) -> int:
        """Return the index of the last change that concerns one of these ids, -1 for none."""
        touched = self._touched
        return max(self._everything, *(touched.get(an_id, -1) for an_id in ids if an_id), -1)

    def check_facts(self, *, index: int, facts: Mapping[str, object]) -> None:
        """Compare disclosed facts with those that the rebuilt world gives at this entry."""
        if self.broken_at is not None:
            return
        person, information, organization = (
            facts.get("person"),
            facts.get("information"),
            facts.get("organization"),
        )
        rebuilt = facts_for(
            self.world,
            person=person,
            information=information,
            organization=organization,
        )
        if _encode(rebuilt) == _encode(facts):
            self.traced += 1
            return
        self.findings.add(
            Wrong.FACTS_NOT_FROM_ENTRIES,
            index=index,
            detail=f"{person} {information} {organization or '-'}",
        )

    def compare(
        self, *, table: str, key: Sequence[str], rows: Iterable[Mapping[str, object]]
    ) -> int:
        """Compare a room's rows, as they stand now, with the rebuilt ones; return how many.

        The rows compared are taken out of `rows`; what `missing` then finds has gone.
        """
        count = 0
        for row in rows:
            count += 1
            name = row_name(row, key)
            place = f"{table} {name}"
            recorded = self.rows.pop((table, name), None)
            if recorded is None:
                self.findings.add(Wrong.ROW_UNRECORDED, place=place)
            elif recorded.digest != row_digest(row):
                self.findings.add(Wrong.ROW_DIFFERS, index=recorded.index, place=place)
        return count

    def missing(self) -> None:
        """Name the rows that entries tell of and no table holds any more."""
        for (table, name), recorded in self.rows.items():
            self.findings.add(
                Wrong.ROW_MISSING, index=recorded.index, place=f"{table} {name}"
            )

    def _touch(self, index: int, touched: object) -> None:
        raise NotImplementedError

    def _break(self, index: int, detail: str) -> None:
        self.findings.add(Wrong.ROW_FORM, index=index, detail=detail)
        self.lose(index)


def row_name(row: Mapping[str, object], key: Sequence[str]) -> str:
    """Return how a row is named in a report: its primary key."""
    return "/".join(str(row[column]) for column in key)


def row_digest(row: Mapping[str, object]) -> bytes:
    """Return the digest of a row in one form, whether an entry or a table gives it."""
    plain = {column: _plain(value) for column, value in row.items()}
    return blake2b(_encode(plain), digest_size=16).digest()


def _plain(value: object) -> object:
    """Return instants in one way of writing, anything else as it is."""
    if isinstance(value, str) and _INSTANT.match(value):
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return value
        if at.tzinfo is not None:
            return at.astimezone(UTC).isoformat(timespec="microseconds")
    return value
