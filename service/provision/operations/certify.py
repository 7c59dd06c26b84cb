"""Certifying an operator (Act 10(1), Order 16), performed by the organ or recorded by the operator."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation.operations.notice import Notice
from service.designation.rules import require_seat
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.corrections import newest
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError
from service.provision import queries
from service.provision.model import Certification
from service.provision.rules import require_parties


def certify(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    operator_id: str,
    organ_id: str,
    on: date,
    certification_id: str | None = None,
) -> str:
    """Certify that an operator meets the criteria and return the certification's id.

    Raises WrongSeatError, ProvisionRefusedError (requirement_not_met), UnknownIdError,
    AlreadyRecordedError where the organ's certification already stands.
    """
    require_seat(log.seat, "organ", act="Act 10(1)")
    row = Certification(id=certification_id or new_id(), operator_id=operator_id, organ_id=organ_id, certified_on=on, recorded_at=at)
    return _put(session, log=log, actor=actor, at=at, row=row)


def record_certification(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    operator_id: str,
    organ_id: str,
    on: date,
    notice: Notice,
    certification_id: str | None = None,
) -> str:
    """Record, at the operator, the certification that the organ gave notice of; return its id.

    Raises as `certify` does.
    """
    require_seat(log.seat, "operator", act="Act 10(1)")
    row = Certification(
        id=certification_id or new_id(),
        operator_id=operator_id,
        organ_id=organ_id,
        certified_on=on,
        recorded_at=at,
        document_number=notice.document_number,
        letter_on=notice.letter_on,
        arrived_on=notice.arrived_on,
    )
    return _put(session, log=log, actor=actor, at=at, row=row)


def _put(session: Session, *, log: Log, actor: Actor, at: datetime, row: Certification) -> str:
    begin_act(session)
    operator = personnel.organization(session, organization_id=row.operator_id)
    organ = personnel.organization(session, organization_id=row.organ_id)
    require_parties(operator_kind=operator.kind, organ_kind=organ.kind)
    if session.get(Certification, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a certification {row.id!r}", facts={"certification": row.id})
    if queries.is_certified(session, operator_id=operator.id, organ_id=organ.id, on=row.certified_on, at=at):
        raise AlreadyRecordedError(
            message=f"{operator.id!r} is already certified by {organ.id!r}", facts={"operator": operator.id, "organ": organ.id}
        )
    draft = Draft(
        kind=Kind.OPERATOR_CERTIFIED,
        actor=actor,
        at=at,
        on=row.certified_on,
        object=row.organ_id,
        organization=row.operator_id,
        subject=row.operator_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def end_certification(session: Session, *, log: Log, actor: Actor, at: datetime, certification_id: str, on: date) -> str:
    """End a certification from a day on, at either seat, and return its id.

    Raises UnknownIdError, and AlreadyEndedError where it ended earlier or not begun.
    """
    begin_act(session)
    row = newest(session, Certification, certification_id, word="certification")
    if (row.ended_on is not None and row.ended_on <= on) or on < row.certified_on:
        raise AlreadyEndedError(message=f"certification {certification_id!r} cannot end on {on}", facts={"certification": certification_id})
    row.ended_on = on
    draft = Draft(
        kind=Kind.CERTIFICATION_ENDED,
        actor=actor,
        at=at,
        on=on,
        object=row.organ_id,
        organization=row.operator_id,
        subject=row.operator_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id
