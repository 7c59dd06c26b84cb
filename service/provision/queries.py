"""Questions about certifications, contracts and provisions; nothing here writes."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.designation.queries import designated_by, designators
from service.personnel.queries import organization
from service.personnel.rules import first_recorded
from service.provision.model import Certification, Contract, ContractInformation, ContractItem, Provision
from service.provision.rules import (
    ALL_SAFEGUARDS,
    SET_APART,
    Conditions,
    Proposed,
    lacking,
    lacking_to_disclose,
    missing_items,
)


def is_certified(session: Session, *, operator_id: str, organ_id: str, on: date, at: datetime) -> bool:
    """Tell whether the organ's certification of the operator stands on a day."""
    found = select(Certification.id).where(
        Certification.operator_id == operator_id,
        Certification.organ_id == organ_id,
        Certification.certified_on <= on,
        or_(Certification.ended_on.is_(None), Certification.ended_on > on),
        Certification.known(at),
    )
    return session.scalar(found.limit(1)) is not None


def certifying_organs(session: Session, *, operator_id: str, on: date, at: datetime) -> frozenset[str]:
    """Return the organs whose certification of an operator stands on a day."""
    found = select(Certification.organ_id).where(
        Certification.operator_id == operator_id,
        Certification.certified_on <= on,
        or_(Certification.ended_on.is_(None), Certification.ended_on > on),
        Certification.known(at),
    )
    return frozenset(session.scalars(found))


def certified_until(session: Session, *, operator_id: str, organ_id: str, on: date, at: datetime) -> date | None:
    """Return the first day without certification where none stands on a day, or None where one stands; 1 January 1 for never."""
    if is_certified(session, operator_id=operator_id, organ_id=organ_id, on=on, at=at):
        return None
    ended = select(Certification.ended_on).where(
        Certification.operator_id == operator_id, Certification.organ_id == organ_id, Certification.ended_on <= on, Certification.known(at)
    )
    return max((day for day in session.scalars(ended) if day is not None), default=date.min)


def contracts_covering(
    session: Session, *, operator_id: str, information_id: str, at: datetime, on: date | None, organ_id: str | None = None
) -> Sequence[Contract]:
    """Return an operator's contracts that cover an information, live on a day (None: ever).

    The correction of a contract says anew what it covers.
    """
    found = select(Contract).where(Contract.operator_id == operator_id)
    if organ_id is not None:
        found = found.where(Contract.organ_id == organ_id)
    rows = session.scalars(found.order_by(Contract.from_on, Contract.id)).all()
    known = set(session.scalars(select(Contract.id).where(Contract.operator_id == operator_id, Contract.known(at))))
    covering = select(ContractInformation.contract_id).where(ContractInformation.information_id == information_id)
    covered = set(session.scalars(covering))
    return [
        row
        for row in rows
        if row.id in known and row.id in covered and (on is None or (row.from_on <= on and (row.until_on is None or on < row.until_on)))
    ]


def _items(session: Session, contract: Contract) -> Sequence[ContractItem]:
    """Return the items of a contract; those of a corrected one are kept with the row under which it was first recorded."""
    rows = session.execute(select(Contract.id, Contract.replaces).where(Contract.operator_id == contract.operator_id))
    first = first_recorded({row.id: row.replaces for row in rows} | {contract.id: contract.replaces}, contract.id)
    return session.scalars(select(ContractItem).where(ContractItem.contract_id.in_({contract.id, first}))).all()


def settled_items(session: Session, *, contract: Contract) -> dict[str, date | None] | None:
    """Return since when a contract fixes each of its items (None: it does not), or None where its contents are not kept here."""
    return {row.item: row.settled_on for row in _items(session, contract)} or None


def contract_item(session: Session, *, contract: Contract, item: str) -> ContractItem | None:
    """Return the row of one item of a contract, or None where its contents are not kept here."""
    return next((row for row in _items(session, contract) if row.item == item), None)


def missing_from(session: Session, contracts: Sequence[Contract], *, under: str, on: date) -> tuple[str, ...]:
    """Return what contracts lack for a provision under an article (Act 10(3)); nothing where one of them lacks nothing."""
    lacks = [missing_items(settled_items(session, contract=contract), under=under, on=on) for contract in contracts]
    return min(lacks, key=len, default=())


def provisions_from(session: Session, *, information_id: str, giver_id: str, at: datetime) -> Sequence[Provision]:
    """Return every provision of an information by an organization, as known at an instant."""
    found = select(Provision).where(Provision.information_id == information_id, Provision.giver_id == giver_id, Provision.known(at))
    return session.scalars(found.order_by(Provision.provided_on, Provision.id)).all()


