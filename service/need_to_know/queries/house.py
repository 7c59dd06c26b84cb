"""What an organization set for its lists: numbers, purposes, acting managers; and what was asked of its managers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.need_to_know.model import ActingManager, HouseNumberRow, ListingRequest, Purpose
from service.need_to_know.rules import DEFAULT_PURPOSES, HOUSE_NUMBERS


@dataclass(frozen=True, slots=True)
class HouseSetting:
    """A number of the house as it stands; `since` None for the default, which stands for a rule that is not public."""

    name: str
    value: int
    since: date | None

    @property
    def is_default(self) -> bool:
        """Whether nobody here set it."""
        return self.since is None


@dataclass(frozen=True, slots=True)
class PurposeLine:
    """One purpose that a listing may have."""

    code: str
    name: str
    name_en: str
    is_default: bool


def house_settings(session: Session, *, organization_id: str, on: date) -> Sequence[HouseSetting]:
    """Return every number of the house as it stands on a day, with those that are defaults marked."""
    rows = session.scalars(
        select(HouseNumberRow)
        .where(HouseNumberRow.organization_id == organization_id, HouseNumberRow.from_on <= on)
        .order_by(HouseNumberRow.from_on)
    )
    newest = {row.name: row for row in rows}
    return [
        HouseSetting(name, newest[name].value, newest[name].from_on) if name in newest else HouseSetting(name, number.default, None)
        for name, number in HOUSE_NUMBERS.items()
    ]


def house_numbers(session: Session, *, organization_id: str, on: date) -> dict[str, int]:
    """Return the numbers of the house by name, as they stand on a day."""
    return {one.name: one.value for one in house_settings(session, organization_id=organization_id, on=on)}


def purpose_lines(session: Session, *, organization_id: str, on: date) -> Sequence[PurposeLine]:
    """Return the purposes that a listing may have on a day: the defaults that the organization left alone, and its own lines."""
    rows = session.scalars(select(Purpose).where(Purpose.organization_id == organization_id).order_by(Purpose.from_on, Purpose.id)).all()
    own = {row.code for row in rows if row.from_on <= on}
    live = {row.code: row for row in rows if row.from_on <= on and (row.until_on is None or on < row.until_on)}
    defaults = [PurposeLine(code, *names, is_default=True) for code, names in DEFAULT_PURPOSES.items() if code not in own]
    return [*defaults, *(PurposeLine(row.code, row.name, row.name_en, is_default=False) for row in live.values())]


def acting_managers(session: Session, *, organization_id: str, on: date) -> Sequence[ActingManager]:
    """Return who is named on a day as acting manager for emergencies."""
    found = select(ActingManager).where(
        ActingManager.organization_id == organization_id, ActingManager.from_on <= on, ActingManager.until_on > on
    )
    return session.scalars(found.order_by(ActingManager.from_on, ActingManager.id)).all()


def acting_now(session: Session, *, organization_id: str, person_id: str | None, on: date) -> ActingManager | None:
    """Return by which naming somebody is acting manager on a day, or None."""
    named = acting_managers(session, organization_id=organization_id, on=on)
    return next((row for row in named if row.person_id == person_id), None)


def open_requests(session: Session, *, organization_id: str) -> Sequence[ListingRequest]:
    """Return what waits for a manager's decision, the oldest first."""
    found = select(ListingRequest).where(ListingRequest.organization_id == organization_id, ListingRequest.state == "open")
    return session.scalars(found.order_by(ListingRequest.requested_on, ListingRequest.id)).all()


def requests_about(session: Session, *, person_id: str) -> Sequence[ListingRequest]:
    """Return what is asked for somebody and not decided, for that person, who may take it back."""
    found = select(ListingRequest).where(ListingRequest.person_id == person_id, ListingRequest.state == "open")
    return session.scalars(found.order_by(ListingRequest.requested_on, ListingRequest.id)).all()
