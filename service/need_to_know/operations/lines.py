"""One line of a scope or list: whom it names, for what, and whether it may stand (Act 5(1), 10(3)(i), 10(4))."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.designation import queries as designation
from service.need_to_know import queries, rules
from service.need_to_know.model import Listing
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError, require_order, require_words
from service.provision.queries import employs_handlers
from service.statute.citations import cite
from service.statute.periods import day_after


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


@dataclass(frozen=True, slots=True)
class Cause:
    """For what and why somebody is listed: a contract or the number of a task, a purpose of the table, the number of a paper.

    Raises ValueError for words where a number is meant.
    """

    contract_id: str | None = None
    task: str | None = None
    purpose: str | None = None
    reference: str | None = None

    def __post_init__(self) -> None:
        """Refuse free text: a reason in words may say what nobody should read here."""
        rules.require_reference(task=self.task, reference=self.reference)


@dataclass(frozen=True, slots=True)
class Place:
    """Which list: of an organization, for an information."""

    information_id: str
    organization_id: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What the law leaves of a line that stands: its article, the lawful ways, and the last day."""

    basis: str
    ways: Sequence[rules.Way]
    latest: date


LISTS = {"organ": "Act 5(1)", "police": "Act 5(3)", "operator": "Act 10(4)"}
"""The article that keeps an organization's scope or list, by its kind."""


def judge(session: Session, *, place: Place, target: Target, on: date, at: datetime, contract_id: str | None = None) -> Judged:
    """Return what the law leaves of a line on its day. Raises ListingRefusedError, and UnknownIdError for an id that nothing has."""
    asked = _asked(session, place=place, target=target, on=on, at=at)
    if contract_id is not None:
        # For whom a contract is named, no other way counts.
        named = tuple(way for way in asked.ways if way.contract_id == contract_id)
        if asked.ways and not named:
            rules.require_listable(asked)
            raise rules.ListingRefusedError(reason="no_contract", basis=(cite("Act 10(1)"),), facts={"contract": contract_id})
        asked = replace(asked, ways=named)
    ways = rules.require_listable(asked)
    return Judged(asked.basis, ways, rules.latest_day(asked, ways))


def basis_of(session: Session, place: Place, *, at: datetime) -> str:
    """Return the article that keeps a list. Raises UnknownIdError."""
    information = designation.information_state(session, information_id=place.information_id, at=at)
    organization = personnel.organization(session, organization_id=place.organization_id)
    designated = {each.organ_id for each in information.designations}
    if organization.kind == "organ" and place.organization_id not in designated:
        return "Act 6(3)"
    return LISTS.get(organization.kind, "Act 10(7)")


def _asked(session: Session, *, place: Place, target: Target, on: date, at: datetime) -> rules.Asked:
    """Gather what the rules judge; raise UnknownIdError for an id that nothing has."""
    basis = basis_of(session, place, at=at)
    information = designation.information_state(session, information_id=place.information_id, at=at)
    organization = personnel.organization(session, organization_id=place.organization_id)
    works = None
    if target.person_id is not None:
        personnel.person(session, person_id=target.person_id)
        works = personnel.workplace(session, person_id=target.person_id, organization_id=place.organization_id, on=on, at=at)
    if target.unit_id is not None:
        personnel.unit(session, organization_id=place.organization_id, unit_id=target.unit_id)
    ways = queries.ways_in(
        session,
        information_id=place.information_id,
        organization_id=place.organization_id,
        kind=organization.kind,
        person_id=target.person_id,
        on=on,
        at=at,
    )
    return rules.Asked(
        basis=basis,
        ways=ways if organization.kind in LISTS else (),
        in_force=information.in_force(on),
        person_id=target.person_id,
        works_there=works is not None and works.works_there,
        person_units=works.units if works is not None else (),
        unit_id=target.unit_id,
        last_day=max((each.last_day_as_of(on) for each in information.designations if each.in_force(on)), default=on),
    )


