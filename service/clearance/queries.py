"""Questions about results, doubt notices and offices; nothing here writes."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clearance.model import DoubtNotice, Office, PassedResult, Result
from service.clearance.rules import Assessed, Doubted, Held, Record, cleared_until, earliest_known


def results_of(session: Session, *, person_id: str, at: datetime, head_id: str | None = None) -> Sequence[Result]:
    """Return a person's results as known at an instant, the newest first."""
    found = select(Result).where(Result.person_id == person_id, Result.known(at))
    if head_id is not None:
        found = found.where(Result.head_id == head_id)
    return sorted(session.scalars(found), key=lambda row: (known_on(row), row.id), reverse=True)


def known_on(result: Result) -> date:
    """Return the day that puts a result in order: the notice's, or while unknown the earliest that its letter could mean."""
    return result.notified_on or earliest_known(result.letter_on, result.arrived_on) or result.counted_on


def passed_to(session: Session, *, result_id: str, employer_id: str) -> PassedResult | None:
    """Return the record that a result was passed to a dispatch employer (Act 13(3)), or None."""
    found = select(PassedResult).where(PassedResult.result_id == result_id, PassedResult.employer_id == employer_id)
    return session.scalars(found.limit(1)).first()


def doubt_notices_of(session: Session, *, person_id: str, at: datetime, head_id: str | None = None) -> Sequence[DoubtNotice]:
    """Return a person's doubt notices as known at an instant, the newest first."""
    found = select(DoubtNotice).where(DoubtNotice.person_id == person_id, DoubtNotice.known(at))
    if head_id is not None:
        found = found.where(DoubtNotice.head_id == head_id)
    return session.scalars(found.order_by(DoubtNotice.notified_on.desc(), DoubtNotice.id)).all()


def offices_of(session: Session, *, person_id: str, at: datetime) -> Sequence[Office]:
    """Return a person's exempt offices as known at an instant, the earliest first."""
    found = select(Office).where(Office.person_id == person_id, Office.known(at))
    return session.scalars(found.order_by(Office.from_on.asc().nulls_first(), Office.id)).all()


def clearance_in_force(session: Session, *, person_id: str, head_id: str, on: date, at: datetime) -> bool:
    """Tell whether a head's assessments, or an office, let a person be chosen on a day (Act 11)."""
    return clearance_last_day(session, person_id=person_id, head_id=head_id, on=on, at=at) is not None


def clearance_last_day(session: Session, *, person_id: str, head_id: str, on: date, at: datetime) -> date | None:
    """Return the last day of what lets a person be chosen on a day, as known at an instant; None where nothing does (Act 11)."""
    record = Record(
        results=[
            Assessed(law=row.law, outcome=row.outcome, known_on=known_on(row), counted_on=row.counted_on)
            for row in results_of(session, person_id=person_id, head_id=head_id, at=at)
        ],
        doubts=[
            Doubted(law=row.law, notified_on=row.notified_on)
            for row in doubt_notices_of(session, person_id=person_id, head_id=head_id, at=at)
        ],
        offices=[
            Held(office=row.office, from_on=row.from_on, until_on=row.until_on) for row in offices_of(session, person_id=person_id, at=at)
        ],
    )
    return cleared_until(record, on=on)
