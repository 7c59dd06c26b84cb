"""The list of candidates, at either seat: nobody is on it who does not agree (Act 12(1)(i), 12(3))."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.assessment import rules
from service.assessment.model import Candidate
from service.assessment.operations.stepping import draft_of
from service.assessment.rules import AssessmentRefusedError
from service.ledger import Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import Post, new_id
from service.personnel.rules import AlreadyEndedError, require_words
from service.statute.citations import cite


def list_candidate(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    organization_id: str,
    on: date,
    head_id: str | None = None,
    consent: bool | None = None,
    employer_told_on: date | None = None,
    explanation: str | None = None,
) -> str:
    """Put somebody forward as a candidate (Act 12(1)) and return the candidate's id.

    `consent` is what the person said on paper; None where they were asked and answer themselves: until they agree they
    are on no list. `explanation` is the version of the document by which it was explained to them. For a dispatched worker
    `employer_told_on` says when their employer was told.
    Raises AssessmentRefusedError (requirement_not_met, no_consent), UnknownIdError, ValueError for a blank version.
    """
    begin_act(session)
    require_words(explanation=explanation)
    personnel.person(session, person_id=person_id)
    kind = personnel.organization(session, organization_id=organization_id).kind
    posts = [row for row in personnel.posts_of(session, person_id=person_id, at=at) if row.organization_id == organization_id]
    rules.require_listing(kind=kind, works_there=bool(posts), consent=consent)
    if head_id is None and kind != "operator":
        head_id = organization_id
    if head_id is not None:
        rules.require_head(kind=personnel.organization(session, organization_id=head_id).kind)
    standing = select(Candidate).where(
        Candidate.person_id == person_id,
        Candidate.organization_id == organization_id,
        Candidate.head_id == head_id,
        Candidate.ended_on.is_(None),
    )
    # A new line takes the place of one that stands, whatever was answered to it: whoever lists somebody learns nothing of
    # whether they were listed before, and nobody is asked the same twice at once.
    before = list(session.scalars(standing))
    for one in before:
        one.ended_on, one.actor_id = on, actor.id
    employer_id = _employer(posts, organization_id)
    if employer_told_on is not None:
        _require_employer(employer_id)
    row = Candidate(
        id=new_id(),
        person_id=person_id,
        organization_id=organization_id,
        head_id=head_id,
        asked_on=on,
        answer="agreed" if consent else None,
        answered_on=on if consent else None,
        explanation=explanation,
        employer_id=employer_id,
        employer_told_on=employer_told_on,
        actor_id=actor.id,
    )
    record(session, log=log, draft=draft_of(at=at, organization_id=_place(row), person_id=person_id), rows=[row, *before])
    return row.id


def _place(row: Candidate) -> str:
    return row.head_id or row.organization_id


def _employer(posts: list[Post], organization_id: str) -> str | None:
    return next((row.employer_id for row in posts if row.employer_id not in (None, organization_id)), None)


def _require_employer(employer_id: str | None) -> None:
    if employer_id is None:
        raise AssessmentRefusedError(reason="requirement_not_met", basis=(cite("Act 13(3)"),))


def answer_listing(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    candidate_id: str,
    agreed: bool,
    on: date,
) -> str:
    """Record the person's own answer to being listed and return the candidate's id; it may be changed at any time.

    Who declines is on no list, and nothing that anybody else sees changes. Raises UnknownIdError, AlreadyEndedError;
    ValueError for a day before the question.
    """
    begin_act(session)
    row = _standing(session, candidate_id)
    if on < row.asked_on:
        message = f"on: {on} lies before {row.asked_on}, the day of the question"
        raise ValueError(message)
    row.answer, row.answered_on, row.actor_id = ("agreed" if agreed else "declined"), on, actor.id
    record(session, log=log, draft=draft_of(at=at, organization_id=_place(row), person_id=row.person_id), rows=[row])
    return row.id


def strike_candidate(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    candidate_id: str,
    on: date,
) -> str:
    """Take somebody off the list of candidates and return the candidate's id. Raises UnknownIdError, AlreadyEndedError."""
    begin_act(session)
    row = _standing(session, candidate_id)
    row.ended_on, row.actor_id = on, actor.id
    record(session, log=log, draft=draft_of(at=at, organization_id=_place(row), person_id=row.person_id), rows=[row])
    return row.id


def tell_employer(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    candidate_id: str,
    on: date,
) -> str:
    """Record that the dispatching employer was told of the listing and return the candidate's id.

    Raises AssessmentRefusedError (requirement_not_met) where nobody dispatched them, UnknownIdError, AlreadyEndedError.
    """
    begin_act(session)
    row = _standing(session, candidate_id)
    _require_employer(row.employer_id)
    row.employer_told_on, row.actor_id = on, actor.id
    record(session, log=log, draft=draft_of(at=at, organization_id=_place(row), person_id=row.person_id), rows=[row])
    return row.id


def _standing(session: Session, candidate_id: str) -> Candidate:
    row = personnel.require_known(session, Candidate, candidate_id, word="candidate")
    if row.ended_on is not None:
        raise AlreadyEndedError(message=f"candidate {candidate_id!r} was struck off", facts={"candidate": candidate_id})
    return row
