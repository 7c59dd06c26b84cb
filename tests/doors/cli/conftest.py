"""A command line on a fresh database, as a user meets it: arguments in, words and an exit code out."""

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from service import cli
from service.cli import site
from service.database.embedded import ensure_database

ORIGIN = "test.sekisho.invalid/cli"


@dataclass(frozen=True)
class Told:
    """What a command said."""

    code: int
    out: str
    err: str


Command = Callable[..., Told]


@pytest.fixture
def unopened(database_url: str, short_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command `sekisho` on a migrated database without a log."""
    monkeypatch.setenv("SEKISHO_DATABASE_URL", database_url)
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(short_dir))
    # The test server waits for no disk, which a deployment refuses.
    monkeypatch.setattr(site, "require_durable", lambda _connection: None)

    return _command(capsys)


def _command(capsys: pytest.CaptureFixture[str]) -> Command:
    def command(*arguments: str) -> Told:
        capsys.readouterr()
        code = cli.run(arguments)
        said = capsys.readouterr()
        return Told(code, said.out, said.err)

    return command


@pytest.fixture(scope="session")
def demo_place(server_url: str, template: str) -> Iterator[dict[str, str]]:
    """The environment of a demo that is seeded once for all tests that only ask."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))
    folder = tempfile.mkdtemp(prefix="sk-")
    place = {"SEKISHO_DATABASE_URL": ensure_database(server_url, name), "SEKISHO_DATA_DIR": folder}
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in place.items():
            patch.setenv(variable, value)
        patch.setattr(site, "require_durable", lambda _connection: None)
        assert cli.run(["demo"]) == 0
    yield place
    shutil.rmtree(folder)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def demo_once(demo_place: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command line of that demo."""
    for variable, value in demo_place.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(site, "require_durable", lambda _connection: None)
    return _command(capsys)


@pytest.fixture
def sekisho(unopened: Command) -> Command:
    """The command `sekisho` at an operator whose log is open."""
    assert unopened("migrate", "--seat", "operator", "--origin", ORIGIN).code == 0
    return unopened
