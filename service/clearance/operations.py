"""Recording what was decided elsewhere about a person: result, doubt notice, office (Act 11, 13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.clearance import queries, rules
from service.clearance.model import DoubtNotice, Office, PassedResult, Result
from service.designation.operations.notice import Notice
from service.designation.rules import require_seat
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.corrections import newest
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError, ConflictingPersonError, exclusive, require_order, require_words, runs_on
from service.statute.periods import legal_day


@dataclass(frozen=True, slots=True)
class Reuse:
    """That an investigation was reused (Act 12(7)): the first notice's day, and its result where recorded here.

    Raises ValueError for a result that is said not to be reused and has an original day.
    """

    reused: bool = True
    original_on: date | None = None
    result_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if not self.reused and (self.original_on is not None or self.result_id is not None):
            msg = "original_on: only a reused result has an original day"
            raise ValueError(msg)


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
    counts, provisionally. It knows of a refusal and a withdrawal only that none was
    carried out (Act 13(2)). With `reuse` the years run from the first notice's day.
    Raises ClearanceRefusedError (outcome_of_other_seat, requirement_not_met,
    notice_missing, original_day_missing); UnknownIdError; AlreadyRecordedError;
    ValueError for a code, and for a day that has not come.
    """
    begin_act(session)
    rules.require_outcome(seat=log.seat, outcome=outcome)
    _require_code(law, rules.LAWS, word="law")
    _require_code(investigated_by, rules.INVESTIGATORS, word="investigator")
    rules.require_come(notified_on, today=legal_day(at))
    _require_head(session, person_id=person_id, head_id=head_id)
    rules.require_notice(seat=log.seat, has_notice=notice is not None, notified=notified_on is not None)
    reuse = reuse if reuse is not None and reuse.reused else None
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
        original_on=original_on,
        recorded_at=at,
        **(notice.columns() if notice else {}),
    )
    if session.get(Result, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a result {row.id!r}", facts={"result": row.id})
    record(session, log=log, draft=_draft(Kind.RESULT_RECORDED, actor, at, organization=head_id, person=person_id), rows=[row])
    return row.id


def _draft(kind: Kind, actor: Actor, at: datetime, *, organization: str, person: str) -> Draft:
    """Return an entry that names nobody in clear: that somebody was assessed at all is for those alone who are told (Act 16)."""
    return Draft(kind=kind, actor=actor, at=at, organization=organization, subject=person)


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


def record_notice_day(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    result_id: str,
    notified_on: date,
    widening: bool | None = None,
) -> str:
    """Make a provisional result definite by the day on which the person was told (Act 13(1)); return the new row's id.

    What was recorded stays; the row that takes its place counts from now on. A later day
    lets somebody handle for longer and takes two people: `widening` says so. The original
    day of a reused investigation goes on counting (Act 12(8)). Raises WrongSeatError;
    ClearanceRefusedError (later_day_widens); UnknownIdError; AlreadyRecordedError where
    the day is known already; ValueError for a day that has not come.
    """
    begin_act(session)
    require_seat(log.seat, "operator", act="Act 13(2)")
    row = personnel.require_known(session, Result, result_id, word="result_id")
    if not row.provisional or row.replaced_at is not None:
        raise AlreadyRecordedError(message=f"the day of result {row.id!r} is known", facts={"result_id": row.id})
    today = legal_day(at)
    rules.require_come(notified_on, today=today)
    held = rules.Provisional(outcome=row.outcome, counted_on=row.counted_on, known_on=queries.known_on(row))
    rules.require_second_person(held, notified_on=notified_on, on=today, widening=widening is not None)
    counted_on = rules.earliest_known(notified_on, row.original_on)
    assert counted_on is not None
    put_right = Result(
        id=new_id(),
        notified_on=notified_on,
        counted_on=counted_on,
        provisional=False,
        recorded_at=at,
        replaces=row.id,
        **{name: getattr(row, name) for name in _KEPT},
    )
    row.replaced_at = at
    draft = _draft(Kind.RESULT_RECORDED, actor, at, organization=row.head_id, person=row.person_id)
    record(session, log=log, draft=draft, rows=[put_right, row])
    return put_right.id


_KEPT = (
    "person_id",
    "head_id",
    "law",
    "outcome",
    "investigated_by",
    "reuses",
    "original_on",
    "document_number",
    "letter_on",
    "arrived_on",
)
"""What a result says that learning the person's day does not change."""


def _dispatches(session: Session, row: Result, organization_id: str, employer_id: str, days: Sequence[date], at: datetime) -> bool:
    """Tell whether an employer dispatches the person of a result to an operator on one of some days."""
    posts = personnel.posts_of(session, person_id=row.person_id, at=at)
    return any(
        each.organization_id == organization_id
        and each.employer_id == employer_id
        and any(runs_on(from_on=each.from_on, until_on=each.until_on, on=day) for day in days)
        for each in posts
    )


def pass_result(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    result_id: str,
    organization_id: str,
    employer_id: str,
    on: date,
    document_number: str | None = None,
    passed_result_id: str | None = None,
) -> str:
    """Record that the dispatch employer was told what the operator was told (Act 13(3)); return the record's id.

    The result alone goes on, and to nobody but the employer who dispatches the person to
    the operator (Act 16(2)). Raises WrongSeatError; ClearanceRefusedError
    (requirement_not_met); UnknownIdError; AlreadyRecordedError; ValueError for a day
    before the organ's letter arrived.
    """
    begin_act(session)
    require_seat(log.seat, "operator", act="Act 13(3)")
    row = personnel.require_known(session, Result, result_id, word="result_id")
    personnel.organization(session, organization_id=organization_id)
    personnel.organization(session, organization_id=employer_id)
    require_words(document_number=document_number)
    since = row.arrived_on or row.notified_on
    if since is not None and on < since:
        msg = f"on: the organ's letter arrived only on {since}"
        raise ValueError(msg)
    days = [day for day in (since, on) if day is not None]
    rules.require_dispatcher(dispatches=_dispatches(session, row, organization_id, employer_id, days, at))
    known = queries.passed_to(session, result_id=row.id, employer_id=employer_id)
    if known is not None:
        raise AlreadyRecordedError(message=f"result {row.id!r} was passed on {known.passed_on}", facts={"result_id": row.id})
    made = PassedResult(
        id=passed_result_id or new_id(),
        result_id=row.id,
        person_id=row.person_id,
        organization_id=organization_id,
        employer_id=employer_id,
        passed_on=on,
        document_number=document_number,
    )
    if session.get(PassedResult, made.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a record {made.id!r}", facts={"passed_result": made.id})
    draft = _draft(Kind.RESULT_PASSED, actor, at, organization=organization_id, person=row.person_id)
    record(session, log=log, draft=draft, rows=[made])
    return made.id


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
    draft = _draft(Kind.DOUBT_NOTIFIED, actor, at, organization=head_id, person=person_id)
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
