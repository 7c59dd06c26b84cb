"""The two seats, each on a fresh database."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.ledger import Seat
from tests.builders.site import Site, open_site, return_to
from tests.builders.worlds import World


@pytest.fixture
def organ(engine: Engine, tmp_path: Path, world_laid: World | None) -> Site:
    """A deployment at an organ's seat."""
    return _deployment(engine, tmp_path / "keys", "organ", world_laid)


@pytest.fixture
def operator(engine: Engine, tmp_path: Path, world_laid: World | None) -> Site:
    """A deployment at an operator's seat."""
    return _deployment(engine, tmp_path / "keys", "operator", world_laid)


def _deployment(engine: Engine, keys: Path, seat: Seat, world: World | None) -> Site:
    if world is None:
        return open_site(engine, keys, seat)
    site = return_to(engine, keys)
    assert site.log.seat == seat
    return site
