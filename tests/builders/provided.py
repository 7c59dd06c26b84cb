"""A town whose people sign in at a provider, behind a real server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import Engine

from service.app import build
from service.database import transaction
from service.identity.accounts import link_subject
from service.settings import Settings
from tests.builders.members import Town, found_town
from tests.builders.served import serving
from tests.builders.site import ACTOR


@dataclass
class Served:
    """A town that knows one provider."""

    town: Town
    address: str
    clients: list[httpx2.Client] = field(default_factory=list)

    def browser(self) -> httpx2.Client:
        client = httpx2.Client(base_url=self.address, timeout=30, trust_env=False)
        self.clients.append(client)
        return client

    def link(self, name: str, issuer: str, subject: str) -> None:
        with transaction(self.town.engine) as session:
            link_subject(
                session,
                log=self.town.log,
                actor=ACTOR,
                at=self.town.now(),
                account_id=self.town.accounts[name],
                issuer=issuer,
                subject=subject,
            )


@contextmanager
def town_with(entry: dict[str, Any], engine: Engine, url: str, folder: Path, port: int) -> Iterator[Served]:
    settings = Settings(data_dir=folder, port=port, providers=(entry,))
    town = found_town(engine, settings.keys_dir)
    town.admit("clerk", "hr_officer")
    town.admit("manager", "information_manager")
    with serving(build(settings=settings, url=url, engine=engine, log=town.log), port=port) as address:
        served = Served(town, address)
        yield served
        for client in served.clients:
            client.close()
