"""A small lawful world behind a real server on a real port."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from sqlalchemy import Engine

from service import clock
from service.actor import Actor
from service.api.line import OPTIONS
from service.app import build
from service.database import transaction
from service.decision.policies_in_force import activate
from service.identity.operations import grant_application, issue_key
from service.jobs.history import load_history
from service.ledger import Log, load_log, open_log
from service.settings import Settings
from service.statute.periods import legal_day
from service.statute.policies import read_policies
from tests.builders import worlds as laid
from tests.builders.served import PromptServer, free_port, started

ACTOR = Actor(id="a_test", kind="person")


def small_world() -> dict[str, Any]:
    """One organ, one operator, one information that is provided, and people in every state; dated around today."""
    today = legal_day(clock.now())
    past, future = today - timedelta(days=400), today + timedelta(days=400)
    people = ["permit", "expired", "not-listed", "doubt", "none", "negative"]
    outcomes = {"permit": ("positive", past), "not-listed": ("positive", past), "doubt": ("positive", past), "negative": ("negative", past)}
    outcomes["expired"] = ("positive", today - timedelta(days=4000))
    return {
        "organizations": [{"id": "meti", "kind": "organ"}, {"id": "denryoku", "kind": "operator"}, {"id": "kinzoku", "kind": "operator"}],
        "people": [{"id": one, "works_at": "denryoku"} for one in people],
        "assessments": [
            {"id": f"a-{one}", "person": one, "by": "meti", "outcome": outcome, "notified_on": on}
            for one, (outcome, on) in outcomes.items()
        ],
        "doubt_notices": [{"person": "doubt", "by": "meti", "notified_on": today - timedelta(days=3)}],
        "designations": [{"id": "d1", "by": "meti", "on": past, "until": future}, {"id": "d2", "by": "meti", "on": past, "until": future}],
        "certifications": [{"operator": "denryoku", "by": "meti", "on": past}],
        "contracts": [{"id": "c1", "operator": "denryoku", "organ": "meti", "information": ["d1"], "from": past, "to": future}],
        "provisions": [{"information": "d1", "from": "meti", "to": "denryoku", "under": "Act 10(1)", "on": past}],
        "handlers": [{"information": "d1", "person": one, "at": "denryoku", "from": past} for one in people if one != "not-listed"],
    }


@dataclass
class World:
    """What a test needs of the served world."""

    engine: Engine
    log: Log
    settings: Settings
    url: str
    key: str
    trial_key: str
    application: str
    port: int = 0
    stop: Callable[[], None] = lambda: None
    """Asks the server to end, as a signal does."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        person: str,
        resource: str,
        *,
        key: str | None = None,
        kind: str = "information",
        action: str = "read",
        headers: dict[str, str] | None = None,
        **context: Any,
    ) -> httpx2.Response:
        body = {
            "subject": {"type": "person", "id": person},
            "resource": {"type": kind, "id": resource},
            "action": {"name": action},
            "context": context,
        }
        return httpx2.post(
            f"{self.address}/access/v1/evaluation", json=body, headers={"Authorization": f"Bearer {key or self.key}"} | (headers or {})
        )


@pytest.fixture
def given() -> dict[str, Any]:
    """What the world is laid with; a module may lay more."""
    return small_world()


@pytest.fixture
def world_laid(request: pytest.FixtureRequest, world_laid: laid.World | None, given: dict[str, Any]) -> laid.World | None:
    if world_laid is not None or "world" not in request.fixturenames:
        return world_laid
    return laid.World(f"small: {given!r}", partial(_lay, given))


def _lay(given: dict[str, Any], engine: Engine, _url: str, folder: Path) -> list[str]:
    """Lay what is given, and return the key of an application and the trial key."""
    with transaction(engine) as session:
        log = open_log(session, origin="test.example/sekisho", seat="operator", at=clock.now(), keys=Settings(data_dir=folder).keys_dir)
    with transaction(engine) as session:
        load_history(session, log=log, at=clock.now(), actor=ACTOR, given=given)
    with transaction(engine) as session:
        activate(session, log=log, actor=ACTOR, at=clock.now(), texts=read_policies())
    keys = []
    for name, trial in (("dms", False), ("trial", True)):
        with transaction(engine) as session:
            grant_application(
                session, log=log, actor=ACTOR, at=clock.now(), name=name, application_id=name, namespaces=["employee"], trial=trial
            )
        with transaction(engine) as session:
            keys.append(issue_key(session, log=log, actor=ACTOR, at=clock.now(), application=name))
    return keys


@pytest.fixture
def world(engine: Engine, database_url: str, tmp_path: Path, worlds: laid.Worlds, world_laid: laid.World) -> World:
    settings = Settings(data_dir=tmp_path)
    key, trial_key = worlds.of(world_laid).told
    with transaction(engine) as session:
        log = load_log(session, keys=settings.keys_dir)
    return World(engine, log, settings, database_url, key, trial_key, "dms")


@pytest.fixture
def served(world: World) -> Iterator[World]:
    """The world behind a server in a thread of this process."""
    world.port = free_port()
    app = build(settings=world.settings, url=world.url, engine=world.engine, log=world.log)
    server = PromptServer(uvicorn.Config(app, host="127.0.0.1", port=world.port, **OPTIONS))
    thread = started(server)
    world.stop = server.end
    yield world
    server.end()
    thread.join()
