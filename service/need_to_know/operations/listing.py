"""A manager's decision: somebody is put on a scope or list, or taken off."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.ledger import Draft, Kind, Log, begin_act, record
from service.need_to_know import queries, rules
from service.need_to_know.model import Listing, ListingRequest
from service.need_to_know.operations import lines, requesting
from service.need_to_know.operations.lines import Cause, Place, Target
from service.personnel import queries as personnel
from service.personnel.rules import AlreadyEndedError, exclusive, require_order


def list_handler(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    organization_id: str,
    target: Target,
    from_on: date,
    last_day: date | None = None,
    actions: Collection[str] | None = None,
    cause: Cause | None = None,
    request_id: str | None = None,
    listing_id: str | None = None,
) -> str:
    """Put somebody on the scope or list for an information (Act 5(1), 5(3), 10(4)) and return the listing's id.

    `actions` None for all of them; `last_day` None for the earliest of contract, designation, clearance and the house's
    months. Judged as of `from_on`. `request_id` names the request that this grants. Raises ListingRefusedError
    (requirement_not_met, not_in_force, not_certified, no_contract, not_cleared, outside_contract_units,
    later_than_allowed, confirmation_overdue); UnknownIdError; AlreadyRecordedError where the same line stands as long;
    AlreadyEndedError for a request decided already; ValueError for an unknown action or purpose, for a request of
    something else, or for an interval that ends before it begins.
    """
    begin_act(session)
    rules.known_actions(actions)
    require_order(from_on=from_on, until_on=exclusive(last_day))
    place = Place(information_id, organization_id)
    request = None if request_id is None else requesting.open_request(session, request_id, place=place, target=target, actions=actions)
    cause = requesting.cause_of(cause, request)
    lines.require_purpose(session, organization_id=organization_id, purpose=cause.purpose, on=from_on)
    judged = lines.judge(session, place=place, target=target, on=from_on, at=at, contract_id=cause.contract_id)
    _require_confirmed(session, place, target, judged.basis, on=from_on, at=at)
    months = queries.house_numbers(session, organization_id=organization_id, on=from_on)["listing_months"]
    row = lines.line(
        session,
        at=at,
        place=place,
        target=target,
        from_on=from_on,
        until_on=lines.until(last_day, judged=judged, from_on=from_on, months=months),
        actions=actions,
        cause=lines.with_contract(cause, judged),
        listing_id=listing_id,
    )
    rows: list[Listing | ListingRequest] = [row]
    if request is not None:
        row.request_id, row.requested_by = request.id, request.requested_by
        request.state, request.decided_on = "granted", from_on
        rows.append(request)
    record(session, log=log, draft=_draft(Kind.HANDLER_LISTED, actor, at, place, target, on=from_on), rows=rows)
    return row.id


def put_on_list(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    organization_id: str,
    target: Target,
    from_on: date,
    actions: Collection[str] | None = None,
) -> str:
    """Put somebody on a list without an end and return the listing's id: for the acts of legal cases, which know no house rule.

    No door comes here. Judged as `list_handler` does, but for what the house asks. Raises as it does.
    """
    begin_act(session)
    place = Place(information_id, organization_id)
    lines.judge(session, place=place, target=target, on=from_on, at=at)
    row = lines.line(session, at=at, place=place, target=target, from_on=from_on, until_on=None, actions=actions, cause=Cause())
    record(session, log=log, draft=_draft(Kind.HANDLER_LISTED, actor, at, place, target, on=from_on), rows=[row])
    return row.id


def _require_confirmed(session: Session, place: Place, target: Target, basis: str, *, on: date, at: datetime) -> None:
    """Refuse something new for whoever stands on a line that waits too long for its confirmation."""
    running = queries.running(session, organization_id=place.organization_id, on=on, at=at)
    theirs = [each for each in running if Target(each.person_id, each.unit_id, each.post) == target]
    standings = queries.standings_of(session, theirs, organization_id=place.organization_id, on=on)
    rules.require_confirmed([one.phase for one in standings], basis=basis)


def _draft(kind: Kind, actor: Actor, at: datetime, place: Place, target: Target, *, on: date) -> Draft:
    return Draft(
        kind=kind,
        actor=actor,
        at=at,
        on=on,
        person=target.person_id,
        object=place.information_id,
        organization=place.organization_id,
        subject=target.person_id or place.information_id,
    )


def remove_handler(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    organization_id: str,
    target: Target,
    on: date,
) -> tuple[str, ...]:
    """Take somebody off the scope or list (Act 5(1), 10(4)) from a day on and return the ids of the lines ended.

    Nothing is judged: narrowing is always lawful. Raises UnknownIdError, and
    AlreadyEndedError where no line names them from that day on.
    """
    begin_act(session)
    designation.information(session, information_id=information_id)
    personnel.organization(session, organization_id=organization_id)
    place = Place(information_id, organization_id)
    rows = lines.open_lines(session, place=place, target=target, on=on, at=at)
    if not rows:
        raise AlreadyEndedError(message=f"no line on the list for {information_id!r} names them", facts={"information": information_id})
    for row in rows:
        lines.end(row, on=on)
    record(session, log=log, draft=_draft(Kind.HANDLER_REMOVED, actor, at, place, target, on=on), rows=rows)
    return tuple(row.id for row in rows)
