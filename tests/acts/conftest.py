"""A town: an operator's deployment whose people sign in."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.builders.members import Town, return_to_town, town_world
from tests.builders.worlds import World, Worlds, chosen


def settle(town: Town) -> None:
    town.admit("clerk", "hr_officer")
    town.admit("manager", "information_manager")
    town.admit("deputy", "information_manager")
    town.admit("eye", "auditor")


WORLDS = {"town": town_world(settle)}


@pytest.fixture
def world_laid(request: pytest.FixtureRequest, world_laid: World | None) -> World | None:
    return world_laid or chosen(request.fixturenames, WORLDS)


@pytest.fixture
def town(engine: Engine, tmp_path: Path, worlds: Worlds, world_laid: World) -> Town:
    """Founders, an HR officer (`clerk`), two managers and an auditor."""
    return return_to_town(engine, tmp_path / "keys", worlds.of(world_laid).told)
