"""Imports run downhill: the contracts of pyproject.toml are kept, and they would notice if they were not."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READERS_OF_ASSESSMENTS = ("service/assessment/", "service/acts/", "service/api/", "service/console/", "service/jobs/", "service/retention/")
"""Act 16: what an assessment brought to light serves the assessment alone, so decisions cannot import it.

Retention asks when the records of one may end, and whether a complaint is open; it decides on nobody.
"""


def contracts_in(folder: Path) -> "subprocess.CompletedProcess[str]":
    lint = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([lint, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(folder)})


def imports_assessment(text: str) -> bool:
    for node in ast.walk(ast.parse(text)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        whole = [f"{node.module}.{name}" for name in names] if isinstance(node, ast.ImportFrom) else names
        if any(re.match(r"service\.assessment\b", name) for name in whole):
            return True
    return False


def test_the_contracts_are_kept() -> None:
    done = contracts_in(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("service/statute/__init__.py", "import service.ledger", "The staircase BROKEN"),
        ("service/newroom.py", "", "The staircase BROKEN"),
        ("service/clearance/rules.py", "import sqlalchemy", "Rules are pure BROKEN"),
        ("service/clearance/model.py", "import service.clearance.queries", "Inside a room BROKEN"),
        ("service/decision/__init__.py", "import fastapi", "The domain knows no doors BROKEN"),
        ("service/witness/answering.py", "import service.ledger", "A witness stands by itself BROKEN"),
        ("service/witness/keeping.py", "import sqlalchemy", "A witness stands by itself BROKEN"),
    ],
)
def test_a_step_uphill_is_noticed(tmp_path: Path, file: str, line: str, broken: str) -> None:
    shutil.copytree(ROOT / "service", tmp_path / "service", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / file).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    done = contracts_in(tmp_path)
    assert done.returncode != 0
    assert broken in done.stdout


def test_only_the_steps_of_an_assessment_and_their_doors_know_it() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "service").rglob("*.py"))
        if imports_assessment(path.read_text(encoding="utf-8")) and not str(path.relative_to(ROOT)).startswith(READERS_OF_ASSESSMENTS)
    ]
    assert wrong == []
    assert imports_assessment("from service import assessment")
    assert imports_assessment("from service.assessment.model import Step")
    assert not imports_assessment("from service.clearance import assessments")
