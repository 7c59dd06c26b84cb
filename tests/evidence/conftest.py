"""A small real log: organizations registered, checkpoints signed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.cli import export as export_command
from service.cli import verify as verify_command
from service.cli.site import Site as OpenSite
from service.database import transaction
from service.ledger import open_log
from service.settings import Settings
from tests.evidence.site import BEGIN, Site
from tests.evidence.world import Deciding, deciding_site


@pytest.fixture
def site(database_url: str, engine: Engine, tmp_path: Path) -> Site:
    """A log of 12 entries in 6 batches, signed at 5 and at its end."""
    with transaction(engine) as session:
        log = open_log(session, origin="example.jp/test", seat="operator", at=BEGIN, keys=tmp_path / "keys", clock="told")
    site = Site(database_url, engine, log)
    site.register("alpha", at=BEGIN + timedelta(days=1))
    site.register("beta", "gamma", "delta", at=BEGIN + timedelta(days=2))
    site.sign()
    site.register("epsilon", "zeta", "eta", at=BEGIN + timedelta(days=3))
    site.note("first", at=BEGIN + timedelta(days=4))
    site.register("theta", "iota", "kappa", at=BEGIN + timedelta(days=5))
    site.sign()
    return site


@pytest.fixture
def deciding(database_url: str, engine: Engine, tmp_path: Path) -> Deciding:
    """A small world under the shipped policies, in which decisions can be recorded."""
    return deciding_site(database_url, engine, tmp_path / "keys")


@pytest.fixture
def opened(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The commands open this deployment, whatever the durability of the test server."""

    @contextmanager
    def open_site(*, log: bool = True, below_floor: bool = False) -> Iterator[OpenSite]:  # noqa: ARG001 - no floor is kept here
        assert log
        yield OpenSite(settings=Settings(), url=site.url, engine=site.engine, opened=site.log)

    monkeypatch.setattr(export_command, "open_site", open_site)
    monkeypatch.setattr(verify_command, "open_site", open_site)
    return site
