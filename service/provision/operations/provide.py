"""Providing an information (Act 4(5), 5(2), 6 to 10, 18(4)), performed by its holder or recorded by the operator."""

from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.designation.operations.notice import Notice
from service.designation.rules import require_seat
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.corrections import newest
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, require_words
from service.provision.model import Provision, ReturnSlip
from service.provision.operations.gathering import Letter, conditions_of, first_messages, proposed_of, require_new
from service.provision.rules import ROUTES, Conditions, Under, require_lawful


def provide(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    giver_id: str,
    receiver_id: str,
    under: Under,
    on: date,
    conditions: Conditions | None = None,
    expiry_notice_number: str | None = None,
    provision_id: str | None = None,
) -> str:
    """Provide an information at the organ's (or police) seat and return the provision's id.

    It is provided under Act 4(5), 6(1), 7(1), 7(3), 8, 9(1), 9(2), 10(1), 10(2) or 18(4), each with its own conditions.

    `expiry_notice_number` is that of the letter of Order 13, sent the same day; without it the letter is still owed.
    Raises WrongSeatError; ProvisionRefusedError (requirement_not_met, not_in_force,
    consultation_missing, consent_of_designator_missing, equivalence_missing,
    safeguards_missing, not_certified, no_contract, contract_incomplete); UnknownIdError for an unknown
    information or organization; ValueError for an unknown article.
    """
    require_seat(log.seat, "organ", act=under)
    require_words(expiry_notice_number=expiry_notice_number)
    row = _provision(information_id, giver_id, receiver_id, under, on, conditions or Conditions(), provision_id, at)
    letter = Letter(number=expiry_notice_number, sent_on=on if expiry_notice_number is not None else None)
    return _put(session, log=log, actor=actor, at=at, row=row, conditions=conditions or Conditions(), letter=letter)


def record_provision(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    giver_id: str,
    receiver_id: str,
    under: Under,
    on: date,
    notice: Notice,
    conditions: Conditions | None = None,
    provision_id: str | None = None,
) -> str:
    """Record, at an operator, what an organ provided to it (Act 10(1), 10(2)), and return the provision's id.

    How the giver came to hold it is not known there and not judged; all else is. The organ's letter is also that of
    Order 13. Raises as `provide` does.
    """
    require_seat(log.seat, "operator", act=under)
    row = _provision(information_id, giver_id, receiver_id, under, on, conditions or Conditions(), provision_id, at)
    row.document_number, row.letter_on, row.arrived_on = notice.document_number, notice.letter_on, notice.arrived_on
    letter = Letter(number=notice.document_number, sent_on=notice.letter_on, received_on=notice.arrived_on)
    return _put(session, log=log, actor=actor, at=at, row=row, conditions=conditions or Conditions(), letter=letter)


def _provision(
    information_id: str,
    giver_id: str,
    receiver_id: str,
    under: Under,
    on: date,
    conditions: Conditions,
    provision_id: str | None,
    at: datetime,
) -> Provision:
    if under not in ROUTES:
        msg = f"no provision is made under {under!r}; known are {', '.join(ROUTES)}"
        raise ValueError(msg)
    return Provision(
        id=provision_id or new_id(),
        information_id=information_id,
        giver_id=giver_id,
        receiver_id=receiver_id,
        under=under,
        provided_on=on,
        consulted_on=conditions.consulted_on,
        consented_by=sorted(set(conditions.consented_by)),
        equivalence=conditions.equivalence,
        safeguards=bool(conditions.safeguards),
        recorded_at=at,
    )


def _put(session: Session, *, log: Log, actor: Actor, at: datetime, row: Provision, conditions: Conditions, letter: Letter) -> str:
    begin_act(session)
    designation.information(session, information_id=row.information_id)
    for organization_id in row.consented_by:
        personnel.organization(session, organization_id=organization_id)
    require_lawful(proposed_of(session, row, conditions, at=at, giver_known=log.seat == "organ"))
    require_new(session, row)
    draft = Draft(
        kind=Kind.INFORMATION_PROVIDED,
        actor=actor,
        at=at,
        on=row.provided_on,
        object=row.information_id,
        organization=row.receiver_id,
        subject=row.information_id,
    )
    record(session, log=log, draft=draft, rows=[row, *conditions_of(row, conditions), *first_messages(session, row, letter, at=at)])
    return row.id


def record_return(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    provision_id: str,
    on: date,
    how: Literal["returned", "destroyed"] = "returned",
    number: str | None = None,
) -> str:
    """Record that what was provided is back with its giver, or destroyed, from a day on; return the provision's id.

    `number` is that of the receipt or of the record of destruction. Raises UnknownIdError, and AlreadyEndedError where
    it was returned earlier or not yet provided.
    """
    begin_act(session)
    require_words(number=number)
    row = newest(session, Provision, provision_id, word="provision")
    if (row.returned_on is not None and row.returned_on <= on) or on < row.provided_on:
        raise AlreadyEndedError(message=f"provision {provision_id!r} cannot be returned on {on}", facts={"provision": provision_id})
    row.returned_on = on
    draft = Draft(
        kind=Kind.INFORMATION_RETURNED,
        actor=actor,
        at=at,
        on=on,
        object=row.information_id,
        organization=row.receiver_id,
        subject=row.information_id,
    )
    slip = ReturnSlip(id=new_id(), provision_id=row.id, how=how, ended_on=on, number=number)
    record(session, log=log, draft=draft, rows=[row, slip])
    return row.id
