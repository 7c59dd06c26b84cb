"""A town behind a real server on a real port, and people who sign in at it over HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine

from service.app import build
from service.identity.factors import passwords
from service.ledger import Seat
from service.settings import Settings
from tests.builders.members import PASSWORD, Town, return_to_town, town_world
from tests.builders.served import serving
from tests.builders.worlds import World, Worlds, chosen


@dataclass
class Desk:
    """A served town."""

    town: Town
    address: str
    clients: list[httpx2.Client] = field(default_factory=list)

    def sign_in(self, name: str, *, code: str | None = None, password: str = PASSWORD) -> httpx2.Client:
        """A browser in which somebody is signed in; it sends the form token along."""
        client = httpx2.Client(base_url=self.address, timeout=120)
        self.clients.append(client)
        answer = client.post("/api/v1/session", json={"name": name, "password": password, "code": code or self.town.code()})
        answer.raise_for_status()
        client.headers["X-CSRF-Token"] = answer.json()["form_token"]
        return client


def settle(town: Town) -> None:
    for name, role in (("clerk", "hr_officer"), ("manager", "information_manager"), ("deputy", "information_manager"), ("eye", "auditor")):
        town.admit(name, role)
        town.equip(name)
    town.admit("nobody")
    town.equip("nobody")


WORLDS = {"desk": town_world(settle)}


def desk_world(lay: Callable[[Desk], object], *, settled: Callable[[Town], None] = settle, seat: Seat = "operator") -> World:
    """The world of a settled town in which more was laid; what lays it takes a desk at which nobody sits yet."""

    def laid(town: Town) -> None:
        settled(town)
        lay(Desk(town, ""))

    laid.__module__, laid.__qualname__ = lay.__module__, lay.__qualname__
    return town_world(laid, seat=seat)


@pytest.fixture
def world_laid(request: pytest.FixtureRequest, world_laid: World | None) -> World | None:
    return world_laid or chosen(request.fixturenames, WORLDS)


@pytest.fixture
def desk(
    engine: Engine, database_url: str, tmp_path: Path, worlds: Worlds, world_laid: World, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    # The town's quick hashes stay as they are: every first sign-in would make a real one of them.
    monkeypatch.setattr(passwords, "needs_rehash", lambda _stored: False)
    settings = Settings(data_dir=tmp_path)
    town = return_to_town(engine, settings.keys_dir, worlds.of(world_laid).told)
    with serving(build(settings=settings, url=database_url, engine=engine, log=town.log)) as address:
        desk = Desk(town, address)
        yield desk
        for client in desk.clients:
            client.close()
