"""Searching the log by the clear part of its entries: pages from the newest on, and counts over what was found.

An entry is flat canonical JSON, so that a field with its value is one run of bytes that nothing else can contain: quotes
inside of a value are escaped. A search looks for these bytes, a bounded number of entries at a time, and says how far it came;
no index on the log slows down what is appended.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.ledger import EntryError, canonical, instant, log_size, read_entry
from service.statute.periods import legal_day

SCANNED = 200_000
"""Entries that one page looks through at most: a fifth of a second where nothing is found."""
COUNTED, COUNTED_NARROWED = 20_000, 100_000
"""Entries over which a page counts: a tenth of a second; and where a search names somebody or something, of which there are few."""
NEAR = 20_000
"""How far from an entry others of the same request or proposal are looked for."""

WHO, ITEM, REQUEST = ("actor", "second", "person"), ("object", "for"), ("req", "ref", "proposal")


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: each word narrows; an empty one does not. `who` and `items` hold ids of which one must stand there.

    `kind` is a kind, or the beginning of some up to a colon (`identity:`). `since` and `until` bound the time, the end not included.
    """

    who: tuple[str, ...] = ()
    kind: str = ""
    items: tuple[str, ...] = ()
    outcome: str = ""
    request: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page: index and body of each entry, the newest first; from which index on was looked, and before which to go on (None: done)."""

    rows: Sequence[tuple[int, bytes]]
    looked_from: int
    onward: int | None


@dataclass(slots=True)
class Counts:
    """How many entries a search finds among those from `start` to before `end`, by kind, outcome, organization and day in Japan.

    `whole` says whether that is all that the search could find.
    """

    start: int
    end: int
    whole: bool
    total: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    organizations: Counter[str] = field(default_factory=Counter)
    days: Counter[date] = field(default_factory=Counter)
    daily: Counter[tuple[date, str]] = field(default_factory=Counter)
    """By day and outcome."""


def page_of(session: Session, search: Search, *, before: int | None, limit: int) -> Found:
    """Return the newest entries of a search before an index, at most `limit`, from at most `SCANNED` entries."""
    start, end = range_of(session, search)
    high = end if before is None else max(start, min(before, end))
    low = max(start, high - SCANNED)
    rows = _newest(session, search, low, high, limit + 1)
    if len(rows) > limit:
        return Found(rows[:limit], rows[limit - 1][0], rows[limit - 1][0])
    return Found(rows, low, low if low > start else None)


def all_of(session: Session, search: Search, *, most: int, scanned: int) -> list[tuple[int, bytes]] | None:
    """Return every entry of a search, the newest first; None where there are more than `most`, or more than `scanned` to look through."""
    start, end = range_of(session, search)
    if end - start > scanned:
        return None
    rows = _newest(session, search, start, end, most + 1)
    return rows if len(rows) <= most else None


def _newest(session: Session, search: Search, low: int, high: int, limit: int) -> list[tuple[int, bytes]]:
    """Return index and body of what a search finds in [low, high), the newest first."""
    where, words = _conditions(search)
    query = text(f"select index, body from ledger.entries where index >= :low and index < :high{where} order by index desc limit :limit")  # noqa: S608 - conditions of ours
    return [(index, bytes(body)) for index, body in session.execute(query, words | {"low": low, "high": high, "limit": limit})]


def counts_of(session: Session, search: Search, *, most: int | None = None) -> Counts:
    """Return what a search finds among the newest entries of its time, counted: among `most`, or as many as a page counts over."""
    start, end = range_of(session, search)
    low = max(start, end - (most or (COUNTED_NARROWED if search.who or search.items or search.request else COUNTED)))
    where, words = _conditions(search)
    cut = ", ".join(f"split_part(split_part(b, '\"{name}\":\"', 2), '\"', 1)" for name in ("kind", "out", "for"))
    query = text(
        f'select {cut}, left(split_part(b, \'"at":"\', 2), 13), count(*) from'  # noqa: S608 - names and conditions of ours
        f" (select convert_from(body, 'UTF8') as b from ledger.entries where index >= :low and index < :high{where} offset 0) as found"
        " group by 1, 2, 3, 4"
    )
    counts = Counts(low, end, whole=low == start)
    for kind, outcome, organization, hour, number in session.execute(query, words | {"low": low, "high": end}):
        day = _day_of(hour)
        counts.total += number
        counts.kinds[kind] += number
        counts.outcomes[outcome] += number
        if organization:
            counts.organizations[organization] += number
        if day is not None:
            counts.days[day] += number
            counts.daily[day, outcome] += number
    return counts


def indexes_of(session: Session, search: Search, *, before: int, most: int) -> list[int] | None:
    """Return the index of every entry of a search before an index, in order; None where there are more than `most` to look through."""
    start, end = range_of(session, search)
    end = min(end, before)
    if end - start > most:
        return None
    where, words = _conditions(search)
    query = text(f"select index from ledger.entries where index >= :low and index < :high{where} order by index")  # noqa: S608 - conditions of ours
    return list(session.scalars(query, words | {"low": start, "high": end}))


def sample_of(indexes: Sequence[int], *, seed: str, size: int) -> list[int]:
    """Return `size` of some indexes, in order: those whose SHA-256 of `seed:index` is least, so that anybody draws the same ones."""
    drawn = sorted(indexes, key=lambda index: sha256(f"{seed}:{index}".encode()).digest())
    return sorted(drawn[:size])


def rows_at(session: Session, indexes: Sequence[int]) -> list[tuple[int, bytes]]:
    """Return index and body of some entries, in order."""
    query = text("select index, body from ledger.entries where index = any(:indexes) order by index")
    return [(index, bytes(body)) for index, body in session.execute(query, {"indexes": list(indexes)})]


def alike(session: Session, *, index: int, clear: Mapping[str, Any]) -> list[tuple[int, bytes]]:
    """Return the entries near an entry that belong to the same request or the same proposal, in order; that entry is among them."""
    wanted: list[bytes] = []
    if clear.get("req"):
        wanted.append(_bytes("req", clear["req"]))
    proposal = clear.get("proposal") or (clear.get("object") if str(clear.get("kind")).startswith("proposals:") else None)
    if proposal:
        wanted += [_bytes("proposal", proposal), _bytes("object", proposal)]
    if not wanted:
        return []
    either, words = _either(wanted, "near")
    query = text(f"select index, body from ledger.entries where index >= :low and index < :high and {either} order by index limit 50")  # noqa: S608 - conditions of ours
    found = session.execute(query, words | {"low": index - NEAR, "high": index + NEAR})
    return [(one, bytes(body)) for one, body in found]


def answers_of(session: Session, search: Search, *, most: int) -> list[tuple[date, str, int]]:
    """Return how many decisions a search finds on each day in Japan, by the digests of what they withhold (a JSON array).

    At most the newest `most` entries of its time are looked through.
    """
    start, end = range_of(session, search)
    where, words = _conditions(search)
    query = text(
        "select left(split_part(b, '\"at\":\"', 2), 13), split_part(split_part(b, '\"_sd\":', 2), ']', 1) || ']', count(*) from"  # noqa: S608 - conditions of ours
        f" (select convert_from(body, 'UTF8') as b from ledger.entries where index >= :low and index < :high{where} offset 0) as found"
        " where b like '{\"_sd\":%' group by 1, 2"
    )
    found = session.execute(query, words | {"low": max(start, end - most), "high": end})
    return [(day, digests, number) for hour, digests, number in found if (day := _day_of(hour)) is not None]


def range_of(session: Session, search: Search) -> tuple[int, int]:
    """Return the range [a, b) of indexes whose entries lie in the time of a search."""
    size = log_size(session)
    start = 0 if search.since is None else _first_at(session, search.since, size)
    end = size if search.until is None else _first_at(session, search.until, size)
    return start, max(start, end)


def _first_at(session: Session, at: datetime, size: int) -> int:
    """Return the least index whose entry is not before an instant: times never run backwards, so a search by halves is enough."""
    wanted, low, high = instant(at), 0, size
    while low < high:
        middle = (low + high) // 2
        if _time_of(session, middle, high) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def _time_of(session: Session, index: int, high: int) -> str:
    """Return the time of the first entry from an index on that can be read; one behind all times where none can."""
    query = text("select body from ledger.entries where index >= :low and index < :high order by index limit 20")
    for (body,) in session.execute(query, {"low": index, "high": high}):
        try:
            return str(read_entry(bytes(body))["at"])
        except EntryError:
            continue
    return "9999"


def _conditions(search: Search) -> tuple[str, dict[str, Any]]:
    """Return the SQL behind `where …` and its parameters."""
    groups = [
        [_bytes(name, one) for name in WHO for one in search.who],
        [_bytes(name, one) for name in ITEM for one in search.items],
        [_bytes(name, search.request) for name in REQUEST if search.request],
        [_bytes("out", search.outcome)] if search.outcome else [],
        [_bytes("kind", search.kind)[: -1 if search.kind.endswith(":") else None]] if search.kind else [],
    ]
    where = ""
    words: dict[str, Any] = {}
    for place, group in enumerate(groups):
        if group:
            either, named = _either(group, f"g{place}")
            where += f" and {either}"
            words |= named
    return where, words


def _either(wanted: Sequence[bytes], name: str) -> tuple[str, dict[str, Any]]:
    words = {f"{name}_{place}": one for place, one in enumerate(wanted)}
    return "(" + " or ".join(f"position(cast(:{one} as bytea) in body) > 0" for one in words) + ")", words


def _bytes(name: str, value: str) -> bytes:
    """Return a field with its value as it stands in an entry."""
    return f'"{name}":'.encode() + canonical(value)


def _day_of(hour: str) -> date | None:
    """Return the day in Japan of an hour in UTC; days there begin at a whole hour."""
    try:
        return legal_day(datetime.fromisoformat(f"{hour}:00:00").replace(tzinfo=UTC))
    except ValueError:
        return None
