"""Lists as people read and export them (取扱者名簿), and the lines that somebody should look at."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.need_to_know.model import Listing
from service.need_to_know.queries.lines import listings_of, running
from service.personnel.model import Organization, Person, Post, Unit
from service.statute.periods import JAPAN, ONE_DAY


@dataclass(frozen=True, slots=True)
class RollLine:
    """One line of the list for an information, in the order of its columns.

    Nothing of anybody's assessment: that somebody stands here says that they were cleared, and no more.
    """

    number: int
    listing_id: str
    person_id: str | None
    name: str
    kana: str
    units: str
    posts: str
    dispatched_by: str
    actions: str
    from_on: date | None
    last_day: date | None
    until_at: datetime | None
    contract_id: str
    task: str
    purpose: str
    reference: str
    requested_by: str
    emergency: str


def roll(session: Session, *, information_id: str, organization_id: str, on: date, at: datetime) -> Sequence[RollLine]:
    """Return the list of an organization for an information as it stands on a day, as rows to export."""
    lines = [
        line
        for line in listings_of(session, information_id=information_id, organization_id=organization_id, at=at)
        if (line.from_on is None or line.from_on <= on)
        and (line.until_on is None or on < line.until_on)
        and (line.until_at is None or at < line.until_at)
    ]
    ids = {line.person_id for line in lines if line.person_id is not None}
    people = {row.id: row for row in session.scalars(select(Person).where(Person.id.in_(ids)))}
    units = {row.id: row.name for row in session.scalars(select(Unit).where(Unit.organization_id == organization_id))}
    found = select(Post).where(Post.person_id.in_(ids), Post.organization_id == organization_id, Post.known(at))
    posts: dict[str, list[Post]] = {}
    for row in session.scalars(found.order_by(Post.from_on.asc().nulls_first(), Post.id)):
        if (row.from_on is None or row.from_on <= on) and (row.until_on is None or on < row.until_on):
            posts.setdefault(row.person_id, []).append(row)
    employers = {row.employer_id for held in posts.values() for row in held if row.employer_id is not None}
    names = {row.id: row.name for row in session.scalars(select(Organization).where(Organization.id.in_(employers)))}
    return [
        _roll_line(number, line, people.get(line.person_id or ""), posts.get(line.person_id or "", []), units, names)
        for number, line in enumerate(lines, start=1)
    ]


def _roll_line(
    number: int, line: Listing, person: Person | None, held: Sequence[Post], units: dict[str, str], names: dict[str, str]
) -> RollLine:
    in_units = [row.unit_id for row in held] if person is not None else [line.unit_id]
    in_posts = [row.post or row.title for row in held] if person is not None else [line.post]
    return RollLine(
        number=number,
        listing_id=line.id,
        person_id=line.person_id,
        name="" if person is None else person.legal_name,
        kana="" if person is None else person.kana or "",
        units=_joined(None if one is None else units.get(one, one) for one in in_units),
        posts=_joined(in_posts),
        dispatched_by=_joined(names.get(row.employer_id or "") for row in held),
        actions="" if line.actions is None else ",".join(line.actions),
        from_on=line.from_on,
        last_day=None if line.until_on is None else line.until_on - ONE_DAY,
        until_at=line.until_at,
        contract_id=line.contract_id or "",
        task=line.task or "",
        purpose=line.purpose or "",
        reference=line.reference or "",
        requested_by=line.requested_by or "",
        emergency=line.ground or "",
    )


def _joined(words: Iterable[str | None]) -> str:
    return "、".join(dict.fromkeys(word for word in words if word))


def ending_soon(session: Session, *, organization_id: str, on: date, at: datetime, days: int = 30) -> Sequence[Listing]:
    """Return the lines that run on a day and end within some days of it, the next to end first."""
    lines = [line for line in running(session, organization_id=organization_id, on=on, at=at) if line.until_on is not None]
    soon = [line for line in lines if line.until_on is not None and line.until_on - on <= timedelta(days=days)]
    return sorted(soon, key=lambda line: (line.until_on or on, line.id))


def without_use(
    session: Session, *, organization_id: str, used: Collection[tuple[str, str]], since: date, on: date, at: datetime
) -> Sequence[Listing]:
    """Return the lines by name that were there from `since` on and on which nothing was done.

    `used` are the pairs of person and information of which a use is known: this room sees no uses and is told of them.
    """
    seen = set(used)
    return [
        line
        for line in running(session, organization_id=organization_id, on=on, at=at)
        if line.person_id is not None
        and (line.from_on is None or line.from_on <= since)
        and (line.person_id, line.information_id) not in seen
    ]


def without_cause(session: Session, *, organization_id: str, on: date, at: datetime) -> Sequence[Listing]:
    """Return the lines that run on a day and say neither for which contract nor for which task, or not why."""
    lines = running(session, organization_id=organization_id, on=on, at=at)
    return [line for line in lines if (line.contract_id is None and line.task is None) or line.purpose is None]


@dataclass(frozen=True, slots=True)
class Emergency:
    """A line that one person wrote alone: open, confirmed by two, ended or lapsed, and the hour in Japan at which it was written."""

    listing: Listing
    state: str
    hour: int


def emergencies(session: Session, *, organization_id: str, at: datetime) -> Sequence[Emergency]:
    """Return every line that one person alone wrote in an emergency, the newest first."""
    found = select(Listing).where(Listing.organization_id == organization_id, Listing.ground.is_not(None), Listing.known(at))
    lines = session.scalars(found.order_by(Listing.recorded_at.desc(), Listing.id))
    return [Emergency(line, _state(line, at), line.recorded_at.astimezone(JAPAN).hour) for line in lines]


def _state(line: Listing, at: datetime) -> str:
    if line.until_at is None:
        return "confirmed"
    if line.until_on is not None and line.until_on <= at.astimezone(JAPAN).date():
        return "lapsed" if line.until_at <= at else "ended"
    return "open" if at < line.until_at else "lapsed"
