"""What waits for somebody's own answer or act, and what they may take back or complain of: computed from their own record.

Agreeing and declining are always two answers to one question, so that whoever shows it can give both the same room (Act 12(3)).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from service.assessment import queries as assessments
from service.assessment.model import Candidate
from service.assessment.rules import Standing
from service.clearance.queries import results_of
from service.database import read
from service.identity.desk import Seated
from service.need_to_know.queries import listings_naming
from service.personnel.queries import posts_of
from service.registers.duties.queries import duties_of
from service.statute.periods import legal_day

Ask = Literal["listing", "consent", "inquiries", "pledge", "pledge_on_paper", "training"]
Right = Literal["withdraw", "withdraw_listing", "agree_listing", "complain", "waive"]
AHEAD = timedelta(days=30)
"""How long before its day a training is told of."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer: the act that does it, with its words."""

    code: str
    verb: str
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for somebody: since when or by when, of whom it comes, and the ways to answer it (none: on paper)."""

    ask: Ask | Right
    organization_id: str
    on: date | None = None
    answers: tuple[Answer, ...] = ()


def own_tasks(seated: Seated) -> list[Task]:
    """Return what waits for somebody's own answer, what was asked of them first."""
    with read(seated.desk.engine) as session:
        found = [_listing(row, "listing") for row in _asked(session, seated) if row.answer is None]
        if seated.desk.log.seat == "organ":
            for head, standing in _standings(session, seated):
                found += _of_assessment(seated, head, standing)
        return [*found, *_duties(session, seated)]


def own_rights(seated: Seated) -> list[Task]:
    """Return what somebody may do for themselves at any time: change an answer, take a consent back, complain."""
    with read(seated.desk.engine) as session:
        found = [
            _listing(row, "withdraw_listing" if row.answer == "agreed" else "agree_listing")
            for row in _asked(session, seated)
            if row.answer is not None
        ]
        if seated.desk.log.seat == "organ":
            for head, standing in _standings(session, seated):
                words = _words(seated, head)
                if standing.consent(reuse=True) and not standing.over:
                    found.append(Task("withdraw", head, standing.last_on, (Answer("withdraw", "record_withdrawal", words),)))
                if standing.done and not standing.over and not standing.has("waived"):
                    found.append(Task("waive", head, None, (Answer("waive", "waive_reasons", words),)))
            found += [_complaint(seated, head) for head in _assessed_by(session, seated)]
        return found


def _complaint(seated: Seated, head: str) -> Task:
    return Task("complain", head, None, (Answer("complain", "complain", _words(seated, head)),))


def _assessed_by(session: Session, seated: Seated) -> list[str]:
    """Return the heads that assessed somebody or began to: to each they may complain (Act 14(1))."""
    person = seated.member.person_id
    heads = assessments.heads_of(session, person_id=person) | {row.head_id for row in results_of(session, person_id=person, at=seated.at)}
    return [one for one in sorted(heads) if assessments.assessed_before(session, person_id=person, head_id=one, at=seated.at)]


def _asked(session: Session, seated: Seated) -> list[Candidate]:
    return list(assessments.asked_of(session, person_id=seated.member.person_id))


def _listing(row: Candidate, ask: Ask | Right) -> Task:
    """Return the question of a listing with both answers, or the one that is not given yet."""
    both = tuple(Answer(code, "answer_listing", {"candidate_id": row.id, "agreed": said}) for code, said in _YES_AND_NO)
    kept = {"listing": both, "withdraw_listing": both[1:], "agree_listing": both[:1]}[ask]
    return Task(ask, row.head_id or row.organization_id, row.asked_on if row.answer is None else row.answered_on, kept)


_YES_AND_NO = (("agree", "true"), ("decline", "false"))


def _standings(session: Session, seated: Seated) -> list[tuple[str, Standing]]:
    person = seated.member.person_id
    found = []
    for head in sorted(assessments.heads_of(session, person_id=person)):
        standing = assessments.standing_of(session, assessments.current_case(session, person_id=person, head_id=head))
        if standing.done:
            found.append((head, standing))
    return found


def _words(seated: Seated, head: str) -> dict[str, str]:
    return {"person_id": seated.member.person_id, "head_id": head}


def _of_assessment(seated: Seated, head: str, standing: Standing) -> list[Task]:
    """Return what an assessment asks of the person now: consent, the separate answer to inquiries, the pledge (Act 12(3), 12(6))."""
    words = _words(seated, head)
    found = []
    if standing.running and standing.has("notified") and not standing.has("consented", "refused"):
        both = (Answer("consent", "record_consent", words), Answer("refuse", "record_refusal", words))
        found.append(Task("consent", head, standing.last_on, both))
    if standing.running and standing.consent(reuse=False) and not standing.has("inquiries", "decided"):
        answers = tuple(Answer(code, "answer_inquiries", words | {"agreed": said}) for code, said in _YES_AND_NO)
        found.append(Task("inquiries", head, standing.last_on, answers))
    if standing.over and standing.outcome == "positive" and not standing.has("pledged"):
        found.append(Task("pledge", head, standing.last_on, (Answer("pledge", "sign_pledge", words),)))
    return found


def _duties(session: Session, seated: Seated) -> list[Task]:
    """Return the trainings and, at an operator, the pledges that are due where somebody stands by name on a list."""
    person, today = seated.member.person_id, legal_day(seated.at)
    listed = [row for row in listings_naming(session, person_id=person, at=seated.at) if (row.until_on is None or row.until_on > today)]
    found = []
    for organization in sorted({row.organization_id for row in listed} & _places(session, seated)):
        one = duties_of(session, person_id=person, organization_id=organization)
        if one.train_by is None or one.train_by <= today + AHEAD:
            found.append(Task("training", organization, one.train_by))
        if seated.desk.log.seat == "operator" and not one.pledged:
            found.append(Task("pledge_on_paper", organization))
    return found


def _places(session: Session, seated: Seated) -> set[str]:
    return {row.organization_id for row in posts_of(session, person_id=seated.member.person_id, at=seated.at)}
