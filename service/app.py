"""The composition root: settings, database, log, gateway, doors; and nothing else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from service import clock, problems
from service import console as pages
from service.api.authzen import PATH, Evaluation, Receive, Scope, Send, answer_body
from service.api.gateway import Gateway, UnavailableError
from service.api.preparing import Asked
from service.console import Ask, Console, Question, routes
from service.database import read, transaction
from service.decision.judge import Answer
from service.identity.callers import Caller
from service.jobs.demo_world import STORIES, organization_of
from service.ledger import Log, checkpoint_head
from service.ledger.floor import Floor, keep_floor, require_floor
from service.settings import Settings

CHECKPOINT_SECONDS = 1.0


class Doors:
    """The hot door in front of all others."""

    def __init__(self, *, hot: Evaluation, rest: FastAPI) -> None:
        """Take both."""
        self._hot, self._rest = hot, rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the door that it knocks at."""
        if scope["type"] == "http" and scope["path"] == PATH:
            await self._hot(scope, receive, send)
        else:
            await self._rest(scope, receive, send)


def build(*, settings: Settings, url: str, engine: Engine, log: Log, demo: bool = False, wrong_order: bool = False) -> Doors:
    """Return the service as one ASGI application. Raises BelowFloorError where the database lost what was acknowledged."""
    with read(engine) as session:
        require_floor(session, folder=settings.data_dir, origin=log.origin)
    gateway = Gateway(url=url, log=log, clock=clock.now, recheck_seconds=settings.recheck_seconds, wrong_order=wrong_order)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await gateway.start()
        signing = asyncio.create_task(_sign(gateway, engine, log, settings), name="checkpoints")
        yield
        signing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await signing
        await gateway.stop()
        _keep(gateway, log, settings)

    app = FastAPI(title="Sekisho", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None)
    problems.install(app)
    app.state.gateway, app.state.engine, app.state.log, app.state.settings, app.state.demo = gateway, engine, log, settings, demo

    @app.get("/health")
    async def health() -> dict[str, Any]:
        """Say whether this process answers, and up to where it knows the log."""
        head = gateway.snapshot.head
        return {"status": "ok", "origin": log.origin, "size": head.size if head else 0}

    ask = _asking(gateway, organization=organization_of(log.seat)) if demo else None
    app.router.routes.extend(routes(Console(engine=engine, log=log, ask=ask, stories=STORIES)))
    return Doors(hot=Evaluation(gateway), rest=app)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the first page shows of a check."""

    answer: Answer
    body: dict[str, Any]
    mark: dict[str, Any] | None
    index: int
    at: datetime


def _asking(gateway: Gateway, *, organization: str) -> Ask:
    """Return how the first page of a demo asks: as an application would, with the reasons shown beside."""
    caller = Caller("demo-console", organization, frozenset(), frozenset({"information", "document"}), trial=False)

    async def ask(question: Question) -> _Shown:
        asked = Asked(None, "person", question.person, question.kind, question.name, question.action, caller=caller)
        try:
            outcome = await gateway.check(asked)
        except UnavailableError as unavailable:
            raise pages.UnavailableError(str(unavailable)) from unavailable
        assert outcome is not None  # a caller was given
        return _Shown(outcome.answer, answer_body(outcome), outcome.mark, outcome.index, outcome.at)

    return ask


def _keep(gateway: Gateway, log: Log, settings: Settings) -> None:
    head = gateway.snapshot.head
    if head is not None:
        keep_floor(settings.data_dir, Floor(log.origin, head.size, head.frontier.root().hex()))


async def _sign(gateway: Gateway, engine: Engine, log: Log, settings: Settings) -> None:
    """Sign the head whenever it moved, and keep the floor."""
    signed = -1

    def sign() -> None:
        with transaction(engine) as session:
            checkpoint_head(session, log=log)

    while True:
        await asyncio.sleep(CHECKPOINT_SECONDS)
        head = gateway.snapshot.head
        if head is None or head.size == signed:
            continue
        with contextlib.suppress(SQLAlchemyError, OSError):
            await asyncio.to_thread(sign)
            signed = head.size
            await asyncio.to_thread(_keep, gateway, log, settings)
