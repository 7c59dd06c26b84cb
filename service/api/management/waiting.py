"""What waits for somebody: a list as it stands, portions to confirm, requests to decide, letters owed, readiness; live, never stored."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Path as InPath

from service.acts.reading import lists
from service.acts.reading.owed import letters_owed, readiness_of
from service.api.management.acts import REFUSALS
from service.api.management.desk import At
from service.database import read
from service.ledger import plain

router = APIRouter(tags=["waiting"], responses=REFUSALS)
Name = Annotated[str, Query(min_length=1, max_length=256, pattern=r"^[^\x00]*$")]
Id = Annotated[str, InPath(min_length=1, max_length=256, pattern=r"^[^\x00]*$")]
Rows = list[dict[str, Any]]
OF_REQUESTS = (
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
"""What is told of a request."""


@router.get("/lists/{information_id}")
def the_list(seated: At, information_id: Id, organization: Name) -> Rows:
    """Show the scope or list of one organization for an information as it stands today, line by line within your reach."""
    with read(seated.desk.engine) as session:
        lines = lists.the_list(session, seated, information_id=information_id, organization_id=organization)
        return [_plain(asdict(line)) for line in lines]


@router.get("/portions")
def portions(seated: At, organization: Name) -> Rows:
    """Show what is to be confirmed this half, in portions, the most urgent first: the lines within your reach."""
    with read(seated.desk.engine) as session:
        found = lists.portions_of(session, seated, organization_id=organization)
        return [{"information_id": one.information_id, "phase": one.phase, "listings": list(one.listings)} for one in found]


@router.get("/listing-requests")
def requests(seated: At, organization: Name) -> Rows:
    """Show the requests to be listed that wait for a decision, the oldest first. They say nothing of any clearance."""
    with read(seated.desk.engine) as session:
        found = lists.requests_of(session, seated, organization_id=organization)
        return [_plain({name: getattr(row, name) for name in OF_REQUESTS}) for row in found]


@router.get("/letters-owed")
def letters(seated: At, organization: Name) -> Rows:
    """Show the letters that an organization still owes to who got information from it, with the article that asks for each."""
    with read(seated.desk.engine) as session:
        found = letters_owed(session, seated, organization_id=organization)
        return [_plain(asdict(one) | {"citation": str(one.citation)}) for one in found]


@router.get("/readiness-states")
def ready(seated: At, operator: Name, organ: Annotated[str | None, Query(max_length=256, pattern=r"^[^\x00]*$")] = None) -> Rows:
    """Show each item of Order 16 as it was last seen: an operator's own view, or, to an organ, what it found there itself."""
    with read(seated.desk.engine) as session:
        found = readiness_of(session, seated, operator_id=operator, organ_id=organ)
        return [_plain(asdict(one) | {"citation": str(one.citation)}) for one in found]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its days and instants as texts."""
    return {name: plain(value) if isinstance(value, date) else value for name, value in row.items()}
