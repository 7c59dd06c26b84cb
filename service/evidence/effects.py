"""Which permits would not have been given, had a fact been known from its own day on that became known only by a later entry.

Each permit between the day of the fact and its entry is decided again, for whom and what the fact concerns, on what is known
today and under the policies now in force, with this entry's rows counting from the beginning. For a correction a permit is
listed only where what was recorded before would have given it: what other late facts took away is theirs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.decision.decide import Decider
from service.decision.reach import DATES
from service.decision.snapshot import REFRESH, Snapshot
from service.decision.world import DECIDING_TABLES, World, at_ms
from service.evidence import lookups
from service.ledger import Log, RowSeals, decisions_in, entries, read_entry
from service.ledger.reading import index_range
from service.statute.periods import instant_ms

CORRECTED = ":corrected"
"""How the kinds of entries that put something right end."""
MOST = 1_000
"""Permits that one list names; behind them it says that there are more."""
ALWAYS = "1970-01-01T00:00:00.000000Z"
PERMIT = b'"out":"permit"'
DAYS = (*DATES, "counted_on", "lifted_on", "returned_on", "consulted_on")


class NoFactError(ValueError):
    """An entry that recorded no fact that decisions rest on, or whose facts cannot be read any more."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A permit that would not have been given: its entry, whom it let do what, and why not."""

    index: int
    at: str
    person: str
    object: str
    organization: str | None
    action: str
    decision: str
    reason: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effects:
    """What a late fact would have changed: from when (None: ever) until its entry, how many permits were looked at, and which fall."""

    index: int
    kind: str
    since: str | None
    until: str
    looked_at: int
    permits: tuple[Affected, ...]
    more: bool


def effects_of(session: Session, *, log: Log, index: int) -> Effects:
    """Return what the fact recorded by an entry would have changed. Raises NoFactError."""
    clear = lookups.entry(session, index=index) if index >= 0 else None
    changes = [] if clear is None else _changes(session, log, clear)
    if clear is None or not changes:
        message = f"entry {index} recorded no fact that decisions rest on, or its facts cannot be read any more"
        raise NoFactError(message)
    before = _snapshot(session, log)
    after = Decider(_always(before.world, changes), before.decider.policies)
    corrects = clear["kind"].endswith(CORRECTED)
    without = Decider(_without(before.world, changes), before.decider.policies) if corrects else before.decider
    since, concerned = _since(changes), _concerned(before.world, changes)
    looked, permits = 0, list[Affected]()
    for at, entry in _permits(session, index=index, since=since, concerned=concerned):
        looked += 1
        asked = _asked(before.world, entry)
        now = after.decide(**asked).answer
        if now.api or (corrects and not without.decide(**asked).answer.api):
            continue
        if len(permits) == MOST:
            return Effects(index, clear["kind"], _shown(since), clear["at"], looked, tuple(permits), more=True)
        organization = entry.get("for")
        permits.append(
            Affected(at, entry["at"], entry["person"], entry["object"], organization, asked["action"], now.decision, now.reason, now.basis)
        )
    return Effects(index, clear["kind"], _shown(since), clear["at"], looked, tuple(permits), more=False)


def _changes(session: Session, log: Log, clear: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the rows that an entry recorded and that decisions rest on."""
    opened = lookups.opened(session, log=log, clear=dict(clear))
    told = (one.value for one in opened if one.name == "facts" and isinstance(one.value, list))
    return [change for value in told for change in value if change["table"] in DECIDING_TABLES]


def _snapshot(session: Session, log: Log) -> Snapshot:
    """Return everything that decisions rest on, as it is now, each row with its seal."""
    session.execute(text("set local time zone 'UTC'"))
    driver: Any = session.connection().connection.driver_connection
    snapshot = Snapshot(RowSeals(log.keyring))
    snapshot.take(driver.execute(REFRESH, {"since": -1}).fetchall())
    return snapshot


def _always(world: World, changes: Sequence[Mapping[str, Any]]) -> World:
    """Return the world as if what an entry recorded had been known from the beginning."""
    named = {(change["table"], change["row"].get("id")) for change in changes}
    return _made_of(world, lambda table, row: at_once(row) if (table, row.get("id")) in named else row)


def _without(world: World, changes: Sequence[Mapping[str, Any]]) -> World:
    """Return the world without what a correction added beside what it put right: before it, that was not on record."""
    added = {(change["table"], change["row"].get("id")) for change in changes if _is_added(change["row"])}
    return _made_of(world, lambda table, row: None if (table, row.get("id")) in added else row)


def _is_added(row: Mapping[str, Any]) -> bool:
    return "replaces" in row and row["replaces"] is None and row["replaced_at"] is None


def _made_of(world: World, seen: Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]) -> World:
    """Return a world of the rows of another, each as it is seen, or left out."""
    made = World()
    made.suspects, made.unaccounted = world.suspects, world.unaccounted
    for table, rows in world.rows.items():
        for row in rows.values():
            shown = seen(table, row)
            if shown is not None:
                made.apply(table, shown)
    return made


def at_once(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row that counts from the beginning, or never where its entry replaced it."""
    replaced = {"replaced_at": ALWAYS} if row.get("replaced_at") else {}
    return {**row, **({"recorded_at": ALWAYS} if row.get("replaces") else {}), **replaced}


def _since(changes: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the first instant that any of the facts speaks of, None where one of them is open to the beginning."""
    days = [at_ms(change["row"][name]) for change in changes for name in DAYS if change["row"].get(name)]
    open_ended = any("from_on" in change["row"] and change["row"]["from_on"] is None for change in changes)
    return None if open_ended or not days else min(days)


def _shown(since: int | None) -> str | None:
    return None if since is None else datetime.fromtimestamp(since / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _concerned(world: World, changes: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return the ids whose decisions the facts may change: people, informations, organizations, and what carries them."""
    ids: set[str] = set()
    for change in changes:
        ids |= world.concerned(change["table"], change["row"])
    carrying = {row["document_id"] for row in world.rows["designation.document_information"].values() if row["information_id"] in ids}
    return frozenset(ids | carrying)


def _permits(session: Session, *, index: int, since: int | None, concerned: frozenset[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the permits before an entry, from an instant on, that name one of some ids or no organization."""
    first = 0 if since is None else index_range(session, since=datetime.fromtimestamp(since / 1000, UTC), until=None)[0]
    for at, body in entries(session, start=first, end=index):
        if PERMIT not in body:
            continue
        for entry in decisions_in(read_entry(body)):
            if entry["out"] == "permit" and entry.get("person") and entry.get("object"):
                # Where no organization was named, it is that of the person's work: none is ruled out by its name.
                named = {entry["person"], entry["object"], entry.get("for")}
                if None in named or not named.isdisjoint(concerned):
                    yield at, entry


def _asked(world: World, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the question that a decision answered."""
    kinds = {"document": "designation.documents", "area": "registers.area_facts"}
    return {
        "person": entry["person"],
        "kind": next((kind for kind, table in kinds.items() if entry["object"] in world.rows[table]), "information"),
        "resource": entry["object"],
        "action": entry.get("action") or "handle",
        "organization": entry.get("for"),
        "now_ms": instant_ms(datetime.fromisoformat(entry["at"])),
    }
