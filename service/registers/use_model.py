"""Uses that applications reported, as rows: codes, numbers, instants and ids, and never a word of anybody's own."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.personnel.model import Changed, Id, Instant, Words, one_of
from service.registers.reported import MEDIA, REPORTED, STANDINGS


class ReportedUse(Changed, Base):
    """One use: what was done, when, on which decision, by whom with what; `digest` is that of what was reported under `use_id`.

    `permit_index` and `permit_check` are as the application named them, whatever lies there. `application_id` has no
    foreign key: applications live in a room above this one. `line_id` is the line of the handling register that it made.
    """

    __tablename__ = "uses"
    __table_args__ = (
        CheckConstraint(one_of("use", REPORTED), name="use_known"),
        CheckConstraint(one_of("standing", STANDINGS), name="standing_known"),
        CheckConstraint(one_of("medium", MEDIA), name="medium_known"),
        CheckConstraint("copies > 0", name="copies_counted"),
        Index("uq_uses_name", "application_id", "use_id", unique=True),
        Index("ix_uses_permit", "permit_index", "permit_check"),
        Index("ix_uses_place", "organization_id", "used_at"),
        {"schema": "registers"},
    )

    id: Mapped[Id]
    application_id: Mapped[Words]
    use_id: Mapped[Words]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    use: Mapped[Words]
    used_at: Mapped[Instant]
    told_at: Mapped[Instant]
    late: Mapped[bool]
    standing: Mapped[Words]
    permit_index: Mapped[int | None] = mapped_column(BigInteger)
    permit_check: Mapped[int | None] = mapped_column(Integer)
    organization_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    person_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.people.id"), index=True)
    document_id: Mapped[Words | None] = mapped_column(ForeignKey("designation.documents.id"), index=True)
    information_id: Mapped[Words | None] = mapped_column(ForeignKey("designation.information.id"), index=True)
    area_id: Mapped[Words | None] = mapped_column(ForeignKey("registers.lines.id"), index=True)
    line_id: Mapped[Words | None] = mapped_column(ForeignKey("registers.lines.id"))
    copies: Mapped[int | None] = mapped_column(Integer)
    medium: Mapped[Words | None]
