"""Putting certifications, contracts and provisions right (Act 6 to 10)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.ledger import Draft, Kind, Log, begin_act
from service.personnel import queries as personnel
from service.personnel.corrections import Grounds, Pair, changes_of, columns_of, current, put_right, replacing
from service.personnel.model import new_id
from service.personnel.rules import exclusive, require_order, require_words
from service.provision.model import Certification, Contract, ContractInformation, Provision
from service.provision.narrowing import certification_narrows, contract_narrows, provision_narrows
from service.provision.rules import ROUTES

EmptiedOfCertification = Literal["ended_on"]
EmptiedOfContract = Literal["until_on", "return_until_on", "units"]
EmptiedOfProvision = Literal["consulted_on", "returned_on"]


def _after(pair: Pair) -> dict[str, Any] | None:
    return None if pair.new is None else columns_of(pair.new)


def correct_certification(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    certification_id: str,
    grounds: Grounds,
    on: date | None = None,
    ended_on: date | None = None,
    document_number: str | None = None,
    letter_on: date | None = None,
    arrived_on: date | None = None,
    without: Sequence[EmptiedOfCertification] | None = None,
    never_was: bool = False,
) -> str:
    """Put a certification right (Act 10(1)) and return the id of the row that counts now.

    Raises UnknownIdError, AlreadyCorrectedError, and ValueError for an end before the beginning or where nothing is put right.
    """
    begin_act(session)
    given = {"certified_on": on, "ended_on": ended_on, "document_number": document_number, "letter_on": letter_on, "arrived_on": arrived_on}
    pair = _certification_pair(session, at, certification_id, given, without, never_was=never_was)
    row = pair.old
    draft = Draft(
        kind=Kind.CERTIFICATION_CORRECTED, actor=actor, at=at, object=row.organ_id, organization=row.operator_id, subject=row.operator_id
    )
    return put_right(session, log=log, draft=draft, pairs=[pair], grounds=grounds)


def widens_certification(
    session: Session,
    *,
    at: datetime,
    certification_id: str,
    on: date | None = None,
    without: Sequence[EmptiedOfCertification] | None = None,
    never_was: bool = False,
    **words: Any,
) -> bool:
    """Say whether such a correction may let somebody do more. Raises as `correct_certification` does."""
    given = {name: words.get(name) for name in ("ended_on", "document_number", "letter_on", "arrived_on")} | {"certified_on": on}
    pair = _certification_pair(session, at, certification_id, given, without, never_was=never_was)
    return not certification_narrows(columns_of(pair.old), _after(pair))


def _certification_pair(
    session: Session, at: datetime, row_id: str, given: Mapping[str, Any], without: Sequence[str] | None, *, never_was: bool
) -> Pair:
    row = current(session, Certification, row_id, word="certification")
    if never_was:
        return Pair(row, None)
    made = replacing(row, at=at, changes=changes_of(given, without))
    require_order(from_on=made.certified_on, until_on=made.ended_on)
    return Pair(row, made)


def correct_contract(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    contract_id: str,
    grounds: Grounds,
    informations: Collection[str] | None = None,
    from_on: date | None = None,
    last_day: date | None = None,
    return_by: date | None = None,
    units: Collection[str] | None = None,
    number: str | None = None,
    without: Sequence[EmptiedOfContract] | None = None,
    never_was: bool = False,
) -> str:
    """Put a contract right (Act 10(3)) and return the id of the row that counts now, which says anew what it covers.

    Raises UnknownIdError, AlreadyCorrectedError, and ValueError for terms that cannot be or where nothing is put right.
    """
    begin_act(session)
    given = _terms(from_on, last_day, return_by, units, number)
    pair, before, covered = _contract_pair(session, at, contract_id, given, without, informations=informations, never_was=never_was)
    row = pair.old
    for information_id in set(covered) - set(before):
        designation.information(session, information_id=information_id)
    for unit_id in units or ():
        personnel.unit(session, organization_id=row.operator_id, unit_id=unit_id)
    more = [ContractInformation(id=new_id(), contract_id=pair.new.id, information_id=each) for each in covered] if pair.new else []
    draft = Draft(kind=Kind.CONTRACT_CORRECTED, actor=actor, at=at, object=row.id, organization=row.operator_id, subject=row.operator_id)
    return put_right(session, log=log, draft=draft, pairs=[pair], grounds=grounds, more=more)


def widens_contract(
    session: Session,
    *,
    at: datetime,
    contract_id: str,
    informations: Collection[str] | None = None,
    from_on: date | None = None,
    last_day: date | None = None,
    return_by: date | None = None,
    units: Collection[str] | None = None,
    number: str | None = None,
    without: Sequence[EmptiedOfContract] | None = None,
    never_was: bool = False,
    **_rest: object,
) -> bool:
    """Say whether such a correction may let somebody do more. Raises as `correct_contract` does."""
    given = _terms(from_on, last_day, return_by, units, number)
    pair, before, covered = _contract_pair(session, at, contract_id, given, without, informations=informations, never_was=never_was)
    row = pair.old
    beside = select(Contract).where(
        Contract.operator_id == row.operator_id, Contract.organ_id == row.organ_id, Contract.id != row.id, Contract.known(at)
    )
    others = [columns_of(each) for each in session.scalars(beside)]
    after = None if pair.new is None else columns_of(pair.new) | {"informations": covered}
    return not contract_narrows(columns_of(row) | {"informations": before}, after, others=others)


def _terms(
    from_on: date | None, last_day: date | None, return_by: date | None, units: Collection[str] | None, number: str | None
) -> dict[str, Any]:
    require_words(number=number)
    if units is not None and not units:
        message = "units: a contract limited to units names at least one"
        raise ValueError(message)
    ends = {"until_on": exclusive(last_day), "return_until_on": exclusive(return_by)}
    return {"from_on": from_on, "units": None if units is None else sorted(set(units)), "number": number, **ends}


def _contract_pair(
    session: Session,
    at: datetime,
    row_id: str,
    given: Mapping[str, Any],
    without: Sequence[str] | None,
    *,
    informations: Collection[str] | None,
    never_was: bool,
) -> tuple[Pair, list[str], list[str]]:
    """Return a contract with what replaces it, and what each of them covers."""
    row = current(session, Contract, row_id, word="contract")
    before = sorted(session.scalars(select(ContractInformation.information_id).where(ContractInformation.contract_id == row.id)))
    if never_was:
        return Pair(row, None), before, []
    covered = before if informations is None else sorted(set(informations))
    if not covered:
        message = "informations: a contract covers at least one information"
        raise ValueError(message)
    changes = changes_of(given, without)
    # What it covers is no column of the contract: a correction of that alone changes no other word.
    made = replacing(row, at=at, changes=changes, beside=covered != before)
    require_order(from_on=made.from_on, until_on=made.until_on)
    if made.return_until_on is not None and (made.until_on is None or made.return_until_on < made.until_on):
        message = "return_by: the term for returning lies before the contract's end"
        raise ValueError(message)
    return Pair(row, made), before, covered


def correct_provision(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    provision_id: str,
    grounds: Grounds,
    under: str | None = None,
    on: date | None = None,
    returned_on: date | None = None,
    consulted_on: date | None = None,
    consented_by: Collection[str] | None = None,
    equivalence: bool | None = None,
    safeguards: bool | None = None,
    document_number: str | None = None,
    letter_on: date | None = None,
    arrived_on: date | None = None,
    without: Sequence[EmptiedOfProvision] | None = None,
    never_was: bool = False,
) -> str:
    """Put a provision right and return the id of the row that counts now.

    Whether it then makes a lawful holder the decision judges, as for what was recorded first. Raises UnknownIdError,
    AlreadyCorrectedError, and ValueError for an unknown article, a return before the provision or where nothing is put right.
    """
    begin_act(session)
    given: dict[str, Any] = {
        "under": under,
        "provided_on": on,
        "returned_on": returned_on,
        "consulted_on": consulted_on,
        "equivalence": equivalence,
    }
    given |= {"safeguards": safeguards, "document_number": document_number, "letter_on": letter_on, "arrived_on": arrived_on}
    given |= {"consented_by": None if consented_by is None else sorted(set(consented_by))}
    pair = _provision_pair(session, at, provision_id, given, without, never_was=never_was)
    for organization_id in consented_by or ():
        personnel.organization(session, organization_id=organization_id)
    row = pair.old
    draft = Draft(
        kind=Kind.PROVISION_CORRECTED,
        actor=actor,
        at=at,
        object=row.information_id,
        organization=row.receiver_id,
        subject=row.information_id,
    )
    return put_right(session, log=log, draft=draft, pairs=[pair], grounds=grounds)


_PROVISION = ("under", "returned_on", "consulted_on", "equivalence", "safeguards", "document_number", "letter_on", "arrived_on")


def widens_provision(
    session: Session,
    *,
    at: datetime,
    provision_id: str,
    on: date | None = None,
    consented_by: Collection[str] | None = None,
    without: Sequence[EmptiedOfProvision] | None = None,
    never_was: bool = False,
    **words: Any,
) -> bool:
    """Say whether such a correction may let somebody do more. Raises as `correct_provision` does."""
    given = {name: words.get(name) for name in _PROVISION} | {"provided_on": on}
    given |= {"consented_by": None if consented_by is None else sorted(set(consented_by))}
    pair = _provision_pair(session, at, provision_id, given, without, never_was=never_was)
    return not provision_narrows(columns_of(pair.old), _after(pair))


def _provision_pair(
    session: Session, at: datetime, row_id: str, given: Mapping[str, Any], without: Sequence[str] | None, *, never_was: bool
) -> Pair:
    row = current(session, Provision, row_id, word="provision")
    if never_was:
        return Pair(row, None)
    if given["under"] is not None and given["under"] not in ROUTES:
        message = f"under: no provision is made under {given['under']!r}"
        raise ValueError(message)
    made = replacing(row, at=at, changes=changes_of(given, without))
    require_order(from_on=made.provided_on, until_on=made.returned_on)
    return Pair(row, made)
