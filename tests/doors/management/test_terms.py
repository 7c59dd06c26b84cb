"""Once, however often it is sent; only if nothing changed; and records in pages, within reach."""

from typing import Any

import httpx2
import pytest

from service.database import transaction
from service.personnel.operations import register_organization, register_person, take_post
from tests.builders.site import ACTOR
from tests.doors.management.conftest import Desk

PERSON = {"legal_name": "架空 一回"}


def test_the_same_request_under_the_same_key_is_done_once_and_answered_alike(desk: Desk) -> None:
    clerk = desk.sign_in("clerk")
    key = {"Idempotency-Key": "k-1"}
    first = clerk.post("/api/v1/acts/register_unit", json={"organization_id": desk.town.organization, "name": "架空課"}, headers=key)
    again = clerk.post("/api/v1/acts/register_unit", json={"organization_id": desk.town.organization, "name": "架空課"}, headers=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    without = clerk.post("/api/v1/acts/register_unit", json={"organization_id": desk.town.organization, "name": "架空課"})
    assert without.json() != first.json()


def test_another_request_under_a_used_key_is_refused_and_does_nothing(desk: Desk) -> None:
    clerk = desk.sign_in("clerk")
    key = {"Idempotency-Key": "k-2"}
    clerk.post("/api/v1/acts/register_person", json=PERSON, headers=key).raise_for_status()
    other = clerk.post("/api/v1/acts/register_person", json={"legal_name": "架空 二回"}, headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


def test_a_key_is_its_caller_s_own(desk: Desk) -> None:
    key = {"Idempotency-Key": "k-3"}
    made = desk.sign_in("manager").post("/api/v1/acts/register_organization", json={"kind": "organ", "name": "架空省"}, headers=key)
    others = desk.sign_in("deputy").post("/api/v1/acts/register_organization", json={"kind": "organ", "name": "架空省"}, headers=key)
    assert made.status_code == others.status_code == 202
    assert made.json()["proposal"] != others.json()["proposal"]


def test_what_waits_is_proposed_once_and_approved_once(desk: Desk) -> None:
    clerk, manager = desk.sign_in("clerk"), desk.sign_in("manager")
    person = clerk.post("/api/v1/acts/register_person", json=PERSON).json()["made"][0]
    words = {"person_id": person, "organization_id": desk.town.organization}
    asked = [clerk.post("/api/v1/acts/take_post", json=words, headers={"Idempotency-Key": "k-4"}) for _ in range(2)]
    assert [one.status_code for one in asked] == [202, 202]
    assert asked[0].json() == asked[1].json()
    proposal = asked[0].json()["proposal"]
    digest = manager.get(f"/api/v1/proposals/{proposal}").json()["digest"]
    done = [
        manager.post(f"/api/v1/proposals/{proposal}/approve", json={"digest": digest}, headers={"Idempotency-Key": "k-5"}) for _ in range(2)
    ]
    assert [one.status_code for one in done] == [200, 200]
    assert done[0].json() == done[1].json()


@pytest.mark.parametrize("key", ["", "x" * 256, "white space"])
def test_a_key_of_another_form_is_named(desk: Desk, key: str) -> None:
    answer = desk.sign_in("clerk").post("/api/v1/acts/register_person", json=PERSON, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]


def test_nothing_is_done_where_something_changed_since_it_was_seen(desk: Desk) -> None:
    clerk = desk.sign_in("clerk")
    unit = clerk.post("/api/v1/acts/register_unit", json={"organization_id": desk.town.organization, "name": "架空課"}).json()["made"][0]
    post = desk.town.both(
        "clerk", "manager", "take_post", person_id=desk.town.people["nobody"], organization_id=desk.town.organization, unit_id=unit
    )
    seen = clerk.get(f"/api/v1/posts/{post}")
    assert seen.status_code == 200
    stale = {"If-Match": f'"{int(seen.headers["etag"].strip(chr(34))) - 1}"'}
    words = {"post_id": post, "last_day": "2026-12-31"}
    refused = clerk.post("/api/v1/acts/leave_post", json=words, headers=stale)
    assert (refused.status_code, refused.json()["type"]) == (412, "/problems/changed-since")
    assert clerk.get(f"/api/v1/posts/{post}").json()["until_on"] is None
    done = clerk.post("/api/v1/acts/leave_post", json=words, headers={"If-Match": seen.headers["etag"]})
    assert done.status_code == 200
    late = clerk.post("/api/v1/acts/leave_post", json=words | {"last_day": "2026-12-30"}, headers={"If-Match": seen.headers["etag"]})
    assert late.status_code == 412


def test_an_entity_tag_of_another_form_is_named(desk: Desk) -> None:
    answer = desk.sign_in("clerk").post("/api/v1/acts/register_person", json=PERSON, headers={"If-Match": "W/1"})
    assert answer.status_code == 422
    assert "If-Match" in answer.json()["detail"]


def test_pages_tell_every_row_once_whoever_writes_meanwhile(desk: Desk) -> None:
    clerk = desk.sign_in("clerk")
    for number in range(7):
        clerk.post(
            "/api/v1/acts/register_unit", json={"organization_id": desk.town.organization, "name": f"架空課{number}"}
        ).raise_for_status()
    told: list[str] = []
    cursor = None
    while True:
        page = clerk.get("/api/v1/units", params={"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        told += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(told) == len(set(told)) == 7


def test_a_cursor_from_elsewhere_and_a_filter_that_is_none_are_named(desk: Desk) -> None:
    clerk = desk.sign_in("clerk")
    assert clerk.get("/api/v1/units", params={"cursor": "%%%"}).status_code == 422
    assert clerk.get("/api/v1/units", params={"person_id": "x"}).json()["detail"].startswith("person_id")


def test_records_of_another_organization_are_in_no_page_and_not_found(desk: Desk) -> None:
    desk.town.admit("limited", "information_manager", informations=["none"])
    desk.town.equip("limited")
    limited = desk.sign_in("limited")
    assert limited.get("/api/v1/posts").json() == {"items": [], "next": None}
    absent = limited.get("/api/v1/posts/absent")
    posts = desk.sign_in("clerk").get("/api/v1/posts").json()["items"]
    assert posts
    hidden = limited.get(f"/api/v1/posts/{posts[0]['id']}")
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) == (404, absent.content)


def test_results_take_a_purpose_and_one_person_and_the_person_sees_who_looked(desk: Desk) -> None:
    clerk, nobody = desk.sign_in("clerk"), desk.sign_in("nobody")
    person = desk.town.people["nobody"]
    assert clerk.get("/api/v1/results").status_code == 422
    assert clerk.get("/api/v1/results", params={"person_id": person}).status_code == 422
    assert nobody.get("/api/v1/me/looks").json()["looks"] == []
    assert clerk.get("/api/v1/results", params={"person_id": person, "purpose": "listing"}).json() == {"items": [], "next": None}
    assert [one["purpose"] for one in nobody.get("/api/v1/me/looks").json()["looks"]] == ["listing"]
    assert nobody.get("/api/v1/results", params={"person_id": person, "purpose": "listing"}).status_code == 403


def test_every_act_has_an_example_that_its_own_form_takes(desk: Desk) -> None:
    document = httpx2.get(f"{desk.address}/api/v1/openapi.json", timeout=120).json()
    schemas = document["components"]["schemas"]
    bodies = [
        operation["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        for path, operation in document["paths"].items()
        if path.startswith("/api/v1/acts/")
    ]
    assert bodies
    for name in bodies:
        [example] = schemas[name]["examples"]
        assert set(schemas[name].get("required", ())) <= set(example) <= set(schemas[name]["properties"]), name


def test_proposals_come_in_pages_the_newest_first(desk: Desk) -> None:
    admin = desk.sign_in("admin")
    made = [admin.post("/api/v1/acts/grant_application", json={"name": f"dms{number}"}).json()["proposal"] for number in range(5)]
    told: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = admin.get("/api/v1/proposals", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        assert len(page["items"]) <= 2
        told += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert told == made[::-1]
    assert admin.get("/api/v1/proposals", params={"cursor": "eA"}).status_code == 422


def test_people_accounts_roles_and_applications_come_in_pages(desk: Desk) -> None:
    clerk, admin = desk.sign_in("clerk"), desk.sign_in("admin")
    wanted = {"people": {"q": "花子"}, "accounts": {}, "roles": {}, "applications": {}}
    for name, words in wanted.items():
        client = clerk if name == "people" else admin
        whole = client.get(f"/api/v1/{name}", params=words | {"limit": 200}).json()
        told: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = client.get(f"/api/v1/{name}", params=words | {"limit": 2} | cursor).json()
            assert len(page["items"]) <= 2
            told += [one["id"] for one in page["items"]]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert told == [one["id"] for one in whole["items"]], name
        assert (len(told) > 2, whole["next"]) == (name != "applications", None)


def test_whoever_reaches_few_of_many_finds_them_on_the_first_page(desk: Desk) -> None:
    told: dict[str, Any] = {"log": desk.town.log, "actor": ACTOR, "at": desk.town.now()}
    with transaction(desk.town.engine) as session:
        elsewhere = register_organization(session, **told, kind="operator", name="架空他社")
        for number in range(3):
            person = register_person(session, **told, legal_name=f"a{number} 花子")
            take_post(session, **told, person_id=person, organization_id=elsewhere)
    found = desk.sign_in("clerk").get("/api/v1/people", params={"q": "花子", "limit": 1}).json()
    assert [one["legal_name"].startswith("a") and one["legal_name"][1].isdigit() for one in found["items"]] == [False]


def test_a_proposal_that_moved_on_is_not_approved_on_an_old_entity_tag(desk: Desk) -> None:
    clerk, manager = desk.sign_in("clerk"), desk.sign_in("manager")
    words = {"person_id": desk.town.people["nobody"], "organization_id": desk.town.organization}
    proposal = clerk.post("/api/v1/acts/take_post", json=words).json()["proposal"]
    shown = manager.get(f"/api/v1/proposals/{proposal}")
    index = int(shown.headers["etag"].strip('"'))
    approval = {"digest": shown.json()["digest"]}
    stale = manager.post(f"/api/v1/proposals/{proposal}/approve", json=approval, headers={"If-Match": f'"{index - 1}"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/changed-since")
    now = {"If-Match": f'"{index}"', "Idempotency-Key": "k-9"}
    done = [manager.post(f"/api/v1/proposals/{proposal}/approve", json=approval, headers=now) for _ in range(2)]
    assert [one.status_code for one in done] == [200, 200]
    assert done[0].json() == done[1].json()


def test_records_are_filtered_by_every_column_that_the_document_names(desk: Desk) -> None:
    manager = desk.sign_in("manager")
    assert manager.get("/api/v1/contracts", params={"organ_id": "no-such"}).status_code == 200
    assert manager.get("/api/v1/contracts", params={"document_id": "x"}).json()["detail"].startswith("document_id")
