"""Searching the log by the clear part of its entries: pages from the newest on, and counts over what was found.

A search looks for bytes (`conditions`), a bounded number of entries at a time, and says how far it came; no index on the log
slows down what is appended. An entry of several decisions is found where one of them has all that is looked for, and each
counts by itself.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.evidence.conditions import (
    BEHIND,
    PARTS,
    Search,
    bytes_of,
    conditions,
    conditions_of_parts,
    either,
    holds,
    number_in,
    search_of,
)
from service.evidence.sampling import sample_of
from service.ledger import EntryError, instant, log_size, read_entry
from service.statute.periods import legal_day

__all__ = [
    "Counts",
    "Found",
    "Search",
    "alike",
    "all_of",
    "answers_of",
    "counts_of",
    "holds",
    "indexes_of",
    "page_of",
    "rows_at",
    "sample_of",
    "search_of",
]

SCANNED = 200_000
"""Entries that one page looks through at most: a fifth of a second where nothing is found."""
STEP = 8_192
"""Entries that are looked through at once on the way there."""
COUNTED, COUNTED_NARROWED = 20_000, 100_000
"""Entries over which a page counts: a tenth of a second; and where a search names somebody or something, of which there are few."""
NEAR = 20_000
"""How far from an entry others of the same request or proposal are looked for."""
WEIGHT = "1 + octet_length(body) / 1024"
"""For how many a long entry counts where entries are bounded; what lies beyond the row tells its length without being read."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page: index and body of each entry, the newest first; from which index on was looked, and before which to go on (None: done)."""

    rows: Sequence[tuple[int, bytes]]
    looked_from: int
    onward: int | None


