"""Decision, result and pledge (Act 12(2), 12(8), 13)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.assessment import queries, rules
from service.assessment.model import Case
from service.assessment.operations.stepping import Hand, found, require_as_recorded, require_case, take
from service.assessment.rules import Outcome, Standing
from service.clearance.model import Result
from service.database import Base
from service.designation.rules import require_seat
from service.ledger import Log, begin_act
from service.personnel.corrections import newest
from service.personnel.model import new_id


def decide(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    head_id: str,
    outcome: Outcome,
    on: date,
    document_number: str | None = None,
    officer_id: str | None = None,
) -> str:
    """Record the head's decision and return the step's id; it takes two people, whatever it is.

    `not_carried_out` establishes that consent was refused or withdrawn (Act 13(2)). The decision opens nothing: that
    does the notice of the result. Raises AssessmentRefusedError (requirement_not_met, no_notice, no_consent,
    wrong_step), WrongSeatError, UnknownIdError, ValueError for an unknown outcome.
    """
    require_seat(log.seat, "organ", act="Act 12(2)")
    begin_act(session)
    if outcome not in rules.OUTCOMES:
        message = f"unknown outcome {outcome!r}; known are {', '.join(rules.OUTCOMES)}"
        raise ValueError(message)
    hand = Hand(actor, officer_id, document_number)
    case, standing = found(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    rules.require_step(standing, "decided", on=on, outcome=outcome)
    return take(session, log=log, at=at, case=require_case(case), hand=hand, step="decided", on=on, outcome=outcome)


def notify_result(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    head_id: str,
    on: date,
    document_number: str | None = None,
    reasons_number: str | None = None,
    officer_id: str | None = None,
) -> str:
    """Record the notice of the result to the person, whose day counts (Act 13(1)), and return the step's id.

    This makes the result; the operator is told the result alone, or that it was not carried out (Act 13(2)). Of the
    reasons of a negative result only the number of the sealed letter to the person is kept (Act 13(4)), and none where
    they were waived. A reused investigation counts from the first notice (Act 12(8)), as that is recorded now.
    Raises AssessmentRefusedError (requirement_not_met, wrong_step, record_mismatch), WrongSeatError, UnknownIdError,
    AlreadyCorrectedError where what was reused was found never to have been.
    """
    require_seat(log.seat, "organ", act="Act 13(1)")
    begin_act(session)
    hand = Hand(actor, officer_id, reasons_number or document_number)
    before, standing = found(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    rules.require_step(standing, "told", on=on)
    rules.require_reasons(standing, number_given=reasons_number is not None)
    case = require_case(before)
    require_as_recorded(session, log=log, case=case)
    case.closed_on = on
    made = _result(session, case, standing, on=on, at=at, document_number=document_number)
    beside: list[Base] = [] if made is None else [made]
    # The text of reasons is nowhere; that there are any is told by their number, for the person.
    said = {"result_id": made.id if made else None, "agreed": reasons_number is not None}
    return take(session, log=log, at=at, case=case, hand=hand, step="told", on=on, beside=beside, **said)


def _result(session: Session, case: Case, standing: Standing, *, on: date, at: datetime, document_number: str | None) -> Result | None:
    """Return the result that the notice makes, None where the assessment was not carried out (that is recorded already)."""
    if standing.not_carried_out:
        return None
    reused = next((row.result_id for row in queries.steps_of(session, case_id=case.id) if row.step == "reused"), None)
    # As it counts now: what was reused may have been put right since, and its day with it.
    first = None if reused is None else newest(session, Result, reused, word="result")
    return Result(
        id=new_id(),
        person_id=case.person_id,
        head_id=case.head_id,
        outcome=standing.outcome,
        investigated_by="organ" if standing.has("own") else "prime_minister",
        notified_on=on,
        counted_on=on if first is None else min(first.counted_on, on),
        reuses=reused,
        original_on=None if first is None else first.counted_on,
        recorded_at=at,
        document_number=document_number,
    )


def sign_pledge(
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
    """Record the pledge that the person signed after a positive result, and return the step's id.

    Raises AssessmentRefusedError (requirement_not_met, wrong_step), WrongSeatError, UnknownIdError.
    """
    require_seat(log.seat, "organ", act="Act 13(1)")
    begin_act(session)
    hand = Hand(actor, officer_id, document_number)
    case, standing = found(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    rules.require_step(standing, "pledged", on=on)
    return take(session, log=log, at=at, case=require_case(case), hand=hand, step="pledged", on=on)
