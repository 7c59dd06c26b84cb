"""What somebody asks for, for themselves or for those they lead, and the manager's no (Act 5(1), Order 11(1))."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act, record
from service.need_to_know import rules
from service.need_to_know.model import ListingRequest
from service.need_to_know.operations import lines
from service.need_to_know.operations.lines import Cause, Place, Target
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, UnknownIdError
from service.provision.queries import contracts_covering

Decline = Literal["not_needed", "outside_scope", "not_possible"]
"""Why not, as far as whoever asked may know: what stands in somebody's way is never told here."""


def request_listing(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    organization_id: str,
    person_id: str,
    purpose: str,
    on: date,
    actions: Collection[str] | None = None,
    contract_id: str | None = None,
    task: str | None = None,
    reference: str | None = None,
    request_id: str | None = None,
) -> str:
    """Ask that somebody be listed for an information (Act 5(1), 10(4)) and return the request's id.

    Whether they are cleared is not looked at. Raises UnknownIdError, also for an information that the organization has no
    handlers for and for somebody who does not work there; ValueError for an unknown action or purpose, or for words where a
    number is meant.
    """
    begin_act(session)
    cause = Cause(contract_id, task, purpose, reference)
    granted = rules.known_actions(actions)
    lines.require_purpose(session, organization_id=organization_id, purpose=purpose, on=on)
    if not lines.has_handlers(session, Place(information_id, organization_id), on=on, at=at):
        raise UnknownIdError(message=f"there is no information {information_id!r}", facts={"information": information_id})
    covering = contracts_covering(session, operator_id=organization_id, information_id=information_id, on=on, at=at)
    if contract_id is not None and contract_id not in {contract.id for contract in covering}:
        raise UnknownIdError(message=f"there is no contract {contract_id!r}", facts={"contract": contract_id})
    personnel.person(session, person_id=person_id)
    if not personnel.workplace(session, person_id=person_id, organization_id=organization_id, on=on, at=at).works_there:
        raise UnknownIdError(message=f"there is no person {person_id!r}", facts={"person": person_id})
    row = ListingRequest(
        id=request_id or new_id(),
        information_id=information_id,
        organization_id=organization_id,
        person_id=person_id,
        actions=granted,
        contract_id=cause.contract_id,
        task=cause.task,
        purpose=purpose,
        reference=cause.reference,
        requested_by=actor.id,
        requested_on=on,
        state="open",
    )
    record(session, log=log, draft=_draft(Kind.LISTING_REQUESTED, actor, at, row, on=on), rows=[row])
    return row.id


def decline_request(session: Session, *, log: Log, actor: Actor, at: datetime, request_id: str, reason: Decline, on: date) -> str:
    """Decide that somebody is not listed and return the request's id. Raises UnknownIdError, AlreadyEndedError."""
    begin_act(session)
    row = _open(session, request_id)
    row.state, row.decided_on, row.reason = "declined", on, reason
    record(session, log=log, draft=_draft(Kind.LISTING_DECLINED, actor, at, row, on=on), rows=[row])
    return row.id


def take_back_request(session: Session, *, log: Log, actor: Actor, at: datetime, request_id: str, on: date) -> str:
    """Take back a request that nobody decided yet and return its id. Raises UnknownIdError, AlreadyEndedError."""
    begin_act(session)
    row = _open(session, request_id)
    row.state, row.decided_on = "taken_back", on
    record(session, log=log, draft=_draft(Kind.LISTING_DECLINED, actor, at, row, on=on), rows=[row])
    return row.id


def open_request(session: Session, request_id: str, *, place: Place, target: Target, actions: Collection[str] | None) -> ListingRequest:
    """Return the request that a listing grants. Raises UnknownIdError, AlreadyEndedError; ValueError for one of something else."""
    row = _open(session, request_id)
    asked_for = (row.information_id, row.organization_id, Target(person_id=row.person_id))
    if asked_for != (place.information_id, place.organization_id, target):
        msg = "request_id: it asks for something else"
        raise ValueError(msg)
    if row.actions is not None and not set(rules.known_actions(actions) or rules.ACTIONS) <= set(row.actions):
        msg = "actions: more than was asked for"
        raise ValueError(msg)
    return row


def cause_of(cause: Cause | None, request: ListingRequest | None) -> Cause:
    """Return a listing's cause: the manager's own words first, then those of the request."""
    told = cause or Cause()
    if request is None:
        return told
    asked = Cause(request.contract_id, request.task, request.purpose, request.reference)
    given = {name: value for name in ("contract_id", "task", "purpose", "reference") if (value := getattr(told, name)) is not None}
    return replace(asked, **given)


def _open(session: Session, request_id: str) -> ListingRequest:
    row = personnel.require_known(session, ListingRequest, request_id, word="request")
    if row.state != "open":
        raise AlreadyEndedError(message=f"request {request_id!r} is decided", facts={"request": request_id})
    return row


def _draft(kind: Kind, actor: Actor, at: datetime, row: ListingRequest, *, on: date) -> Draft:
    return Draft(
        kind=kind,
        actor=actor,
        at=at,
        on=on,
        person=row.person_id,
        object=row.information_id,
        organization=row.organization_id,
        subject=row.person_id,
    )
