"""People's duties as rows: trainings given and attended, pledges, reports about people, the site's rules on these; never details."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.personnel.model import Changed, Id, Instant, LatePutRight, Words, one_of
from service.registers.events import CHOSEN, DOUBT, EVENT_CODES, REPORTERS


class Training(Changed, Base):
    """A training that was given (Order 11(1)(ii), Order 16(1)(i)): its name and the number of its papers, never what was taught."""

    __tablename__ = "trainings"
    __table_args__ = (Index("ix_trainings_place", "organization_id", "held_on"), {"schema": "registers"})

    id: Mapped[Id]
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    name: Mapped[Words]
    held_on: Mapped[date]
    reference_number: Mapped[Words | None]


class Attendance(LatePutRight, Base):
    """That somebody attended a training, on the day it was given or later by its papers."""

    __tablename__ = "attendances"
    __table_args__ = (
        Index(
            "uq_attendances_once",
            "training_id",
            "person_id",
            unique=True,
            postgresql_where=text("replaced_at is null and replaces is null"),
        ),
        {"schema": "registers"},
    )

    id: Mapped[Id]
    training_id: Mapped[Words] = mapped_column(ForeignKey("registers.trainings.id"))
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    attended_on: Mapped[date]


class Pledge(LatePutRight, Base):
    """That somebody signed the pledge (誓約書): to keep secrets, and to report what changes in their own circumstances."""

    __tablename__ = "pledges"
    __table_args__ = (Index("ix_pledges_person", "person_id", "organization_id"), {"schema": "registers"})

    id: Mapped[Id]
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"))
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    head_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    pledged_on: Mapped[date]
    document_number: Mapped[Words | None]


class PersonReport(Changed, Base):
    """A report about somebody: what kind of thing, on which day, when and by whom reported, and the number of its paper.

    `head_id` is set for a report of doubt alone: the organ that it was made to (Order 17(v)).
    """

    __tablename__ = "person_reports"
    __table_args__ = (
        CheckConstraint(one_of("code", (*EVENT_CODES, DOUBT)), name="code_known"),
        CheckConstraint(one_of("reported_by", REPORTERS), name="reported_by_known"),
        CheckConstraint(f"(code = '{DOUBT}') = (head_id is not null)", name="doubt_names_its_organ"),
        Index("ix_person_reports_person", "person_id", "organization_id"),
        {"schema": "registers"},
    )

    id: Mapped[Id]
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"))
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    code: Mapped[Words]
    happened_on: Mapped[date]
    reported_on: Mapped[date]
    reported_by: Mapped[Words]
    head_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    reference_number: Mapped[Words | None]


class EventRule(Changed, Base):
    """What an organization chose for a kind of report from a day on, in place of what is shipped."""

    __tablename__ = "event_rules"
    __table_args__ = (
        CheckConstraint(one_of("code", EVENT_CODES), name="code_known"),
        CheckConstraint(one_of("removal", CHOSEN), name="removal_known"),
        Index("ix_event_rules_place", "organization_id", "code"),
        {"schema": "registers"},
    )

    id: Mapped[Id]
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    code: Mapped[Words]
    removal: Mapped[Words]
    from_on: Mapped[date]
    set_at: Mapped[Instant]
