"""The levels of the AuthZEN certification, by our own tests: Basic, Batch, Search and Discovery, Core and Properties."""

from typing import Any

import pytest

from tests.builders.authzen import (
    EVALUATION,
    EVALUATIONS,
    SEARCH,
    Point,
    answered,
    decision,
    decisions,
    incomplete,
    is_refused,
    keeps_the_rules_of_a_batch,
    keeps_the_rules_of_one_check,
    malformed,
    refuses_at_the_door,
)


def subject(name: str, **properties: Any) -> dict[str, Any]:
    return {"type": "user", "id": name} | ({"properties": properties} if properties else {})


def resource(name: str, **properties: Any) -> dict[str, Any]:
    return {"type": "record", "id": name} | ({"properties": properties} if properties else {})


def action(name: str, **properties: Any) -> dict[str, Any]:
    return {"name": name} | ({"properties": properties} if properties else {})


RULES: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], bool]] = [
    ("1", subject("alice"), action("read"), resource("record-1"), True),
    ("2", subject("alice"), action("write"), resource("record-1"), True),
    ("3", subject("bob"), action("read"), resource("record-1"), True),
    ("4", subject("bob"), action("write"), resource("record-1"), False),
    ("5", subject("alice"), action("write"), resource("record-2", status="archived"), False),
    ("5, of a record that the facts call active", subject("alice"), action("write"), resource("record-1", status="archived"), False),
    ("6", subject("bob", role="admin"), action("write"), resource("record-2", status="archived"), True),
    (
        "6, of somebody whom the facts do not know",
        subject("carol", role="admin"),
        action("write"),
        resource("record-1", status="archived"),
        True,
    ),
    ("7", subject("alice"), action("delete", soft=True), resource("record-1"), True),
    ("8", subject("alice"), action("delete", soft=False), resource("record-1"), False),
    ("8, without the word", subject("alice"), action("delete"), resource("record-1"), False),
]


@pytest.mark.parametrize(("asked_by", "what", "of", "expected"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES])
def test_basic_the_eight_rules_hold_with_and_without_context(
    point: Point, asked_by: dict[str, Any], what: dict[str, Any], of: dict[str, Any], expected: bool
) -> None:
    body = {"subject": asked_by, "action": what, "resource": of}
    assert decision(point, body) is expected
    assert decision(point, body | {"context": {"time": "2025-06-27T18:03-07:00", "action": {"soft": True}}}) is expected


def test_basic_the_rules_of_requests_and_answers(point: Point) -> None:
    keeps_the_rules_of_one_check(point)


def test_batch_the_rules_of_requests_and_answers(point: Point) -> None:
    keeps_the_rules_of_a_batch(point)


def test_batch_core_and_properties_are_decided_item_by_item(point: Point) -> None:
    assert decisions(
        point,
        {
            "subject": subject("bob"),
            "resource": resource("record-1"),
            "evaluations": [{"action": action("read")}, {"action": action("write")}],
        },
    ) == [True, False]
    records = [{"resource": resource("record-1", status="active")}, {"resource": resource("record-2", status="archived")}]
    assert decisions(point, {"subject": subject("alice"), "action": action("write"), "evaluations": records}) == [True, False]
    people = [{"subject": subject("alice")}, {"subject": subject("bob", role="admin")}]
    assert decisions(point, {"action": action("write"), "resource": resource("record-2", status="archived"), "evaluations": people}) == [
        False,
        True,
    ]
    whole = [dict(zip(("subject", "action", "resource"), rule[1:4], strict=True)) for rule in RULES]
    assert decisions(point, {"evaluations": whole}) == [rule[4] for rule in RULES]


