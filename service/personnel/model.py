"""Organizations, units, people, posts and aliases, as rows.

Every row that a decision may rest on carries the index of the ledger entry that last
changed it, and is never deleted, only ended. A correctable row that was put right stays
as it was recorded; the row that replaces it names it.
"""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    and_,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from service.database import Base
from service.personnel.rules import ALIAS_TARGETS, IMPORT_STATES, ORGANIZATION_KINDS

Id = Annotated[str, mapped_column(Text, primary_key=True)]
Words = Annotated[str, mapped_column(Text)]
WordList = Annotated[list[str], mapped_column(ARRAY(Text))]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]


def one_of(column: str, codes: tuple[str, ...]) -> str:
    """Return the SQL condition that a column holds one of a closed list of codes."""
    return f"{column} in ({', '.join(repr(code) for code in codes)})"


def new_id() -> str:
    """Return a random id that tells nothing of what it names."""
    return uuid4().hex


class Changed:
    """A row that names the entry that last changed it."""

    changed_index: Mapped[int] = mapped_column(BigInteger, index=True)


class Fact(Changed):
    """A row that decisions rest on. Its seal shows that it is as the service wrote it."""

    seal: Mapped[bytes | None] = mapped_column(LargeBinary)


class PutRight(Changed):
    """A row that may be put right: it counts from `recorded_at` until `replaced_at`.

    A row that replaces none counts from the beginning: what was recorded late was true
    before it was known.
    """

    recorded_at: Mapped[Instant]
    replaced_at: Mapped[Instant | None]

    @classmethod
    def known(cls, at: datetime) -> ColumnElement[bool]:
        """Return the condition that a row counts at an instant."""
        return and_(
            or_(cls.replaced_at.is_(None), cls.replaced_at > at),
            or_(cls.replaces.is_(None), cls.recorded_at <= at),
        )

    @declared_attr
    @classmethod
    def replaces(cls) -> Mapped[str | None]:
        """Name the row that this one puts right; a row is put right once at most."""
        schema = cls.__table_args__[-1]["schema"]  # type: ignore[attr-defined]
        table = f"{schema}.{cls.__tablename__}"  # type: ignore[attr-defined]
        return mapped_column(Text, ForeignKey(f"{table}.id"), unique=True)


class Correctable(PutRight, Fact):
    """A fact that decisions rest on and that may be put right."""


class LateCorrectable(Correctable):
    """A fact of a table that became correctable later: its first rows do not say when they were recorded."""

    recorded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # type: ignore[assignment]  # wider on purpose


class LatePutRight(PutRight):
    """The same of a table on which no decision rests."""

    recorded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # type: ignore[assignment]  # wider on purpose


class Organization(Fact, Base):
    """Somebody that designates, provides, holds or employs."""

    __tablename__ = "organizations"
    __table_args__ = (
        CheckConstraint(one_of("kind", ORGANIZATION_KINDS), name="kind_known"),
        {"schema": "personnel"},
    )

    id: Mapped[Id]
    kind: Mapped[Words]
    name: Mapped[Words]
    name_en: Mapped[Words | None]


class Unit(Fact, Base):
    """A part of an organization; its id is unique within the organization alone."""

    __tablename__ = "units"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "parent_id"],
            ["personnel.units.organization_id", "personnel.units.id"],
        ),
        CheckConstraint("until_on >= from_on", name="from_before_until"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        {"schema": "personnel"},
    )

    organization_id: Mapped[Id] = mapped_column(ForeignKey("personnel.organizations.id"))
    id: Mapped[Id]
    name: Mapped[Words]
    parent_id: Mapped[Words | None]
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]


class Person(Fact, Base):
    """A person; the names stand exactly as entered, only `search_key` is normalised."""

    __tablename__ = "people"
    __table_args__ = (
        Index(
            "ix_people_search_key",
            "search_key",
            postgresql_ops={"search_key": "text_pattern_ops"},
        ),
        Index("ix_people_order", "search_key", "id"),
        {"schema": "personnel"},
    )

    id: Mapped[Id]
    legal_name: Mapped[Words]
    kana: Mapped[Words | None]
    search_key: Mapped[Words]
    birth_on: Mapped[date | None]


class Post(Correctable, Base):
    """Where a person works, and as what.

    A row without unit and post says only that the person works there; any other is a
    post. `title` is the wording of the roster (役職) where it is no post that a scope may
    name; `employment` is the roster's own word (雇用区分). `employer_id` names the
    dispatching employer of somebody who is employed elsewhere.
    """

    __tablename__ = "posts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "unit_id"],
            ["personnel.units.organization_id", "personnel.units.id"],
        ),
        CheckConstraint("until_on >= from_on", name="from_before_until"),
        Index("ix_posts_unit", "organization_id", "unit_id"),
        {"schema": "personnel"},
    )

    id: Mapped[Id]
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    unit_id: Mapped[Words | None]
    post: Mapped[Words | None]
    title: Mapped[Words | None]
    employment: Mapped[Words | None]
    employer_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]


class Alias(Fact, Base):
    """A caller's own word for somebody or something, `namespace:value`.

    `target_id` has no foreign key: what it names may live in a room above this one.
    """

    __tablename__ = "aliases"
    __table_args__ = (
        CheckConstraint(one_of("target_kind", ALIAS_TARGETS), name="target_kind_known"),
        CheckConstraint("until_on >= from_on", name="from_before_until"),
        Index(
            "uq_aliases_open",
            "namespace",
            "value",
            unique=True,
            postgresql_where=text("until_on is null"),
        ),
        Index("ix_aliases_target", "target_kind", "target_id"),
        Index("ix_aliases_value", "value", postgresql_ops={"value": "text_pattern_ops"}),
        {"schema": "personnel"},
    )

    id: Mapped[Id]
    namespace: Mapped[Words]
    value: Mapped[Words]
    target_kind: Mapped[Words]
    target_id: Mapped[Words]
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]


class ColumnMapping(Changed, Base):
    """How the columns of a roster with these headers are to be read; not a fact of law."""

    __tablename__ = "column_mappings"
    __table_args__ = ({"schema": "personnel"},)

    id: Mapped[Id]
    headers: Mapped[WordList]
    mapping: Mapped[dict[str, Any]] = mapped_column(JSONB)
    remembered_at: Mapped[Instant]


class RosterImport(Changed, Base):
    """One import of a roster file, so that an interrupted one is found again."""

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint(one_of("state", IMPORT_STATES), name="state_known"),
        Index("ix_imports_file_digest", "file_digest"),
        {"schema": "personnel"},
    )

    id: Mapped[Id]
    file_digest: Mapped[Words]
    file_name: Mapped[Words | None]
    state: Mapped[Words]
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    rows_done: Mapped[int] = mapped_column(BigInteger)
    begun_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
