"""The contract with a certified operator (Act 10(1) to (3)), concluded by the organ or recorded by the operator."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.designation.rules import require_seat
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.corrections import newest
from service.personnel.model import new_id
from service.personnel.rules import (
    AlreadyEndedError,
    AlreadyRecordedError,
    UnknownIdError,
    exclusive,
    require_order,
    require_words,
)
from service.provision import queries
from service.provision.model import Contract, ContractInformation
from service.provision.model import ContractItem as ItemRow
from service.provision.rules import CONTRACT_ITEMS, ContractItem, require_certified, require_parties


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract fixes: its information, its days, and the units that it is limited to.

    `last_day` and `return_by` are included; `units` None for no limit (Act 10(3)(i)). `settled` are the items of
    Act 10(3) and Order 17 that it fixes; while one is missing nothing is provided under it.
    """

    informations: Collection[str]
    from_on: date
    last_day: date | None = None
    return_by: date | None = None
    units: Collection[str] | None = None
    number: str | None = None
    settled: Sequence[ContractItem] = ()


def conclude_contract(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    operator_id: str,
    organ_id: str,
    terms: Terms,
    contract_id: str | None = None,
) -> str:
    """Conclude a contract at the organ's seat and return its id.

    Raises WrongSeatError; ProvisionRefusedError (requirement_not_met, not_certified as of
    its first day); UnknownIdError for an unknown party, information or unit;
    AlreadyRecordedError for an id that is taken; ValueError for impossible terms.
    """
    require_seat(log.seat, "organ", act="Act 10(3)")
    return _put(session, log=log, actor=actor, at=at, operator_id=operator_id, organ_id=organ_id, terms=terms, contract_id=contract_id)


def record_contract(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    operator_id: str,
    organ_id: str,
    terms: Terms,
    contract_id: str | None = None,
) -> str:
    """Record a contract at the operator's seat and return its id.

    Raises as `conclude_contract` does.
    """
    require_seat(log.seat, "operator", act="Act 10(3)")
    return _put(session, log=log, actor=actor, at=at, operator_id=operator_id, organ_id=organ_id, terms=terms, contract_id=contract_id)


def _require_terms(session: Session, operator_id: str, terms: Terms) -> None:
    if not terms.informations:
        msg = "a contract covers at least one information"
        raise ValueError(msg)
    if terms.units is not None and not terms.units:
        msg = "a contract limited to units names at least one"
        raise ValueError(msg)
    require_words(number=terms.number)
    require_order(from_on=terms.from_on, until_on=exclusive(terms.last_day))
    _require_return(terms.last_day, terms.return_by)
    for information_id in terms.informations:
        designation.information(session, information_id=information_id)
    for unit_id in terms.units or ():
        personnel.unit(session, organization_id=operator_id, unit_id=unit_id)


def _require_return(last_day: date | None, return_by: date | None) -> None:
    if return_by is not None and (last_day is None or return_by < last_day):
        msg = f"the term for returning, {return_by}, lies before the contract's end"
        raise ValueError(msg)


def _put(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    operator_id: str,
    organ_id: str,
    terms: Terms,
    contract_id: str | None,
) -> str:
    begin_act(session)
    operator = personnel.organization(session, organization_id=operator_id)
    organ = personnel.organization(session, organization_id=organ_id)
    require_parties(operator_kind=operator.kind, organ_kind=organ.kind)
    _require_terms(session, operator_id, terms)
    certified = queries.is_certified(session, operator_id=operator_id, organ_id=organ_id, on=terms.from_on, at=at)
    require_certified(certified=certified)
    row = Contract(
        id=contract_id or new_id(),
        operator_id=operator_id,
        organ_id=organ_id,
        units=None if terms.units is None else sorted(set(terms.units)),
        from_on=terms.from_on,
        until_on=exclusive(terms.last_day),
        return_until_on=exclusive(terms.return_by),
        number=terms.number,
        recorded_at=at,
    )
    if session.get(Contract, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a contract {row.id!r}", facts={"contract": row.id})
    covered = [
        ContractInformation(id=new_id(), contract_id=row.id, information_id=information_id)
        for information_id in sorted(set(terms.informations))
    ]
    items = [
        ItemRow(
            id=new_id(),
            contract_id=row.id,
            item=item,
            settled_on=terms.from_on if item in terms.settled else None,
            clause=None,
        )
        for item in CONTRACT_ITEMS
    ]
    draft = Draft(
        kind=Kind.CONTRACT_CONCLUDED,
        actor=actor,
        at=at,
        on=terms.from_on,
        object=row.id,
        organization=operator_id,
        subject=operator_id,
    )
    record(session, log=log, draft=draft, rows=[row, *covered, *items])
    return row.id


def complete_contract_item(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    contract_id: str,
    item: ContractItem,
    on: date,
    clause: str | None = None,
) -> str:
    """Record, at either seat, that a contract fixes one more of its items from a day on (Act 10(3), Order 17); return its id.

    `clause` names the place in the contract or in its amendment. Raises UnknownIdError, also for a contract whose
    contents are not kept here; AlreadyRecordedError where it fixed the item before; ValueError for a blank clause.
    """
    begin_act(session)
    require_words(clause=clause)
    contract = personnel.require_known(session, Contract, contract_id, word="contract")
    row = queries.contract_item(session, contract=contract, item=item)
    if row is None:
        raise UnknownIdError(message=f"the contents of contract {contract_id!r} are not kept here", facts={"contract": contract_id})
    if row.settled_on is not None and row.settled_on <= on:
        raise AlreadyRecordedError(message=f"contract {contract_id!r} fixes {item} already", facts={"contract": contract_id})
    row.settled_on, row.clause = on, clause
    draft = Draft(
        kind=Kind.CONTRACT_COMPLETED,
        actor=actor,
        at=at,
        on=on,
        object=contract_id,
        organization=contract.operator_id,
        subject=contract.operator_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return contract_id


def end_contract(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    contract_id: str,
    last_day: date,
    return_by: date | None = None,
) -> str:
    """End a contract on its last day, at either seat, and return its id.

    `return_by` sets the last day for returning and destroying; without it an earlier one
    stays. Raises UnknownIdError; AlreadyEndedError where it ended earlier or would end
    before its first day; ValueError for a term before the end.
    """
    begin_act(session)
    row = newest(session, Contract, contract_id, word="contract")
    until_on = exclusive(last_day)
    assert until_on is not None
    if (row.until_on is not None and row.until_on <= until_on) or until_on < row.from_on:
        raise AlreadyEndedError(message=f"contract {contract_id!r} cannot end on {last_day}", facts={"contract": contract_id})
    _require_return(last_day, return_by)
    row.until_on = until_on
    if return_by is not None:
        row.return_until_on = exclusive(return_by)
    draft = Draft(
        kind=Kind.CONTRACT_ENDED,
        actor=actor,
        at=at,
        on=until_on,
        object=row.id,
        organization=row.operator_id,
        subject=row.operator_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id
