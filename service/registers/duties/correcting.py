"""Putting trainings, attendances and pledges right: no right of anybody rests on them, so that one person does it at once."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act
from service.personnel import queries as personnel
from service.personnel.corrections import Grounds, Pair, amending, changes_of, current, put_right, replacing, require_something
from service.personnel.rules import require_words
from service.registers.duties.operations import require_cleared
from service.registers.people_model import Attendance, Pledge, Training


def correct_training(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    training_id: str,
    grounds: Grounds,
    name: str | None = None,
    on: date | None = None,
    reference_number: str | None = None,
    without: Sequence[Literal["reference_number"]] | None = None,
) -> str:
    """Put the name, the day or the number of a training right and return its id, which stays.

    Raises UnknownIdError, and ValueError for a day behind somebody's attendance, or where nothing is put right.
    """
    begin_act(session)
    require_words(name=name, reference_number=reference_number)
    row = personnel.require_known(session, Training, training_id, word="training_id")
    amended = amending(row, changes_of({"name": name, "held_on": on, "reference_number": reference_number}, without))
    require_something(amended)
    earliest = select(func.min(Attendance.attended_on)).where(Attendance.training_id == row.id, Attendance.replaced_at.is_(None))
    attended_on = session.scalar(earliest)
    if on is not None and attended_on is not None and attended_on < on:
        message = f"on: somebody attended it on {attended_on}; put that right first"
        raise ValueError(message)
    draft = Draft(kind=Kind.TRAINING_CORRECTED, actor=actor, at=at, organization=row.organization_id, subject=row.organization_id)
    return put_right(session, log=log, draft=draft, pairs=[], grounds=grounds, amended=amended)


def correct_attendance(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    attendance_id: str,
    grounds: Grounds,
    on: date | None = None,
    never_was: bool = False,
) -> str:
    """Put the day of an attendance right, or that somebody attended at all; return the id of the row that counts now.

    Whoever attended instead is recorded as such. Raises UnknownIdError, AlreadyCorrectedError, and ValueError for a day
    before the training, or where nothing is put right.
    """
    begin_act(session)
    row = current(session, Attendance, attendance_id, word="attendance_id")
    training = session.get_one(Training, row.training_id)
    if on is not None and on < training.held_on:
        message = f"on: the training was given on {training.held_on}"
        raise ValueError(message)
    pair = Pair(row, None if never_was else replacing(row, at=at, changes=changes_of({"attended_on": on})))
    draft = Draft(
        kind=Kind.ATTENDANCE_CORRECTED,
        actor=actor,
        at=at,
        person=row.person_id,
        organization=training.organization_id,
        subject=row.person_id,
    )
    return put_right(session, log=log, draft=draft, pairs=[pair], grounds=grounds)


def correct_pledge(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    pledge_id: str,
    grounds: Grounds,
    on: date | None = None,
    head_id: str | None = None,
    document_number: str | None = None,
    without: Sequence[Literal["document_number"]] | None = None,
    never_was: bool = False,
) -> str:
    """Put a pledge right, or that somebody signed it at all; return the id of the row that counts now.

    Its day and head are judged as when it was recorded. Raises UnknownIdError, AlreadyCorrectedError,
    ConflictingPersonError for somebody who was not cleared that day, and ValueError where nothing is put right.
    """
    begin_act(session)
    require_words(document_number=document_number)
    row = current(session, Pledge, pledge_id, word="pledge_id")
    given: dict[str, Any] = {"pledged_on": on, "head_id": head_id, "document_number": document_number}
    made = None if never_was else replacing(row, at=at, changes=changes_of(given, without))
    if made is not None:
        personnel.organization(session, organization_id=made.head_id)
        require_cleared(session, person_id=made.person_id, head_id=made.head_id, on=made.pledged_on, at=at)
    draft = Draft(
        kind=Kind.PLEDGE_CORRECTED, actor=actor, at=at, person=row.person_id, organization=row.organization_id, subject=row.person_id
    )
    return put_right(session, log=log, draft=draft, pairs=[Pair(row, made)], grounds=grounds)
