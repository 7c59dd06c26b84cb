"""Calls that a machine makes up from the description of the API: none breaks anything, none is answered as nobody said."""

import os
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx2
import pytest

from tests.builders.share import share_of
from tests.doors.management.conftest import WORLDS, Desk, desk

__all__ = ["WORLDS", "desk"]

CALLS = int(os.environ.get("SEKISHO_TEST_CALLS", "20000"))
"""Generated calls of the long form, over all roles together."""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ROLES = ("clerk", "manager", "admin", "boss", "eye", "nobody")
SIGN_OUT = "sign_out_api_v1_session_delete"
COUNT = re.compile(r"(\d+) generated")


PLAIN, WHOLE = "examples,fuzzing", "examples,coverage,fuzzing"


def generated(
    desk: Desk, folder: Path, *, examples: int, phases: str = PLAIN, client: httpx2.Client | None = None, of: Sequence[str] = ()
) -> int:
    """Let Schemathesis call every operation, or those, as somebody or as nobody, and return how many calls it made."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{desk.address}/api/v1/openapi.json", "--checks", CHECKS]
    command += ["-n", str(examples), "--seed", "27", "--generation-database", ":memory:", "--phases", phases]
    # The session must outlive the run: signing out is tried elsewhere.
    command += ["--exclude-operation-id", SIGN_OUT]
    for operation in of:
        command += ["--include-operation-id", operation]
    if client is not None:
        command += ["-H", f"Cookie: sekisho={client.cookies['sekisho']}", "-H", f"X-CSRF-Token: {client.headers['X-CSRF-Token']}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=1_500)
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-1_000:]
    found = COUNT.search(done.stdout)
    assert found is not None, done.stdout[-2_000:]
    return int(found[1])


def test_no_generated_call_of_nobody_breaks_anything(desk: Desk, tmp_path: Path) -> None:
    assert generated(desk, tmp_path, examples=1) > 150


def operations(desk: Desk) -> list[str]:
    """Return the name of every operation that the description names, but for that which ends a session."""
    paths = httpx2.get(f"{desk.address}/api/v1/openapi.json", timeout=120).json()["paths"].values()
    return [one["operationId"] for methods in paths for one in methods.values() if one["operationId"] != SIGN_OUT]


@pytest.mark.long
@pytest.mark.parametrize("name", ROLES)
def test_twenty_thousand_generated_calls_as_every_role_break_nothing(desk: Desk, tmp_path: Path, name: str) -> None:
    examples = CALLS // (len(ROLES) * len(operations(desk))) + 1
    made = generated(desk, tmp_path, examples=examples, client=desk.sign_in(name))
    assert made >= CALLS // len(ROLES)


@pytest.mark.long
@pytest.mark.parametrize("name", ["manager", None])
def test_no_generated_call_at_every_boundary_of_every_word_breaks_anything(desk: Desk, tmp_path: Path, name: str | None) -> None:
    """Of the operations a share is tried, another one with each seed of the run."""
    chosen = share_of(random.sample(found := operations(desk), len(found)))
    client = desk.sign_in(name) if name else None
    assert generated(desk, tmp_path, examples=3, phases=WHOLE, client=client, of=chosen) > len(chosen)
