"""Notice, consent, refusal and withdrawal (Act 12(3), 12(6), 13(2), 13(4))."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.assessment import queries, rules
from service.assessment.model import Case
from service.assessment.operations.stepping import Hand, found, opened, require_case, take
from service.clearance.model import DoubtNotice, Result
from service.database import Base
from service.designation.rules import require_seat
from service.ledger import Log, begin_act
from service.personnel.model import new_id


def give_notice(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    head_id: str,
    on: date,
    doubt: bool = False,
    document_number: str | None = None,
    officer_id: str | None = None,
) -> str:
    """Record the notice in advance (Act 12(3), Order 19(1)) and return the assessment's id.

    With `doubt` the person was told that a re-assessment on doubt applies: from that day on they may not handle
    anything (Act 11(1)), and an assessment that was under way gives way to this one.
    Raises AssessmentRefusedError (requirement_not_met, wrong_step), WrongSeatError, UnknownIdError.
    """
    require_seat(log.seat, "organ", act="Act 12(3)")
    begin_act(session)
    hand = Hand(actor, officer_id, document_number)
    before, standing = found(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    beside: list[Base] = []
    if doubt:
        rules.require_doubtable(newest=queries.newest_outcomes(session, person_id=person_id, head_id=head_id, on=on, at=at))
        beside.append(
            DoubtNotice(
                id=new_id(),
                person_id=person_id,
                head_id=head_id,
                law="iesi",
                notified_on=on,
                recorded_at=at,
                document_number=document_number,
            )
        )
    else:
        rules.require_step(standing, "notified", on=on)
    if before is not None and standing.running and not doubt:
        # Consent to a reused investigation came first, and nothing could be reused.
        case = before
    else:
        case = opened(person_id=person_id, head_id=head_id, on=on, doubt=doubt)
        beside += _superseded(before, on)
    take(session, log=log, at=at, case=case, hand=hand, step="notified", on=on, beside=beside)
    return case.id


def _superseded(before: Case | None, on: date) -> list[Base]:
    if before is None or before.closed_on is not None:
        return []
    before.closed_on = on
    return [before]


def record_consent(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    head_id: str,
    on: date,
    reuse: bool = False,
    document_number: str | None = None,
    officer_id: str | None = None,
) -> str:
    """Record the person's consent (Act 12(3), Order 19(2)) and return the step's id.

    `reuse` for consent to an assessment on an investigation made for another head, which needs no notice (proviso).
    Raises AssessmentRefusedError (requirement_not_met, no_notice, wrong_step), WrongSeatError, UnknownIdError.
    """
    require_seat(log.seat, "organ", act="Act 12(3)")
    begin_act(session)
    hand = Hand(actor, officer_id, document_number)
    before, standing = found(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    rules.require_step(standing, "consented", on=on, reuse=reuse)
    case, beside = before, []
    if case is None or not standing.running:
        case, beside = opened(person_id=person_id, head_id=head_id, on=on), _superseded(before, on)
    return take(session, log=log, at=at, case=case, hand=hand, step="consented", on=on, reuse=reuse, beside=beside)


def record_refusal(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    head_id: str,
    on: date,
    reuse: bool = False,
    document_number: str | None = None,
    officer_id: str | None = None,
) -> str:
    """Record that the person does not consent and return the step's id: the assessment is not carried out (Act 13(2)).

    Raises AssessmentRefusedError (requirement_not_met, no_notice, wrong_step), WrongSeatError, UnknownIdError.
    """
    require_seat(log.seat, "organ", act="Act 12(3)")
    begin_act(session)
    hand = Hand(actor, officer_id, document_number)
    before, standing = found(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    rules.require_step(standing, "refused", on=on, reuse=reuse)
    case = before
    beside: list[Base] = [not_carried_out(person_id=person_id, head_id=head_id, outcome="refused", on=on, at=at)]
    if case is None or not standing.running:
        case = opened(person_id=person_id, head_id=head_id, on=on)
        beside += _superseded(before, on)
    return take(session, log=log, at=at, case=case, hand=hand, step="refused", on=on, reuse=reuse, beside=beside)


def record_withdrawal(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    head_id: str,
    on: date,
    document_number: str | None = None,
    officer_id: str | None = None,
) -> str:
    """Record that the person takes the consent back, at any time before the result, and return the step's id.

    Raises AssessmentRefusedError (requirement_not_met, wrong_step), WrongSeatError, UnknownIdError.
    """
    require_seat(log.seat, "organ", act="Act 12(3)")
    begin_act(session)
    hand = Hand(actor, officer_id, document_number)
    case, standing = found(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    rules.require_step(standing, "withdrawn", on=on)
    beside = [not_carried_out(person_id=person_id, head_id=head_id, outcome="withdrawn", on=on, at=at)]
    return take(session, log=log, at=at, case=require_case(case), hand=hand, step="withdrawn", on=on, beside=beside)


def not_carried_out(*, person_id: str, head_id: str, outcome: str, on: date, at: datetime) -> Result:
    """Return what stands for an assessment that was not carried out; it displaces nothing (Act 13(2))."""
    return Result(id=new_id(), person_id=person_id, head_id=head_id, outcome=outcome, notified_on=on, counted_on=on, recorded_at=at)


def answer_inquiries(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    head_id: str,
    on: date,
    agreed: bool,
    document_number: str | None = None,
    officer_id: str | None = None,
) -> str:
    """Record the person's separate answer to inquiries of offices and bodies (Act 12(6)) and return the step's id.

    Raises AssessmentRefusedError (requirement_not_met, no_consent, wrong_step), WrongSeatError, UnknownIdError.
    """
    require_seat(log.seat, "organ", act="Act 12(6)")
    begin_act(session)
    hand = Hand(actor, officer_id, document_number)
    case, standing = found(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    rules.require_step(standing, "inquiries", on=on)
    return take(session, log=log, at=at, case=require_case(case), hand=hand, step="inquiries", on=on, agreed=agreed)


def waive_reasons(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    head_id: str,
    on: date,
    document_number: str | None = None,
    officer_id: str | None = None,
) -> str:
    """Record that the person does not want the reasons of a negative result (Act 13(4) proviso); return the step's id.

    Raises AssessmentRefusedError (requirement_not_met, wrong_step), WrongSeatError, UnknownIdError.
    """
    require_seat(log.seat, "organ", act="Act 13(4)")
    begin_act(session)
    hand = Hand(actor, officer_id, document_number)
    case, standing = found(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    rules.require_step(standing, "waived", on=on)
    return take(session, log=log, at=at, case=require_case(case), hand=hand, step="waived", on=on)