def test_batch_a_default_is_replaced_as_a_whole_so_its_properties_do_not_come_along(point: Point) -> None:
    asked = {"subject": subject("alice"), "action": action("write"), "resource": resource("record-1", status="archived")}
    assert decisions(point, asked | {"evaluations": [{}, {"resource": resource("record-1")}]}) == [False, True]
    # The scenario's own advisory case would take the type from the default; the specification replaces the object.
    told = answered(point.post(EVALUATIONS, asked | {"evaluations": [{"resource": {"id": "record-1"}}]}))
    assert told["evaluations"][0]["context"]["error"]["message"] == "resource.type is missing"


def test_batch_more_than_a_hundred_are_refused_naming_the_bound(point: Point) -> None:
    asked = {"subject": subject("alice"), "action": action("read"), "resource": resource("record-1")}
    assert len(decisions(point, asked | {"evaluations": [{}] * 100})) == 100
    refused = point.post(EVALUATIONS, asked | {"evaluations": [{}] * 101})
    assert (refused.status_code, "100" in refused.json()["message"]) == (400, True)


def found(point: Point, searched: str, body: dict[str, Any]) -> list[Any]:
    told = answered(point.post(SEARCH[searched], body))
    assert list(told) == ["page", "results"]
    assert told["page"]["next_token"] == ""
    return list(told["results"])


def test_search_core_finds_what_the_fixture_names(point: Point) -> None:
    people = found(point, "subject", {"subject": {"type": "user"}, "action": action("read"), "resource": resource("record-1")})
    assert people == [{"type": "user", "id": "alice"}, {"type": "user", "id": "bob"}]
    records = found(point, "resource", {"subject": subject("alice"), "action": action("read"), "resource": {"type": "record"}})
    assert records == [{"type": "record", "id": "record-1"}, {"type": "record", "id": "record-2"}]
    assert found(point, "action", {"subject": subject("alice"), "resource": resource("record-1")}) == [{"name": "read"}, {"name": "write"}]


def test_search_properties_finds_what_the_fixture_names(point: Point) -> None:
    archived = resource("record-2", status="archived")
    assert found(point, "subject", {"subject": {"type": "user"}, "action": action("write"), "resource": archived}) == [
        {"type": "user", "id": "bob"}
    ]
    admin = subject("bob", role="admin")
    assert found(point, "resource", {"subject": admin, "action": action("write"), "resource": {"type": "record"}}) == [
        {"type": "record", "id": "record-2"}
    ]
    assert {"name": "write"} in found(point, "action", {"subject": admin, "resource": archived})


def test_search_takes_context_and_ignores_the_id_of_what_is_searched_and_the_action_of_an_action_search(point: Point) -> None:
    asked = {"subject": subject("nobody"), "action": action("read"), "resource": resource("record-1"), "context": {"time": "x"}}
    assert len(found(point, "subject", asked)) == 2
    assert len(found(point, "resource", asked | {"subject": subject("alice"), "resource": resource("none")})) == 2
    assert len(found(point, "action", asked | {"subject": subject("alice"), "action": {"name": 7}})) == 2


def test_search_what_is_unknown_finds_nothing_and_is_no_error(point: Point) -> None:
    known = {"subject": {"type": "user"}, "action": action("read"), "resource": resource("record-1")}
    assert found(point, "subject", known | {"subject": {"type": "spaceship"}}) == []
    assert found(point, "subject", known | {"subject": {"type": "space ship"}}) == []
    assert found(point, "subject", known | {"action": action("fly")}) == []
    assert found(point, "subject", known | {"resource": {"type": "planet", "id": "x"}}) == []
    assert found(point, "resource", {"subject": subject("nobody"), "action": action("read"), "resource": {"type": "record"}}) == []
    assert found(point, "action", {"subject": subject("nobody"), "resource": resource("record-1")}) == []


def test_search_every_result_is_permitted_when_it_is_asked_alone(point: Point) -> None:
    for one in (resource("record-1"), resource("record-2"), resource("record-1", status="archived")):
        for name in ("read", "write", "delete"):
            asked = {"action": action(name, soft=True), "resource": one}
            results = found(point, "subject", asked | {"subject": {"type": "user"}})
            permitted = [who for who in ("alice", "bob") if decision(point, asked | {"subject": subject(who)})]
            assert [who["id"] for who in results] == permitted


