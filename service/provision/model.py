"""Certifications, contracts and provisions, as rows; and what is kept beside them, on which no decision rests."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.personnel.model import Changed, Correctable, Fact, Id, WordList, Words, one_of
from service.provision.rules import ABOUT, ARTICLES, CHANGE_MATTERS, CONDITIONS, CONTRACT_ITEMS, READINESS_ITEMS

RETURNED = ("returned", "destroyed")
OUTCOMES = ("kept", "lost")


class Certification(Correctable, Base):
    """An organ's finding that an operator meets the criteria of Act 10(1)."""

    __tablename__ = "certifications"
    __table_args__ = (
        CheckConstraint("ended_on >= certified_on", name="from_before_until"),
        Index("ix_certifications_parties", "operator_id", "organ_id"),
        {"schema": "provision"},
    )

    id: Mapped[Id]
    operator_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    organ_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    certified_on: Mapped[date]
    ended_on: Mapped[date | None]
    document_number: Mapped[Words | None]
    letter_on: Mapped[date | None]
    arrived_on: Mapped[date | None]


class CertificationRefusal(Changed, Base):
    """That an organ did not grant an application to be certified (Act 10(1)); no decision rests on it."""

    __tablename__ = "certification_refusals"
    __table_args__ = (
        Index("uq_certification_refusals_day", "operator_id", "organ_id", "refused_on", unique=True),
        {"schema": "provision"},
    )

    id: Mapped[Id]
    operator_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    organ_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    refused_on: Mapped[date]
    document_number: Mapped[Words | None]
    letter_on: Mapped[date | None]
    arrived_on: Mapped[date | None]


class Contract(Correctable, Base):
    """The contract of Act 10(1) or (2); `return_until_on` is the first day too late."""

    __tablename__ = "contracts"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="from_before_until"),
        Index("ix_contracts_parties", "operator_id", "organ_id"),
        {"schema": "provision"},
    )

    id: Mapped[Id]
    operator_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    organ_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    units: Mapped[WordList | None]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    return_until_on: Mapped[date | None]
    number: Mapped[Words | None]


class ContractInformation(Fact, Base):
    """Which information a contract covers; the correction of a contract brings rows of its own."""

    __tablename__ = "contract_information"
    __table_args__ = (
        Index("uq_contract_information_pair", "contract_id", "information_id", unique=True),
        {"schema": "provision"},
    )

    id: Mapped[Id]
    contract_id: Mapped[Words] = mapped_column(ForeignKey("provision.contracts.id"))
    information_id: Mapped[Words] = mapped_column(ForeignKey("designation.information.id"), index=True)


class Provision(Correctable, Base):
    """How another organization came to hold the information, and under which article.

    `consented_by`, `consulted_on`, `equivalence` and `safeguards` are the conditions that
    the article asks for; without them there is no lawful holder.
    """

    __tablename__ = "provisions"
    __table_args__ = (
        CheckConstraint(one_of("under", ARTICLES), name="under_known"),
        CheckConstraint("giver_id <> receiver_id", name="to_somebody_else"),
        CheckConstraint("returned_on >= provided_on", name="from_before_until"),
        {"schema": "provision"},
    )

    id: Mapped[Id]
    information_id: Mapped[Words] = mapped_column(ForeignKey("designation.information.id"), index=True)
    giver_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"), index=True)
    receiver_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"), index=True)
    under: Mapped[Words]
    provided_on: Mapped[date]
    consulted_on: Mapped[date | None]
    consented_by: Mapped[WordList] = mapped_column(server_default=text("'{}'::text[]"))
    equivalence: Mapped[bool]
    safeguards: Mapped[bool]
    returned_on: Mapped[date | None]
    document_number: Mapped[Words | None]
    letter_on: Mapped[date | None]
    arrived_on: Mapped[date | None]


class ContractItem(Changed, Base):
    """One thing that a contract must fix (Act 10(3), Order 17); `settled_on` null while it does not.

    A contract has all of them or none: none where it was brought forward and its contents are not kept here.
    """

    __tablename__ = "contract_items"
    __table_args__ = (
        CheckConstraint(one_of("item", tuple(CONTRACT_ITEMS)), name="item_known"),
        Index("uq_contract_items_pair", "contract_id", "item", unique=True),
        {"schema": "provision"},
    )

    id: Mapped[Id]
    contract_id: Mapped[Words] = mapped_column(ForeignKey("provision.contracts.id"))
    item: Mapped[Words]
    settled_on: Mapped[date | None]
    clause: Mapped[Words | None]


