"""Information, its designations, and the documents that carry it, as rows."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.designation.rules import DOCUMENT_KINDS, END_MARKS, EXTENSION_EXCEPTIONS, IMPROPER_FINDINGS, INFORMATION_CLASSES, MARKINGS
from service.personnel.model import Changed, Correctable, Fact, Id, LateCorrectable, WordList, Words, one_of


class Information(Fact, Base):
    """What is designated: a subject matter, named by a title that reveals nothing of it.

    `care_from_on` to `care_until_on` it is handled with care because a designation is expected, by `care_organ_id`; from
    `sds_from_on` on it is a secret of the other Act, and never again one of this.
    """

    __tablename__ = "information"
    __table_args__ = (
        CheckConstraint("care_until_on >= care_from_on", name="care_from_before_until"),
        {"schema": "designation"},
    )

    id: Mapped[Id]
    title: Mapped[Words | None]
    number: Mapped[Words | None]
    care_from_on: Mapped[date | None]
    care_until_on: Mapped[date | None]
    care_organ_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    sds_from_on: Mapped[date | None]


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
    """What people open: a document, a part of one, a copy, or a compilation made from several."""

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint(one_of("kind", DOCUMENT_KINDS), name="kind_known"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("kind in ('document', 'compilation') or parent_id is not null", name="part_of_something"),
        {"schema": "designation"},
    )

    id: Mapped[Id]
    kind: Mapped[Words]
    title: Mapped[Words | None]
    number: Mapped[Words | None]
    parent_id: Mapped[Words | None] = mapped_column(ForeignKey("designation.documents.id"), index=True)
    organization_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))


class DocumentInformation(LateCorrectable, Base):
    """Which information a document carries; many to many, with dates."""

    __tablename__ = "document_information"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="from_before_until"),
        Index(
            "uq_document_information_open",
            "document_id",
            "information_id",
            unique=True,
            postgresql_where=text("until_on is null and replaced_at is null and replaces is null"),
        ),
        {"schema": "designation"},
    )

    id: Mapped[Id]
    document_id: Mapped[Words] = mapped_column(ForeignKey("designation.documents.id"), index=True)
    information_id: Mapped[Words] = mapped_column(ForeignKey("designation.information.id"), index=True)
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]


class DesignationGrounds(Changed, Base):
    """Why an information was designated: a code for each requirement, and the number of the document that says it."""

    __tablename__ = "grounds"
    __table_args__ = ({"schema": "designation"},)

    id: Mapped[Id]
    designation_id: Mapped[Words] = mapped_column(ForeignKey("designation.designations.id"), unique=True)
    class_reason: Mapped[Words]
    not_public_reason: Mapped[Words]
    secrecy_reason: Mapped[Words]
    reasons_number: Mapped[Words]
    sector: Mapped[Words | None]
    item: Mapped[Words | None]
    lifting_condition: Mapped[Words | None]


class Told(Changed):
    """What follows a designation: whose it is, when it was done, and at an operator the letter that told of it."""

    id: Mapped[Id]
    designation_id: Mapped[Words] = mapped_column(ForeignKey("designation.designations.id"), index=True)
    on: Mapped[date]
    document_number: Mapped[Words | None]
    letter_on: Mapped[date | None]
    arrived_on: Mapped[date | None]


class MarkingSwitch(Told, Base):
    """A mark affixed in place of the notice, as soon as that was possible (Act 3(3), Order 6)."""

    __tablename__ = "marking_switches"
    __table_args__ = ({"schema": "designation"},)


class PartialLifting(Told, Base):
    """A part that was lifted while the rest stays designated; `part_number` names it, never its content."""

    __tablename__ = "partial_liftings"
    __table_args__ = ({"schema": "designation"},)

    part_number: Mapped[Words]


class CabinetRefusal(Told, Base):
    """The Cabinet's refusal of an approval: the files go to the National Archives (Act 4(6))."""

    __tablename__ = "cabinet_refusals"
    __table_args__ = ({"schema": "designation"},)


class HandOver(Told, Base):
    """A designation that was lifted because the information became a specially designated secret."""

    __tablename__ = "hand_overs"
    __table_args__ = ({"schema": "designation"},)

    sds_number: Mapped[Words]


class Review(Told, Base):
    """A review of the reasons of a designation (NPSC Rule 8/2025 13): by whom, why, what was found."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint(one_of("finding", ("met", "met_in_part", "not_met")), name="finding_known"),
        {"schema": "designation"},
    )

    reviewer: Mapped[Words]
    cause: Mapped[Words]
    finding: Mapped[Words]
    failed: Mapped[WordList | None]


class Doubt(Changed, Base):
    """What staff reported of a designation whose requirement they doubt (NPSC Rule 8/2025 14(2)); `number` as typed."""

    __tablename__ = "doubts"
    __table_args__ = ({"schema": "designation"},)

    id: Mapped[Id]
    person_id: Mapped[Words] = mapped_column(ForeignKey("personnel.people.id"))
    number: Mapped[Words] = mapped_column(index=True)
    requirement: Mapped[Words]
    on: Mapped[date]


class ClosingFormality(Changed, Base):
    """What a closing consisted of: the end mark, on how many documents, whom the organization told, by which letter."""

    __tablename__ = "closing_formalities"
    __table_args__ = (
        CheckConstraint(one_of("end_mark", END_MARKS), name="end_mark_known"),
        CheckConstraint("documents_struck >= 0", name="counted"),
        {"schema": "designation"},
    )

    id: Mapped[Id]
    closing_id: Mapped[Words] = mapped_column(ForeignKey("designation.closings.id"), unique=True)
    end_mark: Mapped[Words]
    documents_struck: Mapped[int]
    told: Mapped[WordList]
    told_number: Mapped[Words | None]


class Source(Changed, Base):
    """Which document a copy or a compilation was made from."""

    __tablename__ = "sources"
    __table_args__ = ({"schema": "designation"},)

    id: Mapped[Id]
    document_id: Mapped[Words] = mapped_column(ForeignKey("designation.documents.id"), index=True)
    source_id: Mapped[Words] = mapped_column(ForeignKey("designation.documents.id"), index=True)


class NarrowerFinding(Changed, Base):
    """A custodian's finding that a document does not carry an information of what it was made from."""

    __tablename__ = "findings"
    __table_args__ = ({"schema": "designation"},)

    id: Mapped[Id]
    document_id: Mapped[Words] = mapped_column(ForeignKey("designation.documents.id"), index=True)
    information_id: Mapped[Words] = mapped_column(ForeignKey("designation.information.id"))
    on: Mapped[date]
    finding: Mapped[Words]
    finding_number: Mapped[Words | None]


class ImproperReport(Changed, Base):
    """That a report came, and when; what it says is sealed beside the log under a key of its own."""

    __tablename__ = "improper_reports"
    __table_args__ = ({"schema": "designation"},)

    id: Mapped[Id]
    on: Mapped[date]


class ImproperAnswer(Changed, Base):
    """What was found on a report, and when: a code alone; who found it is sealed beside the log, under the report's key."""

    __tablename__ = "improper_answers"
    __table_args__ = (
        CheckConstraint(one_of("finding", IMPROPER_FINDINGS), name="finding_known"),
        Index("uq_improper_answers_report", "report_id", unique=True),
        {"schema": "designation"},
    )

    id: Mapped[Id]
    report_id: Mapped[Words] = mapped_column(ForeignKey("designation.improper_reports.id"))
    finding: Mapped[Words]
    on: Mapped[date]
