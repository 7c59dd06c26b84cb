"""Providing an information (Act 4(5), 5(2), 6 to 10, 18(4)), performed by its holder or recorded by the operator."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.designation.operations.notice import Notice
from service.designation.rules import require_seat
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.corrections import newest
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError
from service.provision import queries
from service.provision.model import Provision
from service.provision.rules import ROUTES, Conditions, Proposed, require_lawful


def provide(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    giver_id: str,
    receiver_id: str,
    under: str,
    on: date,
    conditions: Conditions | None = None,
    provision_id: str | None = None,
) -> str:
    """Provide an information at the organ's (or police) seat and return the provision's id.

    Raises WrongSeatError; ProvisionRefusedError (requirement_not_met, not_in_force,
    consultation_missing, consent_of_designator_missing, equivalence_missing,
    safeguards_missing, not_certified, no_contract); UnknownIdError for an unknown
    information or organization; ValueError for an unknown article.
    """
    require_seat(log.seat, "organ", act=under)
    row = _provision(information_id, giver_id, receiver_id, under, on, conditions or Conditions(), provision_id, at)
    return _put(session, log=log, actor=actor, at=at, row=row, conditions=conditions or Conditions())


def record_provision(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    giver_id: str,
    receiver_id: str,
    under: str,
    on: date,
    notice: Notice,
    conditions: Conditions | None = None,
    provision_id: str | None = None,
) -> str:
    """Record, at an operator, what an organ provided to it, and return the provision's id.

    How the giver came to hold it is not known there and not judged; all else is. Raises
    as `provide` does.
    """
    require_seat(log.seat, "operator", act=under)
    row = _provision(information_id, giver_id, receiver_id, under, on, conditions or Conditions(), provision_id, at)
    row.document_number, row.letter_on, row.arrived_on = notice.document_number, notice.letter_on, notice.arrived_on
    return _put(session, log=log, actor=actor, at=at, row=row, conditions=conditions or Conditions())


def _provision(
    information_id: str,
    giver_id: str,
    receiver_id: str,
    under: str,
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
        safeguards=conditions.safeguards,
        recorded_at=at,
    )


def _put(session: Session, *, log: Log, actor: Actor, at: datetime, row: Provision, conditions: Conditions) -> str:
    begin_act(session)
    designation.information(session, information_id=row.information_id)
    for organization_id in row.consented_by:
        personnel.organization(session, organization_id=organization_id)
    require_lawful(_proposed(session, row, conditions, at=at, giver_known=log.seat == "organ"))
    if session.get(Provision, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a provision {row.id!r}", facts={"provision": row.id})
    draft = Draft(
        kind=Kind.INFORMATION_PROVIDED,
        actor=actor,
        at=at,
        on=row.provided_on,
        object=row.information_id,
        organization=row.receiver_id,
        subject=row.information_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def _proposed(session: Session, row: Provision, conditions: Conditions, *, at: datetime, giver_known: bool) -> Proposed:
    """Gather what the rules judge, as of the provision's own day."""
    giver = personnel.organization(session, organization_id=row.giver_id)
    receiver = personnel.organization(session, organization_id=row.receiver_id)
    on, information_id = row.provided_on, row.information_id
    holds = queries.holds(session, information_id=information_id, organization_id=giver.id, on=on, at=at)
    if row.under == "Act 10(2)":
        # What arises at the operator is not held by its designator, until it is handed over under Act 10(5).
        holds = bool(queries.held_under(session, information_id=information_id, organization_id=giver.id, on=on, at=at))
    designators = designation.designators(session, information_id=information_id, on=on, at=at)
    return Proposed(
        under=row.under,
        on=on,
        giver_id=giver.id,
        giver_kind=giver.kind,
        receiver_id=receiver.id,
        receiver_kind=receiver.kind,
        designated_by=designation.designated_by(session, information_id=information_id, on=on, at=at),
        designators=designators,
        in_force=bool(designators),
        lent_to=queries.lent_to(session, information_id=information_id, giver_id=giver.id, on=on, at=at),
        giver_holds=holds or (not giver_known and row.under != "Act 10(2)"),
        held_under=queries.held_under(session, information_id=information_id, organization_id=giver.id, on=on, at=at),
        certified=queries.is_certified(session, operator_id=receiver.id, organ_id=giver.id, on=on, at=at),
        contracted=bool(
            queries.contracts_covering(session, operator_id=receiver.id, organ_id=giver.id, information_id=information_id, on=on, at=at)
        ),
        conditions=conditions,
    )


def record_return(session: Session, *, log: Log, actor: Actor, at: datetime, provision_id: str, on: date) -> str:
    """Record that what was provided is back with its giver (or destroyed) from a day on; return the provision's id.

    Raises UnknownIdError, and AlreadyEndedError where it was returned earlier or not yet provided.
    """
    begin_act(session)
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
    record(session, log=log, draft=draft, rows=[row])
    return row.id