def test_search_what_is_said_of_what_is_searched_narrows_by_the_facts_and_never_makes_them(point: Point) -> None:
    asked = {"action": action("write"), "resource": resource("record-2")}
    assert found(point, "subject", asked | {"subject": {"type": "user", "properties": {"role": "admin"}}}) == [
        {"type": "user", "id": "bob"}
    ]
    everybody = {"action": action("read"), "resource": resource("record-1")}
    assert found(point, "subject", everybody | {"subject": {"type": "user", "properties": {"role": "boss"}}}) == []
    active = {"subject": subject("alice"), "action": action("read"), "resource": {"type": "record", "properties": {"status": "active"}}}
    assert found(point, "resource", active) == [{"type": "record", "id": "record-1"}]


def test_search_pages_by_tokens_that_are_those_of_one_request(point: Point) -> None:
    asked = {"subject": {"type": "user"}, "action": action("read"), "resource": resource("record-1")}
    first = answered(point.post(SEARCH["subject"], asked | {"page": {"limit": 1}}))
    assert (first["results"], bool(first["page"]["next_token"])) == ([{"type": "user", "id": "alice"}], True)
    token = first["page"]["next_token"]
    second = answered(point.post(SEARCH["subject"], asked | {"page": {"token": token}}))
    assert second == {"page": {"next_token": ""}, "results": [{"type": "user", "id": "bob"}]}
    assert answered(point.post(SEARCH["subject"], asked | {"page": {"token": token, "limit": 5}})) == second
    for other, path in (
        (asked | {"action": action("write")}, "subject"),
        (asked | {"subject": subject("bob")}, "resource"),
        (asked, "subject"),
    ):
        wrong = token if other is not asked else token[:-4] + "AAAA"
        is_refused(point.post(SEARCH[path], other | {"page": {"token": wrong}}, X_Request_ID="r-1"), path)
    for page in ({"limit": 0}, {"limit": "1"}, {"limit": True}, {"token": 7}, 3):
        is_refused(point.post(SEARCH["subject"], asked | {"page": page}, X_Request_ID="r-1"), page)


@pytest.mark.parametrize("searched", SEARCH)
def test_search_what_is_incomplete_or_malformed_is_400(point: Point, searched: str) -> None:
    asked = {"subject": subject("alice"), "action": action("read"), "resource": resource("record-1")}
    ignored = 0
    for wrong in incomplete(asked):
        answer = point.post(SEARCH[searched], wrong, X_Request_ID="r-1")
        if answer.status_code == 200:
            # What is searched has no id, and an action search has no action.
            entity = wrong.get(searched)
            assert searched == "action" or (isinstance(entity, dict) and entity["type"] == asked[searched]["type"]), wrong
            ignored += 1
        else:
            is_refused(answer, wrong)
    assert ignored >= 7
    for broken in malformed(asked):
        is_refused(point.post(SEARCH[searched], broken, X_Request_ID="r-1"), broken)
    refuses_at_the_door(point, SEARCH[searched], asked)


def test_discovery_names_the_address_and_every_door(point: Point) -> None:
    answer = point.line.get(f"{point.address}/.well-known/authzen-configuration", headers={"X-Request-ID": "r-1"})
    told = answered(answer)
    assert answer.headers["x-request-id"] == "r-1"
    doors = {"access_evaluation_endpoint": EVALUATION, "access_evaluations_endpoint": EVALUATIONS}
    doors |= {f"search_{name}_endpoint": path for name, path in SEARCH.items()}
    assert told == {"policy_decision_point": point.address} | {name: point.address + path for name, path in doors.items()}
    lost = point.line.get(f"{point.address}/elsewhere", headers={"X-Request-ID": "r-1"})
    is_refused(lost, "elsewhere", status=404)
