"""What verifications from a page found, as long as somebody asks for the last one; no fact of the ledger, and nothing rests on it."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base


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
