"""Putting a line of a scope or list right."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act
from service.need_to_know.model import Listing
from service.need_to_know.narrowing import listing_narrows
from service.need_to_know.rules import known_actions
from service.personnel.corrections import Grounds, Pair, changes_of, columns_of, current, put_right, replacing
from service.personnel.rules import exclusive, require_order

Emptied = Literal["from_on", "until_on", "actions"]


def correct_listing(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    listing_id: str,
    grounds: Grounds,
    from_on: date | None = None,
    last_day: date | None = None,
    actions: Collection[str] | None = None,
    without: Sequence[Emptied] | None = None,
    never_was: bool = False,
) -> str:
    """Put the days or the actions of a line right and return the id of the line that counts now.

    `without` names what is to be empty, `never_was` a line that was never decided on. Raises UnknownIdError,
    AlreadyCorrectedError, and ValueError for an unknown action, an interval that ends before it begins, or where
    nothing is put right.
    """
    begin_act(session)
    given = {"from_on": from_on, "until_on": exclusive(last_day), "actions": known_actions(actions)}
    pair = _pair(session, at=at, listing_id=listing_id, never_was=never_was, without=without, given=given)
    row = pair.old
    draft = Draft(
        kind=Kind.HANDLER_CORRECTED,
        actor=actor,
        at=at,
        person=row.person_id,
        object=row.information_id,
        organization=row.organization_id,
        subject=row.person_id or row.information_id,
    )
    return put_right(session, log=log, draft=draft, pairs=[pair], grounds=grounds)


def widens_listing(
    session: Session,
    *,
    at: datetime,
    listing_id: str,
    from_on: date | None = None,
    last_day: date | None = None,
    actions: Collection[str] | None = None,
    without: Sequence[Emptied] | None = None,
    never_was: bool = False,
    **_rest: object,
) -> bool:
    """Say whether such a correction may let somebody do more. Raises as `correct_listing` does."""
    given = {"from_on": from_on, "until_on": exclusive(last_day), "actions": known_actions(actions)}
    pair = _pair(session, at=at, listing_id=listing_id, never_was=never_was, without=without, given=given)
    return not listing_narrows(columns_of(pair.old), None if pair.new is None else columns_of(pair.new))


def _pair(
    session: Session, *, at: datetime, listing_id: str, never_was: bool, without: Sequence[str] | None, given: dict[str, Any]
) -> Pair:
    row = current(session, Listing, listing_id, word="listing")
    if never_was:
        return Pair(row, None)
    made = replacing(row, at=at, changes=changes_of(given, without))
    if made.until_on is None or (row.until_on is not None and made.until_on > row.until_on):
        # That somebody was taken off is put right with it: a later end takes two people.
        made.removed_on = None
    require_order(from_on=made.from_on, until_on=made.until_on)
    return Pair(row, made)
