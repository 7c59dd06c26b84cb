"""What the enumeration rests on: that facts are read in these ways alone, part by part, and hold these words alone."""

from collections.abc import Mapping
from typing import Any

import pytest
from cedarpy import pst

from service.decision.approved import BY_APPROVAL
from service.decision.judge import ACTIONS, CEDAR_ACTIONS
from service.decision.policyset import GROUPS, PolicySet
from tests.builders.policies import with_house
from tests.builders.questions import legal_questions
from tests.proofs.conditions import CONDITIONS
from tests.proofs.judged import ASKS, ENDED, Judged
from tests.proofs.members import NOW, TOLD, UnknownUseError, uses_of
from tests.proofs.space import CLOSED, ELEMENTS, HUB, ROUTES, Space

SHIPPED = PolicySet.load()
HOUSE = """\
@id("house-rule")
@reason("house_rule")
@rank("80")
@concerns("organization")
@citation("Act 5(1)")
@ja("架空の規程です。")
@en("A made-up rule.")
forbid (principal, action in Sekisho::Action::"handling", resource)
when {{ {0} }};
"""
UNKNOWN = {
    "a number": "context has listing && context.listing.index > 3",
    "an instant of its own": 'context.now > datetime("2030-01-01T00:00:00Z")',
    "an instant moved": 'context.now.offset(duration("1d")) > datetime("2030-01-01T00:00:00Z")',
    "a pattern": 'context has organization && context.organization like "x*"',
    "a choice": "if context.ambiguous then context.works_there else context.person_known",
    "a set written out": 'context.units.containsAny(["x"])',
    "all of a set": "context has contract && context.contract.units.containsAll(context.units)",
}


def test_every_policy_reads_members_of_one_part_and_every_condition_too(space: Space) -> None:
    for reads in (*space.reads.values(), *(one.members for one in CONDITIONS.values())):
        assert sum(bool(part & reads) for part in space.parts) <= 1
    assert len(space.parts) == 10
    assert not frozenset(HUB) & frozenset[Any]().union(*space.parts)


@pytest.mark.parametrize("what", UNKNOWN)
def test_a_policy_that_reads_facts_in_any_other_way_ends_the_proof(what: str) -> None:
    changed = PolicySet.load(with_house(HOUSE.format(UNKNOWN[what])))
    with pytest.raises(UnknownUseError):
        Space(changed, [])


def test_a_policy_that_joins_two_parts_makes_them_one(space: Space) -> None:
    changed = PolicySet.load(with_house(HOUSE.format("context has office && context has certification")))
    assert len(Space(changed, []).parts) == len(space.parts) - 1


def test_now_is_only_compared_and_with_instants_that_are_compared_with_nothing_else(space: Space) -> None:
    assert SHIPPED.now_is_only_compared
    assert all(use.kind == "order" for use in space.uses if NOW in use.paths)
    # So the coming of one instant after the other is all that time can do.
    assert all(len(group) == 1 for group in space.groups if group & space.with_now)
    assert all(path[-1].endswith("_at") for group in space.groups for path in group)


def test_words_are_equated_with_these_and_no_others(space: Space) -> None:
    words: dict[Any, set[str]] = {}
    for use in space.uses:
        if use.kind == "word":
            words.setdefault(use.paths[0], set()).add(use.literal)
    assert words == {
        ("holding", "route"): {*ROUTES},
        ("holding", "under"): {"Act 6(1)", "Act 10(1)"},
        ("assessment", "outcome"): {"positive", "negative"},
        ("sds_assessment", "outcome"): {"positive"},
    }
    assert {use.paths for use in space.uses if use.kind == "same"} == {(("holding", "designator"), ("holding", "giver"))}


