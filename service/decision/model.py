"""The text of every policy set that was ever in force."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base


class PolicySetRow(Base):
    """A policy set by its digest. The newest change is the set in force; a text is kept forever."""

    __tablename__ = "policy_sets"
    __table_args__ = ({"schema": "decision"},)

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    activated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_index: Mapped[int] = mapped_column(BigInteger, index=True)
    seal: Mapped[bytes | None] = mapped_column(LargeBinary)
