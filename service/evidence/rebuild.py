"""Rebuilds the state that decisions rest on from entries and disclosures alone (steps 8 and 9)."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from service.decision.areas import ACTIONS, facts_of_area, kept_in, opening
from service.decision.facts import facts_for
from service.decision.world import FACT_TABLES, World, runs
from service.evidence.findings import Findings, Wrong
from service.evidence.form import EntryV1

NOBODY = "?"
"""Stands in facts for an organization that is not registered, or not the application's to act for."""
POLICIES = "decision.policy_sets"
DESTROYED_KEYS = "ledger.destroyed_keys"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")
_encode = msgspec.json.Encoder(order="deterministic").encode


class Rebuild:
    """The world as entries tell it, led along the log."""

    def __init__(self, *, findings: Findings, keys: Mapping[str, Sequence[str]], tables: Collection[str]) -> None:
        """Start with an empty world; `keys` has the primary key of each table of facts, `tables` the names of all tables."""
        self.findings = findings
        self.world = World()
        self.broken_at: int | None = None
        self.traced = 0
        self.rows_destroyed = 0
        self.lost_people: set[str] = set()
        self._lost: dict[int, str] = {}
        self._keys = keys
        self._beside = frozenset(tables) - frozenset(FACT_TABLES)
        """Tables whose changes are recorded and which no decision rests on."""
        self._touched: dict[str, int] = {}
        self._everything = -1

    def apply(self, *, index: int, changes: object) -> None:
        """Apply the rows that an entry changed."""
        if not isinstance(changes, list):
            self._break(index, "", "facts are no list of rows")
            return
        for change in changes:
            try:
                table, row = change["table"], change["row"]
                if table in self._beside:
                    continue
                place = f"{table} {row_name(row, self._keys[table])}"
                touched = self.world.apply(table, row)
            except (TypeError, KeyError, ValueError) as error:
                self._break(index, "", f"unreadable row: {error}")
                continue
            if row.get("changed_index") != index:
                self._break(index, place, f"changed_index {row.get('changed_index')}")
            for an_id in touched:
                self._touched[an_id] = index
            if table == POLICIES or not touched.isdisjoint(self.world.rows["personnel.organizations"]):
                # Certifications and contracts reach people and informations that do not name them;
                # a policy reaches everybody.
                self._everything = index

    def lose(self, index: int) -> None:
        """Note that an entry's facts cannot be read: from here on the world is incomplete."""
        if self.broken_at is None:
            self.broken_at = index

    def lose_person(self, index: int, person: str) -> None:
        """Note that what an entry changed about one person was destroyed with that person's key: about others all is known."""
        self._lost[index] = person
        self.lost_people.add(person)

    def touched(self, ids: Iterable[str]) -> int:
        """Return the index of the last change that concerns one of these ids, -1 for none."""
        return max(self._everything, *(self._touched.get(an_id, -1) for an_id in ids), -1)

    def policy_in_force(self) -> str | None:
        """Return the digest of the policy set that was activated last, None if none is known."""
        if self.broken_at is not None:
            return None
        newest = max(self.world.rows[POLICIES].values(), key=lambda row: row["changed_index"], default=None)
        return None if newest is None else str(newest["digest"])

    def fault_of(self, *, entry: EntryV1, facts: Sequence[Mapping[str, Any]], asked: object, now_ms: int) -> str | None:
        """Say in what the facts are not about what the decision was about, or None.

        `asked` holds the words of a question that named nothing known.
        """
        foreign = isinstance(asked, dict) and "organization" in asked
        organization = NOBODY if foreign else entry.acting_for
        for each in facts:
            if each.get("person") != entry.person or each.get("organization") != organization:
                return "facts of somebody or somewhere else"
            if each.get("document") not in (None, entry.object):
                return "facts of another document"
        if any("area" in each for each in facts):
            return None if self.broken_at is not None else self._fault_of_area(entry, facts, organization, now_ms)
        found = {each.get("information") for each in facts}
        if self.broken_at is not None or found in self._informations(entry.object, now_ms):
            return None
        return f"facts of {sorted(map(str, found))}, asked about {entry.object}"

    def check_facts(self, *, index: int, facts: Mapping[str, Any]) -> None:
        """Compare disclosed facts with those that the rebuilt world gives at this entry."""
        if self.broken_at is not None or facts.get("person") in self.lost_people:
            return
        if "area" in facts:
            asked = {name: facts.get(name) for name in ("person", "area", "organization")}
            again = facts_of_area(self.world, **asked)
        else:
            asked = {name: facts.get(name) for name in ("person", "information", "organization", "document")}
            again = facts_for(self.world, **asked)
        if _encode(again) == _encode(facts):
            self.traced += 1
            return
        detail = " ".join(str(an_id or "-") for an_id in asked.values())
        self.findings.add(Wrong.FACTS_NOT_FROM_ENTRIES, index=index, detail=detail)

    def _fault_of_area(self, entry: EntryV1, facts: Sequence[Mapping[str, Any]], organization: str | None, now_ms: int) -> str | None:
        """Say in what facts are not those of an area and of what is kept there, or None.

        A permit needs one information of it, a denial all that might have permitted.
        """
        areas = [each["area"] for each in facts if "area" in each]
        if areas != [entry.object] or entry.action not in ACTIONS:
            return f"facts of {areas}, asked about {entry.object} for {entry.action}"
        kept = kept_in(self.world, entry.object, organization, now_ms)
        might = set(opening(self.world, kept, person=entry.person, organization=organization, t=now_ms))
        found = {str(each.get("information")) for each in facts if "area" not in each}
        if found <= might if entry.out == "permit" else found == might:
            return None
        return f"facts of {sorted(found)} kept there, of {sorted(might)}"

    def compare(self, *, table: str, rows: Iterable[Mapping[str, object]]) -> int:
        """Compare a room's rows, as they stand now, with the rebuilt ones; return how many there are."""
        rebuilt = self.world.rows[table]
        found: set[str] = set()
        for row in rows:
            name = row_name(row, self._keys[table])
            found.add(name)
            recorded = rebuilt.get(name)
            place = f"{table} {name}"
            if (recorded is None or _difference(recorded, row) is not None) and self._was_lost(row):
                self.rows_destroyed += 1
            elif recorded is None:
                self.findings.add(Wrong.ROW_UNRECORDED, place=place)
            elif (column := _difference(recorded, row)) is not None:
                index = recorded["changed_index"]
                self.findings.add(Wrong.ROW_DIFFERS, index=index, place=place, detail=column)
        for name, recorded in rebuilt.items():
            if name not in found:
                index = recorded["changed_index"]
                self.findings.add(Wrong.ROW_MISSING, index=index, place=f"{table} {name}")
        return len(found)

    def _was_lost(self, row: Mapping[str, object]) -> bool:
        """Say whether a row, by its index, was last changed by an act whose facts were destroyed, and concerns that act's person."""
        index = row.get("changed_index")
        return isinstance(index, int) and index in self._lost and self._lost[index] in row.values()

    def _informations(self, an_object: str | None, now_ms: int) -> list[set[str | None]]:
        """Return the informations that a decision about an object looks at, in each sense that its id can have."""
        senses: list[set[str | None]] = []
        if an_object in self.world.rows["designation.documents"]:
            contents = self.world.of("contents by document", str(an_object))
            senses.append({str(row["information_id"]) for row in contents if runs(row, now_ms)} or {None})
        if an_object in self.world.rows["designation.information"]:
            senses.append({an_object})
        if not senses:
            senses = [{an_object}, {None}]
        return senses

    def _break(self, index: int, place: str, detail: str) -> None:
        self.findings.add(Wrong.ROW_FORM, index=index, place=place, detail=detail)
        self.lose(index)


def row_name(row: Mapping[str, object], key: Sequence[str]) -> str:
    """Return how a row is named: its primary key."""
    return "/".join(str(row[column]) for column in key)


def _difference(recorded: Mapping[str, object], row: Mapping[str, object]) -> str | None:
    """Return the first column in which two rows differ; one that is absent counts as empty."""
    columns = (column for column in sorted({*recorded, *row}) if _plain(recorded.get(column)) != _plain(row.get(column)))
    return next(columns, None)


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
