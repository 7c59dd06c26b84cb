"""The set-up command on a fresh checkout: as an ordinary user or as root, with no home, killed, and started again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.setup.test_embedded import gone

ROOT = Path(__file__).resolve().parents[2]
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", ".sekisho", ".*_cache", ".hypothesis", "__pycache__")
SECOND_START_SECONDS = 5

pytestmark = [pytest.mark.long, pytest.mark.alone, pytest.mark.skipif(os.geteuid() != 0, reason="only root can be both")]


@pytest.fixture
def checkout() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sk-checkout-"))
    folder.chmod(0o755)
    shutil.copytree(ROOT, folder / "sekisho", ignore=LEFT_OUT)
    yield folder / "sekisho"
    shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_until_served(checkout: Path, prefix: tuple[str, ...], environment: dict[str, str]) -> "tuple[subprocess.Popen[str], float]":
    began, port = time.monotonic(), free_port()
    command = [*prefix, "./dev", "run", "--port", str(port)]
    process = subprocess.Popen(command, cwd=checkout, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(line)
        if f":{port}/" in line and "Ctrl-C" in line:
            return process, time.monotonic() - began
    process.wait()
    pytest.fail("".join(told))


@pytest.mark.parametrize("prefix", [NOBODY, ()], ids=["nobody", "root"])
def test_one_command_sets_everything_up_and_killing_it_leaves_nothing_running(checkout: Path, prefix: tuple[str, ...]) -> None:
    # Python's folder leads the path, but only where that user can reach it; else the machine's own Python is taken.
    path = "/usr/local/bin:/usr/bin:/bin" if prefix else f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    environment = {"PATH": path, "HOME": ""} | {key: value for key, value in os.environ.items() if key.startswith(("PIP_", "SSL_"))}
    if prefix:
        subprocess.run(["chown", "-R", "65534:65534", checkout], check=True)
    for how, within in ((signal.SIGKILL, 600), (signal.SIGINT, SECOND_START_SECONDS)):
        process, seconds = run_until_served(checkout, prefix, environment)
        assert seconds < within
        process.send_signal(how)
        process.wait(timeout=30)
        assert process.stdout is not None
        process.stdout.close()
        assert gone(checkout / ".sekisho")
