"""Applications that may ask, their keys, of which only the hash is kept, and the proofs that were seen."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.identity.account_model import (
    Account,
    Attempt,
    Credential,
    DecisionRule,
    Enrolment,
    Grant,
    LookCount,
    PendingSignIn,
    SessionRow,
    SiteRow,
)
from service.identity.verifications import VerificationRow

__all__ = [
    "Account",
    "ApiKey",
    "Application",
    "Attempt",
    "Credential",
    "DecisionRule",
    "Enrolment",
    "Grant",
    "LookCount",
    "PendingSignIn",
    "SessionRow",
    "SiteRow",
    "VerificationRow",
]


class Application(Base):
    """A program that asks before it opens a document or a door. `trial` answers with full reasons: demo worlds only.

    It comes with a key of its own, with tokens of `issuer` made for `client_id`, or with either. It may ask for
    `organization_id`, which is meant where it names none, and for `organizations`; with neither, for any.
    """

    __tablename__ = "applications"
    __table_args__ = (
        CheckConstraint("(issuer is null) = (client_id is null)", name="client"),
        CheckConstraint("batch_limit > 0 and hold_seconds >= 0", name="limits"),
        Index("ix_applications_client", "issuer", "client_id", unique=True, postgresql_where=text("ended_at is null")),
        {"schema": "identity"},
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    organization_id: Mapped[str | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    namespaces: Mapped[list[str]] = mapped_column(ARRAY(Text))
    resource_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    trial: Mapped[bool] = mapped_column(Boolean)
    issuer: Mapped[str | None] = mapped_column(Text)
    client_id: Mapped[str | None] = mapped_column(Text)
    organizations: Mapped[list[str]] = mapped_column(ARRAY(Text))
    may_search: Mapped[bool] = mapped_column(Boolean)
    may_read_ledger: Mapped[bool | None] = mapped_column(Boolean)
    batch_limit: Mapped[int] = mapped_column(Integer)
    hold_seconds: Mapped[int] = mapped_column(Integer)
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    changed_index: Mapped[int] = mapped_column(BigInteger, index=True)
    seal: Mapped[bytes | None] = mapped_column(LargeBinary)


class ApiKey(Base):
    """A key of an application: the SHA-256 of what the application holds."""

    __tablename__ = "api_keys"
    __table_args__ = ({"schema": "identity"},)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("identity.applications.id"))
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    changed_index: Mapped[int] = mapped_column(BigInteger, index=True)
    seal: Mapped[bytes | None] = mapped_column(LargeBinary)


class DpopReplay(Base):
    """A proof that was seen. Unlogged: `replays` says what that means after a crash."""

    __tablename__ = "dpop_replays"
    __table_args__ = ({"schema": "identity", "prefixes": ["UNLOGGED"]},)

    proof: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    jkt: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
