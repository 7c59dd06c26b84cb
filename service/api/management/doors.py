"""All doors of the management API as one router."""

from fastapi import APIRouter

from service.api.management import (
    acts,
    balances,
    circle,
    collections,
    deadlines,
    effects,
    labelling,
    proposals,
    reading,
    registers,
    reports,
    session,
    steps,
    waiting,
)
from service.ledger import Seat

PREFIX = "/api/v1"


def router(seat: Seat) -> APIRouter:
    """Return the management API of a seat."""
    all_doors = APIRouter(prefix=PREFIX)
    for one in (
        session.router,
        acts.routes(seat),
        proposals.router,
        balances.router,
        circle.router,
        deadlines.router,
        effects.router,
        labelling.router,
        registers.router,
        reports.router,
        reading.router,
        steps.router(seat),
        waiting.router,
        collections.router(),
    ):
        all_doors.include_router(one)
    return all_doors
