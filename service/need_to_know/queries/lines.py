"""The lines of scopes and lists, and in which ways an organization may have somebody on one."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from service.clearance.queries import clearance_last_day
from service.need_to_know.model import Listing
from service.need_to_know.rules import Way
from service.personnel.queries import require_known
from service.provision import queries as provision
from service.provision.model import Contract
from service.statute.periods import ONE_DAY


def listing(session: Session, *, listing_id: str) -> Listing:
    """Return a line; raise UnknownIdError naming it where there is none."""
    return require_known(session, Listing, listing_id, word="listing")


def runs(on: date, at: datetime) -> Select[Listing]:
    """Return the statement that finds the lines that run on a day, as known at an instant, list by list."""
    found = select(Listing).where(
        or_(Listing.from_on.is_(None), Listing.from_on <= on),
        or_(Listing.until_on.is_(None), Listing.until_on > on),
        or_(Listing.until_at.is_(None), Listing.until_at > at),
        Listing.known(at),
    )
    return found.order_by(Listing.information_id, Listing.from_on.asc().nulls_first(), Listing.id)


def running(session: Session, *, organization_id: str, on: date, at: datetime) -> Sequence[Listing]:
    """Return every line of an organization that runs on a day, as known at an instant, list by list.

    What one person wrote in an emergency runs until its instant.
    """
    return session.scalars(runs(on, at).where(Listing.organization_id == organization_id)).all()


def listings_of(session: Session, *, information_id: str, organization_id: str, at: datetime) -> Sequence[Listing]:
    """Return the scope or list of an organization for an information, as known at an instant."""
    found = select(Listing).where(Listing.information_id == information_id, Listing.organization_id == organization_id, Listing.known(at))
    return session.scalars(found.order_by(Listing.from_on.asc().nulls_first(), Listing.id)).all()


def ever_listed(session: Session, *, information_id: str, organization_id: str, person_id: str) -> Sequence[Listing]:
    """Return every line that ever named somebody on a list, the oldest first, also those put right or found never to have been."""
    found = select(Listing).where(
        Listing.information_id == information_id, Listing.organization_id == organization_id, Listing.person_id == person_id
    )
    return session.scalars(found.order_by(Listing.recorded_at, Listing.changed_index, Listing.id)).all()


def listings_naming(session: Session, *, person_id: str, at: datetime) -> Sequence[Listing]:
    """Return the lists on which a person stands by name, as known at an instant."""
    found = select(Listing).where(Listing.person_id == person_id, Listing.known(at))
    return session.scalars(found.order_by(Listing.from_on.asc().nulls_first(), Listing.id)).all()


def open_listings(
    session: Session,
    *,
    information_id: str,
    organization_id: str,
    person_id: str | None,
    unit_id: str | None,
    post: str | None,
    on: date,
    at: datetime,
) -> Sequence[Listing]:
    """Return the lines that name one person, unit or post and have not ended by a day."""
    found = select(Listing).where(
        Listing.information_id == information_id,
        Listing.organization_id == organization_id,
        Listing.person_id == person_id,
        Listing.unit_id == unit_id,
        Listing.post == post,
        or_(Listing.until_on.is_(None), Listing.until_on > on),
        Listing.known(at),
    )
    return session.scalars(found.order_by(Listing.id)).all()


def ways_in(
    session: Session, *, information_id: str, organization_id: str, kind: str, person_id: str | None, on: date, at: datetime
) -> Sequence[Way]:
    """Return in which ways an organization has the work on an information done on a day.

    An organ or the police that holds it: one, with its own head. An operator: one for each
    organ that provided it, or, before anything came, for each whose contract covers it.
    """

    def way(head_id: str, *, contract: Contract | None = None, certified: bool = True, contracted: bool = True) -> Way:
        last = None if person_id is None else clearance_last_day(session, person_id=person_id, head_id=head_id, on=on, at=at)
        ends = date.max if contract is None or contract.until_on is None else contract.until_on - ONE_DAY
        return Way(
            head_id=head_id,
            cleared=last is not None,
            certified=certified,
            contracted=contracted,
            units=None if contract is None else contract.units,
            contract_id=None if contract is None else contract.id,
            last_day=ends if last is None else min(ends, last),
        )

    if kind != "operator":
        held = provision.employs_handlers(session, information_id=information_id, organization_id=organization_id, on=on, at=at)
        return [way(organization_id)] if held else []
    held_under = provision.held_under(session, information_id=information_id, organization_id=organization_id, on=on, at=at)
    givers = {giver for under in ("Act 10(1)", "Act 10(2)") for giver in held_under.get(under, ())}
    covering = provision.contracts_covering(session, operator_id=organization_id, information_id=information_id, on=None, at=at)
    ways = []
    for head_id in sorted(givers or {contract.organ_id for contract in covering}):
        certified = provision.is_certified(session, operator_id=organization_id, organ_id=head_id, on=on, at=at)
        live = [
            contract
            for contract in covering
            if contract.organ_id == head_id and contract.from_on <= on and (contract.until_on is None or on < contract.until_on)
        ]
        if not live:
            ways.append(way(head_id, certified=certified, contracted=False))
        ways.extend(way(head_id, certified=certified, contract=contract) for contract in live)
    return ways
