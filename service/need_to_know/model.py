"""Listings: who is in the scope or on the named list for an information, as rows."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.need_to_know.rules import ACTIONS, GROUNDS, HOUSE_NUMBERS, REQUEST_STATES
from service.personnel.model import Changed, Correctable, Fact, Id, Instant, WordList, Words, one_of

_ACTIONS_SQL = ", ".join(repr(action) for action in ACTIONS)


class Listing(Correctable, Base):
    """One line of a scope or list: a person, a unit, or a post; `actions` null for all.

    `requested_by` names the account that asked, `contract_id` and `task` for what, `purpose` why. `until_at` is the instant
    after which a line written by one person in an emergency lets nobody in, whatever else it says; confirmed by two it is null.
    `removed_on` is the day of an end that somebody, or a missed inspection, gave it.
    """

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
        CheckConstraint("num_nonnulls(ground, acting_id) in (0, 2)", name="emergency_whole"),
        CheckConstraint("until_at is null or (ground is not null and person_id is not null)", name="until_at_in_emergency"),
        CheckConstraint(one_of("ground", GROUNDS), name="ground_known"),
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
    removed_on: Mapped[date | None]
    until_at: Mapped[Instant | None]
    contract_id: Mapped[Words | None] = mapped_column(ForeignKey("provision.contracts.id"))
    task: Mapped[Words | None]
    purpose: Mapped[Words | None]
    reference: Mapped[Words | None]
    requested_by: Mapped[Words | None]
    request_id: Mapped[Words | None] = mapped_column(ForeignKey("need_to_know.requests.id"))
    ground: Mapped[Words | None]
    acting_id: Mapped[Words | None] = mapped_column(ForeignKey("need_to_know.acting_managers.id"))


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


class ListingRequest(Changed, Base):
    """What somebody, or a superior of theirs, asked to be listed for; a manager decides. It says nothing of any clearance."""

    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint(one_of("state", REQUEST_STATES), name="state_known"),
        CheckConstraint("(state = 'open') = (decided_on is null)", name="decided_when_not_open"),
        Index("ix_requests_place", "organization_id", "information_id"),
        {"schema": "need_to_know"},
    )

    id: Mapped[Id]
    information_id: Mapped[Words] = mapped_column(ForeignKey("designation.information.id"))
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    actions: Mapped[WordList | None]
    contract_id: Mapped[Words | None] = mapped_column(ForeignKey("provision.contracts.id"))
    task: Mapped[Words | None]
    purpose: Mapped[Words]
    reference: Mapped[Words | None]
    requested_by: Mapped[Words]
    requested_on: Mapped[date]
    state: Mapped[Words]
    decided_on: Mapped[date | None]
    reason: Mapped[Words | None]


class ActingManager(Fact, Base):
    """Who may, in advance named by two, list somebody cleared alone at night or in a disaster."""

    __tablename__ = "acting_managers"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="from_before_until"),
        Index("ix_acting_managers_person", "person_id", "organization_id"),
        {"schema": "need_to_know"},
    )

    id: Mapped[Id]
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]


class Confirmation(Changed, Base):
    """That a line was looked at in a half of a fiscal year and stands."""

    __tablename__ = "confirmations"
    __table_args__ = (
        Index("uq_confirmations_line", "listing_id", "half_on", unique=True),
        {"schema": "need_to_know"},
    )

    id: Mapped[Id]
    listing_id: Mapped[Words] = mapped_column(ForeignKey("need_to_know.listings.id"))
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    half_on: Mapped[date]
    confirmed_on: Mapped[date]
    confirmed_by: Mapped[Words]


class Purpose(Changed, Base):
    """One line of an organization's own table of purposes, in place of a default or beside it."""

    __tablename__ = "purposes"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="from_before_until"),
        Index("uq_purposes_open", "organization_id", "code", unique=True, postgresql_where=text("until_on is null")),
        {"schema": "need_to_know"},
    )

    id: Mapped[Id]
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    code: Mapped[Words]
    name: Mapped[Words]
    name_en: Mapped[Words]
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class HouseNumberRow(Changed, Base):
    """A number that an organization set for its lists, from a day on; before it the default stands."""

    __tablename__ = "numbers"
    __table_args__ = (
        CheckConstraint(one_of("name", tuple(HOUSE_NUMBERS)), name="name_known"),
        CheckConstraint("value >= 1", name="value_some"),
        Index("uq_numbers_day", "organization_id", "name", "from_on", unique=True),
        {"schema": "need_to_know"},
    )

    id: Mapped[Id]
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    name: Mapped[Words]
    value: Mapped[int] = mapped_column(BigInteger)
    from_on: Mapped[date]
