"""All doors of the management API as one router."""

from fastapi import APIRouter

from service.api.management import acts, collections, proposals, reading, session
from service.ledger import Seat

PREFIX = "/api/v1"


def router(seat: Seat) -> APIRouter:
    """Return the management API of a seat."""
    all_doors = APIRouter(prefix=PREFIX)
    for one in (session.router, acts.routes(seat), proposals.router, reading.router, collections.router()):
        all_doors.include_router(one)
    return all_doors
