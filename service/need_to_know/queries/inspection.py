"""The half-yearly inspection of scopes and lists: what is due, what was skipped, what is overdue (NPSC Rule 8/2025 39)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import ARRAY, ColumnElement, Text, any_, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.ledger import opened_at
from service.need_to_know.model import Confirmation, Listing
from service.need_to_know.queries.house import house_numbers
from service.need_to_know.queries.lines import running, runs
from service.need_to_know.rules import Due, half_of, is_due, phase, was_missed
from service.personnel.model import Post
from service.statute.periods import day_start, legal_day


@dataclass(frozen=True, slots=True)
class Standing:
    """A line and where it stands in a half: confirmed (or skipped, or new), open, warned, stopped, lapsing."""

    listing: Listing
    phase: str


@dataclass(frozen=True, slots=True)
class Portion:
    """A few lines of one list that somebody is asked to look at together, the most urgent phase told."""

    information_id: str
    listings: tuple[str, ...]
    phase: str


PHASES = ("confirmed", "open", "warned", "stopped", "lapsing")
"""In the order of their urgency."""


def standings(session: Session, *, organization_id: str, on: date, at: datetime) -> Sequence[Standing]:
    """Return every line of an organization that runs on a day, with where it stands in the half of that day.

    What one person listed in an emergency is not among them: it waits for two, or for its instant.
    """
    lines = [line for line in running(session, organization_id=organization_id, on=on, at=at) if line.until_at is None]
    return standings_of(session, lines, organization_id=organization_id, on=on)


def standings_of(session: Session, lines: Collection[Listing], *, organization_id: str, on: date) -> Sequence[Standing]:
    """Return where some lines of an organization stand in the half of a day."""
    return [Standing(*both) for both in zip(lines, _phases(session, lines, organization_id, on), strict=True)]


class _Line(Protocol):
    """What a line's standing is told from: a whole line, or these columns of it."""

    id: str
    person_id: str | None
    unit_id: str | None
    post: str | None
    from_on: date | None
    recorded_at: datetime
    changed_index: int


def _phases(session: Session, lines: Collection[_Line], organization_id: str, on: date) -> Iterator[str]:
    half = half_of(on)
    numbers = house_numbers(session, organization_id=organization_id, on=on)
    # What was brought forward counts from when it came here: nobody could have confirmed it before.
    opened_on = legal_day(opened_at(session))
    confirmed: dict[str, list[tuple[date, int]]] = defaultdict(list)
    columns = (Confirmation.listing_id, Confirmation.half_on, Confirmation.changed_index)
    for row in session.execute(select(*columns).where(_among(Confirmation.listing_id, {line.id for line in lines}))):
        confirmed[row.listing_id].append((row.half_on, row.changed_index))
    touched = _Touched(session, organization_id, lines) if confirmed else None
    for line in lines:
        seen = confirmed.get(line.id, [])
        newest = max((index for _, index in seen), default=None)
        due = Due(
            from_on=line.from_on,
            recorded_on=max(opened_on, legal_day(line.recorded_at)),
            confirmed=frozenset(half_on for half_on, _ in seen),
            changed=newest is not None and touched is not None and max(line.changed_index, touched.of(line)) > newest,
        )
        yield phase(due=is_due(due, half=half), missed=was_missed(due, half=half), days=(on - half).days, numbers=numbers)


def _among(column: InstrumentedAttribute[Any], values: Collection[str | None]) -> ColumnElement[bool]:
    """Return that a column is one of some values, sent as one array: a list may have more lines than a statement takes parameters."""
    return column == any_(literal([one for one in values if one is not None], ARRAY(Text)))


class _Touched:
    """When whom a line reaches changed last: by the posts of its person, of its unit, or of its name."""

    def __init__(self, session: Session, organization_id: str, lines: Collection[_Line]) -> None:
        self.newest: dict[tuple[str, str], int] = defaultdict(int)
        columns = (Post.person_id, Post.unit_id, Post.post, Post.changed_index)
        named = or_(
            _among(Post.person_id, {line.person_id for line in lines}),
            _among(Post.unit_id, {line.unit_id for line in lines}),
            _among(Post.post, {line.post for line in lines}),
        )
        for person, unit, post, index in session.execute(select(*columns).where(Post.organization_id == organization_id, named)):
            for kind, value in (("person", person), ("unit", unit), ("post", post)):
                self.newest[kind, value or ""] = max(self.newest[kind, value or ""], index)

    def of(self, line: _Line) -> int:
        named = (("person", line.person_id), ("unit", line.unit_id), ("post", line.post))
        return max(self.newest[kind, value] for kind, value in named if value is not None)


def portions(session: Session, *, organization_id: str, on: date, at: datetime, size: int = 20) -> Sequence[Portion]:
    """Return what is to be confirmed in the half of a day, list by list, in portions that somebody can really look at.

    Lists without lines have none, and what has not changed since the half before is skipped. The most urgent come first.
    """
    lines = _older(session, organization_id=organization_id, on=on, at=at)
    lists: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line, told in zip(lines, _phases(session, lines, organization_id, on), strict=True):
        if told != "confirmed":
            lists[line.information_id].append((line.id, told))
    found = [portion for information, few in lists.items() for portion in _cut(information, few, size)]
    return sorted(found, key=lambda portion: (-PHASES.index(portion.phase), portion.information_id, portion.listings))


def _older(session: Session, *, organization_id: str, on: date, at: datetime) -> Sequence[Any]:
    """Return the columns of the lines that began before the half of a day: no other is to be confirmed in it (`rules.is_due`)."""
    half = half_of(on)
    if legal_day(opened_at(session)) >= half:
        return []
    found = runs(on, at).where(
        Listing.organization_id == organization_id,
        Listing.until_at.is_(None),
        Listing.recorded_at < day_start(half),
        or_(Listing.from_on.is_(None), Listing.from_on < half),
    )
    columns = (Listing.id, Listing.information_id, Listing.person_id, Listing.unit_id, Listing.post)
    return session.execute(found.with_only_columns(*columns, Listing.from_on, Listing.recorded_at, Listing.changed_index)).all()


def _cut(information_id: str, lines: Sequence[tuple[str, str]], size: int) -> Iterator[Portion]:
    for start in range(0, len(lines), size):
        part = lines[start : start + size]
        urgent = max((told for _, told in part), key=PHASES.index)
        yield Portion(information_id, tuple(each for each, _ in part), urgent)
