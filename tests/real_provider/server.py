"""The certified provider as a process: installed once for a run, started with what a test tells it, stopped whatever happens."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.builders.served import free_port

HERE = Path(__file__).resolve().parent
SHIPPED = ("package.json", "package-lock.json", "provider.mjs")
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH")
INSTALL_SECONDS, START_SECONDS, STOP_SECONDS = 240, 30, 10
JWKS = "GET /jwks 200"


def install(folder: Path) -> Path:
    """Install the provider into a folder from its lock; no script of a package is run. Skips where that is not possible here."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("the certified provider needs node and npm, which are not on the PATH")
    return npm_install(HERE, folder, SHIPPED)


def npm_install(shipped: Path, folder: Path, names: Sequence[str]) -> Path:
    """Install what a lock names into a folder; no script of a package is run. Skips where npm has it neither kept nor in reach."""
    for name in names:
        shutil.copyfile(shipped / name, folder / name)
    patience = ("--prefer-offline", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000")
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", *patience]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    if done.returncode and any(f"npm error code {code}" in done.stderr for code in UNREACHABLE):
        pytest.skip("the certified provider is not in npm's cache and its registry cannot be reached")
    assert done.returncode == 0, done.stderr
    return folder


@dataclass
class CertifiedProvider:
    """One provider: the process can be started again, with new keys, at the same address."""

    folder: Path
    console: Mapping[str, str] = field(default_factory=dict)
    applications: Sequence[Mapping[str, Any]] = ()
    resources: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    claims: Sequence[str] = ("sub", "acr", "amr", "auth_time")
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def told(self) -> Path:
        return self.folder / f"provider-{self.port}.log"

    def lines(self, wanted: str) -> int:
        """How many lines of all that it printed hold some words."""
        return sum(wanted in line for line in self.told.read_text(encoding="utf-8").splitlines())

    def start(self) -> None:
        settings = {name: getattr(self, name) for name in ("port", "console", "applications", "resources", "people", "claims")}
        environment = {"PATH": os.environ["PATH"], "NO_COLOR": "1"}
        begun = self.lines("ready") if self.told.exists() else 0
        with self.told.open("ab") as log:
            # It also ends by itself when its input is closed, as it is when this process is killed.
            self.process = subprocess.Popen(
                ["node", "provider.mjs", json.dumps(settings)],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while self.lines("ready") == begun:
            assert self.process.poll() is None, self.told.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, self.told.read_text(encoding="utf-8")
            time.sleep(0.05)

    def stop(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def restart(self) -> None:
        """End it and start it anew: nothing is left of its keys, sessions and tokens."""
        self.stop()
        self.start()

    def ask_token(self, client: tuple[str, str], *, headers: Mapping[str, str] | None = None, **words: str) -> dict[str, Any]:
        """What its token endpoint gives an application."""
        form = {"grant_type": "client_credentials", "scope": "check"} | words
        answer = httpx2.post(f"{self.issuer}/token", data=form, auth=client, headers=dict(headers or {}), trust_env=False)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told