class Condition(Changed, Base):
    """One condition of a provision, met by a day: a safeguard, a consent (and whose), a consultation and so on."""

    __tablename__ = "conditions"
    __table_args__ = (
        CheckConstraint(one_of("what", CONDITIONS), name="what_known"),
        {"schema": "provision"},
    )

    id: Mapped[Id]
    provision_id: Mapped[Words] = mapped_column(ForeignKey("provision.provisions.id"), index=True)
    what: Mapped[Words]
    met_on: Mapped[date]
    by_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    papers: Mapped[Words | None]


class Message(Changed, Base):
    """A giver's letter to who got the information from it: when validity ends (Order 13), or what became of it.

    `sent_on` null for a letter that is owed with a provision and has not gone out; `received_on` null while no receipt came.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint(one_of("about", ABOUT), name="about_known"),
        CheckConstraint("received_on is null or sent_on is not null", name="sent_before_received"),
        Index("ix_messages_parties", "information_id", "giver_id"),
        {"schema": "provision"},
    )

    id: Mapped[Id]
    provision_id: Mapped[Words] = mapped_column(ForeignKey("provision.provisions.id"), index=True)
    information_id: Mapped[Words] = mapped_column(ForeignKey("designation.information.id"))
    giver_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    receiver_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    about: Mapped[Words]
    designator_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    event_on: Mapped[date]
    last_day: Mapped[date | None]
    number: Mapped[Words | None]
    sent_on: Mapped[date | None]
    received_on: Mapped[date | None]
    receipt_number: Mapped[Words | None]


class Demand(Changed, Base):
    """An organ's demand that an operator hand over what arose with it (Act 10(5))."""

    __tablename__ = "demands"
    __table_args__ = ({"schema": "provision"},)

    id: Mapped[Id]
    information_id: Mapped[Words] = mapped_column(ForeignKey("designation.information.id"), index=True)
    organ_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    operator_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    demanded_on: Mapped[date]
    until_on: Mapped[date | None]
    number: Mapped[Words]


class ReturnSlip(Changed, Base):
    """How something provided came to its end at the receiver: given back or destroyed, by which paper."""

    __tablename__ = "returns"
    __table_args__ = (
        CheckConstraint(one_of("how", RETURNED), name="how_known"),
        {"schema": "provision"},
    )

    id: Mapped[Id]
    provision_id: Mapped[Words] = mapped_column(ForeignKey("provision.provisions.id"), index=True)
    how: Mapped[Words]
    ended_on: Mapped[date]
    number: Mapped[Words | None]


class Readiness(Changed, Base):
    """What somebody found on one item of Order 16 on a day: the operator of itself, or the organ that examines it.

    `evidence` are numbers of registers and documents, never what they say. The newest line of an item counts.
    """

    __tablename__ = "readiness"
    __table_args__ = (
        CheckConstraint(one_of("item", tuple(READINESS_ITEMS)), name="item_known"),
        Index("ix_readiness_parties", "operator_id", "organ_id"),
        {"schema": "provision"},
    )

    id: Mapped[Id]
    operator_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    organ_id: Mapped[Words | None] = mapped_column(ForeignKey("personnel.organizations.id"))
    examined: Mapped[bool]
    item: Mapped[Words]
    met: Mapped[bool]
    noted_on: Mapped[date]
    evidence: Mapped[WordList]
    owner: Mapped[Words | None]
    review_on: Mapped[date | None]


class CertifiedChange(Changed, Base):
    """A coming change of what a certification rests on; reported to the organ by `due_on`, before it takes effect."""

    __tablename__ = "changes"
    __table_args__ = (
        CheckConstraint(one_of("matter", CHANGE_MATTERS), name="matter_known"),
        CheckConstraint(one_of("outcome", OUTCOMES), name="outcome_known"),
        Index("ix_changes_parties", "operator_id", "organ_id"),
        {"schema": "provision"},
    )

    id: Mapped[Id]
    operator_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    organ_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    matter: Mapped[Words]
    planned_on: Mapped[date]
    due_on: Mapped[date]
    number: Mapped[Words | None]
    reported_on: Mapped[date | None]
    report_number: Mapped[Words | None]
    settled_on: Mapped[date | None]
    outcome: Mapped[Words | None]


class ReportTerm(Changed, Base):
    """How many days before a change an organ wants it reported, from a day on, and where that is written."""

    __tablename__ = "report_terms"
    __table_args__ = (
        CheckConstraint("days >= 0", name="not_afterwards"),
        Index("ix_report_terms_organ", "organ_id"),
        {"schema": "provision"},
    )

    id: Mapped[Id]
    organ_id: Mapped[Words] = mapped_column(ForeignKey("personnel.organizations.id"))
    days: Mapped[int]
    from_on: Mapped[date]
    source: Mapped[Words]
