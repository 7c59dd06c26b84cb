"""An invented operator with many people, laid into a fresh deployment through the doors that everybody uses."""

import json
import os
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from service import clock
from service.actor import Actor
from service.cli.migrate import activate_shipped
from service.cli.site import Site, open_site
from service.database import transaction
from service.database.migrate import upgrade
from service.identity.operations import grant_application, issue_key
from service.jobs.history import grouped_rows, load_grouped
from service.ledger import open_log
from service.settings import Settings
from service.statute.periods import legal_day

ACTOR = Actor(id="benchmark", kind="system")
ORIGIN = "benchmark.invalid/sekisho"
LISTED = 390
"""On how many days, one after the other, people came onto their lists."""


def invented(people: int, informations: int, *, seed: int = 1) -> dict[str, Any]:
    """Return given facts: two thirds of the people are cleared, all are listed for one information each, on hundreds of days."""
    today = legal_day(clock.now())
    past, future = today - timedelta(days=400), today + timedelta(days=400)
    chance = random.Random(seed)
    names = [f"p{number}" for number in range(people)]
    subjects = [f"d{number}" for number in range(informations)]
    cleared = [name for name in names if chance.random() < 0.67]
    return {
        "organizations": [{"id": "organ", "kind": "organ"}, {"id": "operator", "kind": "operator"}],
        "people": [{"id": one, "works_at": "operator"} for one in names],
        "assessments": [{"id": f"a-{one}", "person": one, "by": "organ", "outcome": "positive", "notified_on": past} for one in cleared],
        "designations": [{"id": one, "by": "organ", "on": past, "until": future} for one in subjects],
        "certifications": [{"operator": "operator", "by": "organ", "on": past}],
        "contracts": [{"id": "c1", "operator": "operator", "organ": "organ", "information": subjects, "from": past, "to": future}],
        "provisions": [{"information": one, "from": "organ", "to": "operator", "under": "Act 10(1)", "on": past} for one in subjects],
        "handlers": [
            {"information": subjects[place % informations], "person": one, "at": "operator", "from": past + timedelta(days=place % LISTED)}
            for place, one in enumerate(names)
        ],
    }


def lay(settings: Settings, given: Mapping[str, Any]) -> str:
    """Migrate, open the log, load the facts, activate the policies and return an application's key."""
    with open_site(log=False, settings=settings) as site:
        upgrade(site.url)
        with transaction(site.engine) as session:
            log = open_log(session, origin=ORIGIN, seat="operator", at=clock.now(), keys=settings.keys_dir)
        grouped = grouped_rows(dict(given))
        with transaction(site.engine) as session:
            load_grouped(session, log=log, at=clock.now(), actor=ACTOR, grouped=grouped)
        activate_shipped(site.engine, log, renew=False)
        return _key(Site(settings, site.url, site.engine, log))


def _key(site: Site) -> str:
    with transaction(site.engine) as session:
        grant_application(session, log=site.log, actor=ACTOR, at=clock.now(), name="benchmark", application_id="benchmark")
    with transaction(site.engine) as session:
        return issue_key(session, log=site.log, actor=ACTOR, at=clock.now(), application="benchmark")


def check(person: str, information: str) -> dict[str, Any]:
    """Return the body of a check."""
    return {"subject": {"type": "person", "id": person}, "resource": {"type": "information", "id": information}, "action": {"name": "read"}}


@dataclass(frozen=True)
class Process:
    """A server process and where it listens."""

    running: "subprocess.Popen[bytes]"
    port: int

    def end(self) -> None:
        """Ask it to stop and wait."""
        self.running.terminate()
        self.running.wait(timeout=20)


def serve(settings: Settings, port: int, *, url: str | None = None) -> Process:
    """Start `sekisho serve` on a deployment."""
    environment = os.environ | {"SEKISHO_DATA_DIR": str(settings.data_dir)} | ({"SEKISHO_DATABASE_URL": url} if url else {})
    command = [sys.executable, "-m", "service", "serve", "--port", str(port)]
    return Process(subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL), port)


def wait_until_compiled(process: Process) -> None:
    """Return once the process compares its compiled policies no more: that work beside the checks would be measured with them."""
    for _ in range(1200):
        with urllib.request.urlopen(f"http://127.0.0.1:{process.port}/health", timeout=5) as answer:
            policies = json.load(answer)["policies"]
        if policies["answered_by"] == "compiled" or policies["refused"]:
            return
        time.sleep(0.1)
    message = "the compiled policies were neither admitted nor refused"
    raise RuntimeError(message)


def measured(port: int, requests: Path, *, connections: int, seconds: float) -> dict[str, float]:
    """Return what a load client in a process of its own measured."""
    command = [sys.executable, "-m", "benchmarks.load", str(port), str(requests), str(connections), str(seconds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))
