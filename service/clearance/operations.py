"""Recording what was decided elsewhere about a person: result, doubt notice, office (Act 11, 13)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.clearance import rules
from service.clearance.model import DoubtNotice, Office, Result
from service.designation.operations.notice import Notice
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.corrections import newest
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError, ConflictingPersonError, exclusive, require_order


@dataclass(frozen=True, slots=True)
class Reuse:
    """That an investigation was reused (Act 12(7)): the first notice's day, and its result where recorded here."""

    original_on: date | None = None
    result_id: str | None = None


def _require_code(code: str, codes: tuple[str, ...], *, word: str) -> None:
    if code not in codes:
        msg = f"unknown {word} {code!r}; known are {', '.join(codes)}"
        raise ValueError(msg)


def _require_head(session: Session, *, person_id: str, head_id: str) -> None:
    """Refuse a head that assesses nobody: organs and the police do (Act 12, Act 15)."""
    personnel.person(session, person_id=person_id)
    rules.require_head(kind=personnel.organization(session, organization_id=head_id).kind)


def record_result(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    head_id: str,
    outcome: str,
    notified_on: date | None,
    law: str = "iesi",
    investigated_by: str = "prime_minister",
    reuse: Reuse | None = None,
    notice: Notice | None = None,
    result_id: str | None = None,
) -> str:
    """Record the result of an assessment and return its id.

    `notified_on` is the day on which the person was told (for `refused` and `withdrawn`
    that of the refusal or withdrawal). An operator gives the organ's `notice`, and None
    while the person's day is unknown: then the earliest day that the letter could mean
    counts, provisionally. With `reuse` the years run from the first notice's day.
    Raises ClearanceRefusedError (requirement_not_met, notice_missing,
    original_day_missing); UnknownIdError; AlreadyRecordedError; ValueError for a code.
    """
    begin_act(session)
    _require_code(outcome, rules.OUTCOMES, word="outcome")
    _require_code(law, rules.LAWS, word="law")
    _require_code(investigated_by, rules.INVESTIGATORS, word="investigator")
    _require_head(session, person_id=person_id, head_id=head_id)
    rules.require_notice(seat=log.seat, has_notice=notice is not None, notified=notified_on is not None)
    original_on = _original_day(session, reuse, person_id=person_id)
    rules.require_original_day(reused=reuse is not None, original_on=original_on, outcome=outcome)
    days = (notified_on,) if notified_on else (notice.letter_on, notice.arrived_on) if notice else ()
    earliest = rules.earliest_known(*days, original_on)
    assert earliest is not None
    row = Result(
        id=result_id or new_id(),
        person_id=person_id,
        head_id=head_id,
        law=law,
        outcome=outcome,
        investigated_by=investigated_by,
        notified_on=notified_on,
        counted_on=earliest,
        provisional=notified_on is None,
        reuses=reuse.result_id if reuse else None,
        recorded_at=at,
        **(notice.columns() if notice else {}),
    )
    if session.get(Result, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a result {row.id!r}", facts={"result": row.id})
    draft = Draft(kind=Kind.RESULT_RECORDED, actor=actor, at=at, on=notified_on, person=person_id, organization=head_id, subject=person_id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def _original_day(session: Session, reuse: Reuse | None, *, person_id: str) -> date | None:
    """Return the day from which a reused result counts, from the first result where that is here."""
    if reuse is None:
        return None
    if reuse.result_id is None:
        return reuse.original_on
    first = newest(session, Result, reuse.result_id, word="result")
    if first.person_id != person_id:
        raise ConflictingPersonError(message=f"result {first.id!r} is somebody else's", facts={"result": first.id})
    return rules.earliest_known(first.counted_on, reuse.original_on)


def record_doubt_notice(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    head_id: str,
    notified_on: date | None,
    law: str = "iesi",
    notice: Notice | None = None,
    doubt_notice_id: str | None = None,
) -> str:
    """Record that a person was told of a re-assessment on doubt (Act 12(1)(iii), 12(3)); return the notice's id.

    At an operator, from the organ's `notice`; while the person's day is unknown the
    earliest day that the letter could mean counts. Raises ClearanceRefusedError
    (requirement_not_met, notice_missing), UnknownIdError, AlreadyRecordedError, ValueError.
    """
    begin_act(session)
    _require_code(law, rules.LAWS, word="law")
    _require_head(session, person_id=person_id, head_id=head_id)
    rules.require_notice(seat=log.seat, has_notice=notice is not None, notified=notified_on is not None)
    days = (notified_on,) if notified_on else (notice.letter_on, notice.arrived_on) if notice else ()
    told_on = rules.earliest_known(*days)
    assert told_on is not None
    row = DoubtNotice(
        id=doubt_notice_id or new_id(),
        person_id=person_id,
        head_id=head_id,
        law=law,
        notified_on=told_on,
        recorded_at=at,
        **(notice.columns() if notice else {}),
    )
    if session.get(DoubtNotice, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a doubt notice {row.id!r}", facts={"doubt_notice": row.id})
    draft = Draft(kind=Kind.DOUBT_NOTIFIED, actor=actor, at=at, on=told_on, person=person_id, organization=head_id, subject=person_id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def record_office(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    office: str,
    from_on: date | None = None,
    last_day: date | None = None,
    office_id: str | None = None,
) -> str:
    """Record an exempt office (Act 11(1) proviso, Order 18) with its days and return the row's id.

    Raises UnknownIdError, AlreadyRecordedError, and ValueError for an unknown office or
    an interval that ends before it begins.
    """
    begin_act(session)
    _require_code(office, rules.OFFICES, word="office")
    until_on = exclusive(last_day)
    require_order(from_on=from_on, until_on=until_on)
    personnel.person(session, person_id=person_id)
    row = Office(id=office_id or new_id(), person_id=person_id, office=office, from_on=from_on, until_on=until_on, recorded_at=at)
    if session.get(Office, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already an office {row.id!r}", facts={"office": row.id})
    draft = Draft(kind=Kind.OFFICE_HELD, actor=actor, at=at, on=from_on, person=person_id, subject=person_id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id
