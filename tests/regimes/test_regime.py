"""Deciding by any Cedar set: what is reached counts, what cannot be read is told, and every error denies."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cedarpy
import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import clock
from service.api.regime import RegimeDoors
from service.decision.regime import Named, Regime, RegimeError, UnreadableError, is_type, read_regime
from tests.builders.served import serving

READ = Named("", "read")


def entity(kind: str, name: str, *parents: tuple[str, str], **attributes: Any) -> dict[str, Any]:
    return {"uid": {"type": kind, "id": name}, "attrs": attributes, "parents": [{"type": one, "id": other} for one, other in parents]}


def ref(kind: str, name: str) -> dict[str, Any]:
    return {"__entity": {"type": kind, "id": name}}


def regime(policies: str, *facts: Mapping[str, Any]) -> Regime:
    return Regime(cedarpy.PolicySet.from_str(policies), facts)


KEY = "sk_a_key_for_tests_alone"
ALL_READ = 'permit(principal, action == Action::"read", resource);'


def test_what_is_said_of_a_subject_stands_in_place_of_its_attribute_for_one_question_alone() -> None:
    made = regime(
        'permit(principal, action == Action::"read", resource) when { principal.level > 2 };',
        entity("user", "a", level=1),
        entity("record", "r"),
    )
    asked = Named("user", "a"), READ, Named("record", "r")
    assert made.decide(*asked, {}) is False
    assert made.decide(Named("user", "a", {"level": 3}), *asked[1:], {}) is True
    assert made.decide(*asked, {}) is False


def test_an_error_of_any_policy_denies_even_where_another_permits(caplog: pytest.LogCaptureFixture) -> None:
    made = regime(ALL_READ + "forbid(principal, action, resource) when { principal.level > 2 };", entity("user", "a", level="high"))
    assert made.decide(Named("user", "a"), READ, Named("record", "r"), {}) is False
    assert "could not be evaluated" in caplog.text
    assert made.decide(Named("user", "a", {"level": 1}), READ, Named("record", "r"), {}) is True


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"x": None}, "subject.properties.x is null"),
        ({"x": [1, {"y": 1.5}]}, r"subject.properties.x\[1\].y is a fraction"),
        ({"x": 2**63}, "subject.properties.x is a number beyond 64 bits"),
        ({"x": {"__entity": {"type": "space ship", "id": "a"}}}, "names no entity"),
        ({"x": {"__entity": 3}}, "names no entity"),
        ({"x": {"__entity": {"type": "user", "id": "a"}, "y": 1}}, "names no entity"),
        ({"x": {"__extn": {"fn": "none", "arg": "a"}}}, "not a value"),
    ],
)
def test_what_cedar_has_no_value_for_is_told_and_never_left_out(value: dict[str, Any], says: str) -> None:
    """Left out, it could escape a forbid."""
    made = regime(ALL_READ, entity("user", "a"))
    with pytest.raises(UnreadableError, match=says):
        made.decide(Named("user", "a", value), READ, Named("record", "r"), {})
    with pytest.raises(UnreadableError, match=says.replace("subject.properties", "context")):
        made.decide(Named("user", "a"), READ, Named("record", "r"), value)


def test_a_type_or_an_action_that_cannot_be_one_is_denied() -> None:
    made = regime("permit(principal, action, resource);", entity("user", "a"), entity("Action", "read"))
    assert made.decide(Named("user", "a"), READ, Named("record", 'r"\n'), {}) is True
    for kind in ("", "space ship", "in", "a::", "1a", "x, action, resource); permit(principal is y", "ユーザー"):
        assert is_type(kind) is False
        assert made.decide(Named(kind, "a"), READ, Named("record", "r"), {}) is False
        assert made.decide(Named("user", "a"), READ, Named(kind, "r"), {}) is False
    several = regime("permit(principal, action, resource);", entity("A::Action", "read"), entity("B::Action", "write"))
    assert several.decide(Named("user", "a"), READ, Named("record", "r"), {}) is True
    assert several.decide(Named("user", "a"), Named("", "fly"), Named("record", "r"), {}) is False


def test_actions_are_those_that_policies_or_facts_name_and_group_no_others() -> None:
    made = regime(
        ALL_READ + 'forbid(principal, action in Action::"changing", resource);', entity("Action", "write", ("Action", "changing"))
    )
    assert made.actions == ["read", "write"]
    assert made.decide(Named("user", "a"), READ, Named("record", "r"), {}) is True
    with pytest.raises(RegimeError, match="two types have an action 'read'"):
        regime("permit(principal, action, resource);", entity("A::Action", "read"), entity("B::Action", "read"))


def test_what_is_said_of_an_action_is_in_the_context_and_cannot_be_said_there_otherwise() -> None:
    made = regime("permit(principal, action, resource) when { context.action has soft && context.action.soft };", entity("Action", "read"))
    asked = Named("user", "a"), Named("record", "r")
    assert made.decide(asked[0], READ, asked[1], {"action": {"soft": True}}) is False
    assert made.decide(asked[0], Named("", "read", {"soft": True}), asked[1], {"action": 3}) is True


@pytest.mark.parametrize(
    "condition",
    [
        "context.near.flag",
        "context.action.by.flag",
        'principal in node::"c"',
        "principal.next.next.flag",
        'node::"c".flag',
        "principal.nears.contains(resource)",
    ],
)
def test_what_is_reached_over_context_literals_parents_and_attributes_is_seen_beside_properties(condition: str) -> None:
    facts = [
        entity("node", "a", ("node", "p"), next=ref("node", "b"), nears=[ref("node", "d")]),
        entity("node", "b", next=ref("node", "c")),
        entity("node", "p", ("node", "c")),
        entity("node", "c", flag=True),
        entity("node", "d"),
        entity("node", "e", flag=True),
    ]
    made = regime(f"permit(principal, action, resource) when {{ {condition} }};", *facts)
    near = ref("node", "e")
    assert made.decide(Named("node", "a", {"told": 1}), Named("", "read", {"by": near}), Named("node", "d"), {"near": near}) is True


def test_a_search_by_somebody_or_for_something_unknown_finds_nothing_even_where_everybody_may() -> None:
    made = regime("permit(principal, action, resource);", entity("user", "a"), entity("record", "r"), entity("Action", "read"))
    doors = RegimeDoors(made, key=KEY, page_key=bytes(32), address="http://127.0.0.1", clock=clock.now)
    with serving(doors) as address, httpx2.Client(headers={"Authorization": f"Bearer {KEY}"}) as line:
        for who, what, found in (("a", "r", 1), ("b", "r", 0), ("a", "s", 0)):
            body = {"subject": {"type": "user", "id": who}, "resource": {"type": "record", "id": what}}
            assert len(line.post(f"{address}/access/v1/search/action", json=body).json()["results"]) == found


NAMES = ["a", "b", "c", "d", "e"]
graphs = st.fixed_dictionaries(
    {
        name: st.fixed_dictionaries(
            {
                "next": st.sampled_from(NAMES),
                "flag": st.booleans(),
                "parents": st.lists(st.sampled_from(NAMES[i + 1 :] or ["z"]), max_size=2),
            }
        )
        for i, name in enumerate(NAMES)
    }
)
CONDITIONS = [
    "principal.next.flag",
    "principal.next.next.flag",
    "principal in resource.next",
    'principal in node::"d"',
    'node::"c".flag',
    'node::"c".next.flag && resource in node::"e"',
    "context.near.next.flag",
    "resource.flag || principal.flag",
]


@given(
    graphs, st.sampled_from(CONDITIONS), st.sampled_from(["permit", "forbid"]), st.sampled_from(NAMES), st.sampled_from(NAMES), st.data()
)
def test_what_an_evaluation_can_reach_is_all_that_counts(
    graph: dict[str, Any], condition: str, effect: str, subject: str, resource: str, data: st.DataObject
) -> None:
    """Asked with properties, a question sees few entities; it is answered as if it saw all of them."""
    facts = [
        entity("node", name, *(("node", one) for one in made["parents"]), flag=made["flag"], next=ref("node", made["next"]))
        for name, made in graph.items()
    ]
    policies = f"permit(principal, action, resource); {effect}(principal, action, resource) when {{ {condition} }};".removeprefix(
        "" if effect == "forbid" else "permit(principal, action, resource); "
    )
    told = data.draw(
        st.fixed_dictionaries(
            {}, optional={"flag": st.booleans(), "next": st.builds(lambda name: ref("node", name), st.sampled_from(NAMES))}
        )
    )
    context = {"near": ref("node", data.draw(st.sampled_from(NAMES)))}
    answer = regime(policies, *facts).decide(Named("node", subject, told), READ, Named("node", resource), context)
    changed = [{**one, "attrs": one["attrs"] | told} if one["uid"]["id"] == subject else one for one in facts]
    assert answer is regime(policies, *changed).decide(Named("node", subject), READ, Named("node", resource), context)


SCHEMA = """
entity user { boss?: user };
entity record;
action changing;
action read appliesTo { principal: [user], resource: [record] };
action write in [changing] appliesTo { principal: [user], resource: [record] };
"""
FORBID = 'forbid(principal, action in Action::"changing", resource);'
ACTIONS = [entity("Action", "read"), entity("Action", "changing"), entity("Action", "write", ("Action", "changing"))]


def written(folder: Path, *facts: Any, policies: str = ALL_READ + FORBID, schema: str | None = SCHEMA) -> Regime:
    (folder / "rules.cedar").write_text(policies, encoding="utf-8")
    (folder / "schema.cedarschema").unlink(missing_ok=True)
    if schema is not None:
        (folder / "schema.cedarschema").write_text(schema, encoding="utf-8")
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    return read_regime(folder, folder / "facts.json")


def test_with_a_schema_policies_and_facts_must_fit_it(tmp_path: Path) -> None:
    made = written(tmp_path, *ACTIONS, entity("user", "a", boss=ref("user", "b")))
    assert made.decide(Named("user", "a"), READ, Named("record", "r"), {}) is True
    with pytest.raises(RegimeError, match="level"):
        written(tmp_path, *ACTIONS, policies="permit(principal is user, action, resource) when { principal.level > 1 };")
    with pytest.raises(RegimeError, match=r"facts\.json"):
        written(tmp_path, *ACTIONS, entity("user", "a", boss="b"))


def test_facts_that_mean_something_else_without_the_schema_are_refused(tmp_path: Path) -> None:
    """A record in place of a reference, and actions whose groups only the schema knows, could escape a forbid."""
    with pytest.raises(RegimeError, match=r"attrs\.boss: an entity is written as"):
        written(tmp_path, *ACTIONS, entity("user", "a", boss={"type": "user", "id": "b"}))
    for some in ([], ACTIONS[:1], ACTIONS[:2]):
        with pytest.raises(RegimeError, match="every action of the schema"):
            written(tmp_path, *some)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{}", "not a list"),
        ("[", "not a list"),
        ('[{"uid": {"type": "user", "id": "a"}, "attrs": {"x": 1, "x": 2}, "parents": []}]', "stands twice"),
        ('[{"uid": {"type": "user"}, "attrs": {}, "parents": []}]', "not a list"),
        ('[{"uid": {"type": "user", "id": "a"}, "attrs": {"x": null}, "parents": []}]', "not a list"),
    ],
)
def test_facts_that_are_no_entities_are_refused_at_the_start(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "rules.cedar").write_text(ALL_READ, encoding="utf-8")
    (tmp_path / "facts.json").write_text(text, encoding="utf-8")
    with pytest.raises(RegimeError, match=says):
        read_regime(tmp_path, tmp_path / "facts.json")


def test_a_template_is_refused_for_nobody_would_link_it(tmp_path: Path) -> None:
    with pytest.raises(RegimeError, match="template"):
        written(tmp_path, policies="permit(principal == ?principal, action, resource);", schema=None)
