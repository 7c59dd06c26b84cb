"""Filters that somebody keeps under a name of their own; and what verifications found, as long as somebody asks for the last one.

Neither is a fact of the ledger: nothing rests on them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import BigInteger, DateTime, ForeignKey, Text, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.database import Base

MOST, LONGEST_NAME = 50, 100


class SavedQuery(Base):
    """A filter of the ledger under a name, of one account and shown to that alone."""

    __tablename__ = "saved_queries"
    __table_args__ = ({"schema": "identity"},)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[str] = mapped_column(Text, ForeignKey("identity.accounts.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    words: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class VerificationRow(Base):
    """What a verification from a page found: how far it came, how many entries were intact, and how many things were wrong."""

    __tablename__ = "verifications"
    __table_args__ = ({"schema": "identity"},)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[str] = mapped_column(Text, ForeignKey("identity.accounts.id"))
    verified_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    covered: Mapped[int] = mapped_column(BigInteger)
    findings: Mapped[int] = mapped_column(BigInteger)
    whole: Mapped[bool]
    """Whether decisions, disclosures and tables were checked too, and not only the chain."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved filter: its id, its name, and its words."""

    id: str
    name: str
    words: Mapping[str, str]


def saved_of(session: Session, *, account_id: str) -> Sequence[Saved]:
    """Return the filters that an account keeps, by name; nobody else's."""
    kept = select(SavedQuery).where(SavedQuery.account_id == account_id, SavedQuery.ended_at.is_(None))
    rows = session.scalars(kept.order_by(SavedQuery.name, SavedQuery.id).limit(MOST))
    return [Saved(row.id, row.name, {name: str(value) for name, value in row.words.items()}) for row in rows]


def save_query(session: Session, *, account_id: str, name: str, words: Mapping[str, str], at: datetime) -> str | None:
    """Keep a filter under a name, in place of the one that had it; return its id, None where an account keeps `MOST`."""
    kept = saved_of(session, account_id=account_id)
    for one in kept:
        if one.name == name:
            end_query(session, account_id=account_id, query_id=one.id, at=at)
    if len([one for one in kept if one.name != name]) >= MOST:
        return None
    row = SavedQuery(id=uuid4().hex, account_id=account_id, name=name, words=dict(words), saved_at=at, ended_at=None)
    session.add(row)
    session.flush()
    return row.id


def end_query(session: Session, *, account_id: str, query_id: str, at: datetime) -> bool:
    """End a filter of an account's own; say whether there was one."""
    row = session.get(SavedQuery, query_id)
    if row is None or row.account_id != account_id or row.ended_at is not None:
        return False
    row.ended_at = at
    session.flush()
    return True
