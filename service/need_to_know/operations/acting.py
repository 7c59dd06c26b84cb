"""Acting managers, named in advance by two people (NPSC Rule 8/2025 3(3), 3(4))."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.clearance.queries import clearance_in_force
from service.ledger import Draft, Kind, Log, begin_act, record
from service.need_to_know import rules
from service.need_to_know.model import ActingManager
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, require_order
from service.provision.queries import certifying_organs
from service.statute.citations import cite
from service.statute.periods import day_after


def name_acting_manager(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organization_id: str,
    person_id: str,
    from_on: date,
    last_day: date,
    acting_id: str | None = None,
) -> str:
    """Name who may, from a day to a day, list somebody cleared alone at night or in a disaster; return the naming's id.

    Who holds the place of a custodian must be able to handle such information. Raises ListingRefusedError
    (requirement_not_met for somebody who does not work there, not_cleared); UnknownIdError; ValueError.
    """
    begin_act(session)
    require_order(from_on=from_on, until_on=day_after(last_day))
    personnel.organization(session, organization_id=organization_id)
    personnel.person(session, person_id=person_id)
    require_eligible(session, organization_id=organization_id, person_id=person_id, on=from_on, at=at)
    row = ActingManager(
        id=acting_id or new_id(), organization_id=organization_id, person_id=person_id, from_on=from_on, until_on=day_after(last_day)
    )
    record(session, log=log, draft=_draft(Kind.ACTING_MANAGER_NAMED, actor, at, row, on=from_on), rows=[row])
    return row.id


def require_eligible(session: Session, *, organization_id: str, person_id: str, on: date, at: datetime) -> None:
    """Refuse an acting manager who could not handle such information. Raises ListingRefusedError: requirement_not_met, not_cleared."""
    basis = cite("NPSC Rule 8/2025 3(4)")
    if not personnel.workplace(session, person_id=person_id, organization_id=organization_id, on=on, at=at).works_there:
        raise rules.ListingRefusedError(reason="requirement_not_met", basis=(basis,))
    heads = frozenset({organization_id})
    if personnel.organization(session, organization_id=organization_id).kind == "operator":
        heads = certifying_organs(session, operator_id=organization_id, on=on, at=at)
    if not any(clearance_in_force(session, person_id=person_id, head_id=head, on=on, at=at) for head in heads):
        raise rules.ListingRefusedError(reason="not_cleared", basis=(cite("Act 11(1)"), basis))


def end_acting_manager(session: Session, *, log: Log, actor: Actor, at: datetime, acting_id: str, on: date) -> str:
    """End a naming from a day on and return its id. Raises UnknownIdError, AlreadyEndedError."""
    begin_act(session)
    row = personnel.require_known(session, ActingManager, acting_id, word="naming")
    if row.until_on <= max(on, row.from_on):
        raise AlreadyEndedError(message=f"naming {acting_id!r} has ended", facts={"naming": acting_id})
    row.until_on = max(on, row.from_on)
    record(session, log=log, draft=_draft(Kind.ACTING_MANAGER_ENDED, actor, at, row, on=on), rows=[row])
    return row.id


def _draft(kind: Kind, actor: Actor, at: datetime, row: ActingManager, *, on: date) -> Draft:
    return Draft(kind=kind, actor=actor, at=at, on=on, person=row.person_id, organization=row.organization_id, subject=row.person_id)
