"""Putting people, units and posts on a scope or list, and taking them off (Act 5, 10(3)(i), 10(4))."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.ledger import Draft, Kind, Log, begin_act, record
from service.need_to_know import queries, rules
from service.need_to_know.model import Listing
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, exclusive, require_order, require_words


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a line names: exactly one person, unit or post of the organization.

    Raises ValueError for none or several.
    """

    person_id: str | None = None
    unit_id: str | None = None
    post: str | None = None

    def __post_init__(self) -> None:
        """Refuse a line that names nobody or several."""
        if sum(each is not None for each in (self.person_id, self.unit_id, self.post)) != 1:
            msg = "a listing names exactly one of person, unit and post"
            raise ValueError(msg)
        require_words(post=self.post)


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
    listing_id: str | None = None,
) -> str:
    """Put somebody on the scope or list for an information and return the listing's id.

    `actions` None for all of them. Judged as of `from_on`. Raises ListingRefusedError
    (requirement_not_met, not_in_force, not_certified, no_contract, not_cleared,
    outside_contract_units); UnknownIdError; AlreadyRecordedError where the same line
    stands; ValueError for an unknown action or an interval that ends before it begins.
    """
    begin_act(session)
    granted = rules.known_actions(actions)
    until_on = exclusive(last_day)
    require_order(from_on=from_on, until_on=until_on)
    rules.require_listable(
        _asked(session, information_id=information_id, organization_id=organization_id, target=target, on=from_on, at=at)
    )
    row = Listing(
        id=listing_id or new_id(),
        information_id=information_id,
        organization_id=organization_id,
        person_id=target.person_id,
        unit_id=target.unit_id,
        post=target.post,
        actions=granted,
        from_on=from_on,
        until_on=until_on,
        recorded_at=at,
    )
    standing = _open(session, row, on=from_on, at=at)
    if session.get(Listing, row.id) is not None or any(each.actions == granted and each.until_on is None for each in standing):
        raise AlreadyRecordedError(message=f"already on the list for {information_id!r}", facts={"information": information_id})
    draft = Draft(
        kind=Kind.HANDLER_LISTED,
        actor=actor,
        at=at,
        on=from_on,
        person=target.person_id,
        object=information_id,
        organization=organization_id,
        subject=target.person_id or information_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def _open(session: Session, row: Listing, *, on: date, at: datetime) -> Collection[Listing]:
    return queries.open_listings(
        session,
        information_id=row.information_id,
        organization_id=row.organization_id,
        person_id=row.person_id,
        unit_id=row.unit_id,
        post=row.post,
        on=on,
        at=at,
    )


_LISTS = {"organ": "Act 5(1)", "police": "Act 5(3)", "operator": "Act 10(4)"}
"""The article that keeps an organization's scope or list, by its kind."""


def _asked(session: Session, *, information_id: str, organization_id: str, target: Target, on: date, at: datetime) -> rules.Asked:
    """Gather what the rules judge; raise UnknownIdError for an id that nothing has."""
    information = designation.information_state(session, information_id=information_id, at=at)
    organization = personnel.organization(session, organization_id=organization_id)
    place = None
    if target.person_id is not None:
        personnel.person(session, person_id=target.person_id)
        place = personnel.workplace(session, person_id=target.person_id, organization_id=organization_id, on=on, at=at)
    if target.unit_id is not None:
        personnel.unit(session, organization_id=organization_id, unit_id=target.unit_id)
    designated = {each.organ_id for each in information.designations}
    basis = _LISTS.get(organization.kind, "Act 10(7)")
    if organization.kind == "organ" and organization_id not in designated:
        basis = "Act 6(3)"
    ways = queries.ways_in(
        session,
        information_id=information_id,
        organization_id=organization_id,
        kind=organization.kind,
        person_id=target.person_id,
        on=on,
        at=at,
    )
    return rules.Asked(
        basis=basis,
        ways=ways if organization.kind in _LISTS else (),
        in_force=information.in_force(on),
        person_id=target.person_id,
        works_there=place is not None and place.works_there,
        person_units=place.units if place is not None else (),
        unit_id=target.unit_id,
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
    """Take somebody off the scope or list from a day on and return the ids of the lines ended.

    Nothing is judged: narrowing is always lawful. Raises UnknownIdError, and
    AlreadyEndedError where no line names them from that day on.
    """
    begin_act(session)
    designation.information(session, information_id=information_id)
    personnel.organization(session, organization_id=organization_id)
    rows = queries.open_listings(
        session,
        information_id=information_id,
        organization_id=organization_id,
        person_id=target.person_id,
        unit_id=target.unit_id,
        post=target.post,
        on=on,
        at=at,
    )
    if not rows:
        raise AlreadyEndedError(message=f"no line on the list for {information_id!r} names them", facts={"information": information_id})
    for row in rows:
        # A line that would have begun later ends on the day of its beginning: it never counts.
        row.until_on = max(on, row.from_on) if row.from_on else on
    draft = Draft(
        kind=Kind.HANDLER_REMOVED,
        actor=actor,
        at=at,
        on=on,
        person=target.person_id,
        object=information_id,
        organization=organization_id,
        subject=target.person_id or information_id,
    )
    record(session, log=log, draft=draft, rows=rows)
    return tuple(row.id for row in rows)
