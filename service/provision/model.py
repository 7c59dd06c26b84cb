"""Certifications, contracts and provisions, as rows."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base
from service.personnel.model import Correctable, Fact, Id, WordList, Words, one_of
from service.provision.rules import ARTICLES


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
