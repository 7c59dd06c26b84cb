"""Care before designation (NPSC Rule 8/2025 6(2), 47): information known and not designated yet opens to nobody here."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries, rules
from service.designation.model import Information
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, require_words
from service.statute.citations import cite


def begin_care(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organ_id: str,
    on: date,
    title: str | None = None,
    number: str | None = None,
    information_id: str | None = None,
) -> str:
    """Name an information whose designation is expected, to be handled with equivalent care; return its id.

    From that day it is `not_yet_designated`, which opens it to nobody, until it is designated or the care ends.
    Raises WrongSeatError; DesignationRefusedError (requirement_not_met) where no organ takes the care; UnknownIdError;
    AlreadyRecordedError for an id that is taken.
    """
    rules.require_seat(log.seat, "organ", act="NPSC Rule 8/2025 47")
    begin_act(session)
    require_words(title=title, number=number, id=information_id)
    if personnel.organization(session, organization_id=organ_id).kind != "organ":
        raise rules.DesignationRefusedError(reason="requirement_not_met", basis=(cite("Act 3(1)"),), facts={"organ": organ_id})
    row = Information(id=information_id or new_id(), title=title, number=number, care_from_on=on, care_organ_id=organ_id)
    if session.get(Information, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already an information {row.id!r}", facts={"information": row.id})
    draft = Draft(kind=Kind.CARE_BEGUN, actor=actor, at=at, on=on, object=row.id, organization=organ_id, subject=row.id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def end_care(session: Session, *, log: Log, actor: Actor, at: datetime, information_id: str, on: date) -> str:
    """End the care for an information that will not be designated, and return its id; nothing opens by that.

    Raises WrongSeatError, UnknownIdError, AlreadyEndedError where no care runs, and AlreadyRecordedError where it was
    designated: then the designation ends, not the care.
    """
    rules.require_seat(log.seat, "organ", act="NPSC Rule 8/2025 47")
    begin_act(session)
    row = queries.information(session, information_id=information_id)
    if row.care_from_on is None or row.care_until_on is not None:
        raise AlreadyEndedError(message=f"no care runs for {information_id!r}", facts={"information": information_id})
    if queries.designations_of(session, information_id=information_id, at=at):
        raise AlreadyRecordedError(message=f"{information_id!r} was designated", facts={"information": information_id})
    row.care_until_on = max(on, row.care_from_on)
    draft = Draft(
        kind=Kind.CARE_ENDED,
        actor=actor,
        at=at,
        on=on,
        object=information_id,
        organization=row.care_organ_id,
        subject=information_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return information_id
