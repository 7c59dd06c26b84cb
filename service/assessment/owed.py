"""What open assessments and unanswered complaints still wait for (Act 12-14): for those alone who deal with them; writes nothing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.model import Case, Complaint, Step
from service.assessment.rules import Done, Standing

Next = Literal["consent", "investigation", "opinion", "decision", "notice"]


@dataclass(frozen=True, slots=True)
class Awaited:
    """An assessment that is not over: what comes next, and the day of the step that it follows."""

    case_id: str
    person_id: str
    head_id: str
    next: Next
    since: date
    running: bool


def next_step(standing: Standing) -> Next | None:
    """Return what an assessment waits for, as its steps stand; None where nothing does.

    A decision, of whatever outcome, also where consent was refused or withdrawn (Act 13(2)), waits for its notice alone.
    """
    if standing.over or not standing.done:
        return None
    if standing.not_carried_out:
        return "notice" if standing.outcome == "not_carried_out" else "decision"
    if standing.has("decided"):
        return "notice"
    if standing.has("opinion", "own"):
        return "decision"
    if standing.has("requested", "reused"):
        return "opinion"
    return "investigation" if standing.has("consented") else "consent"


def awaited(session: Session) -> Iterator[Awaited]:
    """Yield the assessments that are not over, by the order of their ids."""
    rows = session.execute(
        select(Case, Step)
        .join(Step, Step.case_id == Case.id)
        .where(Case.closed_on.is_(None), Step.step != "blank")
        .order_by(Case.id, Step.number)
    )
    cases: dict[str, Case] = {}
    steps: dict[str, list[Step]] = defaultdict(list)
    for case, step in rows:
        cases[case.id] = case
        steps[case.id].append(step)
    for case_id, case in cases.items():
        standing = Standing([Done(row.step, row.on, row.reuse, row.outcome) for row in steps[case_id]], doubt=case.doubt)
        comes = next_step(standing)
        if comes is not None and standing.last_on is not None:
            yield Awaited(case.id, case.person_id, case.head_id, comes, standing.last_on, standing.running)


def unanswered(session: Session, *, person_id: str | None = None) -> Sequence[Complaint]:
    """Return the complaints that no head has answered, the oldest first; of one person alone where one is named."""
    found = select(Complaint).where(Complaint.answered_on.is_(None))
    if person_id is not None:
        found = found.where(Complaint.person_id == person_id)
    return session.scalars(found.order_by(Complaint.made_on, Complaint.id)).all()
