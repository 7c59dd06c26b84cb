"""Taking somebody out of every list and scope at once, whoever they are named by: unit and post too. Ending that takes two people."""

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act, record
from service.need_to_know.model import Exclusion
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError
from service.registers.duties.queries import require_works_there
from service.statute.periods import legal_day


def running(session: Session, *, person_id: str, organization_id: str, under_head_id: str | None, on: date) -> Exclusion | None:
    """Return an exclusion that runs on a day without an end and covers what is asked, or None."""
    found = select(Exclusion).where(
        Exclusion.person_id == person_id,
        Exclusion.organization_id == organization_id,
        or_(Exclusion.under_head_id.is_(None), Exclusion.under_head_id == under_head_id),
        Exclusion.from_on <= on,
        Exclusion.until_on.is_(None),
    )
    return session.scalars(found.order_by(Exclusion.id).limit(1)).first()


def exclude_person(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    organization_id: str,
    on: date,
    under_head_id: str | None = None,
    exclusion_id: str | None = None,
) -> str:
    """Let no list or scope of an organization reach somebody from a day on; return the exclusion's id.

    The lines themselves stay: they are of units and posts, and of others. Raises
    UnknownIdError, ConflictingPersonError for somebody who never worked there,
    AlreadyRecordedError where one runs, ValueError for a day to come.
    """
    begin_act(session)
    if on > legal_day(at):
        message = f"on: {on} has not come yet"
        raise ValueError(message)
    personnel.person(session, person_id=person_id)
    personnel.organization(session, organization_id=organization_id)
    if under_head_id is not None:
        personnel.organization(session, organization_id=under_head_id)
    require_works_there(session, person_id=person_id, organization_id=organization_id, at=at)
    known = running(session, person_id=person_id, organization_id=organization_id, under_head_id=under_head_id, on=on)
    row = Exclusion(
        id=exclusion_id or new_id(), person_id=person_id, organization_id=organization_id, under_head_id=under_head_id, from_on=on
    )
    if known is not None or session.get(Exclusion, row.id) is not None:
        raise AlreadyRecordedError(message="they are excluded already", facts={"exclusion": row.id if known is None else known.id})
    draft = Draft(kind=Kind.HANDLER_EXCLUDED, actor=actor, at=at, on=on, person=person_id, organization=organization_id, subject=person_id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def end_exclusion(session: Session, *, log: Log, actor: Actor, at: datetime, exclusion_id: str, on: date) -> str:
    """Let lists and scopes reach somebody again from a day on, never from one that is past; return the exclusion's id.

    Raises UnknownIdError, AlreadyEndedError, ValueError for a day that is past.
    """
    begin_act(session)
    row = personnel.require_known(session, Exclusion, exclusion_id, word="exclusion_id")
    if row.until_on is not None:
        raise AlreadyEndedError(message=f"exclusion {row.id!r} ends on {row.until_on}", facts={"exclusion_id": row.id})
    if on < max(legal_day(at), row.from_on):
        message = f"on: {on} is past"
        raise ValueError(message)
    row.until_on = on
    draft = Draft(
        kind=Kind.EXCLUSION_ENDED,
        actor=actor,
        at=at,
        on=on,
        person=row.person_id,
        organization=row.organization_id,
        subject=row.person_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id
