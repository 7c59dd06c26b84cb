"""What follows a designation: the mark in place of the notice, a part lifted, the Cabinet's refusal, the other Act."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries, rules
from service.designation.model import CabinetRefusal, Designation, HandOver, Information, MarkingSwitch, PartialLifting, Told
from service.designation.operations.extend import standing
from service.designation.operations.notice import Notice
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError, require_words


def switch_to_marking(
    session: Session, *, log: Log, actor: Actor, at: datetime, information_id: str, on: date, organ_id: str | None = None
) -> str:
    """Record that a mark was affixed where a notice had to do, as soon as that was possible; return the information's id.

    Raises WrongSeatError; DesignationRefusedError (not_in_force, requirement_not_met where there is no notice);
    UnknownIdError.
    """
    rules.require_seat(log.seat, "organ", act="Act 3(3)")
    return _switched(session, log=log, actor=actor, at=at, information_id=information_id, on=on, organ_id=organ_id, notice=None)


def record_marking_switch(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    on: date,
    notice: Notice,
    organ_id: str | None = None,
) -> str:
    """Record, at an operator, that marks are affixed from now on (Order 17(1)(i)); return the information's id.

    Raises as `switch_to_marking` does.
    """
    rules.require_seat(log.seat, "operator", act="Act 3(3)")
    return _switched(session, log=log, actor=actor, at=at, information_id=information_id, on=on, organ_id=organ_id, notice=notice)


def _switched(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    on: date,
    organ_id: str | None,
    notice: Notice | None,
) -> str:
    begin_act(session)
    designated = standing(session, information_id=information_id, on=on, at=at, organ_id=organ_id)
    mode = queries.marking_of(session, designation_id=designated.id, on=date.max)
    rules.require_marking_switch(designated, mode=mode, on=on)
    row = MarkingSwitch(id=new_id(), designation_id=designated.id, on=on, **_letter(notice))
    _record(session, log=log, actor=actor, at=at, kind=Kind.MARKING_SWITCHED, designated=designated, rows=[row], on=on)
    return information_id


def _letter(notice: Notice | None) -> dict[str, Any]:
    return {} if notice is None else notice.columns()


def _record(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    kind: Kind,
    designated: rules.Designated,
    rows: list[Any],
    on: date,
) -> None:
    draft = Draft(
        kind=kind,
        actor=actor,
        at=at,
        on=on,
        object=designated.information_id,
        organization=designated.organ_id,
        subject=designated.information_id,
    )
    record(session, log=log, draft=draft, rows=rows)


def lift_in_part(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    part_number: str,
    on: date,
    organ_id: str | None = None,
    partial_lifting_id: str | None = None,
) -> str:
    """Lift a part of what was designated, named by a number; the rest stays designated. Return the partial lifting's id.

    It opens nothing by itself: a document that carries the lifted part alone is found narrower by its custodian.
    Raises WrongSeatError; DesignationRefusedError (not_in_force); UnknownIdError; AlreadyRecordedError for a part that
    was lifted already; ValueError for a blank number.
    """
    rules.require_seat(log.seat, "organ", act="Act 4(7)")
    row = PartialLifting(id=partial_lifting_id or new_id(), on=on, part_number=part_number)
    return _lifted_in_part(session, log=log, actor=actor, at=at, row=row, information_id=information_id, organ_id=organ_id)


def record_partial_lifting(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    part_number: str,
    on: date,
    notice: Notice,
    organ_id: str | None = None,
    partial_lifting_id: str | None = None,
) -> str:
    """Record, at an operator, the partial lifting that an organ gave notice of; return its id. Raises as `lift_in_part` does."""
    rules.require_seat(log.seat, "operator", act="Act 4(7)")
    row = PartialLifting(id=partial_lifting_id or new_id(), on=on, part_number=part_number, **notice.columns())
    return _lifted_in_part(session, log=log, actor=actor, at=at, row=row, information_id=information_id, organ_id=organ_id)


def _lifted_in_part(
    session: Session, *, log: Log, actor: Actor, at: datetime, row: PartialLifting, information_id: str, organ_id: str | None
) -> str:
    begin_act(session)
    require_words(part_number=row.part_number)
    designated = standing(session, information_id=information_id, on=row.on, at=at, organ_id=organ_id)
    rules.require_in_force(designated, on=row.on)
    row.designation_id = designated.id
    lifted = queries.follow(session, PartialLifting, designation_id=designated.id)
    if session.get(PartialLifting, row.id) is not None or any(each.part_number == row.part_number for each in lifted):
        raise AlreadyRecordedError(message=f"part {row.part_number!r} is lifted already", facts={"information": information_id})
    _record(session, log=log, actor=actor, at=at, kind=Kind.INFORMATION_LIFTED_IN_PART, designated=designated, rows=[row], on=row.on)
    return row.id


def record_cabinet_refusal(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    on: date,
    cabinet_number: str | None = None,
    organ_id: str | None = None,
) -> str:
    """Record that the Cabinet refused its approval (Act 4(6)): the files go to the National Archives, nothing is destroyed.

    Return the information's id. An approval of an earlier day no longer extends. Raises WrongSeatError;
    DesignationRefusedError (not_in_force); UnknownIdError; AlreadyRecordedError where that day's refusal is recorded.
    """
    rules.require_seat(log.seat, "organ", act="Act 4(6)")
    begin_act(session)
    require_words(cabinet_number=cabinet_number)
    designated = standing(session, information_id=information_id, on=on, at=at, organ_id=organ_id)
    rules.require_in_force(designated, on=on)
    if on in queries.cabinet_refusals(session, designation_id=designated.id):
        raise AlreadyRecordedError(message="the Cabinet's refusal of that day is recorded", facts={"information": information_id})
    row = CabinetRefusal(id=new_id(), designation_id=designated.id, on=on, document_number=cabinet_number)
    _record(session, log=log, actor=actor, at=at, kind=Kind.APPROVAL_REFUSED, designated=designated, rows=[row], on=on)
    return information_id


def hand_over_as_sds(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    sds_number: str,
    on: date,
    organ_id: str | None = None,
) -> str:
    """Lift a designation because the information is now a specially designated secret, and hand it over; return its id.

    Never both: it is lifted the same day, can never be designated again here, and its closing opens it to nobody new.
    Raises WrongSeatError; DesignationRefusedError (not_in_force; requirement_not_met while another organ's designation
    stands, which must be lifted first); UnknownIdError; ValueError for a blank number.
    """
    rules.require_seat(log.seat, "organ", act="Act 3(1)")
    begin_act(session)
    require_words(sds_number=sds_number)
    designated = standing(session, information_id=information_id, on=on, at=at, organ_id=organ_id)
    rules.require_in_force(designated, on=on)
    rules.require_alone(queries.designations_of(session, information_id=information_id, at=at), organ_id=designated.organ_id, on=on)
    row = session.get_one(Designation, designated.id)
    row.lifted_on = on
    information = session.get_one(Information, information_id)
    information.sds_from_on = on
    handed: Told = HandOver(id=new_id(), designation_id=designated.id, on=on, sds_number=sds_number)
    _record(
        session,
        log=log,
        actor=actor,
        at=at,
        kind=Kind.INFORMATION_HANDED_OVER,
        designated=designated,
        rows=[information, row, handed],
        on=on,
    )
    return information_id
