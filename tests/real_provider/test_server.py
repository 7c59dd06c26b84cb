"""Where the certified provider cannot run, its tests say so; and none of it outlives them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.real_provider.server import install

ROOT = Path(__file__).resolve().parents[2]
STARTED = """
import sys, time
from pathlib import Path
from tests.real_provider.server import CertifiedProvider
console = dict.fromkeys(("redirect_uri", "after_sign_out", "backchannel_logout_uri"), "https://sekisho.example/x")
provider = CertifiedProvider(Path(sys.argv[1]), console=console | {"client_id": "c", "client_secret": "s", "algorithm": "RS256"})
provider.start()
print(provider.process.pid, flush=True)
time.sleep(60)
"""


def test_without_node_the_tests_are_skipped_with_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match="needs node and npm"):
        install(tmp_path)


@pytest.mark.long
@pytest.mark.alone
def test_the_provider_ends_when_its_tests_are_killed(installed: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", STARTED, str(installed)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout is not None
        provider = int(tests.stdout.readline())
        os.kill(provider, 0)
        tests.send_signal(signal.SIGKILL)
        tests.wait()
        deadline = time.monotonic() + 10
        while is_running(provider):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def is_running(process: int) -> bool:
    """Whether a process runs; one that ended and that nobody has waited for does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
