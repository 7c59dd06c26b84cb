"""Scopes and lists as they stand, portions to confirm, requests to decide: one organization's, as far as a role reaches them."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.acts.concerning import Concern, OutsideError, Part, concern_of_row
from service.acts.reading.paging import MOST_SCANNED, closed, place_of
from service.acts.reading.seeing import reached, seers_in
from service.identity.desk import Seated
from service.identity.members import Held
from service.need_to_know import queries as lists
from service.need_to_know.model import ActingManager, Exclusion, Listing, ListingRequest
from service.need_to_know.queries import Emergency, Portion, RollLine
from service.statute.periods import legal_day


def the_list(session: Session, seated: Seated, *, information_id: str, organization_id: str) -> list[RollLine]:
    """Return the scope or list of one organization for an information as it stands today, line by line within reach.

    Raises NotAllowedError, OutsideError.
    """
    held = seers_in(seated, "listing", organization_id)
    part = Part("information_id", frozenset({organization_id}), informations=frozenset({information_id}))
    if not reached(session, held, Concern([part])):
        word = "information_id"
        raise OutsideError(word)
    on = legal_day(seated.at)
    lines = lists.roll(session, information_id=information_id, organization_id=organization_id, on=on, at=seated.at)
    return [line for line in lines if line_reached(session, held, line.listing_id, seated)]


def list_page(
    session: Session, seated: Seated, *, information_id: str, organization_id: str, limit: int, cursor: str | None
) -> tuple[list[RollLine], str | None]:
    """Return a page of the lines of a list as it stands today, within reach, and the cursor of the page behind it.

    Raises NotAllowedError, OutsideError.
    """
    held = seers_in(seated, "listing", organization_id)
    lines = lists.roll(session, information_id=information_id, organization_id=organization_id, on=legal_day(seated.at), at=seated.at)
    found: list[RollLine] = []
    start = place_of(cursor)
    for place, line in enumerate(lines[start:], start=start):
        if len(found) == limit or place - start == MOST_SCANNED:
            return found, closed(str(place))
        if line_reached(session, held, line.listing_id, seated):
            found.append(line)
    return found, None


def to_confirm(session: Session, seated: Seated, *, organization_id: str, listings: Collection[str]) -> frozenset[str]:
    """Return which of some lines of an organization wait to be confirmed in this half."""
    rows = session.scalars(select(Listing).where(Listing.id.in_(listings), Listing.until_at.is_(None))).all()
    standings = lists.standings_of(session, rows, organization_id=organization_id, on=legal_day(seated.at))
    return frozenset(one.listing.id for one in standings if one.phase != "confirmed")


def portions_page(
    session: Session, seated: Seated, *, organization_id: str, limit: int, cursor: str | None
) -> tuple[list[Portion], str | None]:
    """Return a page of what is to be confirmed this half, the most urgent first, within reach, and the cursor behind it.

    Raises NotAllowedError, OutsideError.
    """
    held = seers_in(seated, "listing", organization_id)
    portions = lists.portions(session, organization_id=organization_id, on=legal_day(seated.at), at=seated.at)
    found: list[Portion] = []
    start = place_of(cursor)
    for place, one in enumerate(portions[start:], start=start):
        if len(found) == limit:
            return found, closed(str(place))
        found += _within(session, held, one, seated)
    return found, None


def _within(session: Session, held: Collection[Held], one: Portion, seated: Seated) -> list[Portion]:
    mine = tuple(line for line in one.listings if line_reached(session, held, line, seated))
    return [Portion(one.information_id, mine, one.phase)] if mine else []


def portions_of(session: Session, seated: Seated, *, organization_id: str) -> list[Portion]:
    """Return what is to be confirmed this half, in portions, the most urgent first: the lines within reach.

    Raises NotAllowedError, OutsideError.
    """
    held = seers_in(seated, "listing", organization_id)
    found = lists.portions(session, organization_id=organization_id, on=legal_day(seated.at), at=seated.at)
    return [told for one in found for told in _within(session, held, one, seated)]


def requests_of(session: Session, seated: Seated, *, organization_id: str) -> list[ListingRequest]:
    """Return the requests to be listed that wait for a decision, the oldest first, within reach.

    Raises NotAllowedError, OutsideError.
    """
    held = seers_in(seated, "listing", organization_id)
    found = lists.open_requests(session, organization_id=organization_id)
    return [row for row in found if reached(session, held, _of_request(session, row, seated))]


def lines_named(session: Session, seated: Seated, *, organization_id: str, listings: Collection[str]) -> list[Listing]:
    """Return lines of one organization by their ids, as known now. Raises OutsideError for one that is out of reach or not there."""
    held = seers_in(seated, "listing", organization_id)
    found = select(Listing).where(Listing.id.in_(set(listings)), Listing.organization_id == organization_id, Listing.known(seated.at))
    rows = [row for row in session.scalars(found.order_by(Listing.id)) if line_reached(session, held, row.id, seated)]
    if len(rows) != len(set(listings)):
        word = "listings"
        raise OutsideError(word)
    return rows


def excluded(session: Session, seated: Seated, *, organization_id: str) -> list[Exclusion]:
    """Return who is kept off every list of an organization today, within reach. Raises NotAllowedError, OutsideError."""
    held = seers_in(seated, "listing", organization_id)
    on = legal_day(seated.at)
    found = select(Exclusion).where(
        Exclusion.organization_id == organization_id,
        Exclusion.from_on <= on,
        or_(Exclusion.until_on.is_(None), Exclusion.until_on > on),
    )
    rows = session.scalars(found.order_by(Exclusion.from_on.desc(), Exclusion.id))
    return [row for row in rows if reached(session, held, _of_person(session, row, seated))]


def acting(session: Session, seated: Seated, *, organization_id: str) -> list[ActingManager]:
    """Return who may list somebody alone in an emergency today, within reach. Raises NotAllowedError, OutsideError."""
    held = seers_in(seated, "listing", organization_id)
    found = lists.acting_managers(session, organization_id=organization_id, on=legal_day(seated.at))
    return [row for row in found if reached(session, held, _of_person(session, row, seated))]


def emergencies_open(session: Session, seated: Seated, *, organization_id: str) -> list[Emergency]:
    """Return what one person listed alone and nobody has confirmed yet, within reach. Raises NotAllowedError, OutsideError."""
    held = seers_in(seated, "listing", organization_id)
    found = lists.emergencies(session, organization_id=organization_id, at=seated.at)
    return [one for one in found if one.state == "open" and line_reached(session, held, one.listing.id, seated)]


def line_reached(session: Session, held: Collection[Held], listing_id: str, seated: Seated) -> bool:
    """Say whether one of some roles reaches a line of a list, and everybody whom it names."""
    row = session.get_one(Listing, listing_id)
    return reached(session, held, concern_of_row(session, row, by=None, at=seated.at))


def _of_request(session: Session, row: ListingRequest, seated: Seated) -> Concern:
    """Return what a request is about: the list, and whom it would name."""
    concern = concern_of_row(session, row, by=None, at=seated.at)
    concern.parts += concern_of_row(session, row, by="person_id", at=seated.at).parts
    return concern


def _of_person(session: Session, row: Exclusion | ActingManager, seated: Seated) -> Concern:
    """Return what a line about somebody is about: whose it is, and who they are."""
    concern = Concern()
    concern.owners("organization_id", {row.organization_id})
    concern.parts += concern_of_row(session, row, by="person_id", at=seated.at).parts
    return concern


def places_of(held: Sequence[Held]) -> list[str]:
    """Return the organizations in which somebody holds some roles, each once."""
    return list(dict.fromkeys(one.organization_id for one in held))
