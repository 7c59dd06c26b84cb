"""Accounts, what they sign in with, sessions, roles and the site's own rules, as rows.

What an entry must show stands in accounts, grants, rules and the site row. Secrets (a password's hash, a code's seed)
and sessions are no facts of the ledger: they have tables of their own and never go into an entry.
"""

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.identity.roles import PROFILES, ROLES

Id = Annotated[str, mapped_column(Text, primary_key=True)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Words = Annotated[str, mapped_column(Text)]
ChangedIndex = Annotated[int, mapped_column(BigInteger, index=True)]
Seal = Annotated[bytes | None, mapped_column(LargeBinary)]

CREDENTIALS = ("password", "totp", "recovery", "passkey")
FOOTINGS = ("own", "head", "delegation", "standing", "absence", "resolution")


def _one_of(column: str, codes: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(code) for code in codes)})"


class Account(Base):
    """Somebody's way in. Two accounts of one person count as one person everywhere."""

    __tablename__ = "accounts"
    __table_args__ = (
        Index("uq_accounts_name", "sign_in_name", unique=True, postgresql_where=text("ended_at is null")),
        Index("uq_accounts_subject", "issuer", "subject", unique=True, postgresql_where=text("ended_at is null")),
        CheckConstraint("(issuer is null) = (subject is null)", name="subject_with_issuer"),
        {"schema": "identity"},
    )

    id: Mapped[Id]
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    sign_in_name: Mapped[Words]
    issuer: Mapped[Words | None]
    subject: Mapped[Words | None]
    opened_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    changed_index: Mapped[ChangedIndex]
    seal: Mapped[Seal]


class Grant(Base):
    """A role held by a person, or by whoever holds a post, for a reach and for days.

    Empty lists reach all of the organization; otherwise units (with their sub-units), informations or contracts.
    """

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint(_one_of("role", tuple(ROLES)), name="role_known"),
        CheckConstraint(_one_of("footing", FOOTINGS), name="footing_known"),
        CheckConstraint("(person_id is null) <> (post is null)", name="person_or_post"),
        CheckConstraint("until_on >= from_on", name="from_before_until"),
        {"schema": "identity"},
    )

    id: Mapped[Id]
    role: Mapped[Words]
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    person_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    post: Mapped[Words | None]
    units: Mapped[list[str]] = mapped_column(ARRAY(Text))
    informations: Mapped[list[str]] = mapped_column(ARRAY(Text))
    contracts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    footing: Mapped[Words]
    in_name_of: Mapped[Words | None]
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    granted_at: Mapped[Instant]
    granted_by: Mapped[Words | None]
    """The person who proposed it: nobody approves that person's proposals by a role they gave after proposing."""
    ended_at: Mapped[Instant | None]
    changed_index: Mapped[ChangedIndex]
    seal: Mapped[Seal]


class SiteRow(Base):
    """How many people run the site; one row."""

    __tablename__ = "site"
    __table_args__ = (CheckConstraint(_one_of("profile", tuple(PROFILES)), name="profile_known"), {"schema": "identity"})

    id: Mapped[Id]
    profile: Mapped[Words]
    changed_index: Mapped[ChangedIndex]
    seal: Mapped[Seal]


class DecisionRule(Base):
    """A line of the site's own table of decision rules (決裁規程): who may be the second person of an act."""

    __tablename__ = "decision_rules"
    __table_args__ = ({"schema": "identity"},)

    verb: Mapped[Id]
    seconds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    changed_index: Mapped[ChangedIndex]
    seal: Mapped[Seal]


class Enrolment(Base):
    """An account that waits for its holder: a code in two halves, each given out by another person, each shown once."""

    __tablename__ = "enrolments"
    __table_args__ = ({"schema": "identity"},)

    account_id: Mapped[Id] = mapped_column(ForeignKey("identity.accounts.id"))
    first_hash: Mapped[bytes] = mapped_column(LargeBinary)
    first_by: Mapped[Words]
    second_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    second_by: Mapped[Words | None]
    expires_at: Mapped[Instant]
    failures: Mapped[int] = mapped_column(Integer)
    used_at: Mapped[Instant | None]


class Credential(Base):
    """Something an account signs in with, sealed under the key of its holder."""

    __tablename__ = "credentials"
    __table_args__ = (CheckConstraint(_one_of("kind", CREDENTIALS), name="kind_known"), {"schema": "identity"})

    id: Mapped[Id]
    account_id: Mapped[Words] = mapped_column(ForeignKey("identity.accounts.id"), index=True)
    kind: Mapped[Words]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    label: Mapped[Words | None]
    counter: Mapped[int | None] = mapped_column(BigInteger)
    """The last time step or signature count that was accepted; neither is accepted twice."""
    enrolled_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]


class Attempt(Base):
    """Failures in a row under a sign-in name, known or not: both look the same from outside."""

    __tablename__ = "attempts"
    __table_args__ = ({"schema": "identity"},)

    name_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_failed_at: Mapped[Instant] = mapped_column(DateTime(timezone=True), index=True)


class SessionRow(Base):
    """Somebody signed in at a browser: of the id in its cookie only the hash is here."""

    __tablename__ = "sessions"
    __table_args__ = ({"schema": "identity"},)

    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[Words] = mapped_column(ForeignKey("identity.accounts.id"), index=True)
    begun_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    auth_at: Mapped[Instant]
    """When the holder last proved who they are; sensitive acts ask for it anew."""
    methods: Mapped[list[str]] = mapped_column(ARRAY(Text))
    grants_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """What roles were held when the id was given out: when they change, the id does."""
    provider: Mapped[Words | None]
    provider_session: Mapped[Words | None]
    ended_at: Mapped[Instant | None]


class LookCount(Base):
    """How often an account looked at what entries withhold, on a day: there is a budget."""

    __tablename__ = "look_counts"
    __table_args__ = ({"schema": "identity"},)

    account_id: Mapped[Id] = mapped_column(ForeignKey("identity.accounts.id"))
    on: Mapped[date] = mapped_column(Date, primary_key=True)
    looks: Mapped[int] = mapped_column(Integer)


class PendingSignIn(Base):
    """A sign-in under way at a provider, or a passkey's challenge: single use, bound to one browser."""

    __tablename__ = "pending_sign_ins"
    __table_args__ = ({"schema": "identity"},)

    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    content: Mapped[Words]
    begun_at: Mapped[Instant] = mapped_column(DateTime(timezone=True), index=True)


class AnsweredRequest(Base):
    """What a request that came with an idempotency key was answered: ids and indexes alone, for a day."""

    __tablename__ = "answered_requests"
    __table_args__ = ({"schema": "identity"},)

    account_id: Mapped[Id] = mapped_column(ForeignKey("identity.accounts.id"))
    key: Mapped[Id]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    answered_at: Mapped[Instant] = mapped_column(DateTime(timezone=True), index=True)


class Draft(Base):
    """A form that somebody has begun to fill in: its words sealed under their own key, until it is sent or too old."""

    __tablename__ = "drafts"
    __table_args__ = ({"schema": "identity"},)

    account_id: Mapped[Id] = mapped_column(ForeignKey("identity.accounts.id"))
    form: Mapped[Id]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[Instant] = mapped_column(DateTime(timezone=True), index=True)