def test_sets_are_asked_for_these_names_and_no_others(space: Space) -> None:
    asked = {(use.kind, use.paths) for use in space.uses if use.kind in ("holds", "meets", "empty")}
    assert asked == {
        ("holds", (("holding", "consented_by"), ("holding", "designator"))),
        ("holds", (("designation", "released_to"), ("organization",))),
        ("holds", (("listing", "actions"), ("asked",))),
        ("holds", (("approval", "actions"), ("asked",))),
        ("meets", (("contract", "units"), ("units",))),
        ("empty", (("contract", "units"),)),
    }
    assert ELEMENTS.keys() == {path for kind, paths in asked for path in (paths if kind == "meets" else paths[:1])}


def test_what_is_told_with_a_question_is_in_no_part(space: Space) -> None:
    assert not any(TOLD & part for part in space.parts)
    for one in SHIPPED.tree.static_policies.values():
        assert isinstance(one.principal, pst.ScopeAny)
        assert isinstance(one.resource, pst.ScopeAny)


def test_actions_of_a_kind_are_judged_alike_but_for_lists_of_actions(shipped: Judged) -> None:
    decide = shipped.fast.decide
    kinds = {CEDAR_ACTIONS.get(action, action) for action in ACTIONS}
    ending = {action for action in kinds if "ending" in GROUPS[action]}
    assert ending == {"return", "dispose"}
    by_approval = {action for action in kinds if "approved" in GROUPS[action]}
    assert by_approval == BY_APPROVAL
    for action in kinds:
        assert decide[action] is decide["return" if action in ending else "make" if action in by_approval else "read"]
    assert set(ASKS) == {"make", "return"}
    assert all(use.kind == "holds" for use in shipped.space.uses if ("asked",) in use.paths)


def test_to_read_is_judged_as_to_make_but_for_approvals() -> None:
    alone = set()
    for name, one in SHIPPED.tree.static_policies.items():
        groups = {entity.id for entity in one.action.entities} if isinstance(one.action, pst.ActionIn) else {one.action.entity.id}
        if groups.isdisjoint(GROUPS["make"]) != groups.isdisjoint(GROUPS["read"]):
            alone.add(SHIPPED.policies[name].id)
    assert alone == {"order-11-1-approval"}


def test_an_end_speaks_before_every_refusal_of_another_part(space: Space) -> None:
    ended = {name for name, one in SHIPPED.policies.items() if one.reason == ENDED and one.effect == "forbid"}
    (part,) = {space.part_of(space.reads[name]) for name in ended}
    latest = max(SHIPPED.policies[name].rank for name in ended)
    for name, reads in space.reads.items():
        one = SHIPPED.policies[name]
        if one.effect == "forbid" and space.part_of(reads) != part:
            assert one.rank > latest, one.id


def test_every_point_is_enumerated_once_and_in_its_canonical_form(space: Space) -> None:
    hub = {("organization",): "here", ("holding",): True, ("holding", "route"): "operator"}
    counts = []
    for part in range(len(space.parts)):
        found = [tuple(sorted(point.items())) for point in space.points(part, hub)]
        assert len(set(found)) == len(found)
        assert all(space.canonical(dict(one)) == one for one in found[:: 1 + len(found) // 500])
        counts.append(len(found))
    assert sorted(counts) == [2, 2, 4, 5, 5, 10, 192, 1032, 5764, 23940]


def test_facts_hold_the_closed_words_and_an_operator_s_records_alone() -> None:
    channels: list[Mapping[str, Any]] = [
        channel for one in legal_questions() for segment in one.facts["segments"] for channel in segment["channels"]
    ]
    for channel in channels:
        for record, name in CLOSED:
            assert record not in channel or channel[record][name] in CLOSED[record, name]
        route = channel.get("holding", {}).get("route")
        assert route == "operator" or not channel.keys() & {"certification", "contract"}
        assert "designation" not in channel or "care" not in channel
    assert {channel["holding"]["route"] for channel in channels if "holding" in channel} == {*ROUTES}


def test_every_use_of_the_shipped_policies_is_known() -> None:
    assert all(uses_of(one) for one in SHIPPED.tree.static_policies.values())
