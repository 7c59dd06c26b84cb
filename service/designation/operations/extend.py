"""Extending the validity (Act 4(2) to (4)), performed by an organ or recorded by an operator."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries, rules
from service.designation.model import Extension
from service.designation.operations.notice import Notice
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError, UnknownIdError, exclusive
from service.statute.periods import ONE_DAY


def extend(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    until: date,
    on: date,
    cabinet_approved_on: date | None = None,
    exception: str | None = None,
    organ_id: str | None = None,
    extension_id: str | None = None,
) -> str:
    """Extend a designation to its new last day `until` and return the extension's id.

    `organ_id` says whose designation where several organs designated the information.
    Raises WrongSeatError; DesignationRefusedError (not_in_force,
    extension_over_five_years, cabinet_approval_needed, over_sixty_years);
    UnknownIdError; AlreadyRecordedError for an id that is taken or where a later
    extension stands; ValueError where nothing would be extended.
    """
    rules.require_seat(log.seat, "organ", act="Act 4(2)")
    row = _extension(extension_id, until, on, cabinet_approved_on, exception)
    return _put(session, log=log, actor=actor, at=at, row=row, information_id=information_id, organ_id=organ_id)


def record_extension(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    until: date,
    on: date,
    notice: Notice,
    cabinet_approved_on: date | None = None,
    exception: str | None = None,
    organ_id: str | None = None,
    extension_id: str | None = None,
) -> str:
    """Record, at an operator, the extension that an organ gave notice of (Order 17); return its id.

    Raises as `extend` does.
    """
    rules.require_seat(log.seat, "operator", act="Act 4(2)")
    row = _extension(extension_id, until, on, cabinet_approved_on, exception)
    row.document_number, row.letter_on, row.arrived_on = notice.document_number, notice.letter_on, notice.arrived_on
    return _put(session, log=log, actor=actor, at=at, row=row, information_id=information_id, organ_id=organ_id)


def _extension(extension_id: str | None, until: date, on: date, cabinet_approved_on: date | None, exception: str | None) -> Extension:
    if exception is not None and exception not in rules.EXTENSION_EXCEPTIONS:
        msg = f"unknown exception {exception!r}; known are {', '.join(rules.EXTENSION_EXCEPTIONS)}"
        raise ValueError(msg)
    return Extension(
        id=extension_id or new_id(),
        extended_on=on,
        until_on=exclusive(until),
        cabinet_approved_on=cabinet_approved_on,
        exception=exception,
    )


def standing(session: Session, *, information_id: str, on: date, at: datetime, organ_id: str | None) -> rules.Designated:
    """Return the designation that an act on an information means.

    The one that stands that day, else the newest, whose reason for not standing then
    refuses the act. Raises UnknownIdError where there is none, ValueError where several
    organs' designations stand and none is named.
    """
    queries.information(session, information_id=information_id)
    known = [
        each
        for each in queries.designations_of(session, information_id=information_id, at=at)
        if organ_id is None or each.organ_id == organ_id
    ]
    if not known:
        raise UnknownIdError(message=f"there is no designation of {information_id!r}", facts={"information": information_id})
    live = [each for each in known if each.in_force(on)]
    if len({each.organ_id for each in live}) > 1:
        msg = f"several organs designated {information_id!r}; say whose designation is meant"
        raise ValueError(msg)
    return (live or known)[-1]


def _put(session: Session, *, log: Log, actor: Actor, at: datetime, row: Extension, information_id: str, organ_id: str | None) -> str:
    begin_act(session)
    designated = standing(session, information_id=information_id, on=row.extended_on, at=at, organ_id=organ_id)
    rules.require_extensible(
        designated,
        on=row.extended_on,
        last_day=row.until_on - ONE_DAY,
        cabinet_approved_on=row.cabinet_approved_on,
        exception=row.exception,
    )
    if row.cabinet_approved_on is not None or row.until_on - ONE_DAY > rules.thirty_years(designated):
        refused = queries.cabinet_refusals(session, designation_id=designated.id)
        rules.require_not_refused(cabinet_approved_on=row.cabinet_approved_on, refused=refused)
    if any(each.on > row.extended_on for each in designated.extensions):
        raise AlreadyRecordedError(
            message=f"a later extension of {information_id!r} is already recorded", facts={"information": information_id}
        )
    if session.get(Extension, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already an extension {row.id!r}", facts={"extension": row.id})
    row.designation_id, row.recorded_at = designated.id, at
    draft = Draft(
        kind=Kind.INFORMATION_EXTENDED,
        actor=actor,
        at=at,
        on=row.extended_on,
        object=information_id,
        organization=designated.organ_id,
        subject=information_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id
