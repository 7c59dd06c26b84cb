"""Who is measured beside the service: a ceiling, the service without its ledger, a plain server, and another engine from npm."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.check_throughput import free_port
from benchmarks.worlds import Process
from service import clock
from service.settings import Settings

HERE = Path(__file__).resolve().parent
CERBOS = HERE / "cerbos"
BATCH = 50


def started(module: str, settings: Settings | None, port: int) -> Process:
    """Start a server of ours that is a module of this folder; `settings` name the deployment that it stands on."""
    environment = dict(os.environ) | ({} if settings is None else {"SEKISHO_DATA_DIR": str(settings.data_dir)})
    command = [sys.executable, "-m", f"benchmarks.{module}", "--port", str(port)]
    return Process(subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL), port)


def cerbos(folder: Path, port: int) -> Process | None:
    """Install and start Cerbos with its file audit, or return None where npm or the package cannot be had."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    home = folder / "cerbos"
    home.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(CERBOS / name, home / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    installed = subprocess.run(command, cwd=home, check=False, capture_output=True)
    if installed.returncode != 0:
        return None
    settings = {
        "server": {"httpListenAddr": f"127.0.0.1:{port}", "grpcListenAddr": f"127.0.0.1:{free_port()}"},
        "storage": {"driver": "disk", "disk": {"directory": str(CERBOS / "policies"), "watchForChanges": False}},
        "audit": {
            "enabled": True,
            "accessLogsEnabled": False,
            "decisionLogsEnabled": True,
            "backend": "file",
            "file": {"path": str(home / "audit.log")},
        },
        "telemetry": {"disabled": True},
    }
    # JSON is YAML as well.
    (home / "settings.yaml").write_text(json.dumps(settings), encoding="utf-8")
    binary = next((home / "node_modules" / "@cerbos").glob("*/cerbos-*"), None)
    if binary is None:
        return None
    served = [str(binary), "server", f"--config={home}/settings.yaml", "--log-level=error"]
    return Process(subprocess.Popen(served, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL), port)


def wait_for(process: Process, *, path: str = "/health", seconds: float = 120) -> float:
    """Return after how many seconds a server answered anything at all. Raises RuntimeError where it ended or never did."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if process.running.poll() is not None:
            message = f"a server ended at once: {process.running.args}"
            raise RuntimeError(message)
        try:
            httpx2.get(f"http://127.0.0.1:{process.port}{path}", timeout=5)
        except httpx2.TransportError:
            time.sleep(0.02)
        else:
            return time.monotonic() - begun
    message = "the server did not start"
    raise RuntimeError(message)


@dataclass(frozen=True)
class Known:
    """What the other engine has to be told with each question, for it keeps nothing: the attributes of people and of informations."""

    people: Mapping[str, Mapping[str, Any]]
    informations: Mapping[str, Mapping[str, Any]]

    def question(self, person: str, informations: list[str]) -> dict[str, Any]:
        """Return the body of a question about some informations; `listing` is what the person has for the first of them."""
        now = f"{clock.now():%Y-%m-%dT%H:%M:%SZ}"
        resources = [
            {"actions": ["read"], "resource": {"kind": "information", "id": one, "attr": {"now": now, **self.informations[one]}}}
            for one in informations
        ]
        return {"principal": {"id": person, "roles": ["person"], "attr": self.people[person]}, "resources": resources}


def known_of(given: Mapping[str, Any]) -> Known:
    """Return what an invented operator's people and informations look like to an engine that keeps nothing."""
    held = {one["information"]: one for one in given["provisions"]}
    results = {one["person"]: one for one in given["assessments"]}
    listed = {one["person"] for one in given["handlers"]}
    people = {}
    for one in given["people"]:
        name = one["id"]
        found: dict[str, Any] = {"person_known": True, "ambiguous": False, "works_there": True, "units": []}
        if name in listed:
            found["listing"] = {"actions": []}
        if name in results:
            notified = results[name]["notified_on"]
            ends = notified + timedelta(days=3_652)
            found["assessment"] = {"outcome": "positive", "notified_at": _instant(notified), "ends_at": _instant(ends)}
        people[name] = found
    informations = {
        one["id"]: {
            "designation": {"from_at": _instant(one["on"]), "until_at": _instant(one["until"])},
            "holding": {"route": "operator", "giver_holds": one["id"] in held},
            "certification": {},
            "contract": {"until_at": _instant(one["until"]), "units": []},
        }
        for one in given["designations"]
    }
    return Known(people, informations)


def _instant(day: Any) -> str:
    return f"{day.isoformat()}T00:00:00Z"
