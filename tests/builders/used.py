"""A served operator whose documents are opened through applications, and what a test needs to report what was done."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import Engine, text

from service import clock
from service.actor import Actor
from service.api.line import OPTIONS
from service.app import build
from service.database import read, transaction
from service.decision.policies_in_force import activate
from service.designation import operations as designation
from service.identity.operations import grant_application, issue_key
from service.jobs.history import load_history
from service.ledger import Log, entries, load_log, log_size, open_log, read_entry
from service.personnel.operations import grant_alias
from service.registers import operations as registers
from service.settings import Settings
from service.statute.periods import legal_day
from service.statute.policies import read_policies
from tests.builders.served import serving
from tests.builders.worlds import World

ACTOR = Actor(id="a_test", kind="person")
OWN = "own"
"""An application without limits of organizations that may hold its permits for 30 seconds, beside `dms` and `other`, which the operator has."""
WORDS = {name: value for name, value in OPTIONS.items() if name not in {"log_level", "lifespan"}}


def operator_given() -> dict[str, Any]:
    """An organ provided d1 to an operator, where haru and natsu handle it; aki works there and is on no list."""
    today = legal_day(clock.now())
    past, future = today - timedelta(days=300), today + timedelta(days=400)
    people = ["haru", "natsu", "aki"]
    return {
        "organizations": [{"id": "meti", "kind": "organ"}, {"id": "denryoku", "kind": "operator"}, {"id": "kinzoku", "kind": "operator"}],
        "people": [{"id": one, "works_at": "denryoku"} for one in people],
        "assessments": [{"id": f"a-{one}", "person": one, "by": "meti", "outcome": "positive", "notified_on": past} for one in people],
        "designations": [{"id": "d1", "by": "meti", "on": past, "until": future}],
        "certifications": [{"operator": "denryoku", "by": "meti", "on": past}],
        "contracts": [{"id": "c1", "operator": "denryoku", "organ": "meti", "information": ["d1"], "from": past, "to": future}],
        "provisions": [{"information": "d1", "from": "meti", "to": "denryoku", "under": "Act 10(1)", "on": past}],
        "handlers": [{"id": f"h-{one}", "information": "d1", "person": one, "at": "denryoku", "from": past} for one in people[:2]],
    }


def _lay(engine: Engine, _url: str, folder: Path) -> dict[str, str]:
    """Lay the operator, its document doc-1 and room, the applications and their keys."""
    settings = Settings(data_dir=folder)

    def act(operation: Any, **facts: Any) -> Any:
        with transaction(engine) as session:
            return operation(session, log=log, actor=ACTOR, at=clock.now(), **facts)

    with transaction(engine) as session:
        log = open_log(session, origin="test.example/sekisho", seat="operator", at=clock.now(), keys=settings.keys_dir)
    act(load_history, given=operator_given())
    act(activate, texts=read_policies())
    today = legal_day(clock.now())
    words = {"carries": ["d1"], "organization_id": "denryoku", "from_on": today - timedelta(days=200)}
    act(designation.register_document, document_id="doc-1", title="架空の変電所の図面", **words)
    act(registers.enter_document, document_id="doc-1", organization_id="denryoku", on=today - timedelta(days=200))
    act(registers.designate_area, organization_id="denryoku", area="room", name="架空の閲覧室", on=today, area_id="room-1")
    act(grant_alias, namespace="employee", value="00001", target_kind="person", target_id="haru")
    act(designation.grant_resource_alias, namespace="dms", value="2026-1", target_kind="document", target_id="doc-1")
    keys = {}
    for name in ("dms", "other", OWN):
        place = {"hold_seconds": 30} if name == OWN else {"organization": "denryoku"}
        act(grant_application, name=name, application_id=name, namespaces=["employee", "dms"] if name == "dms" else [], **place)
        keys[name] = act(issue_key, application=name)
    return keys


USED = World("an operator whose documents are used", _lay)


@dataclass
class Used:
    """A served world, and the keys of its applications."""

    engine: Engine
    log: Log
    settings: Settings
    url: str
    keys: dict[str, str]
    address: str = ""

    def ask(self, person: str = "haru", resource: str = "doc-1", *, key: str = "dms", action: str = "read", kind: str = "document") -> Any:
        """Return the context of a decision."""
        body = {"subject": {"type": "person", "id": person}, "resource": {"type": kind, "id": resource}, "action": {"name": action}}
        headers = {"Authorization": f"Bearer {self.keys[key]}"}
        found = httpx2.post(f"{self.address}/access/v1/evaluation", json=body, headers=headers).json()
        return {**found["context"], "decision": found["decision"]}

    def report(self, *uses: dict[str, Any], key: str = "dms", body: Any = None, **headers: str) -> httpx2.Response:
        """Report uses with an application's key."""
        given = {"Authorization": f"Bearer {self.keys.get(key, key)}"} | headers
        return httpx2.post(f"{self.address}/access/v1/uses", json=body if body is not None else {"uses": list(uses)}, headers=given)

    def act(self, operation: Any, **facts: Any) -> Any:
        """Perform one operation now."""
        with transaction(self.engine) as session:
            return operation(session, log=self.log, actor=ACTOR, at=clock.now(), **facts)

    def size(self) -> int:
        """Return how many entries there are."""
        with read(self.engine) as session:
            return log_size(session)

    def entry(self, index: int) -> dict[str, Any]:
        """Return an entry's clear part."""
        with read(self.engine) as session:
            return read_entry(dict(entries(session, start=index, end=index + 1))[index])

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table in the order of their entries."""
        with read(self.engine) as session:
            return [dict(row._mapping) for row in session.execute(text(f"select * from {table} order by changed_index"))]


@contextmanager
def used_site(engine: Engine, url: str, folder: Path, keys: dict[str, str], **settings: Any) -> Iterator[Used]:
    """Serve the world that was laid."""
    chosen = Settings(data_dir=folder, **settings)
    with transaction(engine) as session:
        log = load_log(session, keys=chosen.keys_dir)
    with serving(build(settings=chosen, url=url, engine=engine, log=log), **WORDS) as address:
        yield Used(engine, log, chosen, url, keys, address)
