"""The composition root: settings, database, log, gateway, doors; and nothing else."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import psycopg
from fastapi import FastAPI, Request
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from service import clock, problems
from service import console as pages
from service.acts.auditing.packing import take_up
from service.acts.uses import House
from service.api.admission import admission_of
from service.api.authzen import PATH, Evaluation, answer_body
from service.api.budget import Budget
from service.api.changes import CHANGES, Changes
from service.api.direct import DIRECT
from service.api.evaluations import PATH as EVALUATIONS
from service.api.evaluations import Evaluations
from service.api.gateway import Gateway, UnavailableError
from service.api.lanes import OverloadedError, overloaded
from service.api.limits import Application, Limits, Receive, Scope, Send
from service.api.line import ENDING
from service.api.management.document import complete_document
from service.api.management.doors import PREFIX, routes
from service.api.metadata import Metadata
from service.api.page_budget import PageBudget
from service.api.preparing import Asked
from service.api.search_doors import SearchDoors
from service.api.search_form import PATHS
from service.api.search_tokens import PURPOSE, Tokens
from service.api.searching import Searches
from service.api.self_test import SelfTest
from service.api.sweeping import Sweep
from service.api.tiles import Tiles
from service.api.uses import Uses
from service.api.watching import Watch
from service.console.choices import Stories
from service.database import read, transaction
from service.decision.judge import Answer
from service.identity.callers import local_caller
from service.identity.desk import Desk
from service.identity.oidc import Providers
from service.jobs.mailing import send_mails
from service.jobs.running import on_record
from service.jobs.tick import tick
from service.jobs.witnessing import Witnesses
from service.ledger import (
    ClockUnsureError,
    Log,
    LogError,
    TileMissingError,
    checkpoint_head,
    finish_destructions,
    log_size,
    require_settled,
)
from service.ledger.floor import BelowFloorError, Floor, floor_of, guard, keep_floor, require_floor
from service.settings import Settings

CHECKPOINT_SECONDS = 1.0
PACKAGE_SECONDS = 60.0
logger = logging.getLogger(__name__)


class Doors:
    """The hot door in front of all others, then those of its kind by their paths."""

    def __init__(self, *, hot: Evaluation, own: Mapping[str, Application], others: Mapping[str, Application], rest: FastAPI) -> None:
        """Take all of them; `own` mind their limits themselves."""
        self.own = own
        self.hot, self._beside, self._rest = hot, {**own, **others}, rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the door that it knocks at."""
        if scope["type"] == "http" and scope["path"] == PATH:
            await self.hot(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] in self._beside:
            await self._beside[scope["path"]](scope, receive, send)
        else:
            await self._rest(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Shown:
    """An outcome as the console shows it: all of it, beside what an application would have heard."""

    answer: Answer
    body: Mapping[str, object]
    mark: Mapping[str, object] | None
    index: int
    at: datetime


def _asker(gateway: Gateway) -> pages.Ask:
    caller = local_caller("console")

    async def ask(question: pages.Question) -> Shown:
        asked = Asked(None, "person", question.person, question.kind, question.name, question.action, caller=caller)
        try:
            outcome = await gateway.check(asked)
        except UnavailableError as unavailable:
            raise pages.UnavailableError(str(unavailable)) from unavailable
        assert outcome is not None  # a caller was given
        heard = answer_body(msgspec.structs.replace(outcome, caller=replace(caller, trial=False)))
        return Shown(outcome.answer, heard, outcome.mark, outcome.index, outcome.at)

    return ask


def build(
    *,
    settings: Settings,
    url: str,
    engine: Engine,
    log: Log,
    stories: Stories | None = None,
    place: str | None = None,
    wrong_order: bool = False,
    watched_by: Callable[[Gateway, Witnesses], None] | None = None,
) -> Limits:
    """Return the service as one ASGI application; `stories` opens the first page over a demo world, at a `place` it is told that it runs.

    Whoever watches over it (`watched_by`) is given what has the figures.
    Raises BelowFloorError where the database lost what was acknowledged, LossError where that was declared and not gone through with.
    """
    with read(engine) as session:
        require_floor(session, folder=settings.data_dir, origin=log.origin)
        require_settled(session)
        finish_destructions(session, log=log)

    def kept() -> Floor | None:
        return floor_of(settings.data_dir, log.origin)

    gateway = Gateway(url=url, log=log, clock=clock.now, recheck_seconds=settings.recheck_seconds, kept=kept, wrong_order=wrong_order)
    guard(engine, lambda: (gateway.floor, kept()))
    watch = Watch(url=url, gateway=gateway, clock=clock.now)
    witnesses = Witnesses(engine, clock=clock.now, seconds=settings.witness_seconds)
    if watched_by is not None:
        watched_by(gateway, witnesses)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        await gateway.start()
        work = {
            "checkpoints": _sign(gateway, engine, log, settings),
            "rows": Sweep(url=url, snapshot=gateway.snapshot, seconds=settings.sweep_seconds).run(),
            "deadlines": _tick(engine, log, settings),
            "changes": watch.run(),
            "witnesses": witnesses.run(),
            "packages": _pack(desk),
        }
        async with on_record(engine, log=log, clock=clock.now, place=place), _beside(work):
            yield {ENDING: watch.end, DIRECT: doors.hot}
        await gateway.stop()
        _keep(gateway, settings)

    app = FastAPI(title="Sekisho", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=f"{PREFIX}/openapi.json")
    problems.install(app, page=pages.page_outside)
    app.add_exception_handler(OverloadedError, overloaded)
    desk = app.state.desk = _desk(engine, log, settings, demo=stories is not None)
    app.router.routes.extend(routes(log.seat))
    complete_document(app)
    app.state.gateway, app.state.witnesses = gateway, witnesses
    app.get("/health")(health)
    console = pages.Console(engine=engine, log=log, ask=_asker(gateway) if stories is not None else None, stories=stories or {})
    app.router.routes.extend((*pages.people_routes(desk), *pages.routes(console)))
    doors = _doors_of_programs(app, settings, gateway, watch, engine, log)
    return Limits(doors, own=frozenset((PATH, *doors.own)), uploads=pages.uploads(), page=pages.page_outside)


@asynccontextmanager
async def _beside(work: Mapping[str, Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Let work run beside what is answered, each by its name, until that ends."""
    tasks = [asyncio.create_task(one, name=name) for name, one in work.items()]
    yield
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _doors_of_programs(app: FastAPI, settings: Settings, gateway: Gateway, watch: Watch, engine: Engine, log: Log) -> Doors:
    """Return what stands in front of the application: the doors under /access/v1/, those that need no haste behind it."""
    admission = admission_of(settings, engine=engine, clock=clock.now)
    budget = Budget(settings.enumeration_budget)
    searches = Searches(Tokens(log.keyring.derived(PURPOSE)))
    house = House(recheck=timedelta(seconds=settings.recheck_seconds), late=timedelta(seconds=settings.use_late_seconds))
    beside: dict[str, Any] = {"engine": engine, "log": log, "admission": admission, "clock": clock.now}
    app.router.routes.extend(Tiles(**beside).routes())
    app.router.routes.append(Uses(**beside, house=house).route())
    app.router.routes.append(SelfTest(**beside, most=settings.enumeration_budget).route())
    own: dict[str, Application] = {EVALUATIONS: Evaluations(gateway, admission, budget, clock.now)}
    own |= dict.fromkeys(PATHS, SearchDoors(gateway, admission, searches, PageBudget(settings.search_budget), clock=clock.now))
    described = Metadata(settings.public_url, (PATH, *own))
    own[CHANGES] = Changes(watch, admission)
    return Doors(hot=Evaluation(gateway, admission, budget), own=own, others=dict.fromkeys(described.paths, described), rest=app)


async def health(request: Request) -> dict[str, Any]:
    """Say whether this process answers, up to where it knows the log, whether compiled policies answer, and what is witnessed."""
    state = request.app.state
    gateway: Gateway = state.gateway
    head = gateway.snapshot.head
    told = {"policies": gateway.compiling.figures(), "checkpoint": state.witnesses.figures()}
    return {"status": "ok", "origin": state.desk.log.origin, "size": head.size if head else 0, **told}


def _desk(engine: Engine, log: Log, settings: Settings, *, demo: bool) -> Desk:
    """Return the desk that the doors of people share."""
    told: dict[str, Any] = {"demo": demo, "mail_domains": settings.mail_domains if settings.sends_mail else None}
    told |= {"providers": _providers(settings), "data_dir": settings.data_dir, "letters": settings.letters_dir}
    return Desk(engine, log, clock.now, settings.public_url, **told)


def _providers(settings: Settings) -> Providers | None:
    """Return the providers that people may sign in with, or None where there are none. Raises ValueError for a bad entry."""
    if not settings.providers:
        return None
    return Providers(settings.providers, public_url=settings.public_address)


def _keep(gateway: Gateway, settings: Settings) -> None:
    floor = gateway.floor
    if floor is not None:
        keep_floor(settings.data_dir, floor)


async def _tick(engine: Engine, log: Log, settings: Settings) -> None:
    """Tell the ledger of dates that have come, the first time some while after the start; `sekisho tick` does it at once."""
    while True:
        await asyncio.sleep(settings.tick_seconds)
        try:
            await asyncio.to_thread(tick, engine, log=log, clock=clock.now)
            await asyncio.to_thread(send_mails, engine, log=log, settings=settings, clock=clock.now)
        except (SQLAlchemyError, OSError, ClockUnsureError, BelowFloorError) as failed:
            logger.warning("the dates that have come were not told: %s", failed)


async def _pack(desk: Desk) -> None:
    """Go on with packages that a process left unfinished: at the start, and in a while with those of one that died meanwhile."""
    while True:
        try:
            for made in await asyncio.to_thread(take_up, desk):
                await asyncio.wrap_future(made)
        except (SQLAlchemyError, psycopg.Error, OSError) as failed:
            logger.warning("unfinished packages were not taken up: %s", failed)
        await asyncio.sleep(PACKAGE_SECONDS)


async def _sign(gateway: Gateway, engine: Engine, log: Log, settings: Settings) -> None:
    """Sign the head whenever it moved, by checks or by acts of other processes, and keep the floor."""
    signed = -1

    def sign() -> int:
        with transaction(engine) as session:
            size = log_size(session)
            if size != signed:
                checkpoint_head(session, log=log)
        return size

    while True:
        await asyncio.sleep(CHECKPOINT_SECONDS)
        try:
            size = await asyncio.to_thread(sign)
            if size != signed:
                signed = size
                await asyncio.to_thread(_keep, gateway, settings)
        except (SQLAlchemyError, OSError) as failed:
            logger.warning("the head was not signed: %s", failed)
        except (BelowFloorError, LogError, TileMissingError) as refused:
            logger.error("the head was not signed: %s", str(refused))  # noqa: TRY400 - one clear line
