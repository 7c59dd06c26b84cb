"""Everything that decisions rest on, in memory, as the rows say it. Pure: rows go in, from wherever they come."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from service.statute.periods import day_start_ms, instant_ms

Row = Mapping[str, Any]

DECIDING_TABLES = (
    "personnel.organizations",
    "personnel.units",
    "personnel.people",
    "personnel.posts",
    "personnel.aliases",
    "designation.information",
    "designation.designations",
    "designation.extensions",
    "designation.closings",
    "designation.documents",
    "designation.document_information",
    "provision.certifications",
    "provision.contracts",
    "provision.contract_information",
    "provision.provisions",
    "clearance.results",
    "clearance.doubt_notices",
    "clearance.offices",
    "need_to_know.listings",
    "need_to_know.exclusions",
    "registers.approval_rules",
    "registers.approvals",
    "registers.area_facts",
    "identity.applications",
    "identity.api_keys",
    "decision.policy_sets",
)
"""The tables whose rows decisions rest on."""
AUTHORITY_TABLES = (
    "identity.accounts",
    "identity.grants",
    "identity.site",
    "identity.decision_rules",
    "need_to_know.acting_managers",
    "ledger.destroyed_keys",
)
"""The tables that say who may change something, and whose keys are gone."""
ALIASES = "personnel.aliases"
FACT_TABLES = (*DECIDING_TABLES, *AUTHORITY_TABLES)
"""All of them: each row carries `changed_index` and a seal."""


@cache
def at_ms(value: str) -> int:
    """Return a day's first instant, or an instant, in milliseconds since 1970."""
    if len(value) == len("2026-11-24"):
        return day_start_ms(date.fromisoformat(value))
    return instant_ms(datetime.fromisoformat(value))


def counts(row: Row, t: int) -> bool:
    """Say whether a correctable row is the recorded truth at `t`: neither replaced yet nor a replacement to come."""
    # A row of an old entry may lack these columns: it was not correctable then.
    replaced = row.get("replaced_at")
    return (replaced is None or t < at_ms(replaced)) and (row.get("replaces") is None or t >= at_ms(row["recorded_at"]))


def runs(row: Row, t: int) -> bool:
    """Say whether the half-open interval of a row holds `t`."""
    return (row["from_on"] is None or at_ms(row["from_on"]) <= t) and (row["until_on"] is None or t < at_ms(row["until_on"]))


class Several(dict[str, Row]):
    """The rows of an id in an index, by their keys: of more than one, for a table of its own is a lot for one alone."""


Index = dict[Any, Row | Several]
"""Rows by the id that they name in a column."""


