"""Where an organization keeps approvals of documents here, what is done with one is answered by them, from the very next check."""

from datetime import date, timedelta
from typing import Any

import httpx2
import pytest

from service import clock
from service.actor import Actor
from service.database import transaction
from service.evidence import rows
from service.evidence.disclosures import keyring_opener
from service.evidence.verification import verify
from service.registers import operations
from service.statute.periods import legal_day
from tests.doors.api.conftest import World, small_world

ACTOR = Actor(id="a_test", kind="person")
HERE = {"organization_id": "denryoku"}


@pytest.fixture
def given() -> dict[str, Any]:
    documents = [{"id": "b1", "carries": ["d1"]}, {"id": "b2", "carries": ["d1"]}, {"id": "both", "carries": ["d1", "d2"]}]
    return small_world() | {"documents": documents}


def act(world: World, verb: str, **words: Any) -> str:
    with transaction(world.engine) as session:
        return str(getattr(operations, verb)(session, log=world.log, actor=ACTOR, at=clock.now(), **words))


def today() -> date:
    return legal_day(clock.now())


def keep(world: World, approvals: str) -> None:
    act(world, "set_approval_rule", **HERE, approvals=approvals, from_on=today())


def approve(world: World, document: str, *actions: str, person: str | None = None) -> str:
    days = {"from_on": today(), "last_day": today() + timedelta(days=5)}
    return act(world, "approve_document", **HERE, **days, document_id=document, approved_actions=actions, person_id=person)


def told(answer: httpx2.Response) -> tuple[bool, str]:
    body = answer.json()
    return body["decision"], body.get("context", {}).get("code", "")


def make(world: World, document: str, person: str = "permit", **other: Any) -> tuple[bool, str]:
    return told(world.ask(person, document, kind="document", **{"action": "make", **other}))


PERMITTED, DENIED = (True, ""), (False, "not_authorized")


def test_nothing_changes_where_approvals_are_not_kept_here(served: World) -> None:
    assert make(served, "b1") == PERMITTED
    approve(served, "b2", "make")
    assert make(served, "b1") == PERMITTED


def test_an_approval_opens_its_document_to_its_person_and_action_until_it_ends(served: World) -> None:
    assert make(served, "b1") == PERMITTED
    keep(served, "kept")
    assert make(served, "b1") == DENIED
    assert make(served, "b1", action="read") == PERMITTED
    approval = approve(served, "b1", "make", "communicate", person="permit")
    assert make(served, "b1") == PERMITTED
    assert make(served, "b1", action="dispose") == DENIED
    assert make(served, "b2") == DENIED
    assert told(served.ask("permit", "d1", action="make")) == DENIED
    act(served, "end_approval", approval_id=approval, on=today())
    assert make(served, "b1") == DENIED
    keep(served, "not_kept")
    assert make(served, "b1") == PERMITTED
    verified(served)


def test_an_approval_for_whoever_is_listed_lists_nobody(served: World) -> None:
    keep(served, "kept")
    approve(served, "b1", "make")
    assert make(served, "b1") == PERMITTED
    assert make(served, "b1", "not-listed") == DENIED
    assert make(served, "b1", "nobody") == DENIED
    # What the organization does not hold is told as before, approved or not.
    approve(served, "both", "make")
    assert make(served, "both") == (False, "not_provided")
    verified(served)


def test_a_denial_for_want_of_an_approval_is_told_as_any_that_concerns_a_person(served: World) -> None:
    keep(served, "kept")
    approve(served, "b1", "make")
    bodies = []
    for person, document in (("permit", "b2"), ("not-listed", "b1"), ("negative", "b1"), ("nobody", "b1")):
        body = served.ask(person, document, kind="document", action="make").json()
        reference = body["context"]["reference"]
        bodies.append({**body, "context": {name: str(value).replace(reference, "") for name, value in body["context"].items()}})
    assert all(one == bodies[0] for one in bodies)
    trial = served.ask("permit", "b2", kind="document", action="make", key=served.trial_key).json()
    assert trial["context"]["trial"]["reason"] == "not_approved"


def test_a_search_finds_what_a_single_check_permits(served: World) -> None:
    keep(served, "kept")
    approve(served, "b1", "make", person="permit")
    assert _searched(served, "make") == ["b1"]
    assert _searched(served, "read") == ["b1", "b2"]
    subject, resource = {"type": "person", "id": "permit"}, {"type": "document", "id": "b2"}
    body = {"subject": subject, "resource": resource}
    found = httpx2.post(f"{served.address}/access/v1/search/action", json=body, headers={"Authorization": f"Bearer {served.key}"})
    assert [one["name"] for one in found.json()["results"]] == ["handle", "list", "read"]
    verified(served)


def _searched(world: World, action: str) -> list[str]:
    body = {"subject": {"type": "person", "id": "permit"}, "resource": {"type": "document"}, "action": {"name": action}}
    found = httpx2.post(f"{world.address}/access/v1/search/resource", json=body, headers={"Authorization": f"Bearer {world.key}"})
    return sorted(one["id"] for one in found.json()["results"])


def verified(world: World) -> None:
    with rows.snapshot(world.url) as connection:
        report = verify(
            connection=connection,
            vkey=world.log.vkey,
            opener=lambda opened: keyring_opener(opened, world.log.keyring.scratch()),
        )
    assert report.findings.kept == []
    assert report.counts.decisions == report.counts.answered > 0
