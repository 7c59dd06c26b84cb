"""The lines of every register, as rows of one table; what a kind of line needs is declared in `declared.py`."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.personnel.model import Changed, Id, Words, one_of
from service.registers.approval_model import ApprovalRule, DocumentApproval
from service.registers.area_model import AreaFact
from service.registers.people_model import Attendance, EventRule, PersonReport, Pledge, Training
from service.registers.periods import PERIODS
from service.registers.use_model import ReportedUse

__all__ = [
    "ApprovalRule",
    "AreaFact",
    "Attendance",
    "DocumentApproval",
    "EventRule",
    "Line",
    "PersonReport",
    "Pledge",
    "RegisterPeriod",
    "ReportedUse",
    "Training",
]


class Line(Changed, Base):
    """One line: its place in the series of its register and organization, and what it tells.

    A line is never deleted and its number never used again: it is ended, or struck. `of_id` names the line that it
    belongs to (the area of a storage, the inspection of a finding), `keeper_id` who has charge of an area, `party_id`
    the organization on the other side, `paper` the number of the letter or approval on paper, `details` coded values.
    """

    __tablename__ = "lines"
    __table_args__ = (
        CheckConstraint("serial > 0", name="serial_counts"),
        CheckConstraint("ended_on >= begun_on", name="begun_before_ended"),
        CheckConstraint("due_on >= begun_on", name="begun_before_due"),
        CheckConstraint("witness_id <> person_id", name="another_witness"),
        CheckConstraint("jsonb_typeof(details) = 'object'", name="details_are_named"),
        Index("uq_lines_series", "organization_id", "kind", "serial", unique=True),
        Index(
            "uq_lines_document",
            "organization_id",
            "document_id",
            unique=True,
            postgresql_where=text("kind = 'document' and struck_on is null"),
        ),
        Index(
            "uq_lines_open_loan",
            "organization_id",
            "document_id",
            unique=True,
            postgresql_where=text("kind = 'loan' and ended_on is null and struck_on is null"),
        ),
        Index(
            "uq_lines_gone",
            "organization_id",
            "document_id",
            unique=True,
            postgresql_where=text("kind in ('delivery', 'disposal', 'emergency') and struck_on is null"),
        ),
        {"schema": "registers"},
    )

    id: Mapped[Id]
    kind: Mapped[Words]
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    serial: Mapped[int] = mapped_column(BigInteger)
    document_id: Mapped[Words | None] = mapped_column(ForeignKey("designation.documents.id"), index=True)
    information_id: Mapped[Words | None] = mapped_column(ForeignKey("designation.information.id"), index=True)
    of_id: Mapped[Words | None] = mapped_column(ForeignKey("registers.lines.id"), index=True)
    person_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    witness_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.people.id"))
    keeper_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.people.id"))
    party_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    label: Mapped[Words | None]
    paper: Mapped[Words | None]
    begun_on: Mapped[date]
    due_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    struck_on: Mapped[date | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)


class RegisterPeriod(Changed, Base):
    """A number that an organization set for its registers, from a day on; before it the default stands."""

    __tablename__ = "periods"
    __table_args__ = (
        CheckConstraint(one_of("name", tuple(PERIODS)), name="name_known"),
        Index("uq_periods_day", "organization_id", "name", "from_on", unique=True),
        {"schema": "registers"},
    )

    id: Mapped[Id]
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    name: Mapped[Words]
    value: Mapped[int] = mapped_column(BigInteger)
    from_on: Mapped[date]