class World:
    """Rows by what they concern, and when each id was touched last.

    INVARIANT: what is held follows from the rows applied, whatever their order within one state.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self.version = 0
        self.suspects: dict[str, dict[str, frozenset[str]]] = {}
        """By table and key the rows that are not as the service wrote them, each with the ids that it concerns."""
        self.unaccounted = False
        """Whether rows are missing, or older than they were: nobody knows which, so every answer may be touched."""
        self.touched: dict[str, int] = {}
        self.rows: dict[str, dict[str, Row]] = {table: {} for table in FACT_TABLES}
        self.by: dict[str, Index] = {name: {} for name in _INDEXES}
        self.alias_rows: Index = {}

    def begin(self, table: str, rows: Iterable[Row]) -> None:
        """Take in rows of a table that are held in no state yet, before anybody has asked: no answer changes by them."""
        held, special = self.rows[table], _KEYS.get(table)
        indexes = [(self.by[name], column) for name, column in _OF_TABLE.get(table, ())]
        for row in rows:
            key = special(row) if special else str(row["id"])
            held[key] = row
            for index, column in indexes:
                value = row[column]
                if value is not None:
                    _hold(index, str(value), table, key, row)
            if table == ALIASES:
                _hold(self.alias_rows, (row["namespace"], row["value"]), table, key, row)

    def apply(self, table: str, row: Row) -> frozenset[str]:
        """Take in a row in its newest state and return the ids whose answers it may change. Raises KeyError for another table."""
        key = row_key(table, row)
        old = self.rows[table].get(key)
        touched = set(self._concerned(table, row))
        if old is not None:
            touched |= self._concerned(table, old)
            self._place(table, key, old, remove=True)
        self.rows[table][key] = row
        self._place(table, key, row, remove=False)
        self.version += 1
        for one in touched:
            self.touched[one] = self.version
        return frozenset(touched)

    def concerned(self, table: str, *rows: Row) -> frozenset[str]:
        """Return the ids whose decisions must not rest on these rows, the rows of aliases and callers among them."""
        ids: set[str] = set()
        for row in rows:
            ids |= self._concerned(table, row) | {str(row[name]) for name in _NAMED.get(table, ()) if row.get(name) is not None}
        return frozenset(ids or {EVERYTHING})

    def doubts(self, ids: Iterable[str | None]) -> bool:
        """Say whether one of these ids is touched by a row that is not as the service wrote it."""
        if not self.suspects and not self.unaccounted:
            return False
        asked = {EVERYTHING, *ids}
        return self.unaccounted or any(not asked.isdisjoint(of_row) for rows in self.suspects.values() for of_row in rows.values())

    def of(self, name: str, key: str) -> Collection[Row]:
        """Return the rows of an index (such as `posts by person`) under an id."""
        return _found(self.by[name], key)

    def resolve(self, namespace: str, value: str, *, kind: str, now_ms: int) -> str | None:
        """Return the id that an alias names now, or None where it names nothing of that kind."""
        for row in _found(self.alias_rows, (namespace, value)):
            if row["target_kind"] == kind and runs(row, now_ms):
                return str(row["target_id"])
        return None

    def _place(self, table: str, key: str, row: Row, *, remove: bool) -> None:
        change = _let_go if remove else _hold
        for name, column in _OF_TABLE.get(table, ()):
            value = row.get(column)  # a row of an old entry may lack a later column
            if value is not None:
                change(self.by[name], str(value), table, key, row)
        if table == ALIASES:
            change(self.alias_rows, (row["namespace"], row["value"]), table, key, row)

    def _concerned(self, table: str, row: Row) -> set[str]:
        ids = {str(row[column]) for column in _CONCERNED.get(table, ()) if row.get(column) is not None}
        if table == "designation.extensions":
            designation = self.rows["designation.designations"].get(row["designation_id"])
            ids |= {designation["information_id"]} if designation else set()
        if table == "provision.contract_information":
            contract = self.rows["provision.contracts"].get(row["contract_id"])
            ids |= {contract["operator_id"]} if contract else set()
        if table == "designation.designations":
            # The information's facts hang on the designation; its extensions came with it or come after it.
            ids.add(str(row["information_id"]))
        return ids


def _found(index: Index, value: Any) -> Collection[Row]:
    found = index.get(value)
    if found is None:
        return ()
    return found.values() if type(found) is Several else (found,)


def _hold(index: Index, value: Any, table: str, key: str, row: Row) -> None:
    held = index.get(value)
    if held is None:
        index[value] = row
    elif type(held) is Several:
        held[key] = row
    else:
        index[value] = Several({row_key(table, held): held, key: row})


def _let_go(index: Index, value: Any, table: str, key: str, _row: Row) -> None:
    held = index.get(value)
    if type(held) is Several:
        held.pop(key, None)
    elif held is not None and row_key(table, held) == key:
        del index[value]


_INDEXES: Mapping[str, tuple[str, str]] = {
    "posts by person": ("personnel.posts", "person_id"),
    "results by person": ("clearance.results", "person_id"),
    "doubts by person": ("clearance.doubt_notices", "person_id"),
    "offices by person": ("clearance.offices", "person_id"),
    "designations by information": ("designation.designations", "information_id"),
    "extensions by designation": ("designation.extensions", "designation_id"),
    "closings by information": ("designation.closings", "information_id"),
    "contents by document": ("designation.document_information", "document_id"),
    "certifications by operator": ("provision.certifications", "operator_id"),
    "subjects by information": ("provision.contract_information", "information_id"),
    "provisions by information": ("provision.provisions", "information_id"),
    "listings by information": ("need_to_know.listings", "information_id"),
    "exclusions by person": ("need_to_know.exclusions", "person_id"),
    "approval rules by organization": ("registers.approval_rules", "organization_id"),
    "area facts by area": ("registers.area_facts", "area_id"),
    "approvals by document": ("registers.approvals", "document_id"),
    "keys by hash": ("identity.api_keys", "hash"),
    "destroyed keys by subject": ("ledger.destroyed_keys", "subject"),
    "applications by client": ("identity.applications", "client_id"),
    # The other way round, for searches.
    "aliases by target": ("personnel.aliases", "target_id"),
    "posts by unit": ("personnel.posts", "unit_id"),
    "posts by post": ("personnel.posts", "post"),
    "listings by person": ("need_to_know.listings", "person_id"),
    "listings by unit": ("need_to_know.listings", "unit_id"),
    "listings by post": ("need_to_know.listings", "post"),
    "closings by organization": ("designation.closings", "organization_id"),
    "documents by information": ("designation.document_information", "information_id"),
}
_OF_TABLE: Mapping[str, Sequence[tuple[str, str]]] = {
    table: [(name, column) for name, (indexed, column) in _INDEXES.items() if indexed == table]
    for table in {indexed for indexed, _column in _INDEXES.values()}
}
"""The indexes of each table, and the column of each."""

_CONCERNED: Mapping[str, tuple[str, ...]] = {
    "personnel.organizations": ("id",),
    "personnel.people": ("id",),
    "personnel.posts": ("person_id",),
    "clearance.results": ("person_id",),
    "clearance.doubt_notices": ("person_id",),
    "clearance.offices": ("person_id",),
    "designation.information": ("id",),
    "designation.designations": ("information_id",),
    "designation.closings": ("information_id",),
    "designation.documents": ("id",),
    "designation.document_information": ("document_id", "information_id"),
    "provision.certifications": ("operator_id",),
    "provision.contracts": ("operator_id",),
    "provision.contract_information": ("information_id",),
    "provision.provisions": ("information_id",),
    "need_to_know.listings": ("information_id",),
    "need_to_know.exclusions": ("person_id",),
    "registers.approval_rules": ("organization_id",),
    "registers.approvals": ("document_id",),
    "registers.area_facts": ("id", "area_id", "document_id"),
    "ledger.destroyed_keys": ("subject",),
}

EVERYTHING = "*"
"""Stands for all ids: what a row concerns that names none, such as a policy set."""

_NAMED: Mapping[str, tuple[str, ...]] = {
    "personnel.units": ("organization_id",),
    "personnel.aliases": ("target_id",),
    "identity.applications": ("id",),
    "identity.api_keys": ("application_id",),
    "need_to_know.acting_managers": ("person_id",),
}

_KEYS: Mapping[str, Callable[[Row], str]] = {
    "personnel.units": lambda row: f"{row['organization_id']}/{row['id']}",
    "identity.decision_rules": lambda row: str(row["verb"]),
    "decision.policy_sets": lambda row: str(row["digest"]),
}


def row_key(table: str, row: Row) -> str:
    """Return by what a row is known within its table."""
    special = _KEYS.get(table)
    return special(row) if special else str(row["id"])
