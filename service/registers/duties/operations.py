"""Training given and attended, pledges, and the house's own rules on reports."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.clearance.queries import clearance_in_force
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError, ConflictingPersonError, require_words
from service.registers.duties.exclusions import end_exclusion, exclude_person
from service.registers.duties.queries import require_works_there
from service.registers.duties.reports import report_doubt, report_event
from service.registers.events import Chosen, EventCode, event, require_choice
from service.registers.people_model import Attendance, EventRule, Pledge, Training

__all__ = [
    "end_exclusion",
    "exclude_person",
    "record_attendance",
    "record_pledge",
    "record_training",
    "report_doubt",
    "report_event",
    "set_event_rule",
]


def record_training(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organization_id: str,
    name: str,
    on: date,
    reference_number: str | None = None,
    training_id: str | None = None,
) -> str:
    """Record that a training was given (Order 11(1)(ii), Order 16(1)(i)) and return its id.

    Raises UnknownIdError, AlreadyRecordedError, ValueError for a blank name.
    """
    begin_act(session)
    require_words(name=name, reference_number=reference_number)
    personnel.organization(session, organization_id=organization_id)
    row = Training(id=training_id or new_id(), organization_id=organization_id, name=name, held_on=on, reference_number=reference_number)
    if session.get(Training, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a training {row.id!r}", facts={"training": row.id})
    draft = Draft(kind=Kind.TRAINING_GIVEN, actor=actor, at=at, on=on, organization=organization_id, subject=organization_id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def record_attendance(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    training_id: str,
    person_id: str,
    on: date | None = None,
    attendance_id: str | None = None,
) -> str:
    """Record that somebody attended a training, on its day where none is named; return the record's id.

    Raises UnknownIdError, AlreadyRecordedError, ConflictingPersonError for somebody who
    never worked there, ValueError for a day before the training.
    """
    begin_act(session)
    training = personnel.require_known(session, Training, training_id, word="training_id")
    personnel.person(session, person_id=person_id)
    require_works_there(session, person_id=person_id, organization_id=training.organization_id, at=at)
    attended_on = on or training.held_on
    if attended_on < training.held_on:
        message = f"on: the training was given on {training.held_on}"
        raise ValueError(message)
    same = (Attendance.training_id == training_id, Attendance.person_id == person_id, Attendance.replaced_at.is_(None))
    known = session.scalar(select(Attendance.id).where(*same))
    if known is not None:
        raise AlreadyRecordedError(message="they attended it already", facts={"attendance": known})
    row = Attendance(id=attendance_id or new_id(), training_id=training_id, person_id=person_id, attended_on=attended_on, recorded_at=at)
    draft = Draft(
        kind=Kind.TRAINING_ATTENDED,
        actor=actor,
        at=at,
        on=attended_on,
        person=person_id,
        organization=training.organization_id,
        subject=person_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def record_pledge(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    organization_id: str,
    head_id: str,
    on: date,
    document_number: str | None = None,
    pledge_id: str | None = None,
) -> str:
    """Record that somebody who is cleared by a head signed the pledge, and return its id.

    The pledge is not in the Act or the Order: it follows what is known of the Operational
    Standards. Raises UnknownIdError, AlreadyRecordedError, ConflictingPersonError for
    somebody who is not cleared that day or never worked there.
    """
    begin_act(session)
    require_words(document_number=document_number)
    personnel.person(session, person_id=person_id)
    personnel.organization(session, organization_id=organization_id)
    personnel.organization(session, organization_id=head_id)
    require_works_there(session, person_id=person_id, organization_id=organization_id, at=at)
    require_cleared(session, person_id=person_id, head_id=head_id, on=on, at=at)
    row = Pledge(
        id=pledge_id or new_id(),
        person_id=person_id,
        organization_id=organization_id,
        head_id=head_id,
        pledged_on=on,
        document_number=document_number,
        recorded_at=at,
    )
    if session.get(Pledge, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a pledge {row.id!r}", facts={"pledge": row.id})
    draft = Draft(kind=Kind.PLEDGE_MADE, actor=actor, at=at, on=on, person=person_id, organization=organization_id, subject=person_id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def require_cleared(session: Session, *, person_id: str, head_id: str, on: date, at: datetime) -> None:
    """Raise ConflictingPersonError for the pledge of somebody whom its head does not clear that day."""
    if not clearance_in_force(session, person_id=person_id, head_id=head_id, on=on, at=at):
        raise ConflictingPersonError(message=f"a pledge follows a clearance in force on {on}", facts={"person_id": person_id})


def set_event_rule(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organization_id: str,
    code: EventCode,
    removal: Chosen,
    from_on: date,
    event_rule_id: str | None = None,
) -> str:
    """Set what an organization does with its lists on a kind of report from a day on; return the line's id.

    Raises DutyRefusedError (set_by_law) where somebody could not stay listed by law,
    UnknownIdError, AlreadyRecordedError, ValueError for an unknown code.
    """
    begin_act(session)
    kind = personnel.organization(session, organization_id=organization_id).kind
    require_choice(event(code, on=from_on), removal=removal, kind=kind)
    row = EventRule(id=event_rule_id or new_id(), organization_id=organization_id, code=code, removal=removal, from_on=from_on, set_at=at)
    if session.get(EventRule, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a line {row.id!r}", facts={"event_rule": row.id})
    draft = Draft(kind=Kind.EVENT_RULE_SET, actor=actor, at=at, on=from_on, organization=organization_id, subject=organization_id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id