def corrected_contracts(session: Session, ids: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return contracts with every row that one of them replaced or was replaced by, and the informations that they cover now."""
    found, fresh = set[str](), set(ids)
    while fresh:
        found |= fresh
        rows = session.execute(select(Contract.id, Contract.replaces).where(or_(Contract.id.in_(fresh), Contract.replaces.in_(fresh))))
        fresh = {each for row in rows for each in row if each is not None} - found
    covering = select(ContractInformation.information_id).join(Contract, Contract.id == ContractInformation.contract_id)
    covered = covering.where(Contract.id.in_(found), Contract.replaced_at.is_(None))
    return frozenset(found), frozenset(session.scalars(covered)) if found else frozenset()


def provisions_to(session: Session, *, information_id: str, receiver_id: str, at: datetime) -> Sequence[Provision]:
    """Return every provision of an information to an organization, as known at an instant."""
    found = select(Provision).where(Provision.information_id == information_id, Provision.receiver_id == receiver_id, Provision.known(at))
    return session.scalars(found.order_by(Provision.provided_on, Provision.id)).all()


def lent_to(session: Session, *, information_id: str, giver_id: str, on: date, at: datetime) -> frozenset[str]:
    """Return the organs that got an information from another under Act 6(1) by a day."""
    found = select(Provision.receiver_id).where(
        Provision.information_id == information_id,
        Provision.giver_id == giver_id,
        Provision.under == "Act 6(1)",
        Provision.provided_on <= on,
        Provision.known(at),
    )
    return frozenset(session.scalars(found))


def held_under(session: Session, *, information_id: str, organization_id: str, on: date, at: datetime) -> dict[str, frozenset[str]]:
    """Return the articles by which an organization lawfully holds an information, and from whom.

    A provision that lacks what its article asks for makes no lawful holder; what was
    returned is no longer held.
    """
    held: dict[str, set[str]] = {}
    for row in provisions_to(session, information_id=information_id, receiver_id=organization_id, at=at):
        over = row.returned_on is not None and row.returned_on <= on
        if row.provided_on <= on and not over and _was_lawful(session, row, at):
            held.setdefault(row.under, set()).add(row.giver_id)
    return {under: frozenset(givers) for under, givers in held.items()}


def _was_lawful(session: Session, row: Provision, at: datetime) -> bool:
    """Tell whether the conditions of a recorded provision were there, its giver's own aside."""
    proposed = Proposed(
        under=row.under,
        on=row.provided_on,
        giver_id=row.giver_id,
        giver_kind=organization(session, organization_id=row.giver_id).kind,
        receiver_id=row.receiver_id,
        receiver_kind=organization(session, organization_id=row.receiver_id).kind,
        designated_by=designated_by(session, information_id=row.information_id, on=row.provided_on, at=at),
        designators=designators(session, information_id=row.information_id, on=row.provided_on, at=at),
        in_force=True,
        lent_to=lent_to(session, information_id=row.information_id, giver_id=row.giver_id, on=row.provided_on, at=at),
        giver_holds=row.under != "Act 10(2)",
        held_under={"Act 5(2)": frozenset({row.receiver_id})} if row.under == "Act 7(3)" else {},
        certified=True,
        contracted=True,
        conditions=Conditions(
            consulted_on=row.consulted_on,
            consented_by=row.consented_by,
            equivalence=row.equivalence,
            safeguards=ALL_SAFEGUARDS if row.safeguards else (),
        ),
    )
    if row.under == "Act 10(5)":
        return True
    by_operator = proposed.giver_kind == "operator"
    return (lacking_to_disclose(proposed) if by_operator else lacking(proposed)) is None


def holds_as_designator(session: Session, *, information_id: str, organization_id: str, on: date, at: datetime) -> bool:
    """Tell whether an organ holds an information because it designated it.

    Also when the designation is over; not what an operator holds for it under Act 10(2).
    """
    if organization_id not in designated_by(session, information_id=information_id, on=on, at=at):
        return False
    arising = select(Provision.id).where(
        Provision.information_id == information_id,
        Provision.giver_id == organization_id,
        Provision.under == "Act 10(2)",
        Provision.known(at),
    )
    return session.scalar(arising.limit(1)) is None


def holds(session: Session, *, information_id: str, organization_id: str, on: date, at: datetime) -> bool:
    """Tell whether an organization lawfully holds an information on a day, by designation or provision."""
    facts = {"information_id": information_id, "organization_id": organization_id}
    return bool(held_under(session, **facts, on=on, at=at)) or holds_as_designator(session, **facts, on=on, at=at)


def employs_handlers(session: Session, *, information_id: str, organization_id: str, on: date, at: datetime) -> bool:
    """Tell whether an organization holds an information for its own handlers to work with.

    Those to whom it is shown or given under Act 4(5), 9 or 18(4) are set apart (Act 23(2)).
    """
    facts = {"information_id": information_id, "organization_id": organization_id}
    return not SET_APART.issuperset(held_under(session, **facts, on=on, at=at)) or holds_as_designator(session, **facts, on=on, at=at)
