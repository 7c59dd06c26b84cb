"""Information, its designations, and the documents that carry it, as rows."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.designation.rules import DOCUMENT_KINDS, EXTENSION_EXCEPTIONS, INFORMATION_CLASSES, MARKINGS
from service.personnel.model import Correctable, Fact, Id, LateCorrectable, WordList, Words, one_of


class Information(Fact, Base):
    """What is designated: a subject matter, named by a title that reveals nothing of it."""

    __tablename__ = "information"
    __table_args__ = ({"schema": "designation"},)

    id: Mapped[Id]
    title: Mapped[Words | None]
    number: Mapped[Words | None]


class Designation(Correctable, Base):
    """The legal act that made the information important, with its first validity.

    At an operator the last columns say from which notice it was recorded. `released_to`
    is the originator's condition (empty: nobody; null: no condition).
    """

    __tablename__ = "designations"
    __table_args__ = (
        CheckConstraint(one_of("class", INFORMATION_CLASSES), name="class_known"),
        CheckConstraint(one_of("marking", MARKINGS), name="marking_known"),
        CheckConstraint("until_on >= designated_on", name="from_before_until"),
        {"schema": "designation"},
    )

    id: Mapped[Id]
    information_id: Mapped[Words] = mapped_column(ForeignKey("designation.information.id"), index=True)
    organ_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"), index=True)
    class_: Mapped[Words | None] = mapped_column("class")
    designated_on: Mapped[date]
    until_on: Mapped[date]
    lifted_on: Mapped[date | None]
    originator_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    released_to: Mapped[WordList | None]
    marking: Mapped[Words | None]
    outline: Mapped[Words | None]
    document_number: Mapped[Words | None]
    letter_on: Mapped[date | None]
    arrived_on: Mapped[date | None]
    lifting_document_number: Mapped[Words | None]
    lifting_letter_on: Mapped[date | None]
    lifting_arrived_on: Mapped[date | None]


class Extension(LateCorrectable, Base):
    """A validity made longer (Act 4(2)); the latest one of a designation, or of what it put right, counts."""

    __tablename__ = "extensions"
    __table_args__ = (
        CheckConstraint(one_of("exception", EXTENSION_EXCEPTIONS), name="exception_known"),
        {"schema": "designation"},
    )

    id: Mapped[Id]
    designation_id: Mapped[Words] = mapped_column(ForeignKey("designation.designations.id"), index=True)
    extended_on: Mapped[date]
    until_on: Mapped[date]
    cabinet_approved_on: Mapped[date | None]
    exception: Mapped[Words | None]
    document_number: Mapped[Words | None]
    letter_on: Mapped[date | None]
    arrived_on: Mapped[date | None]


class Closing(LateCorrectable, Base):
    """One organization's closing formalities: old marks struck, everybody told there."""

    __tablename__ = "closings"
    __table_args__ = (
        Index("ix_closings_information", "information_id", "organization_id"),
        {"schema": "designation"},
    )

    id: Mapped[Id]
    information_id: Mapped[Words] = mapped_column(ForeignKey("designation.information.id"))
    organization_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    closed_on: Mapped[date]


class Document(Fact, Base):
    """What people open: a document, a part of one, or a copy."""

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint(one_of("kind", DOCUMENT_KINDS), name="kind_known"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("kind = 'document' or parent_id is not null", name="part_of_something"),
        {"schema": "designation"},
    )

    id: Mapped[Id]
    kind: Mapped[Words]
    title: Mapped[Words | None]
    number: Mapped[Words | None]
    parent_id: Mapped[Words | None] = mapped_column(ForeignKey("designation.documents.id"), index=True)
    organization_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))


class DocumentInformation(Fact, Base):
    """Which information a document carries; many to many, with dates."""

    __tablename__ = "document_information"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="from_before_until"),
        Index(
            "uq_document_information_open",
            "document_id",
            "information_id",
            unique=True,
            postgresql_where=text("until_on is null"),
        ),
        {"schema": "designation"},
    )

    id: Mapped[Id]
    document_id: Mapped[Words] = mapped_column(ForeignKey("designation.documents.id"), index=True)
    information_id: Mapped[Words] = mapped_column(ForeignKey("designation.information.id"), index=True)
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
