"""The provider that a test may bend, and the entry under which it is known here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_iam import iam_configuration, iam_server, iam_server_port  # noqa: F401 # fixtures; the plug-in itself is off for other tests

from service.identity.oidc import Providers
from tests.identity.oidc.hostile import CLIENT, SECRET, Provider, running
from tests.identity.oidc.steps import Entry


@pytest.fixture(scope="session")
def _running() -> Iterator[tuple[Provider, str]]:
    """A provider that runs, and its own address."""
    with running(Provider()) as provider:
        yield provider, provider.issuer


@pytest.fixture
def provider(_running: tuple[Provider, str]) -> Provider:
    """An honest provider, until the test changes something."""
    provider, issuer = _running
    provider.__dict__.update(Provider(issuer=issuer).__dict__)
    return provider


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    path = tmp_path / "client.secret"
    path.touch(mode=0o600)
    path.write_text(SECRET + "\n", encoding="ascii")
    return path


@pytest.fixture
def entry(provider: Provider, secret_file: Path) -> Entry:
    """An entry of the settings, with what a test wants different."""

    def make(**changed: Any) -> dict[str, Any]:
        return {
            "id": "house",
            "issuer": provider.issuer,
            "client_id": CLIENT,
            "client_secret_file": str(secret_file),
            "name_ja": "庁内認証",
            "name_en": "House sign-in",
            "insecure_loopback": True,
        } | changed

    return make


@pytest.fixture
def providers(entry: Entry) -> Providers:
    return Providers([entry()], public_url="https://sekisho.example.jp")
