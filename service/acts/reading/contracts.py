"""Contracts and certifications within reach: pages of them, and one of them with what it must fix, or what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.acts.concerning import Concern, OutsideError, concern_of_row
from service.acts.reading.paging import CHUNK, MOST_SCANNED, closed
from service.acts.reading.seeing import reached, seers
from service.identity.desk import Seated
from service.identity.members import Held
from service.personnel.model import Organization
from service.provision import readiness as ready
from service.provision.model import Certification, CertificationRefusal, CertifiedChange, Contract, ContractInformation, ContractItem
from service.provision.queries import contract_item, settled_items
from service.provision.readiness import ItemState, Term
from service.provision.rules import CONTRACT_ITEMS, missing_items
from service.statute.periods import ONE_DAY, legal_day

Row = TypeVar("Row", Contract, Certification)
Running = Literal["running", "ending", "coming", "over"]
ENDING = timedelta(days=180)
"""How long before its last day a contract is shown as ending: the first step of the reminders, a default of this product."""


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A contract with its state, its last day (None: open), and how many of its items it does not fix (None: not kept here)."""

    row: Contract
    state: Running
    last_day: date | None
    return_by: date | None
    missing: int | None


def contracts_page(session: Session, seated: Seated, *, after: str | None, limit: int) -> tuple[list[ContractLine], str | None]:
    """Return a page of the contracts within reach, and the cursor of the page behind it. Raises NotAllowedError."""
    rows, cursor = _page(session, seated, Contract, "id", after=after, limit=limit)
    return [_contract(session, row, legal_day(seated.at)) for row in rows], cursor


def contract_of(session: Session, seated: Seated, *, contract_id: str) -> ContractLine:
    """Return a contract within reach. Raises OutsideError, NotAllowedError."""
    held = seers(seated, "title")
    row = session.get(Contract, contract_id)
    if row is None or row.replaced_at is not None or not reached(session, held, concern_of_row(session, row, by="id", at=seated.at)):
        word = "contract_id"
        raise OutsideError(word)
    return _contract(session, row, legal_day(seated.at))


def items_of(session: Session, line: ContractLine) -> list[tuple[str, str, date | None, ContractItem | None]]:
    """Return each thing that a contract must fix: its code, citation, since when it does, and the row; none where it is not kept here."""
    settled = settled_items(session, contract=line.row)
    if settled is None:
        return []
    return [
        (item, basis, settled.get(item), contract_item(session, contract=line.row, item=item)) for item, basis in CONTRACT_ITEMS.items()
    ]


def covered_by(session: Session, line: ContractLine) -> Sequence[str]:
    """Return the informations that a contract covers."""
    found = select(ContractInformation.information_id).where(ContractInformation.contract_id == line.row.id)
    return session.scalars(found.order_by(ContractInformation.information_id)).all()


def _contract(session: Session, row: Contract, today: date) -> ContractLine:
    last_day = None if row.until_on is None else row.until_on - ONE_DAY
    over = last_day is not None and last_day < today
    state: Running = "over" if over else "coming" if today < row.from_on else "running"
    if state == "running" and last_day is not None and last_day - today <= ENDING:
        state = "ending"
    settled = settled_items(session, contract=row)
    # What is held as it arises is asked for by the contracts of Act 10(2) alone.
    missing = None if settled is None else len(missing_items(settled, under="Act 10(1)", on=today))
    return ContractLine(row, state, last_day, None if row.return_until_on is None else row.return_until_on - ONE_DAY, missing)


def _page(
    session: Session, seated: Seated, model: type[Row], by: str | None, *, after: str | None, limit: int
) -> tuple[list[Row], str | None]:
    held = seers(seated, "title")
    found: list[Row] = []
    last = after
    for _ in range(MOST_SCANNED // CHUNK):
        wanted = select(model).where(model.known(seated.at)).order_by(model.id).limit(CHUNK)
        rows = session.scalars(wanted if last is None else wanted.where(model.id > last)).all()
        for row in rows:
            if len(found) == limit:
                return found, closed(last)
            last = row.id
            if reached(session, held, concern_of_row(session, row, by=by, at=seated.at)):
                found.append(row)
        if len(rows) < CHUNK:
            return found, None
    return found, closed(last)


def certifications_page(session: Session, seated: Seated, *, after: str | None, limit: int) -> tuple[list[Certification], str | None]:
    """Return a page of the certifications within reach, and the cursor of the page behind it. Raises NotAllowedError."""
    return _page(session, seated, Certification, None, after=after, limit=limit)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an operator stands with the organs: its certifications, what was refused, its readiness, and changes to report or settle.

    `readiness` is by organ at an operator (None: for every organ); at an organ it is what that organ found.
    """

    operator: Organization
    certifications: Sequence[Certification]
    refusals: Sequence[CertificationRefusal]
    readiness: Mapping[str | None, Sequence[ItemState]]
    changes: Sequence[CertifiedChange]
    terms: Mapping[str, Term]


def standing_of(session: Session, seated: Seated, *, operator_id: str) -> Standing:
    """Return where an operator stands, as one of the visitor's organizations sees it. Raises OutsideError, NotAllowedError."""
    held = seers(seated, "title")
    operator = session.get(Organization, operator_id)
    at_organ = seated.desk.log.seat == "organ"
    mine = {one.organization_id for one in held if _whole(session, one)}
    if operator is None or operator.kind != "operator" or not mine or (not at_organ and operator_id not in mine):
        word = "organization_id"
        raise OutsideError(word)
    today = legal_day(seated.at)

    def ours(model: Any) -> Any:
        wanted = select(model).where(model.operator_id == operator_id)
        return wanted.where(model.organ_id.in_(mine)) if at_organ else wanted

    certified = ours(Certification).where(Certification.known(seated.at)).order_by(Certification.certified_on.desc(), Certification.id)
    certifications = session.scalars(certified).all()
    refusals = session.scalars(ours(CertificationRefusal).order_by(CertificationRefusal.refused_on.desc(), CertificationRefusal.id)).all()
    wanted = ours(CertifiedChange).where(or_(CertifiedChange.settled_on.is_(None), CertifiedChange.settled_on > today))
    changes = session.scalars(wanted.order_by(CertifiedChange.due_on, CertifiedChange.id)).all()
    organs: list[str | None] = [*sorted(mine)] if at_organ else [None, *sorted({row.organ_id for row in certifications})]
    found = {one: ready.readiness(session, operator_id=operator_id, organ_id=one, examined=at_organ, on=today) for one in organs}
    terms = {one: ready.report_term(session, organ_id=one, on=today) for one in sorted({row.organ_id for row in certifications})}
    return Standing(operator, certifications, refusals, found, changes, terms)


def _whole(session: Session, held: Held) -> bool:
    """Say whether a role reaches what concerns an organization as a whole."""
    concern = Concern()
    concern.owners("organization_id", {held.organization_id})
    return reached(session, [held], concern)
