"""Holidays, periods of the house, and the dates that the ledger has told of, as rows; no decision rests on them."""

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
