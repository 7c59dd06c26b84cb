"""Complaints: by the person, answered by somebody who took no part; nothing else changes (Act 14)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.assessment import queries, rules
from service.assessment.model import Complaint, Participant
from service.assessment.operations.stepping import Hand, draft_of, parties
from service.assessment.rules import ComplaintOutcome
from service.designation.rules import require_seat
from service.ledger import Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, require_words
from service.statute.periods import legal_day


def complain(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    head_id: str,
    on: date,
    document_number: str | None = None,
) -> str:
    """Record a complaint in writing to the head that assessed (Act 14(1)) and return its id; nothing else changes (Act 14(3)).

    Raises AssessmentRefusedError (requirement_not_met), WrongSeatError, UnknownIdError.
    """
    require_seat(log.seat, "organ", act="Act 14(1)")
    begin_act(session)
    parties(session, person_id=person_id, head_id=head_id, hand=Hand(actor, None, document_number), at=at, on=on)
    rules.require_complaint(assessed=queries.assessed_before(session, person_id=person_id, head_id=head_id, at=at))
    row = Complaint(id=new_id(), person_id=person_id, head_id=head_id, made_on=on, document_number=document_number, actor_id=actor.id)
    record(session, log=log, draft=draft_of(at=at, organization_id=head_id, person_id=person_id), rows=[row])
    return row.id


def answer_complaint(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    complaint_id: str,
    outcome: ComplaintOutcome,
    on: date,
    officer_id: str | None = None,
    document_number: str | None = None,
) -> str:
    """Record that a complaint was dealt with and its outcome told to the person (Act 14(2)); return the complaint's id.

    Of the outcome a code alone is kept. `reassessment` begins nothing by itself: the notice of Act 12(3) does.
    By nobody who took part in an assessment of the person by this head: `officer_id`, where somebody else writes the answer
    down, or else whoever records it; nor by who complains, nor before the complaint.
    Raises AssessmentRefusedError (took_part, requirement_not_met, wrong_step), WrongSeatError, UnknownIdError, AlreadyEndedError,
    ValueError for an unknown outcome.
    """
    require_seat(log.seat, "organ", act="Act 14(2)")
    begin_act(session)
    if outcome not in rules.COMPLAINT_OUTCOMES:
        message = f"unknown outcome {outcome!r}; known are {', '.join(rules.COMPLAINT_OUTCOMES)}"
        raise ValueError(message)
    require_words(document_number=document_number)
    if on > legal_day(at):
        message = f"on: {on} has not come yet"
        raise ValueError(message)
    row = personnel.require_known(session, Complaint, complaint_id, word="complaint")
    if row.answered_on is not None:
        raise AlreadyEndedError(message=f"complaint {complaint_id!r} was answered", facts={"complaint": complaint_id})
    if officer_id is not None:
        personnel.person(session, person_id=officer_id)
    took_part = queries.took_part(session, person_id=row.person_id, head_id=row.head_id)
    rules.require_no_part([officer_id] if officer_id is not None else [actor.id], took_part)
    rules.require_somebody_else(officer_id or actor.person_id, person_id=row.person_id)
    rules.require_after(on, since=row.made_on)
    row.answered_on, row.answer_number, row.officer_id, row.actor_id = on, document_number, officer_id, actor.id
    row.outcome = outcome
    record(session, log=log, draft=draft_of(at=at, organization_id=row.head_id, person_id=row.person_id), rows=[row])
    return row.id


def bring_forward_officers(session: Session, *, log: Log, at: datetime, person_id: str, head_id: str, officers: list[str]) -> int:
    """Record who took part in an assessment from before this record, and return how many became known."""
    begin_act(session)
    parties(session, person_id=person_id, head_id=head_id, hand=Hand(Actor("history", "system")), at=at, on=legal_day(at))
    known = queries.took_part(session, person_id=person_id, head_id=head_id)
    fresh = sorted(set(officers) - known)
    for officer_id in fresh:
        personnel.person(session, person_id=officer_id)
    rows = [Participant(id=new_id(), person_id=person_id, head_id=head_id, officer_id=officer_id) for officer_id in fresh]
    if rows:
        record(session, log=log, draft=draft_of(at=at, organization_id=head_id, person_id=person_id), rows=rows)
    return len(rows)
