"""Proposals and what was said about them, as rows."""

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base

STATES = ("open", "sent_back", "withdrawn", "rejected", "approved")

Id = Annotated[str, mapped_column(Text, primary_key=True)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Words = Annotated[str, mapped_column(Text)]
Name = Annotated[str, mapped_column(Text, info={"beside": True})]
"""What somebody is called, beside their id: for readers of the table alone."""
WordList = Annotated[list[str], mapped_column(ARRAY(Text))]


class Proposal(Base):
    """One or many acts that somebody asks a second person to approve; they happen all or not at all."""

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint(f"state in ({', '.join(repr(state) for state in STATES)})", name="state_known"),
        {"schema": "proposals"},
    )

    id: Mapped[Id]
    acts: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Each `{"verb": ..., "words": {...}}`, the words as they were typed."""
    foreseen: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """What would happen, as it was shown last: the entries to come, and each row before and after."""
    organization_id: Mapped[Words | None]
    """The organization in whose name it is proposed: the reach of the proposer's role."""
    people: Mapped[WordList]
    """Whom the acts concern: none of them approves it."""
    proposed_by: Mapped[Words]
    proposed_person: Mapped[Words]
    proposed_name: Mapped[Name]
    proposed_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    state: Mapped[Words]
    decided_by: Mapped[Words | None]
    decided_name: Mapped[Name | None]
    decided_at: Mapped[Instant | None]
    footing: Mapped[Words | None]
    in_name_of: Mapped[Words | None]
    view_later: Mapped[bool]
    """Approved in somebody's absence (代決): they have yet to view it (後閲)."""
    first_index: Mapped[int | None] = mapped_column(BigInteger)
    changed_index: Mapped[int] = mapped_column(BigInteger, index=True)


class Remark(Base):
    """A line of a proposal's thread."""

    __tablename__ = "remarks"
    __table_args__ = ({"schema": "proposals"},)

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposals.proposals.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    step: Mapped[Words]
    by: Mapped[Words]
    name: Mapped[Name]
    at: Mapped[Instant]
    words: Mapped[Words]
    changed_index: Mapped[int] = mapped_column(BigInteger, index=True)
