"""The search doors as an application sees them: what single checks would permit and no more, pages, and what is on record."""

import json
import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from service import clock
from service.actor import Actor
from service.database import read, transaction
from service.identity.operations import end_application, grant_application, issue_key
from service.ledger import entries, log_size, read_entry
from service.need_to_know.operations import Target, remove_handler
from service.personnel.operations import grant_alias
from service.statute.periods import legal_day
from tests.doors.api.conftest import World

ACTOR = Actor(id="a_test", kind="person")
READ = {"name": "read"}


def searching_key(world: World, name: str = "finder", **granted: Any) -> str:
    """Let an application search for people, and return its key."""
    with transaction(world.engine) as session:
        given = {"name": name, "application_id": name, "may_search": True, "namespaces": ["employee"]} | granted
        grant_application(session, log=world.log, actor=ACTOR, at=clock.now(), **given)
    with transaction(world.engine) as session:
        return issue_key(session, log=world.log, actor=ACTOR, at=clock.now(), application=name)


def search(world: World, searched: str, body: Mapping[str, Any], *, key: str | None = None, **headers: str) -> httpx2.Response:
    sent = {"Authorization": f"Bearer {key or world.key}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.post(f"{world.address}/access/v1/search/{searched}", json=dict(body), headers=sent)


def whose(resource: str = "d1", kind: str = "information", action: str = "read", **more: Any) -> dict[str, Any]:
    return {"subject": {"type": "person"}, "resource": {"type": kind, "id": resource}, "action": {"name": action}} | more


def what(person: str = "permit", kind: str = "information", **more: Any) -> dict[str, Any]:
    return {"subject": {"type": "person", "id": person}, "resource": {"type": kind}, "action": READ} | more


def how(person: str = "permit", resource: str = "d1", kind: str = "information", **more: Any) -> dict[str, Any]:
    return {"subject": {"type": "person", "id": person}, "resource": {"type": kind, "id": resource}} | more


def ids(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one.get("id") or one["name"] for one in answer.json()["results"]]


def newest(world: World) -> dict[str, Any]:
    with read(world.engine) as session:
        size = log_size(session)
        return read_entry(dict(entries(session, start=size - 1, end=size))[size - 1])


def size(world: World) -> int:
    with read(world.engine) as session:
        return log_size(session)


def take_off(world: World, person: str) -> None:
    now = clock.now()
    with transaction(world.engine) as session:
        remove_handler(
            session,
            log=world.log,
            actor=ACTOR,
            at=now,
            information_id="d1",
            organization_id="denryoku",
            target=Target(person_id=person),
            on=legal_day(now),
        )


def test_each_search_finds_what_the_checks_permit_and_is_one_entry(served: World) -> None:
    key = searching_key(served)
    before = size(served)
    answer = search(served, "subject", whose(), key=key, X_Request_ID="abc-1")
    assert answer.content == b'{"page":{"next_token":""},"results":[{"type":"person","id":"permit"}]}'
    assert answer.headers["x-request-id"] == "abc-1"
    entry = newest(served)
    assert (entry["kind"], entry["out"], entry["actor"], entry["req"]) == ("decision:access:searched", "accepted", "finder", "abc-1")
    assert (entry["object"], entry["action"], len(entry["_sd"])) == ("d1", "read", 2)
    assert "permit" not in json.dumps(entry)
    assert search(served, "resource", what()).json()["results"] == [{"type": "information", "id": "d1"}]
    assert newest(served)["person"] == "permit"
    permitted = ids(search(served, "action", how()))
    assert permitted == [one for one in permitted if served.ask("permit", "d1", action=one).json()["decision"]]
    assert {"read", "handle", "list", "make"} <= set(permitted)
    assert size(served) == before + 3 + len(permitted)


def test_searching_for_people_takes_a_grant_of_its_own_and_the_attempt_is_on_record(served: World) -> None:
    answer = search(served, "subject", whose())
    assert (answer.status_code, answer.json()) == (403, {"message": "this application may not search for people"})
    assert (newest(served)["kind"], newest(served)["out"]) == ("decision:access:searched", "refused")
    unknown = search(served, "subject", whose("d9"))
    assert unknown.content == answer.content


NOTHING: list[tuple[str, dict[str, Any]]] = [
    ("subject", whose("d9")),
    ("subject", whose("d2")),
    ("subject", whose(kind="thing")),
    ("subject", whose("d1", "document")),
    ("subject", whose(action="fly")),
    ("subject", whose(context={"on_behalf_of": "kinzoku"})),
    ("subject", whose(context={"on_behalf_of": "nowhere"})),
    ("subject", whose() | {"subject": {"type": "user"}}),
    ("resource", what("nobody")),
    ("resource", what("negative")),
    ("resource", what(kind="thing")),
    ("resource", what(kind="document")),
    ("resource", what("permit") | {"subject": {"type": "user", "id": "permit"}}),
    ("resource", what("permit") | {"action": {"name": "fly"}}),
    ("action", how("nobody")),
    ("action", how("negative")),
    ("action", how("permit", "d9")),
    ("action", how("permit", kind="thing")),
]


def test_whatever_is_unknown_or_not_permitted_finds_nothing_and_looks_the_same(served: World) -> None:
    key = searching_key(served)
    for searched, body in NOTHING:
        answer = search(served, searched, body, key=key)
        assert (answer.status_code, answer.content) == (200, b'{"page":{"next_token":""},"results":[]}'), (searched, body)
        assert (newest(served)["kind"], newest(served)["out"]) == ("decision:access:searched", "accepted")


def test_results_bear_the_names_that_the_caller_may_use(served: World) -> None:
    with transaction(served.engine) as session:
        for namespace, value, kind, target in (
            ("employee", "7", "person", "permit"),
            ("badge", "9", "person", "permit"),
            ("dms", "1", "information", "d1"),
        ):
            given = {"namespace": namespace, "value": value, "target_kind": kind, "target_id": target, "from_on": None}
            grant_alias(session, log=served.log, actor=ACTOR, at=clock.now(), **given)
    own, plain = searching_key(served), searching_key(served, "plain", namespaces=[])
    badge = searching_key(served, "gate", namespaces=["badge", "dms"])
    assert [ids(search(served, "subject", whose(), key=key)) for key in (own, plain, badge)] == [["employee:7"], ["permit"], ["badge:9"]]
    # An alias may be asked about, too, and what is found is what a check may name.
    assert ids(search(served, "subject", whose("dms:1"), key=badge)) == ["badge:9"]
    assert ids(search(served, "resource", what("badge:9"), key=badge)) == ["dms:1"]
    assert served.ask("badge:9", "dms:1", key=badge).json()["decision"] is True
    assert ids(search(served, "resource", what("badge:9"), key=own)) == []


def test_a_caller_searches_within_its_organizations_and_types(served: World) -> None:
    other = searching_key(served, "other", organization="kinzoku")
    assert ids(search(served, "subject", whose(), key=other)) == []
    assert ids(search(served, "subject", whose(context={"on_behalf_of": "denryoku"}), key=other)) == []
    documents = searching_key(served, "paper", resource_types=["document"])
    assert ids(search(served, "subject", whose(), key=documents)) == []
    assert ids(search(served, "action", how(), key=documents)) == []
    here = searching_key(served, "here", organization="denryoku")
    assert ids(search(served, "subject", whose(), key=here)) == ["permit"]


def test_a_removal_is_known_to_the_very_next_page(served: World) -> None:
    key = searching_key(served)
    assert ids(search(served, "subject", whose(), key=key)) == ["permit"]
    take_off(served, "permit")
    assert ids(search(served, "subject", whose(), key=key)) == []
    assert ids(search(served, "resource", what())) == []
    assert ids(search(served, "action", how())) == []
    with transaction(served.engine) as session:
        end_application(session, log=served.log, actor=ACTOR, at=clock.now(), application="finder")
    answer = search(served, "subject", whose(), key=key)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def pages(world: World, searched: str, body: Mapping[str, Any], limit: int, *, key: str | None = None) -> Iterable[list[str]]:
    token = None
    while token != "":
        page = {"limit": limit} if token is None else {"token": token}
        answer = search(world, searched, {**body, "page": page}, key=key)
        yield ids(answer)
        token = answer.json()["page"]["next_token"]


def test_pages_follow_one_another_and_the_last_has_no_token(served: World) -> None:
    whole = ids(search(served, "action", how()))
    for limit in (1, 4, len(whole), 100):
        found = list(pages(served, "action", how(), limit))
        assert [one for page in found for one in page] == whole
        assert {len(page) for page in found[:-1]} <= {limit}
        assert found[-1]


def test_no_token_tells_of_candidates_that_are_denied(served: World) -> None:
    # Five of the six are listed, one may handle: behind a page with this one there is nothing.
    answer = search(served, "subject", whose(page={"limit": 1}), key=searching_key(served))
    assert answer.content == b'{"page":{"next_token":""},"results":[{"type":"person","id":"permit"}]}'


def test_a_token_serves_its_own_caller_and_its_own_search_alone(served: World) -> None:
    body = how(page={"limit": 1})
    token = search(served, "action", body).json()["page"]["next_token"]
    following = how(page={"token": token})
    assert len(ids(search(served, "action", following))) == 1
    before = size(served)
    attempts = [
        ("action", following, served.trial_key),
        ("action", how("negative", page={"token": token}), None),
        ("action", how("permit", "d2", page={"token": token}), None),
        ("action", how(page={"token": token}, context={"on_behalf_of": "denryoku"}), None),
        ("resource", what(page={"token": token}), None),
        ("action", how(page={"token": token[:-4] + "AAAA"}), None),
        ("action", how(page={"token": "AAAA" + token[4:]}), None),
        ("action", how(page={"token": "guess"}), None),
    ]
    answers = [search(served, searched, attempt, key=key) for searched, attempt, key in attempts]
    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1
    assert "page.token" in answers[0].json()["message"]
    assert size(served) == before


def test_a_token_is_a_place_and_no_right(served: World) -> None:
    key = searching_key(served)
    first = search(served, "action", how(page={"limit": 1}), key=key)
    token = first.json()["page"]["next_token"]
    assert len(ids(search(served, "action", how(page={"token": token}), key=key))) == 1
    take_off(served, "permit")
    replayed = search(served, "action", how(page={"token": token}), key=key)
    assert replayed.content == b'{"page":{"next_token":""},"results":[]}'
    assert newest(served)["out"] == "accepted"


def test_a_token_comes_to_its_end(served: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.api.search_tokens.LIVES", timedelta(milliseconds=1))
    token = search(served, "action", how(page={"limit": 1})).json()["page"]["next_token"]
    time.sleep(0.01)
    assert search(served, "action", how(page={"token": token})).status_code == 400


def test_bad_input_is_400_and_other_methods_405(served: World) -> None:
    for searched, body, says in (
        ("subject", {}, "subject is missing"),
        ("resource", what() | {"page": {"limit": "3"}}, "page.limit"),
        ("action", how(context={"on_behalf_of": 3}), "context.on_behalf_of must be a string"),
    ):
        answer = search(served, searched, body, X_Request_ID="r9")
        assert (answer.status_code, answer.headers["x-request-id"]) == (400, "r9")
        assert says in answer.json()["message"]
    address = f"{served.address}/access/v1/search/subject"
    got = httpx2.get(address)
    assert (got.status_code, got.headers["allow"]) == (405, "POST")
    wrong = httpx2.post(address, json=whose(), headers={"Authorization": "Bearer sk_wrong"})
    assert (wrong.status_code, httpx2.post(address, json=whose()).status_code) == (401, 401)
