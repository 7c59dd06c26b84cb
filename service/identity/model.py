"""Applications that may ask, and their keys, of which only the hash is kept."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, ForeignKey, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base


class Application(Base):
    """A program that asks before it opens a document or a door. `trial` answers with full reasons: demo worlds only."""

    __tablename__ = "applications"
    __table_args__ = ({"schema": "identity"},)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    organization_id: Mapped[str | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    namespaces: Mapped[list[str]] = mapped_column(ARRAY(Text))
    resource_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    trial: Mapped[bool] = mapped_column(Boolean)
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
