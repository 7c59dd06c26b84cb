"""What a transfer to come would do to the lists: who would have no place, which informations nobody, which lists change. Nothing is kept.

It is read from posts and lists alone. Nobody's clearance plays a part, so that nothing of it can be read off the answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.acts.reach import reaches
from service.acts.roster.bringing import Line, Roster
from service.database import read
from service.identity.desk import Seated
from service.identity.entitlements import access
from service.identity.members import Held
from service.need_to_know.model import Listing
from service.personnel.model import Post
from service.personnel.roster.plan import Held as HeldPost
from service.personnel.roster.plan import NewPost
from service.personnel.rules import runs_on

LATEST = date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody works on a day: unit and post, either of which may be unsaid."""

    unit: str | None
    post: str | None


@dataclass(frozen=True, slots=True)
class Displaced:
    """A line by name whose person would work there no more, or whom a scope would no longer reach."""

    person_id: str
    information_id: str
    listing_id: str
    by_name: bool


@dataclass(slots=True)
class WhatIf:
    """What would follow: on which day it was looked at, who moves, and what becomes of the lists (None: not for whoever asks)."""

    on: date
    moved: list[Line] = field(default_factory=list)
    leaving: list[Line] = field(default_factory=list)
    displaced: list[Displaced] | None = None
    deserted: list[str] = field(default_factory=list)
    """Informations that have somebody now and would have nobody."""
    changed: dict[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    """By information who would come and who would go: its list is to be looked at and, where it was reported, reported again."""


def day_of_effect(roster: Roster) -> date:
    """Return the day on which all of a roster has taken effect: the last of those that its lines name."""
    days = [roster.on]
    for line in (*roster.created, *roster.changed):
        days += [line.change.on, *(day for _post, day in line.change.ends), *(new.from_on for new in line.change.begins if new.from_on)]
    return min(max(days), LATEST)


def what_if(seated: Seated, *, roster: Roster, on: date) -> WhatIf:
    """Return what a roster would do to the lists of its organization on a day, as far as whoever asks may read lists."""
    found = WhatIf(on)
    for line in (*roster.created, *roster.changed):
        places = _after(line, on=on)
        (found.moved if places else found.leaving).append(line)
    held = [one for one in seated.member.roles if access({one.role}, "listing") == "yes" and one.organization_id == roster.organization]
    if not held:
        return found
    with read(seated.desk.engine) as session:
        _lists(session, seated, roster, found, held)
    return found


def _lists(session: Session, seated: Seated, roster: Roster, found: WhatIf, held: Sequence[Held]) -> None:
    """Compare whom each list reaches on the day, with and without the roster."""
    on, at, organization = found.on, seated.at, roster.organization
    lines = [
        row for row in _running(session, organization, on=on, at=at) if reaches(session, held, "information_id", row.information_id, at=at)
    ]
    before = _workers(session, organization, on=on, at=at)
    after = dict(before)
    for line in roster.changed:
        assert line.person_id is not None  # only somebody on record changes
        after[line.person_id] = _after(line, on=on)
    for line in roster.created:
        after[f"new:{line.number}"] = _after(line, on=on)
    by_information: dict[str, list[Listing]] = {}
    for row in lines:
        by_information.setdefault(row.information_id, []).append(row)
    found.displaced = []
    for information, rows in by_information.items():
        was, will = _reached(rows, before), _reached(rows, after)
        gone = set(was) - set(will)
        found.displaced += [Displaced(person, information, was[person].id, was[person].person_id is not None) for person in sorted(gone)]
        if was and not will:
            found.deserted.append(information)
        if set(was) != set(will):
            found.changed[information] = (frozenset(set(will) - set(was)), frozenset(gone))


def _running(session: Session, organization: str, *, on: date, at: datetime) -> Sequence[Listing]:
    rows = select(Listing).where(
        Listing.organization_id == organization,
        or_(Listing.from_on.is_(None), Listing.from_on <= on),
        or_(Listing.until_on.is_(None), Listing.until_on > on),
        Listing.until_at.is_(None),
        Listing.known(at),
    )
    return session.scalars(rows.order_by(Listing.information_id, Listing.id)).all()


def _workers(session: Session, organization: str, *, on: date, at: datetime) -> dict[str, tuple[Place, ...]]:
    """Return who works at an organization on a day as things are recorded, each with their places."""
    rows = select(Post).where(
        Post.organization_id == organization,
        or_(Post.from_on.is_(None), Post.from_on <= on),
        or_(Post.until_on.is_(None), Post.until_on > on),
        Post.known(at),
    )
    found: dict[str, tuple[Place, ...]] = {}
    for row in session.scalars(rows):
        found[row.person_id] = (*found.get(row.person_id, ()), Place(row.unit_id, row.post))
    return found


def _after(line: Line, *, on: date) -> tuple[Place, ...]:
    """Return where the person of a line would work on a day: their posts with the ends that it gives, and those that it begins."""
    ends = dict(line.change.ends)
    held: Sequence[HeldPost] = () if line.change.person is None else line.change.person.posts
    kept = [Place(one.unit, one.post) for one in held if runs_on(from_on=one.from_on, until_on=ends.get(one.id, one.until_on), on=on)]
    begun: Sequence[NewPost] = line.change.begins
    return (*kept, *(Place(one.unit, one.post) for one in begun if runs_on(from_on=one.from_on, until_on=one.until_on, on=on)))


def _reached(rows: Sequence[Listing], workers: Mapping[str, tuple[Place, ...]]) -> dict[str, Listing]:
    """Return whom the lines of one list reach among those who work there, each with a line, by name where there is one."""
    found: dict[str, Listing] = {}
    for row in rows:
        if row.person_id is not None:
            if workers.get(row.person_id):
                found[row.person_id] = row
            continue
        for person, places in workers.items():
            if any(_holds(one, row) for one in places):
                found.setdefault(person, row)
    return found


def _holds(place: Place, row: Listing) -> bool:
    """Say whether a line by unit or post reaches a place."""
    return (row.unit_id is not None and place.unit == row.unit_id) or (row.post is not None and place.post == row.post)
