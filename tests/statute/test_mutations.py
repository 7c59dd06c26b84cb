"""Each condition of each policy is needed: taken out alone, some legal case is answered otherwise."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cedarpy
import pytest
from cedarpy import pst

from service.decision.decide import Decider
from service.decision.judge import Answer, judge
from service.decision.policyset import PolicySet
from service.decision.world import World
from service.jobs.case_format import read_case
from service.jobs.cases import case_files
from service.jobs.history import given_rows
from service.statute.periods import instant_ms

FOLDER = Path(__file__).with_name("cases")
SHIPPED = PolicySet.load()


def questions() -> list[tuple[World, dict[str, Any]]]:
    """Every check of every case, with the world that its facts make; acts are left aside."""
    found = []
    for path in case_files([FOLDER]):
        case = read_case(path)
        world = World()
        for table, row in given_rows(case.get("given") or {}):
            world.apply(table, row)
        found += [(world, check) for check in case.get("checks") or []]
    return found


@dataclasses.dataclass(frozen=True)
class Question:
    """A check with the facts that it is judged on, and what the shipped policies answer."""

    facts: dict[str, Any]
    action: str
    now_ms: int
    answer: Answer


def question(world: World, check: dict[str, Any]) -> Question:
    person = check["person"] if check["person"] in world.rows["personnel.people"] else None
    information = check["information"] if check["information"] in world.rows["designation.information"] else None
    action, now_ms = check.get("action", "handle"), instant_ms(check["at"])
    decision = Decider(world, SHIPPED).decide(
        person=person, kind="information", resource=information, action=action, organization=check.get("on_behalf_of"), now_ms=now_ms
    )
    (known,) = decision.known
    return Question(known.facts, action, now_ms, decision.answer)


def told(found: Answer) -> tuple[str, str, frozenset[str], bool]:
    return found.decision, found.reason, frozenset(found.basis), found.api


QUESTIONS = [question(world, check) for world, check in questions()]


def notices(policy: str, policies: PolicySet) -> bool:
    """Tell whether a question is answered otherwise under a changed policy; those that it decides today are asked first."""
    for one in sorted(QUESTIONS, key=lambda one: policy not in one.answer.policies):
        if told(judge(policies, one.facts, action=one.action, now_ms=one.now_ms)) != told(one.answer):
            return True
    return False


def without_one(node: Any) -> Iterator[Any]:
    """Yield an expression with one conjunct, or one alternative, taken out, wherever it stands."""
    if isinstance(node, pst.BinaryOp) and node.op in ("and", "or"):
        yield node.left
        yield node.right
        for left in without_one(node.left):
            yield dataclasses.replace(node, left=left)
        for right in without_one(node.right):
            yield dataclasses.replace(node, right=right)
    elif isinstance(node, pst.UnaryOp):
        for inner in without_one(node.arg):
            yield dataclasses.replace(node, arg=inner)


def mutants() -> Iterator[tuple[str, PolicySet]]:
    tree = SHIPPED.handle.to_pst()
    for name, policy in tree.static_policies.items():
        changed = [tuple(clause for place, clause in enumerate(policy.clauses) if place != gone) for gone in range(len(policy.clauses))]
        for place, clause in enumerate(policy.clauses):
            for expression in without_one(clause.expr):
                rest = list(policy.clauses)
                rest[place] = dataclasses.replace(clause, expr=expression)
                changed.append(tuple(rest))
        for number, clauses in enumerate(changed):
            mutated = {**tree.static_policies, name: dataclasses.replace(policy, clauses=clauses)}
            handle = cedarpy.PolicySet.from_pst(dataclasses.replace(tree, static_policies=mutated))
            yield f"{SHIPPED.policies[name].id} {number}", dataclasses.replace(SHIPPED, handle=handle)


MUTANTS = dict(mutants())


REDUNDANT = frozenset(
    """
act-3-works-nowhere 2
act-5-released-to 2
act-6-not-provided 2
act-6-consultation 7
act-6-3-not-listed 5
act-10-no-contract 5
act-10-no-contract 13
act-11-2 1
act-11-2 2
act-11-2 3
act-11-2 4
act-11-2 6
act-11-1-office 1
act-11-1-expired 5
act-11-1-expired 11
act-11-1-expired 17
act-11-1-expired 19
act-11-2-expired 4
act-11-1-doubt 7
act-11-1-doubt 13
act-11-1-doubt 20
act-11-1-doubt 21
act-11-2-doubt 4
act-12-3-refused 2
order-7-closed 3
order-7-closed 5
order-7-closed 6
""".strip().splitlines(),
)
"""Conditions that another policy states too: a permit that repeats what a forbid refuses, a `has` that the type checker asks
for, a reason that an earlier rank hides. They stay, for a policy is read alone; the list may only shrink."""


@pytest.mark.parametrize("name", MUTANTS)
def test_a_policy_without_one_of_its_conditions_answers_some_case_otherwise(name: str) -> None:
    noticed = notices(name.rsplit(" ", 1)[0], MUTANTS[name])
    assert noticed != (name in REDUNDANT), "a condition is not covered by any case, or is covered now and leaves the list"
