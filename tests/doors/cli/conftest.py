"""A command line on a fresh database, as a user meets it: arguments in, words and an exit code out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from service import cli
from service.cli import site

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

    def command(*arguments: str) -> Told:
        capsys.readouterr()
        code = cli.run(arguments)
        said = capsys.readouterr()
        return Told(code, said.out, said.err)

    return command


@pytest.fixture
def sekisho(unopened: Command) -> Command:
    """The command `sekisho` at an operator whose log is open."""
    assert unopened("migrate", "--seat", "operator", "--origin", ORIGIN).code == 0
    return unopened
