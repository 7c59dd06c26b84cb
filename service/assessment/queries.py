"""Questions about candidates, assessments and complaints; nothing here writes.

Who may see what is answered by `state_of`: the person and those who assess see the steps; everybody else one sentence
only, whether the person may be chosen, the same for refused, withdrawn, negative, under way and never listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.assessment.model import Candidate, Case, Complaint, Participant, Step
from service.assessment.rules import Assessed, Done, Standing, even_from
from service.clearance.model import Result
from service.clearance.queries import clearance_in_force, known_on, results_of

Viewer = Literal["person", "officer", "outside"]


def current_case(session: Session, *, person_id: str, head_id: str) -> Case | None:
    """Return the assessment that is open, or else the newest, of a person by a head; None where there never was one."""
    found = select(Case).where(Case.person_id == person_id, Case.head_id == head_id)
    return session.scalars(
        found.order_by(Case.closed_on.desc().nulls_first(), Case.opened_on.desc(), Case.changed_index.desc()).limit(1)
    ).first()


def steps_of(session: Session, *, case_id: str) -> Sequence[Step]:
    """Return the steps of an assessment in their order, without the lines that only fill it up."""
    return session.scalars(select(Step).where(Step.case_id == case_id, Step.step != "blank").order_by(Step.number)).all()


def standing_of(session: Session, case: Case | None) -> Standing:
    """Return how far an assessment has come, as the rules judge it."""
    if case is None:
        return Standing()
    done = [Done(row.step, row.on, row.reuse, row.outcome) for row in steps_of(session, case_id=case.id)]
    return Standing(done, doubt=case.doubt)


def candidates(session: Session, *, organization_id: str | None = None, head_id: str | None = None) -> Sequence[Candidate]:
    """Return who stands on the list of candidates: whoever agreed. Who was asked and has not agreed is nowhere."""
    found = select(Candidate).where(Candidate.answer == "agreed", Candidate.ended_on.is_(None))
    if organization_id is not None:
        found = found.where(Candidate.organization_id == organization_id)
    if head_id is not None:
        found = found.where(Candidate.head_id == head_id)
    return session.scalars(found.order_by(Candidate.answered_on, Candidate.id)).all()


def asked_of(session: Session, *, person_id: str) -> Sequence[Candidate]:
    """Return what a person was asked and may still answer, for that person alone."""
    found = select(Candidate).where(Candidate.person_id == person_id, Candidate.ended_on.is_(None))
    return session.scalars(found.order_by(Candidate.asked_on, Candidate.id)).all()


def took_part(session: Session, *, person_id: str, head_id: str) -> frozenset[str]:
    """Return who took part in a head's assessments of a person: people and accounts, but not the person's own answers."""
    steps = session.scalars(select(Step).join(Case, Case.id == Step.case_id).where(Case.person_id == person_id, Case.head_id == head_id))
    own = {"consented", "refused", "inquiries", "waived", "withdrawn", "blank"}
    found = {
        name
        for row in steps
        for name in (row.officer_id, None if row.step in own else row.actor_id, row.second_id)
        if name is not None and name != person_id
    }
    before = select(Participant.officer_id).where(Participant.person_id == person_id, Participant.head_id == head_id)
    return frozenset(found | set(session.scalars(before)))


def complaints_of(session: Session, *, person_id: str, head_id: str | None = None) -> Sequence[Complaint]:
    """Return a person's complaints, the oldest first: for the person and the complaint officer."""
    found = select(Complaint).where(Complaint.person_id == person_id)
    if head_id is not None:
        found = found.where(Complaint.head_id == head_id)
    return session.scalars(found.order_by(Complaint.made_on, Complaint.id)).all()


def open_complaints(session: Session, *, head_id: str) -> Sequence[Complaint]:
    """Return the complaints that a head has not answered, the oldest first."""
    found = select(Complaint).where(Complaint.head_id == head_id, Complaint.answered_on.is_(None))
    return session.scalars(found.order_by(Complaint.made_on, Complaint.id)).all()


def assessed_before(session: Session, *, person_id: str, head_id: str, at: datetime) -> bool:
    """Say whether a head assessed a person, or began to."""
    cases = select(func.count()).select_from(Case).where(Case.person_id == person_id, Case.head_id == head_id)
    return bool(session.execute(cases).scalar_one()) or bool(results_of(session, person_id=person_id, head_id=head_id, at=at))


def newest_outcomes(session: Session, *, person_id: str, head_id: str, on: date, at: datetime) -> frozenset[str]:
    """Return the outcomes of the newest assessments that a head carried out by a day, of each Act the newest.

    Act 12(1)(iii) speaks of either: who was found unfit under one may still stand on the other.
    """
    results = results_of(session, person_id=person_id, head_id=head_id, at=at)
    carried_out = [row for row in results if row.outcome in {"positive", "negative"} and known_on(row) <= on]
    last = {law: max(known_on(row) for row in carried_out if row.law == law) for law in {row.law for row in carried_out}}
    return frozenset(row.outcome for row in carried_out if known_on(row) == last[row.law])


def assessed(row: Result) -> Assessed:
    """Return a result as the rules on reuse look at it."""
    return Assessed(
        id=row.id,
        head_id=row.head_id,
        law=row.law,
        outcome=row.outcome,
        investigated_by=row.investigated_by,
        reused=row.reuses is not None or row.original_on is not None,
        notified_on=known_on(row),
        counted_on=row.counted_on,
    )


def uneven(session: Session, *, on: date) -> Sequence[Case]:
    """Return the assessments that ended, are to be filled up by a day, and still lack lines."""
    found = select(Case).where(Case.closed_on.is_not(None), Case.closed_on < on).order_by(Case.id)
    return [case for case in session.scalars(found) if case.closed_on is not None and even_from(case.closed_on) <= on]


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody may know of an assessment: `clear` is all that is told outside the circle.

    `steps` (name, day), `outcome`, `doubt` and `complaints` (days made and answered) are for the person and the officers.
    """

    clear: bool
    steps: tuple[tuple[str, date | None], ...] = ()
    outcome: str | None = None
    doubt: bool = False
    complaints: tuple[tuple[date, date | None], ...] = ()


def state_of(session: Session, *, person_id: str, head_id: str, viewer: Viewer, on: date, at: datetime) -> Seen:
    """Return what a viewer may know of a person and a head on a day.

    Outside the circle, only whether the person may be chosen (Act 11): who refused, withdrew, was found unfit, is being
    assessed or was never listed cannot be told apart. Person and officers see the steps; the outcome, once it was told.
    """
    clear = clearance_in_force(session, person_id=person_id, head_id=head_id, on=on, at=at)
    if viewer == "outside":
        return Seen(clear)
    case = current_case(session, person_id=person_id, head_id=head_id)
    standing = standing_of(session, case)
    shown = [one for one in standing.done if viewer == "officer" or one.step != "decided" or standing.over]
    return Seen(
        clear,
        steps=tuple((one.step, one.on) for one in shown),
        outcome=standing.outcome if viewer == "officer" or standing.over else None,
        doubt=standing.doubt,
        complaints=tuple((row.made_on, row.answered_on) for row in complaints_of(session, person_id=person_id, head_id=head_id)),
    )


def heads_of(session: Session, *, person_id: str) -> frozenset[str]:
    """Return the heads that have to do with a person: for whom they were listed, or who assessed them."""
    listed = session.scalars(select(Candidate.head_id).where(Candidate.person_id == person_id, Candidate.answer == "agreed"))
    cases = session.scalars(select(Case.head_id).where(Case.person_id == person_id))
    return frozenset(head for head in (*listed, *cases) if head is not None)
