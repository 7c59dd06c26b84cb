"""Whether somebody may be in an area: by a permit for one that there is, or by one thing kept there, and by nothing else."""

from itertools import product
from random import Random
from typing import Any

import pytest
from cedarpy import pst

from service.decision.answers import Answer
from service.decision.compiled.admission import Admitted, Compared, compiled_of
from service.decision.judge import judge, together
from service.decision.judge_fast import judge_fast
from service.decision.policyset import GROUPS, PolicySet
from tests.builders.questions import area_questions, legal_questions
from tests.proofs.judged import without
from tests.proofs.space import NOW_MS, is_about_areas

SHIPPED = PolicySet.load()
WITHOUT = {
    # Nobody is let in any more.
    "order-11-1-entry": {(True, True): "policy_error"},
    # A permit for what is no area, or no more, lets in.
    "order-11-1-no-area": {(False, False): "no_entry_permit", (False, True): "entry_permitted"},
    # Who has no permit is refused without its reason.
    "order-11-1-no-entry": {(True, False): "policy_error"},
}
"""What is answered otherwise when a policy is gone: for whether there is an area, and a permit for it, the reason."""


def channels() -> list[dict[str, Any]]:
    """Every record of facts of an area that the policies about areas can tell apart, and more."""
    found = []
    for area, entry, known, somewhere in product((False, True), repeat=4):
        channel: dict[str, Any] = {"ambiguous": False, "person_known": known, "units": [], "works_there": False}
        channel |= {"area": {"index": 1}} if area else {}
        channel |= {"entry": {"index": 2}} if entry else {}
        found.append(channel | ({"organization": "here"} if somewhere else {}))
    return found


def facts_of(channel: dict[str, Any]) -> dict[str, Any]:
    """The facts of somebody and an area, of one channel."""
    return {"person": "p", "information": None, "area": "a", "segments": [{"from": None, "to": None, "channels": [channel]}]}


def reasons(policies: PolicySet) -> dict[tuple[bool, bool], set[str]]:
    """Every reason that is answered where there is an area or none, and a permit for it or none."""
    found: dict[tuple[bool, bool], set[str]] = {}
    for channel in channels():
        answer = judge(policies, facts_of(channel), action="read", now_ms=NOW_MS)
        assert answer.api is (answer.reason == "entry_permitted")
        found.setdefault(("area" in channel, "entry" in channel), set()).add(answer.reason)
    return found


def test_a_permit_of_an_area_is_that_there_is_one_and_a_permit_for_it() -> None:
    fast = Admitted(SHIPPED, compiled_of(SHIPPED), Compared())
    for channel in channels():
        facts = facts_of(channel)
        for action in ("handle", "read", "list"):
            found = judge(SHIPPED, facts, action=action, now_ms=NOW_MS)
            assert found.api is ("area" in channel and "entry" in channel)
            assert found.api or found.concerns == "person"
            assert judge_fast(fast, facts, action=action, now_ms=NOW_MS, readings={}).same_as(found)


@pytest.mark.parametrize("policy", WITHOUT)
def test_without_a_policy_about_areas_what_it_states_is_missing_and_nothing_else(policy: str) -> None:
    shipped, changed = reasons(SHIPPED), reasons(without(SHIPPED, policy))
    assert {key: found for key, found in changed.items() if found != shipped[key]} == {
        key: {reason} for key, reason in WITHOUT[policy].items()
    }


def test_every_policy_about_areas_has_its_mutant_and_no_other_says_anything_of_areas() -> None:
    about = {name for name, one in SHIPPED.tree.static_policies.items() if is_about_areas(one)}
    assert {SHIPPED.policies[name].id for name in about} == set(WITHOUT)
    # To enter is in no group: but for these, every policy names others, or actions.
    assert GROUPS["enter"] == ()
    for name in SHIPPED.policies.keys() - about:
        action = SHIPPED.tree.static_policies[name].action
        entities = action.entities if isinstance(action, pst.ActionIn) else (action.entity,)
        assert "enter" not in {entity.id for entity in entities}, SHIPPED.policies[name].id


def test_one_permit_is_enough_and_without_one_the_area_itself_answers() -> None:
    random = Random(3)
    areas = [(one.facts, one.answer) for one in area_questions()]
    things: list[tuple[Any, Answer]] = [(one.facts, one.answer) for one in legal_questions()]
    permitted = 0
    for _try in range(2_000):
        asked = [random.choice(areas), *random.sample(things, random.randrange(4))]
        found = together([facts for facts, _answer in asked], [answer for _facts, answer in asked])
        assert found.api is any(answer.api for _facts, answer in asked)
        assert found.api or found.reason == asked[0][1].reason
        permitted += found.api
    assert 200 < permitted < 1_900
