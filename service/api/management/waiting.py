"""What waits for somebody: a list as it stands, portions to confirm, requests to decide, letters owed, readiness; live, never stored."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Path as InPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.concerning import Concern, OutsideError, Part, concern_of_row
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.api.management.acts import REFUSALS
from service.api.management.desk import At
from service.database import read
from service.identity.desk import Seated
from service.identity.entitlements import TABLE, Class
from service.identity.members import Held
from service.ledger import plain
from service.need_to_know import queries as lists
from service.need_to_know.model import Listing, ListingRequest
from service.personnel.model import Organization
from service.provision.model import Provision
from service.provision.owed import messages_owed
from service.provision.readiness import readiness as states
from service.statute.periods import legal_day

router = APIRouter(tags=["waiting"], responses=REFUSALS)
Name = Annotated[str, Query(min_length=1, max_length=256, pattern=r"^[^\x00]*$")]
Id = Annotated[str, InPath(min_length=1, max_length=256, pattern=r"^[^\x00]*$")]
Rows = list[dict[str, Any]]


@router.get("/lists/{information_id}")
def the_list(seated: At, information_id: Id, organization: Name) -> Rows:
    """Show the scope or list of one organization for an information as it stands today, line by line within your reach."""
    held = _held(seated, "listing", organization)
    with read(seated.desk.engine) as session:
        part = Part("information_id", frozenset({organization}), informations=frozenset({information_id}))
        if not _reached(session, held, Concern([part])):
            word = "information_id"
            raise OutsideError(word)
        on = legal_day(seated.at)
        lines = lists.roll(session, information_id=information_id, organization_id=organization, on=on, at=seated.at)
        return [_plain(asdict(line)) for line in lines if _line_reached(session, held, line.listing_id, seated)]


@router.get("/portions")
def portions(seated: At, organization: Name) -> Rows:
    """Show what is to be confirmed this half, in portions, the most urgent first: the lines within your reach."""
    held = _held(seated, "listing", organization)
    with read(seated.desk.engine) as session:
        found = lists.portions(session, organization_id=organization, on=legal_day(seated.at), at=seated.at)
        told = []
        for one in found:
            mine = [line for line in one.listings if _line_reached(session, held, line, seated)]
            if mine:
                told.append({"information_id": one.information_id, "phase": one.phase, "listings": mine})
        return told


@router.get("/listing-requests")
def requests(seated: At, organization: Name) -> Rows:
    """Show the requests to be listed that wait for a decision, the oldest first. They say nothing of any clearance."""
    held = _held(seated, "listing", organization)
    columns = (
        "id",
        "information_id",
        "organization_id",
        "person_id",
        "actions",
        "contract_id",
        "task",
        "purpose",
        "reference",
        "requested_by",
        "requested_on",
    )
    with read(seated.desk.engine) as session:
        return [
            _plain({name: getattr(row, name) for name in columns})
            for row in lists.open_requests(session, organization_id=organization)
            if _reached(session, held, _of_request(session, row, seated))
        ]


def _of_request(session: Session, row: ListingRequest, seated: Seated) -> Concern:
    """Return what a request is about: the list, and whom it would name."""
    concern = concern_of_row(session, row, by=None, at=seated.at)
    concern.parts += concern_of_row(session, row, by="person_id", at=seated.at).parts
    return concern


@router.get("/letters-owed")
def letters(seated: At, organization: Name) -> Rows:
    """Show the letters that an organization still owes to who got information from it, with the article that asks for each."""
    held = _held(seated, "title", organization)
    with read(seated.desk.engine) as session:
        given = session.execute(
            select(Provision.information_id, Organization.kind)
            .join(Organization, Organization.id == Provision.giver_id)
            .where(Provision.giver_id == organization, Provision.known(seated.at))
            .distinct()
            .order_by(Provision.information_id)
        )
        told = []
        for information_id, kind in given:
            words = {"information_id": information_id, "giver_id": organization, "giver_kind": kind}
            for one in messages_owed(session, on=legal_day(seated.at), at=seated.at, **words):
                row = session.get_one(Provision, one.provision_id)
                if _reached(session, held, concern_of_row(session, row, by=None, at=seated.at)):
                    told.append(_plain(asdict(one) | {"citation": str(one.citation)}))
        return sorted(told, key=lambda one: (one["since"], one["information_id"], one["receiver_id"]))


@router.get("/readiness-states")
def ready(seated: At, operator: Name, organ: Annotated[str | None, Query(max_length=256, pattern=r"^[^\x00]*$")] = None) -> Rows:
    """Show each item of Order 16 as it was last seen: an operator's own view, or, to an organ, what it found there itself."""
    examined = seated.desk.log.seat == "organ"
    held = _held(seated, "title", organ or "" if examined else operator)
    with read(seated.desk.engine) as session:
        concern = Concern()
        concern.owners("operator" if not examined else "organ", {organ or "" if examined else operator})
        if not _reached(session, held, concern):
            word = "operator"
            raise OutsideError(word)
        found = states(session, operator_id=operator, organ_id=organ, examined=examined, on=legal_day(seated.at))
        return [_plain(asdict(one) | {"citation": str(one.citation)}) for one in found]


def _held(seated: Seated, wanted: Class, organization_id: str) -> Sequence[Held]:
    """Return the roles of an organization that see a class without more ado. Raises NotAllowedError, OutsideError."""
    roles = {role for role, classes in TABLE.items() if classes.get(wanted) == "yes" and role != "person"}
    require_any_role(seated.member, roles)
    held = [one for one in seated.member.roles if one.role in roles and one.organization_id == organization_id]
    if not held:
        word = "organization"
        raise OutsideError(word)
    return held


def _reached(session: Session, held: Collection[Held], concern: Concern) -> bool:
    return any(unreached(session, one, concern) is None for one in held)


def _line_reached(session: Session, held: Collection[Held], listing_id: str, seated: Seated) -> bool:
    row = session.get_one(Listing, listing_id)
    return _reached(session, held, concern_of_row(session, row, by=None, at=seated.at))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its days and instants as texts."""
    return {name: plain(value) if isinstance(value, date) else value for name, value in row.items()}
