"""What lapses unconfirmed, by the timed job or after a declared loss: never silently, one entry a line."""

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act, record_many
from service.need_to_know import queries
from service.need_to_know.model import Listing
from service.need_to_know.operations import lines
from service.personnel.queries import organizations


def lapse_unconfirmed(session: Session, *, log: Log, actor: Actor, at: datetime, on: date) -> tuple[str, ...]:
    """End every line whose confirmation is overdue on a day, each with its own entry, and return their ids.

    Run twice it changes nothing the second time. What one person listed in an emergency lapses by its own instant.
    """
    begin_act(session)
    found = [
        one.listing
        for organization in organizations(session)
        for one in queries.standings(session, organization_id=organization.id, on=on, at=at)
        if one.phase == "lapsing"
    ]
    drafts = []
    for row in found:
        lines.end(row, on=on)
        drafts.append((_lapsed(row, actor, at, on=on), [row]))
    record_many(session, log=log, drafts=drafts)
    return tuple(row.id for row in found)


def lapse_after_loss(session: Session, *, log: Log, actor: Actor, at: datetime, on: date, before: int, most: int) -> int:
    """End lines that stand since before an index, at most so many, each with its own entry, and return how many.

    After entries were lost nobody here knows which of them were taken off in what is missing: each is listed again by two.
    """
    begin_act(session)
    standing = (
        select(Listing)
        .where(Listing.replaced_at.is_(None), Listing.changed_index < before)
        .where(or_(Listing.until_on.is_(None), Listing.until_on > on))
        .order_by(Listing.id)
        .limit(most)
    )
    drafts = []
    for row in session.scalars(standing):
        lines.end(row, on=on)
        drafts.append((_lapsed(row, actor, at, on=on), [row]))
    record_many(session, log=log, drafts=drafts)
    return len(drafts)


def _lapsed(row: Listing, actor: Actor, at: datetime, *, on: date) -> Draft:
    return Draft(
        kind=Kind.HANDLER_LAPSED,
        actor=actor,
        at=at,
        on=on,
        person=row.person_id,
        object=row.information_id,
        organization=row.organization_id,
        subject=row.person_id or row.information_id,
    )
