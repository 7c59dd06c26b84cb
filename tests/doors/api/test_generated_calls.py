"""Calls that a machine makes up from the description of the API: none breaks anything, none is answered as nobody said."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.doors.management.conftest import WORLDS, Desk, desk

__all__ = ["WORLDS", "desk"]

CALLS = int(os.environ.get("SEKISHO_TEST_CALLS", "20000"))
"""Generated calls of the long form, over all roles together."""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ROLES = ("clerk", "manager", "admin", "boss", "eye", "nobody")
COUNT = re.compile(r"(\d+) generated")


THOROUGH = frozenset({"manager"})
"""Whose calls go through every boundary of every word too, beside those of nobody."""
PLAIN, WHOLE = "examples,fuzzing", "examples,coverage,fuzzing"


def generated(desk: Desk, folder: Path, *, examples: int, phases: str = PLAIN, client: httpx2.Client | None = None) -> int:
    """Let Schemathesis call every operation, as somebody or as nobody, and return how many calls it made."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{desk.address}/api/v1/openapi.json", "--checks", CHECKS]
    command += ["-n", str(examples), "--seed", "27", "--generation-database", ":memory:", "--phases", phases]
    # The session must outlive the run: signing out is tried elsewhere.
    command += ["--exclude-operation-id", "sign_out_api_v1_session_delete"]
    if client is not None:
        command += ["-H", f"Cookie: sekisho={client.cookies['sekisho']}", "-H", f"X-CSRF-Token: {client.headers['X-CSRF-Token']}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=1_500)
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-1_000:]
    found = COUNT.search(done.stdout)
    assert found is not None, done.stdout[-2_000:]
    return int(found[1])


def test_no_generated_call_of_nobody_breaks_anything(desk: Desk, tmp_path: Path) -> None:
    assert generated(desk, tmp_path, examples=1) > 150


@pytest.mark.long
def test_no_generated_call_of_nobody_with_more_examples_breaks_anything(desk: Desk, tmp_path: Path) -> None:
    assert generated(desk, tmp_path, examples=3) > 500


@pytest.mark.long
@pytest.mark.parametrize("name", ROLES)
def test_twenty_thousand_generated_calls_as_every_role_break_nothing(desk: Desk, tmp_path: Path, name: str) -> None:
    doors = sum(len(methods) for methods in httpx2.get(f"{desk.address}/api/v1/openapi.json", timeout=120).json()["paths"].values())
    examples = CALLS // (len(ROLES) * doors) + 1
    made = generated(desk, tmp_path, examples=examples, phases=WHOLE if name in THOROUGH else PLAIN, client=desk.sign_in(name))
    assert made >= CALLS // len(ROLES)


@pytest.mark.long
def test_no_generated_call_of_nobody_at_every_boundary_breaks_anything(desk: Desk, tmp_path: Path) -> None:
    doors = sum(len(methods) for methods in httpx2.get(f"{desk.address}/api/v1/openapi.json", timeout=120).json()["paths"].values())
    assert generated(desk, tmp_path, examples=1, phases=WHOLE) > doors