@dataclass(slots=True)
class Counts:
    """How many acts and decisions a search finds among those from `start` to before `end`, by kind, outcome, organization and day in Japan.

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
    low, left = max(start, high - SCANNED), SCANNED
    rows: list[tuple[int, bytes]] = []
    while len(rows) <= limit and high > low and left > 0:
        begin, weight = _lightest(session, max(low, high - STEP), high, left)
        rows += _newest(session, search, begin, high, limit + 1 - len(rows))
        high, left = begin, left - weight
    if len(rows) > limit:
        return Found(rows[:limit], rows[limit - 1][0], rows[limit - 1][0])
    return Found(rows, high, high if high > start else None)


def all_of(session: Session, search: Search, *, most: int, scanned: int) -> list[tuple[int, bytes]] | None:
    """Return every entry of a search, the newest first; None where that is more than `most` acts and decisions.

    None too where there are more than `scanned` entries to look through.
    """
    start, end = range_of(session, search)
    if end - start > scanned or _weight(session, start, end) > scanned:
        return None
    where, words = conditions(search)
    query = text(f"select index, body from ledger.entries where index >= :low and index < :high{where} order by index desc")  # noqa: S608 - conditions of ours
    rows: list[tuple[int, bytes]] = []
    number = 0
    with closing(session.execute(query, words | {"low": start, "high": end}, execution_options={"yield_per": 1_000})) as found:
        for index, body in found:
            rows.append((index, bytes(body)))
            number += number_in(rows[-1][1])
            if number > most:
                return None
    return rows


def _newest(session: Session, search: Search, low: int, high: int, limit: int) -> list[tuple[int, bytes]]:
    """Return index and body of what a search finds in [low, high), the newest first."""
    where, words = conditions(search)
    query = text(f"select index, body from ledger.entries where index >= :low and index < :high{where} order by index desc limit :limit")  # noqa: S608 - conditions of ours
    return [(index, bytes(body)) for index, body in session.execute(query, words | {"low": low, "high": high, "limit": limit})]


def _weight(session: Session, low: int, high: int) -> int:
    query = text(f"select coalesce(sum({WEIGHT}), 0) from ledger.entries where index >= :low and index < :high")  # noqa: S608 - a constant of ours
    return int(session.execute(query, {"low": low, "high": high}).scalar_one())


def _lightest(session: Session, low: int, high: int, most: int) -> tuple[int, int]:
    """Return from where in [low, high) on the entries weigh at most `most`, one entry at least, and what they weigh."""
    weight = _weight(session, low, high)
    if weight <= most:
        return low, weight
    query = text(
        f"select index, weight from (select index, sum({WEIGHT}) over (order by index desc) as weight from ledger.entries"  # noqa: S608 - a constant of ours
        " where index >= :low and index < :high) as weighed where weight <= :most or index = :last order by index limit 1"
    )
    found = session.execute(query, {"low": low, "high": high, "most": most, "last": high - 1}).first()
    return (low, weight) if found is None else (int(found[0]), int(found[1]))


def counts_of(session: Session, search: Search, *, most: int | None = None) -> Counts:
    """Return what a search finds among the newest entries of its time, counted: among `most`, or as many as a page counts over."""
    start, end = range_of(session, search)
    most = most or (COUNTED_NARROWED if search.is_narrow else COUNTED)
    low, _weight = _lightest(session, max(start, end - most), end, most) if end > start else (start, 0)
    where, words = conditions(search)
    query = text(
        f"select kind, {_cut('part', 'out')}, coalesce(nullif({_cut('part', 'for')}, ''), of_all), hour, count(*) from"  # noqa: S608 - names and conditions of ours
        f" (select b, {_cut('b', 'kind')} as kind, split_part(split_part(b, '{BEHIND}', 2), '\"', 1) as of_all,"
        ' left(split_part(b, \'"at":"\', 2), 13) as hour from'
        f" (select convert_from(body, 'UTF8') as b from ledger.entries where index >= :low and index < :high{where} offset 0) as read"
        f" offset 0) as found cross join lateral {PARTS} where true{conditions_of_parts(search)} group by 1, 2, 3, 4"
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


def _cut(whole: str, name: str) -> str:
    """Return the SQL for the value of a field."""
    return f"split_part(split_part({whole}, '\"{name}\":\"', 2), '\"', 1)"


def indexes_of(session: Session, search: Search, *, before: int, most: int) -> list[int] | None:
    """Return the index of every entry of a search before an index, in order; None where there are more than `most` to look through."""
    start, end = range_of(session, search)
    end = min(end, before)
    if end - start > most or _weight(session, start, end) > most:
        return None
    where, words = conditions(search)
    query = text(f"select index from ledger.entries where index >= :low and index < :high{where} order by index")  # noqa: S608 - conditions of ours
    return list(session.scalars(query, words | {"low": start, "high": end}))


def rows_at(session: Session, indexes: Sequence[int]) -> list[tuple[int, bytes]]:
    """Return index and body of some entries, in order."""
    query = text("select index, body from ledger.entries where index = any(:indexes) order by index")
    return [(index, bytes(body)) for index, body in session.execute(query, {"indexes": list(indexes)})]


def alike(session: Session, *, index: int, clear: Mapping[str, Any]) -> list[tuple[int, bytes]]:
    """Return the entries near an entry that belong to the same request or the same proposal, in order; that entry is among them."""
    wanted: list[bytes] = []
    if clear.get("req"):
        wanted.append(bytes_of("req", clear["req"]))
    proposal = clear.get("proposal") or (clear.get("object") if str(clear.get("kind")).startswith("proposals:") else None)
    if proposal:
        wanted += [bytes_of("proposal", proposal), bytes_of("object", proposal)]
    if not wanted:
        return []
    one_of, words = either(wanted, "near")
    query = text(f"select index, body from ledger.entries where index >= :low and index < :high and {one_of} order by index limit 50")  # noqa: S608 - conditions of ours
    found = session.execute(query, words | {"low": index - NEAR, "high": index + NEAR})
    return [(one, bytes(body)) for one, body in found]


def answers_of(session: Session, search: Search, *, most: int) -> list[tuple[date, str, int]]:
    """Return how many decisions a search finds on each day in Japan, by the digests of what they withhold (a JSON array).

    At most the newest `most` entries of its time are looked through.
    """
    start, end = range_of(session, search)
    low, _weight = _lightest(session, max(start, end - most), end, most) if end > start else (start, 0)
    where, words = conditions(search)
    query = text(
        "select hour, '[' || split_part(case when position('\"_sd\":[' in part) > 0 then split_part(part, '\"_sd\":[', 2) else part end,"  # noqa: S608 - names and conditions of ours
        " ']', 1) || ']', count(*) from (select b, left(split_part(b, '\"at\":\"', 2), 13) as hour from"
        f" (select convert_from(body, 'UTF8') as b from ledger.entries where index >= :low and index < :high{where} offset 0) as read"
        " where b like '{\"_sd%' offset 0) as found"
        f" cross join lateral {PARTS} where true{conditions_of_parts(search)} group by 1, 2"
    )
    found = session.execute(query, words | {"low": low, "high": end})
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


def _day_of(hour: str) -> date | None:
    """Return the day in Japan of an hour in UTC; days there begin at a whole hour."""
    try:
        return legal_day(datetime.fromisoformat(f"{hour}:00:00").replace(tzinfo=UTC))
    except ValueError:
        return None
