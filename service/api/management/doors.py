"""All doors of the management API as one router."""

from functools import cache

from fastapi import APIRouter

from service.api.management import (
    acts,
    balances,
    circle,
    collections,
    deadlines,
    effects,
    explanations,
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


@cache
def router(seat: Seat) -> APIRouter:
    """Return the management API of a seat, made once a process: its doors find everything else at the request."""
    all_doors = APIRouter(prefix=PREFIX)
    for one in (
        session.router,
        acts.routes(seat),
        proposals.router,
        balances.router,
        circle.router,
        deadlines.router,
        effects.router,
        explanations.router,
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
