"""Results of assessments, doubt notices and exempt offices, as rows; never a reason."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.clearance.rules import ALL_OUTCOMES, INVESTIGATORS, LAWS, OFFICES
from service.database import Base
from service.personnel.model import Changed, Correctable, Id, Words, one_of


class Result(Correctable, Base):
    """The outcome of one assessment by one head.

    `notified_on` is the day of the notice to the person, null while it is unknown;
    `counted_on` the day from which the years run: that day, or for a reused
    investigation the original one (Act 12(8)), or, while the person's day is unknown, the
    earliest known day (`provisional`). `reuses` is the id of the first result where it is
    recorded here; it has no foreign key because an operator may not have it. `original_on`
    is the original day as the organ told it.
    """

    __tablename__ = "results"
    __table_args__ = (
        CheckConstraint(one_of("law", LAWS), name="law_known"),
        CheckConstraint(one_of("outcome", ALL_OUTCOMES), name="outcome_known"),
        CheckConstraint(one_of("investigated_by", INVESTIGATORS), name="investigated_by_known"),
        CheckConstraint("provisional or notified_on is not null", name="notified_or_provisional"),
        Index("ix_results_person_head", "person_id", "head_id"),
        {"schema": "clearance"},
    )

    id: Mapped[Id]
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"))
    head_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    law: Mapped[Words] = mapped_column(server_default=text("'iesi'"))
    outcome: Mapped[Words]
    investigated_by: Mapped[Words] = mapped_column(server_default=text("'prime_minister'"))
    notified_on: Mapped[date | None]
    counted_on: Mapped[date]
    provisional: Mapped[bool] = mapped_column(server_default=text("false"))
    reuses: Mapped[Words | None]
    original_on: Mapped[date | None]
    document_number: Mapped[Words | None]
    letter_on: Mapped[date | None]
    arrived_on: Mapped[date | None]


class PassedResult(Changed, Base):
    """That an operator passed what it was told to the employer who dispatches the person (Act 13(3)), and never more."""

    __tablename__ = "passed_results"
    __table_args__ = ({"schema": "clearance"},)

    id: Mapped[Id]
    result_id: Mapped[Words] = mapped_column(ForeignKey("clearance.results.id"), index=True)
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    employer_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    passed_on: Mapped[date]
    document_number: Mapped[Words | None]


class DoubtNotice(Correctable, Base):
    """The person was told that a re-assessment on doubt applies (Act 12(1)(iii), (3))."""

    __tablename__ = "doubt_notices"
    __table_args__ = (
        CheckConstraint(one_of("law", LAWS), name="law_known"),
        Index("ix_doubt_notices_person_head", "person_id", "head_id"),
        {"schema": "clearance"},
    )

    id: Mapped[Id]
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"))
    head_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    law: Mapped[Words] = mapped_column(server_default=text("'iesi'"))
    notified_on: Mapped[date]
    document_number: Mapped[Words | None]
    letter_on: Mapped[date | None]
    arrived_on: Mapped[date | None]


class Office(Correctable, Base):
    """An office whose holder needs no assessment (Act 11(1) proviso, Order 18)."""

    __tablename__ = "offices"
    __table_args__ = (
        CheckConstraint(one_of("office", OFFICES), name="office_known"),
        CheckConstraint("until_on >= from_on", name="from_before_until"),
        {"schema": "clearance"},
    )

    id: Mapped[Id]
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    office: Mapped[Words]
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
