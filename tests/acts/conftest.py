"""A town: an operator's deployment whose people sign in."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.builders.members import Town, found_town


@pytest.fixture
def town(engine: Engine, tmp_path: Path) -> Town:
    """Founders, an HR officer (`clerk`), two managers and an auditor."""
    town = found_town(engine, tmp_path / "keys")
    town.admit("clerk", "hr_officer")
    town.admit("manager", "information_manager")
    town.admit("deputy", "information_manager")
    town.admit("eye", "auditor")
    return town
