"""The two seats, each on a fresh database."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.builders.site import Site, open_site


@pytest.fixture
def organ(engine: Engine, tmp_path: Path) -> Site:
    """A deployment at an organ's seat."""
    return open_site(engine, tmp_path / "keys", "organ")


@pytest.fixture
def operator(engine: Engine, tmp_path: Path) -> Site:
    """A deployment at an operator's seat."""
    return open_site(engine, tmp_path / "keys", "operator")
