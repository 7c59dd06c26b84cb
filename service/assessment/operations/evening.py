"""What no person does: lines that make every assessment as long as every other, and refused attempts kept out of sight.

An assessment that was refused has fewer steps than one that was carried out. Lines that say nothing make up for it: not
at once, which would tell on the spot how much was lacking, but for all that ended in a month together.
"""

import random
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.assessment import queries, rules
from service.assessment.model import Attempt, Step
from service.assessment.operations.stepping import CLERK, Hand, draft_of
from service.database import Base
from service.ledger import LOG_SUBJECT, Draft, Kind, Log, begin_act, record, record_many
from service.personnel.model import Person, new_id

_DICE = random.SystemRandom()


def even_out(session: Session, *, log: Log, at: datetime, on: date) -> int:
    """Fill up the assessments that ended before last month, and return how many lines were written; running it twice writes none."""
    begin_act(session)
    drafts: list[tuple[Draft, list[Base]]] = []
    for case in queries.uneven(session, on=on):
        lacking = rules.lacking(lines=case.lines)
        first = case.lines + 1
        case.lines += lacking
        for number in range(first, first + lacking):
            blank = Step(id=new_id(), case_id=case.id, number=number, step="blank", reuse=False, **Hand(CLERK).columns())
            rows: list[Base] = [blank, case] if number == first else [blank]
            drafts.append((draft_of(at=at, organization_id=case.head_id, person_id=case.person_id), rows))
    _DICE.shuffle(drafts)
    record_many(session, log=log, drafts=drafts)
    return len(drafts)


def keep_attempt(session: Session, *, log: Log, actor: Actor, at: datetime, person_id: str | None, verb: str, reason: str) -> int:
    """Record that a step was asked for and refused, and return the entry's index; who asked what about whom is sealed."""
    begin_act(session)
    # A key is made for people who are there, not for whatever was typed.
    person_id = person_id if person_id is not None and session.get(Person, person_id) is not None else None
    row = Attempt(id=new_id(), person_id=person_id, verb=verb, reason=reason, actor_id=actor.id, at=at)
    draft = Draft(kind=Kind.ASSESSMENT_STEP, actor=CLERK, at=at, out="refused", object=new_id(), subject=person_id or LOG_SUBJECT)
    return record(session, log=log, draft=draft, rows=[row])
