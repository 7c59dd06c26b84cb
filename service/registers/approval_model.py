"""Approvals of documents as rows: what may be done with a document, by whom and until when, and whether a site keeps them here."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.personnel.model import Fact, Id, Instant, WordList, Words
from service.registers.rules import APPROVABLE

_ACTIONS_SQL = ", ".join(repr(action) for action in APPROVABLE)


class ApprovalRule(Fact, Base):
    """Whether an organization keeps approvals of documents here, from a day on; before its first line it does not."""

    __tablename__ = "approval_rules"
    __table_args__ = (Index("ix_approval_rules_place", "organization_id", "from_on"), {"schema": "registers"})

    id: Mapped[Id]
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    kept: Mapped[bool]
    from_on: Mapped[date]
    set_at: Mapped[Instant]


class DocumentApproval(Fact, Base):
    """That something may be done with a document, by one person or (null) by whoever is listed, within days.

    `approved_by` names the account of who approved it, `party_id` and `destination` to whom and where it goes, `copies` how many may
    be made, `paper` the number of the approval on paper.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint(f"actions <@ array[{_ACTIONS_SQL}]", name="actions_known"),
        CheckConstraint("cardinality(actions) > 0", name="some_action"),
        CheckConstraint("until_on >= from_on", name="from_before_until"),
        CheckConstraint("copies is null or (copies > 0 and 'make' = any(actions))", name="copies_made"),
        {"schema": "registers"},
    )

    id: Mapped[Id]
    document_id: Mapped[Words] = mapped_column(ForeignKey("designation.documents.id"), index=True)
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"), index=True)
    actions: Mapped[WordList]
    person_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    copies: Mapped[int | None] = mapped_column(Integer)
    party_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    destination: Mapped[Words | None]
    paper: Mapped[Words | None]
    approved_by: Mapped[Words]
