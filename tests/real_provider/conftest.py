"""The certified provider, installed once for a run."""

from pathlib import Path

import pytest

from tests.real_provider.server import install


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("certified-provider"))
