"""House rules that a machine can hold: one committer, one clock, downhill keys, small files."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "service").rglob("*.py"))
STAIRCASE = [
    "ledger",
    "proposals",
    "personnel",
    "designation",
    "provision",
    "clearance",
    "assessment",
    "need_to_know",
    "registers",
    "decision",
    "identity",
]
LONGEST_FILE, LONGEST_FUNCTION = 350, 60
FORBIDDEN_NAMES = {"manager", "helper", "helpers", "utils", "util", "data"}


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_one_place_ends_a_unit_of_work() -> None:
    """The word commit stands in one package; everything else receives a session."""
    pattern = re.compile(r"\.commit\(")
    found = [path.relative_to(ROOT) for path in SOURCES if pattern.search(path.read_text())]
    assert [str(path) for path in found] == ["service/database/__init__.py"]


def test_one_file_reads_the_clock() -> None:
    pattern = re.compile(r"datetime\.now\(|datetime\.utcnow|date\.today\(|time\.time\(|time_ns\(")
    found = [str(path.relative_to(ROOT)) for path in SOURCES if pattern.search(path.read_text())]
    assert found == ["service/clock.py"]


def test_only_doors_and_problems_know_http() -> None:
    allowed = {"api", "console", "app.py", "problems.py", "cli", "identity"}
    wrong = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.relative_to(ROOT / "service").parts[0] not in allowed and re.search(r"HTTPException|status_code", path.read_text())
    ]
    assert wrong == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_readable(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE
    long = [node.name for node in functions(ast.parse(text)) if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION]
    assert long == []


def test_no_file_is_named_after_nothing() -> None:
    assert [str(path) for path in SOURCES if path.stem in FORBIDDEN_NAMES] == []


def test_every_room_says_at_its_door_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT)) for path in SOURCES if path.name == "__init__.py" and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_foreign_keys_run_downhill_and_each_room_has_its_schema() -> None:
    import importlib

    from service.database import Base

    for path in (ROOT / "service").glob("*/model.py"):
        importlib.import_module(f"service.{path.parent.name}.model")
    assert Base.metadata.tables
    for table in Base.metadata.tables.values():
        assert table.schema in STAIRCASE
        for key in table.foreign_keys:
            target = key.column.table.schema
            assert target is not None
            assert STAIRCASE.index(target) <= STAIRCASE.index(table.schema), f"{table} -> {key.column}"


def test_the_project_speaks_of_itself_alone() -> None:
    pattern = re.compile(r"/work/(main|shared|steering)|\.\./shared|coding (agent|assistant)|this session|sub-?agent", re.IGNORECASE)
    here = Path(__file__)
    kinds = {".py", ".md", ".toml", ".yaml", ".yml", ".cedar", ".html", ".css", ".sh", ""}
    skipped = {
        ".git",
        ".venv",
        ".venv-uv",
        ".venv-home",
        ".sekisho",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
        ".import_linter_cache",
        "__pycache__",
    }
    files = [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and path.suffix in kinds and path != here and not skipped & set(path.relative_to(ROOT).parts)
    ]
    assert [str(path.relative_to(ROOT)) for path in files if pattern.search(path.read_text(errors="ignore"))] == []
