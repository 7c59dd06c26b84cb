"""Certifying an operator (Act 10(1), Order 16), performed by the organ or recorded by the operator."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation.operations.notice import Notice
from service.designation.rules import require_seat
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.corrections import newest
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, require_words
from service.provision import queries
from service.provision.model import Certification, CertificationRefusal
from service.provision.rules import require_parties
from service.statute.periods import legal_day


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


def refuse_certification(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    operator_id: str,
    organ_id: str,
    on: date,
    document_number: str | None = None,
    refusal_id: str | None = None,
) -> str:
    """Record that an application to be certified is not granted, under the number of the answer, and return its id.

    Raises WrongSeatError, ProvisionRefusedError (requirement_not_met), UnknownIdError, AlreadyRecordedError for a second
    one of the same day, ValueError for a blank number or a day to come.
    """
    require_seat(log.seat, "organ", act="Act 10(1)")
    require_words(document_number=document_number)
    row = CertificationRefusal(
        id=refusal_id or new_id(), operator_id=operator_id, organ_id=organ_id, refused_on=on, document_number=document_number
    )
    return _put_refusal(session, log=log, actor=actor, at=at, row=row)


def record_certification_refusal(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    operator_id: str,
    organ_id: str,
    on: date,
    notice: Notice,
    refusal_id: str | None = None,
) -> str:
    """Record, at the operator, the organ's answer that the application is not granted; return its id.

    Raises as `refuse_certification` does.
    """
    require_seat(log.seat, "operator", act="Act 10(1)")
    row = CertificationRefusal(
        id=refusal_id or new_id(),
        operator_id=operator_id,
        organ_id=organ_id,
        refused_on=on,
        document_number=notice.document_number,
        letter_on=notice.letter_on,
        arrived_on=notice.arrived_on,
    )
    return _put_refusal(session, log=log, actor=actor, at=at, row=row)


def _put_refusal(session: Session, *, log: Log, actor: Actor, at: datetime, row: CertificationRefusal) -> str:
    begin_act(session)
    if row.refused_on > legal_day(at):
        message = f"on: {row.refused_on} has not come yet"
        raise ValueError(message)
    operator = personnel.organization(session, organization_id=row.operator_id)
    organ = personnel.organization(session, organization_id=row.organ_id)
    require_parties(operator_kind=operator.kind, organ_kind=organ.kind)
    same_day = select(CertificationRefusal).where(
        CertificationRefusal.operator_id == operator.id,
        CertificationRefusal.organ_id == organ.id,
        CertificationRefusal.refused_on == row.refused_on,
    )
    if session.get(CertificationRefusal, row.id) is not None or session.scalars(same_day).first() is not None:
        raise AlreadyRecordedError(
            message=f"that {organ.id!r} refused {operator.id!r} on {row.refused_on} is recorded already",
            facts={"operator": operator.id, "organ": organ.id},
        )
    draft = Draft(
        kind=Kind.CERTIFICATION_REFUSED,
        actor=actor,
        at=at,
        on=row.refused_on,
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
