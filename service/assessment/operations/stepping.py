"""What every step has in common: the rows that it makes, and an entry that tells nobody which step it was.

In clear each entry of this room is like every other: the same kind and actor, the head, and a random id that no other
entry has. Who it was about, which step, on which day and by whose hand stands in the sealed facts alone, so that
neither the entries of one person nor those of one outcome can be picked out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from service.actor import Actor
from service.assessment import queries, rules
from service.assessment.model import Case, Step
from service.assessment.rules import AssessmentRefusedError, Standing
from service.database import Base
from service.ledger import DISCLOSED, Draft, Kind, Log, record, row_form, rows_recorded
from service.ledger.acts import PREVIEW
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import require_words
from service.statute.periods import legal_day

CLERK = Actor("assessment", "system")
"""Who acts as far as the clear part of an entry tells; the account is in the step."""


@dataclass(frozen=True, slots=True)
class Hand:
    """By whose hand, on which letter: `officer_id` is who took part, where somebody else writes it down."""

    actor: Actor
    officer_id: str | None = None
    document_number: str | None = None

    def columns(self) -> dict[str, str | None]:
        """Return the columns of a step that say it."""
        return {
            "officer_id": self.officer_id,
            "document_number": self.document_number,
            "actor_id": self.actor.id,
            "second_id": self.actor.second.id if self.actor.second else None,
        }


def draft_of(*, at: datetime, organization_id: str | None, person_id: str) -> Draft:
    """Return the entry of any step: nothing in clear but the head, sealed under the key of the person."""
    return Draft(kind=Kind.ASSESSMENT_STEP, actor=CLERK, at=at, object=new_id(), organization=organization_id, subject=person_id)


def parties(session: Session, *, person_id: str, head_id: str, hand: Hand, at: datetime, on: date) -> None:
    """Refuse somebody who assesses nobody, or not this person, a person who assesses themselves, and a day to come.

    Raises AssessmentRefusedError (requirement_not_met), UnknownIdError, ValueError for a blank number or a day to come.
    """
    if on > legal_day(at):
        # Else one person, telling a result of years ahead, would choose from when its ten years run.
        message = f"on: {on} has not come yet"
        raise ValueError(message)
    personnel.person(session, person_id=person_id)
    kind = personnel.organization(session, organization_id=head_id).kind
    rules.require_head(kind=kind)
    works_there = any(row.organization_id == head_id for row in personnel.posts_of(session, person_id=person_id, at=at))
    rules.require_own_staff(kind=kind, works_there=works_there)
    if hand.officer_id is not None:
        personnel.person(session, person_id=hand.officer_id)
        rules.require_somebody_else(hand.officer_id, person_id=person_id)
    require_words(document_number=hand.document_number)


def found(session: Session, *, person_id: str, head_id: str, hand: Hand, at: datetime, on: date) -> tuple[Case | None, Standing]:
    """Return the assessment that a step belongs to, and how far it has come. Raises as `parties` does."""
    parties(session, person_id=person_id, head_id=head_id, hand=hand, at=at, on=on)
    case = queries.current_case(session, person_id=person_id, head_id=head_id)
    return case, queries.standing_of(session, case)


def opened(*, person_id: str, head_id: str, on: date, doubt: bool = False) -> Case:
    """Return a new assessment."""
    return Case(id=new_id(), person_id=person_id, head_id=head_id, opened_on=on, doubt=doubt, lines=0)


def take(
    session: Session,
    *,
    log: Log,
    at: datetime,
    case: Case,
    hand: Hand,
    step: str,
    on: date,
    beside: Sequence[Base] = (),
    **said: Any,
) -> str:
    """Record a step of an assessment as one entry and return the step's id; `beside` are the rows that it makes elsewhere."""
    case.lines += 1
    row = Step(
        id=new_id(),
        case_id=case.id,
        number=case.lines,
        step=step,
        on=on,
        reuse=said.pop("reuse", False),
        **said,
        **hand.columns(),
    )
    draft = draft_of(at=at, organization_id=case.head_id, person_id=case.person_id)
    record(session, log=log, draft=draft, rows=[case, row, *beside])
    return row.id


def require_case(case: Case | None) -> Case:
    """Return the assessment that a rule has found to be there."""
    assert case is not None
    return case


def require_as_recorded(session: Session, *, log: Log, case: Case) -> None:
    """Refuse to go by steps that are not as their entries tell: a result rests on them (Act 13(1)).

    Raises AssessmentRefusedError: record_mismatch.
    """
    if PREVIEW in session.info:
        return
    rows: list[Base] = [case, *queries.steps_of(session, case_id=case.id)]
    indexes = sorted({row.changed_index for row in rows})  # type: ignore[attr-defined]  # every row of the room has it
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor() as cursor:
        told = list(rows_recorded(log.keyring, cursor.execute(DISCLOSED, {"indexes": indexes}).fetchall()))
    for row in rows:
        form = row_form(row)
        if (form["table"], form["row"]) not in told:
            raise AssessmentRefusedError(reason="record_mismatch", facts={"table": form["table"]})
