"""Events as the Open Cybersecurity Schema Framework 1.8.0 defines them, held against its definitions."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given

from service.evidence.rendering.clear import DECIDED
from service.evidence.rendering.known import Known, Names
from service.evidence.rendering.ocsf import event, ocsf_line
from service.evidence.rendering.rows import rows_of
from service.ledger import Kind
from tests.evidence.rendering.entries import ACT, BODIES, DECISION, KNOWNS, NAMINGS, SEARCH, body_of, one

SCHEMA = jsonschema_rs.validator_for(json.loads((Path(__file__).parent / "ocsf-1.8.0.json").read_text(encoding="utf-8")))


def test_a_decision_is_api_activity_under_a_security_control() -> None:
    found = event(one(DECISION))
    SCHEMA.validate(found)
    assert (found["class_uid"], found["type_uid"], found["metadata"]["profiles"]) == (6003, 600302, ["security_control"])
    assert (found["action_id"], found["disposition_id"], found["status_detail"]) == (2, 2, "not_listed")
    assert found["authorizations"] == [{"decision": "denied", "policy": {"uid": "ab" * 32}}]
    assert found["actor"]["user"] == {"uid": "app", "name": "文書管理", "type_id": 4}
    assert found["resources"] == [{"uid": "d", "name": "装置の設計", "type": "object"}, {"uid": "p", "name": "髙橋 𠮷子", "type": "person"}]
    assert found["time"] == 1775001600123
    permit = event(one(body_of(out="permit")))
    assert (permit["action_id"], permit["disposition_id"], permit["authorizations"]) == (1, 1, [{"decision": "allowed"}])


def test_an_act_is_entity_management_with_what_was_said_as_its_comment() -> None:
    found = event(one(ACT))
    SCHEMA.validate(found)
    assert (found["class_uid"], found["activity_id"], found["status_id"]) == (3004, 1, 1)
    assert found["entity"] == {"uid": "p", "name": "髙橋 𠮷子", "type": "person", "type_id": 99}
    assert found["comment"] == '{"purpose":"audit","words":"=確認"}'
    assert found["unmapped"]["approver_id"] == "acc2"


def test_a_search_is_api_activity_without_a_decision() -> None:
    found = event(one(SEARCH))
    SCHEMA.validate(found)
    assert (found["class_uid"], "action_id" in found, "profiles" in found["metadata"]) == (6003, False, False)


def test_each_event_has_a_number_of_its_own_and_leads_back_to_its_entry() -> None:
    body = body_of(v=2, checks=[{"_sd": ["A"], "out": "deny"}, {"_sd": ["A"], "out": "permit"}])
    events = [event(row) for row in rows_of(8, body)]
    assert [(one["metadata"]["uid"], one["metadata"]["sequence"], one["unmapped"]["index"]) for one in events] == [
        ("8/1", 8, 8),
        ("8/2", 8, 8),
    ]


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_every_kind_of_entry_is_of_the_schema(kind: str) -> None:
    out = "permit" if kind == DECIDED else "refused"
    SCHEMA.validate(event(one(body_of(kind=kind, out=out, actor="acc"))))


@given(BODIES, KNOWNS, NAMINGS)
def test_whatever_an_entry_holds_its_events_are_of_the_schema(body: bytes, known: dict[str, Known], names: Names) -> None:
    for row in rows_of(1, body, known.get, names=names):
        line = ocsf_line(row)
        assert line.count(b"\n") == 1
        SCHEMA.validate(json.loads(line))


def without(*path: str) -> Callable[[Any], None]:
    def change(found: Any) -> None:
        for name in path[:-1]:
            found = found[name]
        del found[path[-1]]

    return change


def having(value: object, *path: str) -> Callable[[Any], None]:
    def change(found: Any) -> None:
        for name in path[:-1]:
            found = found[name]
        found[path[-1]] = value

    return change


BROKEN = [
    *(without(name) for name in ("activity_id", "actor", "api", "category_uid", "class_uid", "metadata", "severity_id", "src_endpoint")),
    *(without(name) for name in ("time", "type_uid")),
    without("metadata", "version"),
    without("metadata", "product"),
    without("metadata", "profiles"),
    without("api", "operation"),
    without("actor", "user"),
    having({}, "src_endpoint"),
    having({}, "actor", "user"),
    having("2026-04-01", "time"),
    having(-1, "time"),
    having(3004, "class_uid"),
    having(3, "category_uid"),
    having(600305, "type_uid"),
    having(7, "severity_id"),
    having(99, "action_id"),
    having(28, "disposition_id"),
    having([{"uid": "x"}, {}], "resources"),
    having({"uid": 1}, "policy"),
    having("1.9.0-dev", "metadata", "version"),
    having("x", "actor_name"),
]


@pytest.mark.parametrize("change", BROKEN)
def test_the_schema_refuses_what_the_framework_refuses(change: Callable[[Any], None]) -> None:
    found = event(one(DECISION))
    change(found)
    assert not SCHEMA.is_valid(found)


@pytest.mark.parametrize(
    "change",
    [without("entity"), having({"type": "x"}, "entity"), having({"uid": "x", "type_id": 99}, "entity"), having(6, "category_uid"), without("time")],
)  # fmt: skip
def test_the_schema_refuses_acts_that_the_framework_refuses(change: Callable[[Any], None]) -> None:
    found = event(one(ACT))
    change(found)
    assert not SCHEMA.is_valid(found)
