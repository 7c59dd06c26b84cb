"""At night or in a disaster: one person named in advance lists somebody cleared, for hours; two confirm it, or it lapses.

Nothing in the Act forbids it and nothing in it makes two people necessary; what it asks for, the clearance, no emergency replaces.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, RecordMismatchError, RowSeals, begin_act, record, row_form
from service.need_to_know import queries, rules
from service.need_to_know.model import ActingManager, Listing
from service.need_to_know.operations import lines
from service.need_to_know.operations.acting import require_eligible
from service.need_to_know.operations.lines import Cause, Place, Target
from service.personnel.rules import AlreadyEndedError, exclusive, require_order
from service.statute.citations import cite
from service.statute.periods import day_after, day_start, legal_day

Ground = Literal["night", "disaster"]


def list_in_emergency(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    organization_id: str,
    person_id: str,
    ground: Ground,
    listing_id: str | None = None,
) -> str:
    """List somebody cleared from now on, alone, for the hours that the house allows; return the listing's id.

    Who acts must be named as acting manager for today, and be able to handle such information still.
    Raises ListingRefusedError: not_named_in_advance, own_listing,
    emergency_repeated, was_removed, and whatever keeps somebody off a list; UnknownIdError; AlreadyRecordedError where they stand there.
    """
    begin_act(session)
    on = legal_day(at)
    place, target = Place(information_id, organization_id), Target(person_id=person_id)
    acting = _acting(session, log, actor, organization_id, on)
    basis = cite("Order 11(1)(iv)")
    if acting is None:
        raise rules.ListingRefusedError(reason="not_named_in_advance", basis=(basis,))
    if person_id == acting.person_id:
        raise rules.ListingRefusedError(reason="own_listing", basis=(basis,))
    require_eligible(session, organization_id=organization_id, person_id=acting.person_id, on=on, at=at)
    judged = lines.judge(session, place=place, target=target, on=on, at=at)
    numbers = queries.house_numbers(session, organization_id=organization_id, on=on)
    _require_first(session, place, person_id, at=at, days=numbers["emergency_again_days"])
    ends_at = min(at + timedelta(hours=numbers["emergency_hours"]), _start_after(judged.latest))
    row = lines.line(
        session,
        at=at,
        place=place,
        target=target,
        from_on=on,
        until_on=day_after(legal_day(ends_at)),
        actions=None,
        cause=lines.with_contract(Cause(), judged),
        listing_id=listing_id,
    )
    row.until_at, row.ground, row.acting_id, row.requested_by = ends_at, ground, acting.id, actor.id
    record(session, log=log, draft=_draft(Kind.HANDLER_LISTED_IN_EMERGENCY, actor, at, row, on=on), rows=[row])
    return row.id


def confirm_emergency(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    listing_id: str,
    on: date,
    last_day: date | None = None,
    cause: Cause | None = None,
) -> str:
    """Let stand what one person listed in an emergency, as if two had, and return the listing's id.

    Judged anew as of `on`. Raises ListingRefusedError as `list_handler` does; UnknownIdError; AlreadyEndedError for a
    line that ended, lapsed, or was confirmed already.
    """
    begin_act(session)
    row = queries.listing(session, listing_id=listing_id)
    ended = row.until_on is not None and row.until_on <= on
    if row.until_at is None or row.until_at <= at or ended or row.person_id is None:
        raise AlreadyEndedError(message=f"listing {listing_id!r} waits for no confirmation", facts={"listing": listing_id})
    place = Place(row.information_id, row.organization_id)
    told = cause or Cause()
    lines.require_purpose(session, organization_id=row.organization_id, purpose=told.purpose, on=on)
    require_order(from_on=row.from_on, until_on=exclusive(last_day))
    judged = lines.judge(session, place=place, target=Target(person_id=row.person_id), on=on, at=at, contract_id=told.contract_id)
    months = queries.house_numbers(session, organization_id=row.organization_id, on=on)["listing_months"]
    row.until_on = lines.until(last_day, judged=judged, from_on=row.from_on or on, months=months)
    row.until_at = None
    with_contract = lines.with_contract(told, judged)
    row.contract_id = with_contract.contract_id or row.contract_id
    row.task, row.purpose, row.reference = told.task, told.purpose, told.reference
    record(session, log=log, draft=_draft(Kind.EMERGENCY_CONFIRMED, actor, at, row, on=on), rows=[row])
    return row.id


def _acting(session: Session, log: Log, actor: Actor, organization_id: str, on: date) -> ActingManager | None:
    """Return by which naming the actor may act. Raises RecordMismatchError for one that was edited behind the service's back."""
    row = queries.acting_now(session, organization_id=organization_id, person_id=actor.person_id, on=on)
    if row is None:
        return None
    form = row_form(row)
    if not RowSeals(log.keyring).holds(form["table"], form["row"], row.seal):
        message = f"{form['table']} is not as the service wrote it; run: sekisho verify"
        raise RecordMismatchError(message)
    return row


def _require_first(session: Session, place: Place, person_id: str, *, at: datetime, days: int) -> None:
    """Refuse to go on for hours after hours, and to bring back whom somebody took off: both take two."""
    before = queries.ever_listed(session, information_id=place.information_id, organization_id=place.organization_id, person_id=person_id)
    known = [row for row in before if row.replaced_at is None]
    reason = None
    if any(row.until_at is not None and row.recorded_at > at - timedelta(days=days) for row in before):
        reason = "emergency_repeated"
    elif (known and known[-1].removed_on is not None) or _removed_and_unsaid(before):
        reason = "was_removed"
    if reason is not None:
        raise rules.ListingRefusedError(reason=reason, basis=(cite("Order 11(1)(iv)"),))


def _removed_and_unsaid(before: Sequence[Listing]) -> bool:
    """Say whether the newest line was taken off, and then found never to have been: one person may do both."""
    return bool(before) and before[-1].replaced_at is not None and before[-1].removed_on is not None


def _start_after(last_day: date) -> datetime:
    """Return the first instant after a day; the end of days where there is no next."""
    return day_start(day_after(last_day)) if last_day < date.max else day_start(last_day)


def _draft(kind: Kind, actor: Actor, at: datetime, row: Listing, *, on: date) -> Draft:
    return Draft(
        kind=kind,
        actor=actor,
        at=at,
        on=on,
        person=row.person_id,
        object=row.information_id,
        organization=row.organization_id,
        subject=row.person_id or row.information_id,
    )
