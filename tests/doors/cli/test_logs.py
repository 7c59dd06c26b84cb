"""What stands in the log: one line for an event, whatever it is about, and nothing that was given in confidence."""

import io
import json
import logging
import subprocess
import sys
import traceback
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from service.cli.logs import Lines, visible
from service.statute.refusals import Conflict

HOSTILE = 'a\r\nlevel: critical\x1b[2J\x00\x08\x7f\x85\x9b\u2028\u2029\u200b\u202e\u2066\ufeff\ud800"}\n{"level": "critical'
CANARY = "カナリア-4711"


class Told:
    """A logger of its own, in no hierarchy: what it is told goes nowhere but here, whatever half characters it holds."""

    def __init__(self, name: str = "service.tests") -> None:
        self.out = io.StringIO()
        self.logger = logging.Logger(name)  # noqa: LOG001 - in no hierarchy, on purpose
        handler = logging.StreamHandler(self.out)
        handler.setFormatter(Lines())
        self.logger.addHandler(handler)


@pytest.fixture
def written() -> Told:
    return Told()


def line_of(out: io.StringIO) -> dict[str, object]:
    told = out.getvalue()
    assert told.endswith("\n")
    assert len(told.splitlines()) == 1
    assert told.count("\n") == 1
    assert all(unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for one in told[:-1])
    return json.loads(told)  # type: ignore[no-any-return]


@pytest.mark.parametrize("field", ["message", "argument", "named argument", "own error", "error", "name"])
def test_no_field_of_a_record_breaks_its_line(written: Told, field: str) -> None:
    logger = written.logger
    if field == "message":
        logger.error(HOSTILE)
    elif field == "argument":
        logger.error("about %s", HOSTILE)
    elif field == "named argument":
        logger.error("about %(it)s", {"it": HOSTILE})
    elif field == "own error":
        logger.error("failed", exc_info=Conflict(HOSTILE))
    elif field == "error":
        logger.error("failed: %s", OSError(5, HOSTILE))
    else:
        written = Told("service.tests." + HOSTILE)
        written.logger.error("x")
    assert line_of(written.out)["level"] == "error"


@given(st.text())
def test_whatever_is_said_can_be_read_back_from_one_line(words: str) -> None:
    record = logging.LogRecord("service", logging.WARNING, "x", 1, "%s", (words,), None)
    line = Lines().format(record)
    assert len(line.splitlines()) == 1
    assert json.loads(line)["event"] == words[:2_000]
    assert len(visible(words).splitlines()) <= 1


def test_an_error_of_the_database_is_told_without_the_values_of_its_row(engine: Engine, written: Told) -> None:
    logger = written.logger
    with engine.begin() as connection:
        connection.execute(text("create table public.secrets (name text primary key)"))
        connection.execute(text("insert into public.secrets values (:name)"), {"name": CANARY})
    with pytest.raises(IntegrityError) as failed, engine.begin() as connection:
        connection.execute(text("insert into public.secrets values (:name)"), {"name": CANARY})
    assert CANARY in str(failed.value.orig)
    assert "[SQL parameters hidden due to hide_parameters=True]" in str(failed.value)
    wrapped = RuntimeError(CANARY)
    wrapped.__cause__ = failed.value
    logger.error("an act failed: %s", failed.value, exc_info=wrapped)
    told = line_of(written.out)
    assert CANARY not in json.dumps(told, ensure_ascii=False)
    assert "23505" in str(told["error"])
    assert told["logger"] == "service.tests"


def test_words_that_do_not_fit_their_arguments_are_written_without_them() -> None:
    record = logging.LogRecord("service", logging.WARNING, "x", 1, "about %d", (HOSTILE,), None)
    assert json.loads(Lines().format(record))["event"] == "about %d"


def test_a_traceback_that_a_library_writes_into_its_words_says_where_and_not_what(written: Told) -> None:
    with pytest.raises(ValueError) as failed:  # noqa: PT011 - its words are of no account
        int(CANARY)
    written.logger.error("".join(traceback.format_exception(failed.value)))
    event = str(line_of(written.out)["event"])
    assert CANARY not in event
    assert "ValueError" in event
    assert "test_logs.py" in event


def test_a_serving_process_writes_safe_lines_only_and_leaves_no_core() -> None:
    program = f"""
import logging, resource, sys
from service.cli.logs import configure_log, forbid_core_dumps
configure_log()
forbid_core_dumps()
logging.getLogger("uvicorn.error").error({HOSTILE.encode("unicode_escape").decode()!r}.encode().decode("unicode_escape"))
logging.getLogger("somebody.else").warning("x\\ny")
print(resource.getrlimit(resource.RLIMIT_CORE))
import ctypes
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if sys.platform == "linux" else 0)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["(0, 0)", "0"]
    lines = done.stderr.splitlines()
    assert [json.loads(line)["logger"] for line in lines] == ["uvicorn.error", "somebody.else"]
