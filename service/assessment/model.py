"""Candidates, assessments with their steps, and complaints, as rows: days and numbers of letters, never an answer or a reason."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.assessment.rules import ANSWERS, COMPLAINT_OUTCOMES, OUTCOMES, STEPS
from service.database import Base
from service.personnel.model import Changed, Id, Instant, Words, one_of

SCHEMA = {"schema": "assessment"}


class Candidate(Changed, Base):
    """Somebody asked whether they agree to stand on the list of candidates; on it only with `answer` agreed.

    `explanation` is the version of the document by which it was explained to them; `employer_id` is the dispatching
    employer, who was told on `employer_told_on`; `actor_id` is the account by which the row was last changed.
    """

    __tablename__ = "candidates"
    __table_args__ = (CheckConstraint(one_of("answer", ANSWERS), name="answer_known"), SCHEMA)

    id: Mapped[Id]
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    head_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    asked_on: Mapped[date]
    answer: Mapped[Words | None]
    answered_on: Mapped[date | None]
    explanation: Mapped[Words | None]
    employer_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    employer_told_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    actor_id: Mapped[Words]


class Case(Changed, Base):
    """One assessment of one person by one head; `lines` counts its entries in the log, `closed_on` is when it ended."""

    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_person_head", "person_id", "head_id"), SCHEMA)

    id: Mapped[Id]
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"))
    head_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    opened_on: Mapped[date]
    doubt: Mapped[bool]
    lines: Mapped[int]
    closed_on: Mapped[date | None]


class Step(Changed, Base):
    """One step of an assessment, who took it and on whose letter.

    `actor_id` and `second_id` are accounts, `officer_id` is the person who took part where another wrote it down.
    `result_id` names the result that was reused or made.
    """

    __tablename__ = "steps"
    __table_args__ = (
        CheckConstraint(one_of("step", STEPS), name="step_known"),
        CheckConstraint(one_of("outcome", OUTCOMES), name="outcome_known"),
        SCHEMA,
    )

    id: Mapped[Id]
    case_id: Mapped[Words] = mapped_column(ForeignKey("assessment.cases.id"), index=True)
    number: Mapped[int]
    step: Mapped[Words]
    on: Mapped[date | None]
    outcome: Mapped[Words | None]
    reuse: Mapped[bool]
    agreed: Mapped[bool | None]
    ground: Mapped[Words | None]
    result_id: Mapped[Words | None]
    document_number: Mapped[Words | None]
    officer_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.people.id"))
    actor_id: Mapped[Words]
    second_id: Mapped[Words | None]


class Participant(Changed, Base):
    """Somebody who took part in an assessment that was brought forward from before this record."""

    __tablename__ = "participants"
    __table_args__ = (Index("ix_participants_person_head", "person_id", "head_id"), SCHEMA)

    id: Mapped[Id]
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"))
    head_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    officer_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"))


class Complaint(Changed, Base):
    """A complaint in writing and its answer (Act 14); what either says stays on paper, under its number.

    `outcome` is None until it is answered, and for answers from before outcomes were kept.
    """

    __tablename__ = "complaints"
    __table_args__ = (CheckConstraint(one_of("outcome", COMPLAINT_OUTCOMES), name="outcome_known"), SCHEMA)

    id: Mapped[Id]
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    head_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    made_on: Mapped[date]
    document_number: Mapped[Words | None]
    officer_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.people.id"))
    answered_on: Mapped[date | None]
    answer_number: Mapped[Words | None]
    outcome: Mapped[Words | None]
    actor_id: Mapped[Words]


class Attempt(Changed, Base):
    """A step that was asked for and refused: kept here, so that the log's own note need not say what was tried on whom."""

    __tablename__ = "attempts"
    __table_args__ = (SCHEMA,)

    id: Mapped[Id]
    person_id: Mapped[Words | None]
    verb: Mapped[Words]
    reason: Mapped[Words]
    actor_id: Mapped[Words]
    at: Mapped[Instant]
