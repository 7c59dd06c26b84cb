"""What an operator itself may pass on (Act 10(5) to (7)), and how an organ gets back what arose there."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.designation.rules import require_seat
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import exclusive, require_order, require_words
from service.provision import queries
from service.provision.model import Demand, Provision
from service.provision.operations.gathering import Letter, conditions_of, first_messages, proposed_of, require_new
from service.provision.rules import Conditions, ProvisionRefusedError, require_disclosable
from service.statute.citations import cite

HAND_OVER = "Act 10(5)"


def disclose(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    operator_id: str,
    receiver_id: str,
    under: str,
    on: date,
    conditions: Conditions | None = None,
    expiry_notice_number: str | None = None,
    provision_id: str | None = None,
) -> str:
    """Disclose an information as an operator and return the id of the provision that this is.

    Handing over on demand (Act 10(5)), Act 9(1)(i) with the consent of every head who designated it, and showing under
    Act 9(1)(ii) and (iii); nothing else. Raises WrongSeatError; ProvisionRefusedError (requirement_not_met,
    not_in_force, not_allowed_to_disclose, consent_of_designator_missing, safeguards_missing); UnknownIdError;
    ValueError for what is no citation.
    """
    require_seat(log.seat, "operator", act="Act 10(6)")
    require_words(expiry_notice_number=expiry_notice_number)
    letter = Letter(number=expiry_notice_number, sent_on=on if expiry_notice_number is not None else None)
    given = conditions or Conditions()
    row = _row(information_id, operator_id, receiver_id, str(cite(under)), on, given, provision_id, at)
    begin_act(session)
    designation.information(session, information_id=information_id)
    for organization_id in row.consented_by:
        personnel.organization(session, organization_id=organization_id)
    # Unlike an organ far away, the operator knows here what it holds.
    require_disclosable(proposed_of(session, row, given, at=at, giver_known=True))
    require_new(session, row)
    draft = _draft(Kind.INFORMATION_DISCLOSED, actor, at, row)
    record(session, log=log, draft=draft, rows=[row, *conditions_of(row, given), *first_messages(session, row, letter, at=at)])
    return row.id


def demand_handover(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    organ_id: str,
    operator_id: str,
    on: date,
    number: str,
    last_day: date | None = None,
    demand_id: str | None = None,
) -> str:
    """Demand, as an organ, what an operator holds for it (Act 10(5)) and return the demand's id.

    `last_day` is until when. Raises WrongSeatError; ProvisionRefusedError (requirement_not_met) where the operator does
    not hold it under Act 10(2) for this organ; UnknownIdError; ValueError for a blank number or a term that is over.
    """
    require_seat(log.seat, "organ", act=HAND_OVER)
    row = _demand(information_id, organ_id, operator_id, on, number, last_day, demand_id)
    return _put_demand(session, log=log, actor=actor, at=at, row=row)


def record_demand(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    organ_id: str,
    operator_id: str,
    on: date,
    number: str,
    last_day: date | None = None,
    demand_id: str | None = None,
) -> str:
    """Record, at the operator, an organ's demand (Act 10(5)) and return its id. Raises as `demand_handover` does."""
    require_seat(log.seat, "operator", act=HAND_OVER)
    row = _demand(information_id, organ_id, operator_id, on, number, last_day, demand_id)
    return _put_demand(session, log=log, actor=actor, at=at, row=row)


def record_handover(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    operator_id: str,
    organ_id: str,
    on: date,
    number: str | None = None,
    provision_id: str | None = None,
) -> str:
    """Record, at the organ, that an operator handed over what it holds for it: from now on the organ holds it too.

    Returns the provision's id. Raises WrongSeatError; ProvisionRefusedError (requirement_not_met, not_in_force);
    UnknownIdError; ValueError for a blank number.
    """
    require_seat(log.seat, "organ", act=HAND_OVER)
    require_words(number=number)
    row = _row(information_id, operator_id, organ_id, HAND_OVER, on, Conditions(), provision_id, at)
    row.document_number = number
    begin_act(session)
    designation.information(session, information_id=information_id)
    require_disclosable(proposed_of(session, row, Conditions(), at=at, giver_known=True))
    require_new(session, row)
    record(session, log=log, draft=_draft(Kind.HANDOVER_RECEIVED, actor, at, row), rows=[row])
    return row.id


def _row(
    information_id: str, giver_id: str, receiver_id: str, under: str, on: date, given: Conditions, provision_id: str | None, at: datetime
) -> Provision:
    return Provision(
        id=provision_id or new_id(),
        information_id=information_id,
        giver_id=giver_id,
        receiver_id=receiver_id,
        under=under,
        provided_on=on,
        consented_by=sorted(set(given.consented_by)),
        equivalence=False,
        safeguards=bool(given.safeguards),
        recorded_at=at,
    )


def _draft(kind: Kind, actor: Actor, at: datetime, row: Provision) -> Draft:
    return Draft(
        kind=kind,
        actor=actor,
        at=at,
        on=row.provided_on,
        object=row.information_id,
        organization=row.receiver_id,
        subject=row.information_id,
    )


def _demand(
    information_id: str, organ_id: str, operator_id: str, on: date, number: str, last_day: date | None, demand_id: str | None
) -> Demand:
    require_words(number=number)
    require_order(from_on=on, until_on=exclusive(last_day))
    return Demand(
        id=demand_id or new_id(),
        information_id=information_id,
        organ_id=organ_id,
        operator_id=operator_id,
        demanded_on=on,
        until_on=exclusive(last_day),
        number=number,
    )


def _put_demand(session: Session, *, log: Log, actor: Actor, at: datetime, row: Demand) -> str:
    begin_act(session)
    designation.information(session, information_id=row.information_id)
    for organization_id in (row.organ_id, row.operator_id):
        personnel.organization(session, organization_id=organization_id)
    held = queries.held_under(session, information_id=row.information_id, organization_id=row.operator_id, on=row.demanded_on, at=at)
    if row.organ_id not in held.get("Act 10(2)", frozenset()):
        facts = {"operator": row.operator_id, "organ": row.organ_id}
        raise ProvisionRefusedError(reason="requirement_not_met", basis=(cite(HAND_OVER),), facts=facts)
    draft = Draft(
        kind=Kind.HANDOVER_DEMANDED,
        actor=actor,
        at=at,
        on=row.demanded_on,
        object=row.information_id,
        organization=row.operator_id,
        subject=row.information_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id
