"""How long the console's pages take with many people: `python -m benchmarks.console [--people 100000] [--keep DIR]`.

The deployment is laid as for the checks, an officer of each role signs in over HTTP, and each page of their menus is
asked for one after the other, the median of several times; the first answer after the start is told beside it.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

import httpx2
from argon2 import PasswordHasher

from benchmarks.worlds import ACTOR, invented, lay, serve
from service import clock
from service.cli.site import Site, open_site
from service.console.doors import DOORWAYS
from service.database import transaction
from service.identity import enrolling
from service.identity.account_model import Account
from service.identity.accounts import grant_role, open_account
from service.identity.enrolling import Chosen
from service.identity.factors import totp
from service.personnel.operations import register_person, take_post
from service.settings import Settings
from service.statute.periods import legal_day

PASSWORD, SECRET = "harbour-lantern-42-quiet", bytes(range(20))
ROLES = ("hr_officer", "information_manager", "custodian", "approver", "auditor", "administrator")
LEFT_OUT = frozenset({"/passkeys", "/ledger/export"})
BEHIND = {
    "hr_officer": ["/people?q=p99", "/deadlines/month", "/deadlines/year"],
    "information_manager": ["/deadlines/month", "/deadlines/year"],
}
"""Pages that no menu opens and that read as much as those that one does."""
PORT, TIMES, INFORMATIONS = 8_790, 7, 200


def admit(settings: Settings) -> None:
    """Let one officer of each role in."""
    with open_site(settings=settings) as site:
        for role in ROLES:
            _admit_one(site, role)


def _admit_one(site: Site, role: str) -> None:
    words = {"log": site.log, "actor": ACTOR}
    with transaction(site.engine) as session:
        at = clock.now()
        person = register_person(session, **words, at=at, legal_name=f"架空 {role}")
        take_post(session, **words, at=at, person_id=person, organization_id="operator")
        account = open_account(session, **words, at=at, person_id=person, sign_in_name=role)
        today = legal_day(at)
        grant_role(session, **words, at=at, role=role, organization_id="operator", from_on=today, person_id=person)
        row = session.get_one(Account, account)
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        chosen = Chosen(PASSWORD, SECRET, "")
        enrolling.equip(session, log=site.log, account=row, at=at, chosen=chosen, password_hash=quick, step=0)


def pages_of(role: str) -> list[str]:
    """Return the addresses of a role's menu, and of some pages behind it."""
    own = [one.path for one in DOORWAYS if one.menu is not None and (one.roles is None or role in one.roles) and one.seat != "organ"]
    return [path for path in own if path not in LEFT_OUT] + BEHIND.get(role, [])


def timed(client: httpx2.Client, path: str) -> tuple[float, float, int]:
    """Return the first and the median time of a page in milliseconds, and its status."""
    took = []
    status = 0
    for _ in range(TIMES):
        begun = time.perf_counter()
        status = client.get(path).status_code
        took.append((time.perf_counter() - begun) * 1_000)
    return took[0], statistics.median(took[1:]), status


def main() -> None:
    """Lay, serve, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="a folder in which the deployment is laid, or lies already")
    asked = parser.parse_args()
    folder = asked.keep or Path(tempfile.mkdtemp())
    settings = Settings(data_dir=folder)
    laid = folder / "laid.json"
    if not laid.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "keys").exists():
            lay(settings, invented(asked.people, INFORMATIONS))
        admit(settings)
        laid.write_text(json.dumps({"people": asked.people}), encoding="ascii")
    process = serve(settings, PORT)
    try:
        for role in ROLES:
            client = httpx2.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=120, follow_redirects=True)
            _wait(client)
            code = totp.code_at(SECRET, totp.step_at(clock.now()))
            client.post("/sign-in?next=/me", data={"name": role, "password": PASSWORD, "code": code})
            for path in pages_of(role):
                first, median, status = timed(client, path)
                print(f"{role:22}{path:34}{status:5}{first:10.0f} ms first{median:10.0f} ms")
    finally:
        process.end()


def _wait(client: httpx2.Client) -> None:
    for _ in range(600):
        try:
            client.get("/health")
        except httpx2.TransportError:
            time.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    main()
