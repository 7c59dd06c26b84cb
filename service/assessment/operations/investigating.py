"""The investigation: asked of the Prime Minister, done by the head itself, or reused (Act 12(4)-(8))."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.assessment import queries, rules
from service.assessment.operations.stepping import Hand, found, require_case, take
from service.assessment.rules import Ground
from service.clearance.model import Result
from service.clearance.queries import results_of
from service.designation.rules import require_seat
from service.ledger import Log, begin_act
from service.personnel import queries as personnel
from service.personnel.rules import ConflictingPersonError


def request_investigation(
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
    """Record that the Prime Minister was asked to investigate (Act 12(4)) and return the step's id.

    The police ask through the National Police Agency (Act 15(2)). Raises AssessmentRefusedError (requirement_not_met,
    no_notice, no_consent, wrong_step), WrongSeatError, UnknownIdError.
    """
    require_seat(log.seat, "organ", act="Act 12(4)")
    begin_act(session)
    hand = Hand(actor, officer_id, document_number)
    case, standing = found(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    rules.require_step(standing, "requested", on=on)
    return take(session, log=log, at=at, case=require_case(case), hand=hand, step="requested", on=on)


def record_own_investigation(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    head_id: str,
    on: date,
    ground: Ground,
    document_number: str | None = None,
    officer_id: str | None = None,
) -> str:
    """Record that the head investigated itself, because asking would impede its work (Act 12(4) proviso); return the step's id.

    Raises AssessmentRefusedError (requirement_not_met, no_notice, no_consent, wrong_step), WrongSeatError, UnknownIdError.
    """
    require_seat(log.seat, "organ", act="Act 12(4)")
    begin_act(session)
    hand = Hand(actor, officer_id, document_number)
    case, standing = found(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    rules.require_step(standing, "own", on=on)
    return take(session, log=log, at=at, case=require_case(case), hand=hand, step="own", on=on, ground=ground)


def reuse_investigation(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    head_id: str,
    result_id: str,
    on: date,
    document_number: str | None = None,
    officer_id: str | None = None,
) -> str:
    """Record that the investigation of another head's result is reused, as asked of the Prime Minister (Act 12(7)).

    Returns the step's id. Raises AssessmentRefusedError (requirement_not_met, no_consent, wrong_step, not_reusable,
    own_later_assessment), WrongSeatError, UnknownIdError, ConflictingPersonError.
    """
    require_seat(log.seat, "organ", act="Act 12(7)")
    begin_act(session)
    hand = Hand(actor, officer_id, document_number)
    case, standing = found(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    chosen = personnel.require_known(session, Result, result_id, word="result")
    if chosen.person_id != person_id:
        raise ConflictingPersonError(message=f"result {result_id!r} is somebody else's", facts={"result": result_id})
    rules.require_step(standing, "reused", on=on)
    results = [queries.assessed(row) for row in results_of(session, person_id=person_id, at=at)]
    rules.require_reusable(queries.assessed(chosen), results, head_id=head_id, on=on)
    return take(session, log=log, at=at, case=require_case(case), hand=hand, step="reused", on=on, result_id=result_id)


def receive_opinion(
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
    """Record that the Prime Minister's result and opinion arrived (Act 12(5), 12(7)) and return the step's id.

    What they say stays on paper, under the letter's number. Raises AssessmentRefusedError (requirement_not_met,
    no_consent, wrong_step), WrongSeatError, UnknownIdError.
    """
    require_seat(log.seat, "organ", act="Act 12(5)")
    begin_act(session)
    hand = Hand(actor, officer_id, document_number)
    case, standing = found(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    rules.require_step(standing, "opinion", on=on)
    return take(session, log=log, at=at, case=require_case(case), hand=hand, step="opinion", on=on)
