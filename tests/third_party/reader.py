"""The reader of published logs that is not ours, built from the Go packages that Debian ships."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("read_log.go")
PACKAGES = Path("/usr/share/gocode")
NEEDED = "the third-party reader needs Debian's golang-go and golang-golang-x-mod-dev"


@dataclass(frozen=True)
class Reader:
    """The built program."""

    program: Path

    def read(self, folder: Path, *proofs: Path, **flags: str | Path) -> subprocess.CompletedProcess[str]:
        """Let it read a published folder and proofs beside it; what it says of them is in what returns."""
        words = [f"-{name}={value}" for name, value in flags.items()]
        return subprocess.run([self.program, *words, folder, *proofs], capture_output=True, text=True, timeout=300, check=False)


def build_reader(folder: Path) -> Reader:
    """Build it into a folder, without a network. Skips where Go or its package is missing; where CI could install them, it fails."""
    if shutil.which("go") is None or not (PACKAGES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        if "CI" in os.environ and shutil.which("apt-get") is not None:
            pytest.fail(f"{NEEDED}, which .ci/run installs")
        pytest.skip(f"{NEEDED}, which are not installed")
    told = {"GO111MODULE": "off", "GOPATH": str(PACKAGES), "GOFLAGS": "", "GOPROXY": "off", "GOCACHE": str(folder / "cache")}
    program = folder / "read_log"
    command = ["go", "build", "-o", program, SOURCE]
    done = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return Reader(program)
