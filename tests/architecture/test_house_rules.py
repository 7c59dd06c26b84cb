"""House rules that a machine can hold. Each is a function from source text to what breaks it, and is itself tried."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "service").rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 350, 60
FORBIDDEN_NAMES = {"manager", "helper", "helpers", "utils", "util", "data"}
COMMITTER = {"service/database/__init__.py"}
CLOCK = {"service/clock.py"}
HTTP = ("service/api/", "service/console/", "service/cli/", "service/identity/", "service/app.py", "service/problems.py")
CONNECTING = {
    "service/database/__init__.py": "engines",
    "service/database/addresses.py": "makes databases, which no transaction may do",
    "service/database/dumping.py": "asks how new the server is, and whether a database is empty",
    "service/database/embedded.py": "asks whether the server answers",
    "service/api/connecting.py": "for the gateway, which appends a batch in one statement, its own transaction",
    "service/api/sweeping.py": "streams rows of one snapshot, reading only, beside the loop that answers",
    "service/cli/site.py": "asks for the server's settings before anything else",
    "service/evidence/rows.py": "streams rows of one snapshot, reading only",
    "service/jobs/cases.py": "makes and drops a database for each case",
}
READINGS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "dt": {"now", "utcnow", "today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime", "clock_gettime"},
}

Rule = Callable[[ast.AST], list[str]]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def attributes(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each `owner.name` of a text, owner being the last word before the point."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            yield (owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else "", node.attr)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def ends_a_unit_of_work(tree: ast.AST) -> list[str]:
    own = [f"{owner}.{name}" for owner, name in attributes(tree) if name == "commit" or (name == "begin" and "engine" in owner)]
    words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return own + [word for word in words if re.fullmatch(r"\s*commit\s*;?\s*", word, re.IGNORECASE)]


def reads_the_clock(tree: ast.AST) -> list[str]:
    return [f"{owner}.{name}" for owner, name in attributes(tree) if name in READINGS.get(owner, set())]


def knows_http(tree: ast.AST) -> list[str]:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {name for _, name in attributes(tree)}
    keywords = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    return sorted((names | keywords) & {"HTTPException", "status_code"})


def connects_by_itself(tree: ast.AST) -> list[str]:
    connecting = {"psycopg", "AsyncConnection", "Connection"}
    return [
        f"{owner}.{name}"
        for owner, name in attributes(tree)
        if (owner in connecting and name == "connect") or (owner == "sqlalchemy" and name == "create_engine") or owner == "psycopg_pool"
    ]


def writes_workbooks(tree: ast.AST) -> list[str]:
    imported = [name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in (alias.name for alias in node.names)]
    return [name for name in (*imported, *(owner for owner, _name in attributes(tree))) if name == "xlsxwriter"]


def has_long_functions(tree: ast.AST) -> list[str]:
    return [node.name for node in functions(tree) if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION]


def offenders(rule: Rule) -> set[str]:
    return {str(path.relative_to(ROOT)) for path in SOURCES if rule(ast.parse(path.read_text(encoding="utf-8")))}


def test_one_place_ends_a_unit_of_work() -> None:
    """Everything else receives a session."""
    assert offenders(ends_a_unit_of_work) == COMMITTER


def test_one_file_reads_the_clock() -> None:
    assert offenders(reads_the_clock) == CLOCK


def test_only_doors_and_problems_know_http() -> None:
    assert {path for path in offenders(knows_http) if not path.startswith(HTTP)} == set()


def test_a_connection_of_one_s_own_has_a_reason() -> None:
    assert offenders(connects_by_itself) == set(CONNECTING)


def test_one_file_writes_workbooks() -> None:
    """In every workbook every cell is a text, and the same rows are the same bytes."""
    assert offenders(writes_workbooks) == {"service/evidence/workbooks.py"}


def test_files_and_functions_stay_readable() -> None:
    assert offenders(has_long_functions) == set()
    assert [str(path) for path in SOURCES if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE] == []


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        (ends_a_unit_of_work, "session.commit()", "session.flush()"),
        (ends_a_unit_of_work, "end = self._session.commit", "session.rollback()"),
        (ends_a_unit_of_work, "with engine.begin() as connection: pass", "with transaction(engine) as session: pass"),
        (ends_a_unit_of_work, "connection.execute('COMMIT;')", "connection.execute('select 1')"),
        (reads_the_clock, "at = datetime.now(UTC)", "at = clock.now()"),
        (reads_the_clock, "today = datetime.date.today", "day = legal_day(at)"),
        (reads_the_clock, "from time import time", "from time import monotonic"),
        (reads_the_clock, "time.strftime('%Y')", "at.strftime('%Y')"),
        (knows_http, "raise HTTPException(404)", "raise NotFoundError(id)"),
        (knows_http, "Response(status_code=404)", "Response()"),
        (connects_by_itself, "psycopg.connect(url)", "engine.connect()"),
        (connects_by_itself, "from sqlalchemy import create_engine", "from sqlalchemy import select"),
        (writes_workbooks, "import xlsxwriter", "from service.evidence.workbooks import Workbook"),
        (writes_workbooks, "from xlsxwriter import Workbook", "import python_calamine"),
        (has_long_functions, "def act():\n" + "    pass\n" * LONGEST_FUNCTION, "def act():\n    pass"),
    ],
)
def test_each_rule_sees_what_breaks_it_and_nothing_else(rule: Rule, wrong: str, right: str) -> None:
    assert rule(ast.parse(wrong))
    assert not rule(ast.parse(right))


def test_no_file_is_named_after_nothing() -> None:
    assert [str(path) for path in SOURCES if path.stem in FORBIDDEN_NAMES] == []


def test_every_room_says_at_its_door_what_it_is() -> None:
    doors = [path for path in SOURCES if path.name == "__init__.py"]
    assert [str(path) for path in doors if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))] == []


def test_no_text_names_a_folder_of_somebody_s_machine() -> None:
    pattern = re.compile(r"(?<![\w./:-])/(work|Users|home)/[a-z]+", re.IGNORECASE)
    kinds = {".py", ".md", ".toml", ".yaml", ".yml", ".cedar", ".html", ".css", ".sh", ".ini", ".lock", ".mako"}
    here = {ROOT / name for name in ("service", "policies", "migrations", "tests", "docs", "benchmarks", ".ci")}
    files = [path for folder in here for path in folder.rglob("*")] + list(ROOT.iterdir())
    wrong = [
        str(path.relative_to(ROOT))
        for path in files
        if path.is_file()
        and (path.suffix in kinds or path.name in {"dev", "run"})
        and pattern.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert wrong == []
