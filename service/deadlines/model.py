"""Holidays, periods of the house, the dates that the ledger has told of, and who was told by mail; no decision rests on them."""

from datetime import date

from sqlalchemy import Boolean, CheckConstraint, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.deadlines.rules import PERIODS
from service.personnel.model import Changed, Id, Instant, Words, one_of


class HolidayRow(Changed, Base):
    """A public holiday as it was imported; one that was struck stays, so that no later import brings it back."""

    __tablename__ = "holidays"
    __table_args__ = ({"schema": "deadlines"},)

    on: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[Words]
    source: Mapped[Words]
    struck: Mapped[bool] = mapped_column(Boolean)


class PeriodRow(Changed, Base):
    """A period of the house from a day on; the line recorded last counts for its day."""

    __tablename__ = "periods"
    __table_args__ = (
        CheckConstraint(one_of("name", tuple(PERIODS)), name="name_known"),
        Index("ix_periods_name", "name", "from_on"),
        {"schema": "deadlines"},
    )

    id: Mapped[Id]
    name: Mapped[Words]
    value: Mapped[int] = mapped_column(Integer)
    from_on: Mapped[date]


class ToldRow(Changed, Base):
    """A date that became due or passed, told once. Its id is the key of the date; ids have no foreign keys here."""

    __tablename__ = "told"
    __table_args__ = ({"schema": "deadlines"},)

    id: Mapped[Id]
    sort: Mapped[Words]
    on: Mapped[date]
    person_id: Mapped[Words | None]
    information_id: Mapped[Words | None]
    contract_id: Mapped[Words | None]
    told_at: Mapped[Instant]


class SeenRow(Base):
    """Up to which instant somebody has looked through their notices. Theirs alone, and no fact of the ledger."""

    __tablename__ = "seen"
    __table_args__ = ({"schema": "deadlines"},)

    person_id: Mapped[Id]
    seen_at: Mapped[Instant]


class MailWishRow(Base):
    """Where and in which language somebody wishes to be told by mail that something waits; ended, not deleted."""

    __tablename__ = "mail_wishes"
    __table_args__ = (CheckConstraint(one_of("language", ("ja", "en", "both")), name="language_known"), {"schema": "deadlines"})

    person_id: Mapped[Id]
    address: Mapped[Words | None]
    language: Mapped[Words]
    wished_at: Mapped[Instant]


class MailedRow(Base):
    """That somebody was written to on a day: the key keeps it to one mail a day, however many processes there are."""

    __tablename__ = "mailed"
    __table_args__ = ({"schema": "deadlines"},)

    person_id: Mapped[Id]
    on: Mapped[date] = mapped_column(primary_key=True)
    taken_at: Mapped[Instant]
    sent_at: Mapped[Instant | None]
