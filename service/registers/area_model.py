"""Areas as decisions read them: which there are, what is kept in each, and who is let in, for days."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.personnel.model import Fact, Id, Words, one_of
from service.registers.rules import AREA_FACTS


class AreaFact(Fact, Base):
    """What a line of a register says of an area, in half-open days and under the line's id; the line has the rest.

    An area names the one in which it stands, a storage the document that is kept there, an entry permit whom it lets in.
    """

    __tablename__ = "area_facts"
    __table_args__ = (
        CheckConstraint(one_of("kind", AREA_FACTS), name="kind_known"),
        CheckConstraint("until_on >= from_on", name="from_before_until"),
        CheckConstraint("kind = 'area' or area_id is not null", name="of_an_area"),
        CheckConstraint("(kind = 'storage') = (document_id is not null)", name="storage_of_a_document"),
        CheckConstraint("(kind = 'entry') = (person_id is not null)", name="entry_of_a_person"),
        {"schema": "registers"},
    )

    id: Mapped[Id]
    kind: Mapped[Words]
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    area_id: Mapped[Words | None] = mapped_column(ForeignKey("registers.area_facts.id"), index=True)
    document_id: Mapped[Words | None] = mapped_column(ForeignKey("designation.documents.id"))
    person_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.people.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
