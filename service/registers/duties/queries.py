"""Questions about reports, trainings and pledges, and the lines of lists that reports end; nothing here writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.need_to_know import queries as lists
from service.need_to_know.model import Listing
from service.personnel import queries as personnel
from service.personnel.rules import ConflictingPersonError
from service.registers.events import Rule
from service.registers.house import amount_of
from service.registers.people_model import Attendance, EventRule, PersonReport, Pledge, Training
from service.registers.periods import months_after


def require_works_there(session: Session, *, person_id: str, organization_id: str, at: datetime) -> None:
    """Raise ConflictingPersonError for somebody who never worked at an organization."""
    posts = personnel.posts_of(session, person_id=person_id, at=at)
    if all(post.organization_id != organization_id for post in posts):
        raise ConflictingPersonError(message=f"they never worked at {organization_id!r}", facts={"organization_id": organization_id})


def named_lines(session: Session, *, person_id: str, organization_id: str, on: date, at: datetime) -> Sequence[Listing]:
    """Return the lines of an organization's lists that name somebody and have not ended by a day."""
    found = lists.listings_naming(session, person_id=person_id, at=at)
    return [row for row in found if row.organization_id == organization_id and (row.until_on is None or row.until_on > on)]


def scope_lines(session: Session, *, person_id: str, organization_id: str, on: date, at: datetime) -> Sequence[Listing]:
    """Return the lines by unit or post that reach somebody on a day: no act about one person ends them."""
    place = personnel.workplace(session, person_id=person_id, organization_id=organization_id, on=on, at=at)
    found = select(Listing).where(
        Listing.organization_id == organization_id,
        or_(Listing.unit_id.in_(place.units), Listing.post.in_(place.posts)),
        or_(Listing.until_on.is_(None), Listing.until_on > on),
        Listing.known(at),
    )
    return session.scalars(found.order_by(Listing.id)).all()


def heads_of(session: Session, *, information_id: str, organization_id: str, kind: str, on: date, at: datetime) -> frozenset[str]:
    """Return the heads whose assessments count for work on an information at an organization (Act 11(1)); none once it is gone."""
    ways = lists.ways_in(session, information_id=information_id, organization_id=organization_id, kind=kind, person_id=None, on=on, at=at)
    return frozenset(way.head_id for way in ways)


def rules_of(session: Session, *, organization_id: str, code: str) -> Sequence[Rule]:
    """Return what an organization ever chose for a kind of report."""
    rows = session.scalars(select(EventRule).where(EventRule.organization_id == organization_id, EventRule.code == code))
    return [Rule(row.removal, row.from_on, row.changed_index) for row in rows]


def reports_about(session: Session, *, person_id: str, organization_id: str | None = None) -> Sequence[PersonReport]:
    """Return the reports about somebody, the newest first. For the protection circle alone."""
    found = select(PersonReport).where(PersonReport.person_id == person_id)
    if organization_id is not None:
        found = found.where(PersonReport.organization_id == organization_id)
    return session.scalars(found.order_by(PersonReport.reported_on.desc(), PersonReport.changed_index.desc())).all()


def reports_by_oneself(session: Session, *, person_id: str) -> Sequence[PersonReport]:
    """Return what somebody reported about themselves: all that they may see of the reports about them."""
    return [row for row in reports_about(session, person_id=person_id) if row.reported_by == "oneself"]


@dataclass(frozen=True, slots=True)
class Duties:
    """What somebody has done of what they owe at an organization: `train_by` is the last day for the next training."""

    trained_on: date | None
    train_by: date | None
    pledged: Mapping[str, date]
    """By head the day of the newest pledge."""


def duties_of(session: Session, *, person_id: str, organization_id: str) -> Duties:
    """Return somebody's last training and pledges at an organization."""
    attended = select(func.max(Attendance.attended_on)).join(Training, Training.id == Attendance.training_id)
    counting = (Attendance.person_id == person_id, Attendance.replaced_at.is_(None), Training.organization_id == organization_id)
    last = session.scalar(attended.where(*counting))
    mine = (Pledge.person_id == person_id, Pledge.replaced_at.is_(None), Pledge.organization_id == organization_id)
    pledges = session.scalars(select(Pledge).where(*mine))
    train_by = (
        None if last is None else months_after(last, months=amount_of(session, "training_months", organization_id=organization_id, on=last))
    )
    return Duties(last, train_by, {row.head_id: row.pledged_on for row in sorted(pledges, key=lambda row: row.pledged_on)})


def training_due(session: Session, *, organization_id: str, on: date, at: datetime) -> Mapping[str, date | None]:
    """Return who stands by name on a list that day and was not trained in time: by person the day it was due, None for never."""
    found = select(Listing.person_id).where(
        Listing.organization_id == organization_id,
        Listing.person_id.is_not(None),
        or_(Listing.from_on.is_(None), Listing.from_on <= on),
        or_(Listing.until_on.is_(None), Listing.until_on > on),
        Listing.known(at),
    )
    people = sorted({person for person in session.scalars(found) if person is not None})
    due = {person: duties_of(session, person_id=person, organization_id=organization_id).train_by for person in people}
    return {person: by for person, by in due.items() if by is None or by < on}
