"""All doors of the management API, made once a process."""

from collections.abc import Sequence
from functools import cache

from fastapi import APIRouter
from starlette.routing import BaseRoute

from service.api.management import (
    acts,
    auditing,
    balances,
    circle,
    collections,
    deadlines,
    effects,
    explanations,
    labelling,
    packages,
    proposals,
    query_files,
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
def routes(seat: Seat) -> Sequence[BaseRoute]:
    """Return the management API of a seat as routes, for any number of applications: its doors find everything else at the request.

    The routes themselves, for an application that includes a router works through all of it anew at its first request.
    """
    all_doors = APIRouter(prefix=PREFIX)
    for one in (
        session.router,
        acts.routes(seat),
        proposals.router,
        auditing.router,
        query_files.router,
        packages.router,
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
    whole = APIRouter()
    whole.include_router(all_doors)
    return whole.routes
