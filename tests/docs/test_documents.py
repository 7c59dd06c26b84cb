"""The documents say what is so: their commands run, both languages have the same parts, their paths exist."""

import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from service import cli
from service.cli import demo, site
from service.cli.site import open_site
from service.jobs.demo_world import world_of
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.ja.md")
THREATS = ("docs/threats.md", "docs/threats.ja.md")
CHANGING = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+\+\d\d:\d\d|\d[\d,]*")


def headings(name: str) -> list[int]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [len(line) - len(line.lstrip("#")) for line in lines if re.match(r"#+ ", line)]


def blocks(name: str, kind: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def test_both_readmes_have_the_same_parts_in_the_same_order() -> None:
    assert headings(READMES[0]) == headings(READMES[1])
    for name in (
        "audit-queries",
        "explain",
        "integrate",
        "keys",
        "people",
        "performance",
        "policies",
        "regimes",
        "search",
        "sign-in",
        "uses",
    ):
        assert headings(f"docs/{name}.md") == headings(f"docs/{name}.ja.md")
    for kind in ("sh", "console"):
        first, second = (blocks(name, kind) for name in READMES)
        assert [len(block.splitlines()) for block in first] == [len(block.splitlines()) for block in second]


def test_both_tables_of_threats_name_the_same_tests_in_the_same_order() -> None:
    assert headings(THREATS[0]) == headings(THREATS[1])
    rows = [
        [re.findall(r"`(tests/[^`]*)`|^\| ([STRIDE]) \|", line) for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
        for name in THREATS
    ]
    first, second = ([row for row in table if row] for table in rows)
    assert first == second
    assert len(first) > 20


@pytest.mark.parametrize(
    "name",
    [
        *READMES,
        *THREATS,
        "CONTRIBUTING.md",
        "SECURITY.md",
        "docs/audit-queries.md",
        "docs/audit-queries.ja.md",
        "docs/explain.md",
        "docs/explain.ja.md",
        "docs/flow.md",
        "docs/glossary.md",
        "docs/keys.md",
        "docs/keys.ja.md",
        "docs/people.md",
        "docs/people.ja.md",
        "docs/regimes.md",
        "docs/regimes.ja.md",
        "docs/uses.md",
        "docs/uses.ja.md",
    ],
)
def test_every_path_that_a_document_names_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = re.findall(r"`((?:service|policies|tests|docs|migrations)/[^`\s]*)`", text)
    named += [str(Path(name).parent / link) for link in re.findall(r"\]\(([^):#]+)\)", text)]
    for path in named:
        assert (ROOT / path).exists(), path


@pytest.fixture
def told(database_url: str, short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to run commands in, on a fresh database."""
    monkeypatch.setenv("SEKISHO_DATABASE_URL", database_url)
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(short_dir))
    # The test server waits for no disk, which a deployment refuses.
    monkeypatch.setattr(site, "require_durable", lambda _connection: None)
    monkeypatch.chdir(short_dir)
    return short_dir


def test_the_commands_of_the_readmes_answer_as_they_say(told: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_site(log=False, settings=Settings()) as opened:
        demo.prepare(opened, "operator")
    for name in READMES:
        for block in blocks(name, "console"):
            for command, expected in re.findall(r"^\$ \.venv/bin/sekisho (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE):
                capsys.readouterr()
                cli.run(shlex.split(command))
                said = capsys.readouterr().out
                # Indexes, counts and times are another day's; every word is the same.
                assert CHANGING.sub("#", said) == CHANGING.sub("#", expected), command
    assert told.exists()


@pytest.mark.parametrize("name", READMES)
def test_the_commands_for_a_deployment_of_one_s_own_work(told: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (told / "roster.csv").write_bytes(world_of("operator", on=date(2026, 11, 24)).roster)
    block = next(block for block in blocks(name, "sh") if "sekisho migrate" in block)
    commands = [shlex.split(line, comments=True)[1:] for line in block.splitlines() if line.startswith("sekisho ")]
    # The ceremony is two people's and has tests of its own; what serves does not end.
    assert commands[-2:] == [["init"], ["serve"]]
    for command in commands[:-2]:
        assert cli.run(command) == 0, (command, capsys.readouterr().err)