def require_purpose(session: Session, *, organization_id: str, purpose: str | None, on: date) -> None:
    """Refuse a purpose that the organization's table has not on a day. Raises ValueError naming the word."""
    lines = {line.code for line in queries.purpose_lines(session, organization_id=organization_id, on=on)}
    if purpose is not None and purpose not in lines:
        msg = f"purpose: {purpose} is none of {', '.join(sorted(lines))}"
        raise ValueError(msg)


def has_handlers(session: Session, place: Place, *, on: date, at: datetime) -> bool:
    """Say whether an organization has handlers for an information on a day, or a contract over it. Raises UnknownIdError."""
    designation.information(session, information_id=place.information_id)
    organization = personnel.organization(session, organization_id=place.organization_id)
    facts = {"information_id": place.information_id, "organization_id": place.organization_id}
    if organization.kind != "operator":
        return employs_handlers(session, **facts, on=on, at=at)
    return bool(queries.ways_in(session, **facts, kind=organization.kind, person_id=None, on=on, at=at))


def line(
    session: Session,
    *,
    at: datetime,
    place: Place,
    target: Target,
    from_on: date,
    until_on: date | None,
    actions: Collection[str] | None,
    cause: Cause,
    listing_id: str | None = None,
) -> Listing:
    """Return a new line, not yet written.

    Raises AlreadyRecordedError where the same line stands as long; ValueError for an unknown action or an interval that
    ends before it begins.
    """
    granted = rules.known_actions(actions)
    require_order(from_on=from_on, until_on=until_on)
    row = Listing(
        id=listing_id or new_id(),
        information_id=place.information_id,
        organization_id=place.organization_id,
        person_id=target.person_id,
        unit_id=target.unit_id,
        post=target.post,
        actions=granted,
        from_on=from_on,
        until_on=until_on,
        recorded_at=at,
        contract_id=cause.contract_id,
        task=cause.task,
        purpose=cause.purpose,
        reference=cause.reference,
    )
    standing = (each for each in open_lines(session, place=place, target=target, on=from_on, at=at) if each.until_at is None)
    if session.get(Listing, row.id) is not None or any(each.actions == granted and _as_long(each, until_on) for each in standing):
        msg = f"already on the list for {place.information_id!r}"
        raise AlreadyRecordedError(message=msg, facts={"information": place.information_id})
    return row


def _as_long(standing: Listing, until_on: date | None) -> bool:
    return standing.until_on is None or (until_on is not None and until_on <= standing.until_on)


def open_lines(session: Session, *, place: Place, target: Target, on: date, at: datetime) -> Sequence[Listing]:
    """Return the lines of a list that name somebody and have not ended by a day."""
    return queries.open_listings(
        session,
        information_id=place.information_id,
        organization_id=place.organization_id,
        person_id=target.person_id,
        unit_id=target.unit_id,
        post=target.post,
        on=on,
        at=at,
    )


def until(last_day: date | None, *, judged: Judged, from_on: date, months: int) -> date:
    """Return the first day after a line, by its own last day or by default. Raises ListingRefusedError: later_than_allowed."""
    if last_day is None:
        return day_after(rules.default_end(from_on=from_on, latest=judged.latest, months=months))
    rules.require_within_law(last_day, latest=judged.latest, basis=judged.basis)
    return day_after(last_day)


def with_contract(cause: Cause, judged: Judged) -> Cause:
    """Return a cause with its contract, where none is named and only one can be meant."""
    contracts = {way.contract_id for way in judged.ways}
    if cause.contract_id is not None or len(contracts) != 1:
        return cause
    return replace(cause, contract_id=contracts.pop())


def end(row: Listing, *, on: date) -> None:
    """End a line on a day; one that would have begun later ends on the day of its beginning: it never counts."""
    row.until_on = max(on, row.from_on) if row.from_on else on
    row.removed_on = on
