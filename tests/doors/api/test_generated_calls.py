"""Calls that a machine makes up from the description of the API: none breaks anything, none is answered as nobody said."""

import os
import subprocess
import sys
from pathlib import Path

from tests.doors.api.conftest import World

CALLS = int(os.environ.get("SEKISHO_TEST_CALLS", "50"))


def test_no_generated_call_breaks_anything(served: World, tmp_path: Path) -> None:
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{served.address}/openapi.json",
        "--checks",
        "not_a_server_error",
        "-n",
        str(CALLS),
        "--seed",
        "27",
        "--generation-database",
        ":memory:",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False, timeout=300)
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-1_000:]
