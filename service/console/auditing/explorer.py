"""GET /ledger: the entries of the log as sentences, narrowed by a filter, with counts over the same filter.

What is shown here is the clear part alone, as an auditor gets it from any other door; what entries withhold is looked at one by
one (`entry`), and that is an entry itself.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.acts.auditing.asking import QueryUnfitError
from service.acts.auditing.filtering import words_of_filter
from service.console.auditing.asked import NAMES, OUTCOMES, Asked, asked_for
from service.console.auditing.kind_words import KINDS, ROOMS
from service.console.auditing.sentences import outcomes, phrase, sentence
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import LONGEST_INDEX, Visit
from service.database import read
from service.evidence import searches
from service.evidence.searches import Counts
from service.identity.entitlements import PURPOSES
from service.ledger import EntryError, read_entry
from service.personnel.model import Organization

ON_A_PAGE = 50
MOST_FACETS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in the list; `clear` is None where what stands there cannot be read, which the verification names."""

    index: int
    clear: Mapping[str, Any] | None
    says: str

    @property
    def at(self) -> str:
        """Its time as the entry writes it."""
        return "" if self.clear is None else str(self.clear["at"])

    @property
    def outs(self) -> list[tuple[str, int]]:
        """Its outcome, and how often: of several decisions those that were permitted first."""
        return [] if self.clear is None else sorted(outcomes(self.clear).items(), reverse=True)


@dataclass(frozen=True, slots=True)
class Facet:
    """A value, what it is called, how many entries have it, and the address of the list narrowed to it."""

    says: str
    number: int
    address: str
    chosen: bool


def explorer(visit: Visit) -> Response:
    """GET of /ledger."""
    with read(visit.desk.engine) as session:
        asked = asked_for(session, {name: visit.asked(name) for name in NAMES})
        before = _before(visit, asked)
        organizations = [
            (row.id, row.name) for row in session.scalars(select(Organization).order_by(Organization.name, Organization.id).limit(200))
        ]
        if asked.problems:
            return _page(visit, asked, organizations=organizations, status=422)
        found = searches.page_of(session, asked.search, before=before, limit=ON_A_PAGE)
        counts, as_query = searches.counts_of(session, asked.search), _as_query(session, asked)
        rows = told(found.rows, visit, labels(session, [*readable(found.rows), *counts.organizations], roles=visit.member.role_names))
        called = labels(session, list(counts.organizations), roles=visit.member.role_names)
    facets = _facets(asked, counts, visit, called)
    shown: dict[str, Any] = {
        "rows": rows,
        "onward": found.onward,
        "looked_from": found.looked_from,
        "counts": counts,
        "facets": facets,
        "as_query": as_query,
    }
    return _page(visit, asked, organizations=organizations, **shown)


def told(found: Any, visit: Visit, called: Mapping[str, str]) -> list[Row]:
    """Return rows of the log as they are shown."""
    shown = []
    for index, body in found:
        try:
            clear = read_entry(body)
        except EntryError:
            shown.append(Row(index, None, ""))
            continue
        shown.append(Row(index, clear, sentence(clear, visit.language, called)))
    return shown


def readable(found: Any) -> Iterator[dict[str, Any]]:
    """Yield the entries among some rows that can be read."""
    for _index, body in found:
        try:
            yield read_entry(body)
        except EntryError:
            continue


def _as_query(session: Session, asked: Asked) -> Mapping[str, Any] | None:
    """Return the words of the query that finds what the filter finds, for the form that saves it; None where no query does."""
    try:
        words = words_of_filter(session, asked.words)
    except QueryUnfitError:
        return None
    return {name: [value] if isinstance(value, str) else value for name, value in words.items()}


def _before(visit: Visit, asked: Asked) -> int | None:
    word = visit.asked("before")
    if not word:
        return None
    if not (word.isascii() and word.isdigit() and len(word) <= LONGEST_INDEX):
        asked.problems["before"] = "audit_bad_place"  # type: ignore[index]  # a dict of ours
        return None
    return int(word)


def _facets(asked: Asked, counts: Counts, visit: Visit, called: Mapping[str, str]) -> list[tuple[str, list[Facet]]]:
    def of(name: str, counted: Counter[str], says: Callable[[str], str]) -> list[Facet]:
        chosen = asked.words[name]
        return [
            Facet(says(value), number, asked.address(**{name: "" if value == chosen else value}), value == chosen)
            for value, number in counted.most_common(MOST_FACETS)
        ]

    days = sorted(counts.days.items(), reverse=True)[:MOST_FACETS]
    return [
        ("audit_by_kind", of("kind", counts.kinds, lambda value: phrase(value, visit.language))),
        ("audit_by_outcome", of("outcome", counts.outcomes, lambda value: people_words(visit.language)[f"audit_out_{value}"])),
        ("audit_by_organization", of("item", counts.organizations, lambda value: called.get(value, value))),
        ("audit_by_day", [_day(asked, day, number) for day, number in days]),
    ]


def _day(asked: Asked, day: date, number: int) -> Facet:
    word = day.isoformat()
    chosen = asked.words["since"] == asked.words["until"] == word
    return Facet(word, number, asked.address(since="" if chosen else word, until="" if chosen else word), chosen)


def in_utc(at: str) -> str:
    """Return an entry's instant in UTC to the second."""
    return f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else "―"


def _page(visit: Visit, asked: Asked, *, status: int = 200, **shown: Any) -> Response:
    kinds = [(room, [(kind, phrase(kind, visit.language)) for kind in KINDS if kind.startswith(f"{room}:")]) for room in ROOMS]
    rooms = {room: both[0 if visit.language == "ja" else 1] for room, both in ROOMS.items()}
    shown = {"rows": None, "onward": None, "counts": None, "facets": [], "looked_from": 0, "in_utc": in_utc} | shown
    shown |= {"purposes": PURPOSES, "kinds": kinds, "rooms": rooms, "outcomes": OUTCOMES, "utc": visit.asked("clock") == "utc"}
    return visit.page("auditing/explorer.html", status=status, asked=asked, **shown)
