"""The half-yearly inspection: lines are looked at and stand (Order 11(1)(ix), NPSC Rule 8/2025 39)."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act, record
from service.need_to_know import queries, rules
from service.need_to_know.model import Confirmation
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, UnknownIdError

MOST = 50
"""Lines of one confirmation: more than that nobody looks at."""


def confirm_listings(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organization_id: str,
    listings: tuple[str, ...],
    on: date,
) -> tuple[str, ...]:
    """Confirm some lines of an organization in the half of a day, and return the lines confirmed.

    Raises UnknownIdError for a line of another organization's, AlreadyEndedError for one that does not run that day,
    AlreadyRecordedError for one that was confirmed in this half; ValueError for none or too many at a time.
    """
    begin_act(session)
    if not 0 < len(set(listings)) == len(listings) <= MOST:
        msg = f"listings: between 1 and {MOST} different ones"
        raise ValueError(msg)
    running = {row.id for row in queries.running(session, organization_id=organization_id, on=on, at=at)}
    half = rules.half_of(on)
    seen = set(session.scalars(select(Confirmation.listing_id).where(Confirmation.half_on == half)))
    for listing_id in listings:
        row = queries.listing(session, listing_id=listing_id)
        if row.organization_id != organization_id:
            raise UnknownIdError(message=f"there is no listing {listing_id!r}", facts={"listing": listing_id})
        if listing_id not in running or row.until_at is not None:
            raise AlreadyEndedError(message=f"listing {listing_id!r} does not run, or waits for two", facts={"listing": listing_id})
        if listing_id in seen:
            raise AlreadyRecordedError(message=f"listing {listing_id!r} is confirmed", facts={"listing": listing_id})
    rows = [
        Confirmation(
            id=new_id(), listing_id=listing_id, organization_id=organization_id, half_on=half, confirmed_on=on, confirmed_by=actor.id
        )
        for listing_id in listings
    ]
    draft = Draft(kind=Kind.LISTINGS_CONFIRMED, actor=actor, at=at, on=on, organization=organization_id)
    record(session, log=log, draft=draft, rows=rows)
    return listings
