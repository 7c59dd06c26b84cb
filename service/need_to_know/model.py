"""Listings: who is in the scope or on the named list for an information, as rows."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.need_to_know.rules import ACTIONS
from service.personnel.model import Correctable, Fact, Id, WordList, Words

_ACTIONS_SQL = ", ".join(repr(action) for action in ACTIONS)


class Listing(Correctable, Base):
    """One line of a scope or list: a person, a unit, or a post; `actions` null for all."""

    __tablename__ = "listings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "unit_id"],
            ["personnel.units.organization_id", "personnel.units.id"],
        ),
        CheckConstraint("num_nonnulls(person_id, unit_id, post) = 1", name="one_target"),
        CheckConstraint(f"actions <@ array[{_ACTIONS_SQL}]", name="actions_known"),
        CheckConstraint("cardinality(actions) > 0", name="some_action"),
        CheckConstraint("until_on >= from_on", name="from_before_until"),
        Index("ix_listings_place", "information_id", "organization_id"),
        {"schema": "need_to_know"},
    )

    id: Mapped[Id]
    information_id: Mapped[Words] = mapped_column(ForeignKey("designation.information.id"))
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    person_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    unit_id: Mapped[Words | None]
    post: Mapped[Words | None]
    actions: Mapped[WordList | None]
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]


class Exclusion(Fact, Base):
    """Somebody whom no list of an organization reaches, by name, unit or post, until two people end it.

    `under_head_id` limits it to what that head answers for; null for everything.
    """

    __tablename__ = "exclusions"
    __table_args__ = (CheckConstraint("until_on >= from_on", name="from_before_until"), {"schema": "need_to_know"})

    id: Mapped[Id]
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    under_head_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
