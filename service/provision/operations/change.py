"""Changes of what a certification rests on, reported before they take effect; the term is a setting, not a number of law."""

from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation.rules import require_seat
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, require_words
from service.provision import queries
from service.provision.model import CertifiedChange, ReportTerm
from service.provision.readiness import report_term
from service.provision.rules import ChangeMatter, due_on, require_certified, require_parties


def plan_change(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    operator_id: str,
    organ_id: str,
    matter: ChangeMatter,
    planned_on: date,
    on: date,
    number: str | None = None,
    change_id: str | None = None,
) -> str:
    """Note, at the operator, a coming change of officer, place, rule or facility: it is to be reported beforehand. Return its id.

    The task is due as many days before as the organ's term says. Raises WrongSeatError; ProvisionRefusedError
    (not_certified, where no certification by this organ stands); UnknownIdError; ValueError for a blank number.
    """
    require_seat(log.seat, "operator", act="Order 16")
    return _put(session, log=log, actor=actor, at=at, row=_row(operator_id, organ_id, matter, planned_on, number, change_id), on=on)


def receive_change(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    operator_id: str,
    organ_id: str,
    matter: ChangeMatter,
    planned_on: date,
    on: date,
    number: str | None = None,
    change_id: str | None = None,
) -> str:
    """Record, at the organ, an operator's report of a coming change; return its id. Raises as `plan_change` does."""
    require_seat(log.seat, "organ", act="Order 16")
    row = _row(operator_id, organ_id, matter, planned_on, number, change_id)
    row.reported_on, row.report_number = on, number
    return _put(session, log=log, actor=actor, at=at, row=row, on=on)


def _row(operator_id: str, organ_id: str, matter: str, planned_on: date, number: str | None, change_id: str | None) -> CertifiedChange:
    require_words(number=number)
    return CertifiedChange(
        id=change_id or new_id(), operator_id=operator_id, organ_id=organ_id, matter=matter, planned_on=planned_on, number=number
    )


def _put(session: Session, *, log: Log, actor: Actor, at: datetime, row: CertifiedChange, on: date) -> str:
    begin_act(session)
    operator = personnel.organization(session, organization_id=row.operator_id)
    organ = personnel.organization(session, organization_id=row.organ_id)
    require_parties(operator_kind=operator.kind, organ_kind=organ.kind)
    require_certified(certified=queries.is_certified(session, operator_id=operator.id, organ_id=organ.id, on=on, at=at))
    if session.get(CertifiedChange, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a change {row.id!r}", facts={"change": row.id})
    row.due_on = due_on(planned_on=row.planned_on, days=report_term(session, organ_id=organ.id, on=on).days)
    kind = Kind.CHANGE_PLANNED if row.reported_on is None else Kind.CHANGE_REPORTED
    record(session, log=log, draft=_draft(kind, actor, at, on, row), rows=[row])
    return row.id


def _draft(kind: Kind, actor: Actor, at: datetime, on: date, row: CertifiedChange) -> Draft:
    return Draft(kind=kind, actor=actor, at=at, on=on, object=row.organ_id, organization=row.operator_id, subject=row.operator_id)


def report_change(session: Session, *, log: Log, actor: Actor, at: datetime, change_id: str, on: date, number: str | None = None) -> str:
    """Record, at the operator, that a coming change was reported to the organ; return its id. A late report is recorded too.

    Raises WrongSeatError, UnknownIdError, AlreadyRecordedError for a second report, ValueError for a blank number.
    """
    require_seat(log.seat, "operator", act="Order 16")
    begin_act(session)
    require_words(number=number)
    row = personnel.require_known(session, CertifiedChange, change_id, word="change")
    if row.reported_on is not None:
        raise AlreadyRecordedError(message=f"change {change_id!r} is reported", facts={"change": change_id})
    row.reported_on, row.report_number = on, number
    record(session, log=log, draft=_draft(Kind.CHANGE_REPORTED, actor, at, on, row), rows=[row])
    return row.id


def settle_change(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    change_id: str,
    on: date,
    outcome: Literal["kept", "lost"],
) -> str:
    """Record, at the organ, what it decided on a reported change; return its id.

    With `lost` the criteria are no longer met: the certification is then ended by its own act. Raises WrongSeatError,
    UnknownIdError, AlreadyEndedError where it is decided already or was reported later.
    """
    require_seat(log.seat, "organ", act="Order 16")
    begin_act(session)
    row = personnel.require_known(session, CertifiedChange, change_id, word="change")
    if row.settled_on is not None or row.reported_on is None or on < row.reported_on:
        raise AlreadyEndedError(message=f"change {change_id!r} cannot be decided on {on}", facts={"change": change_id})
    row.settled_on, row.outcome = on, outcome
    record(session, log=log, draft=_draft(Kind.CHANGE_SETTLED, actor, at, on, row), rows=[row])
    return row.id


def set_report_term(session: Session, *, log: Log, actor: Actor, at: datetime, organ_id: str, days: int, from_on: date, source: str) -> str:
    """Set how many days before a change an organ wants it reported, and where that is written; return the line's id.

    Changes noted before keep the day on which they fall due. Raises ProvisionRefusedError (requirement_not_met) for who
    is no organ, UnknownIdError, ValueError for a blank source or a number below nought.
    """
    begin_act(session)
    require_words(source=source)
    if days < 0:
        msg = "days: a report beforehand is not made afterwards"
        raise ValueError(msg)
    organ = personnel.organization(session, organization_id=organ_id)
    require_parties(operator_kind="operator", organ_kind=organ.kind, basis="Order 16")
    row = ReportTerm(id=new_id(), organ_id=organ_id, days=days, from_on=from_on, source=source)
    draft = Draft(kind=Kind.REPORT_TERM_SET, actor=actor, at=at, on=from_on, organization=organ_id, subject=organ_id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id
