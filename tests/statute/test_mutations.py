"""Each condition of each policy is needed: taken out or turned alone, some legal case, or a property, is answered otherwise.

Every mutant is a test of its own, so `pytest -v` lists them.
"""

import dataclasses
from collections.abc import Iterator
from functools import cache
from typing import Any

import cedarpy
import pytest
from cedarpy import pst

from service.decision.compiled.admission import Admitted, Compared, compiled_of
from service.decision.judge import judge
from service.decision.judge_fast import judge_fast
from service.decision.policyset import PolicySet
from service.evidence.rerun import instants
from tests.builders.questions import Question, area_questions, legal_questions, told

SHIPPED = PolicySet.load()


@cache
def questions() -> tuple[Question, ...]:
    """Every check of every legal case, of things and of areas."""
    return (*legal_questions(), *area_questions())


TURNED = {
    "less": ("less_eq", "greater_eq"),
    "less_eq": ("less", "greater"),
    "greater": ("greater_eq", "less_eq"),
    "greater_eq": ("greater", "less"),
    "eq": ("not_eq",),
    "not_eq": ("eq",),
    "and": ("or",),
    "or": ("and",),
    "contains_any": ("contains_all",),
    "contains_all": ("contains_any",),
}


def notices(policy: str, policies: PolicySet) -> bool:
    """Tell whether a question is answered otherwise under a changed policy; those that it decides today are asked first."""
    for one in sorted(questions(), key=lambda one: policy not in one.answer.policies):
        if told(judge(policies, one.facts, action=one.action, now_ms=one.now_ms)) != told(one.answer):
            return True
    return False


def at_each_instant() -> Iterator[tuple[Question, int]]:
    yield from ((one, at) for one in questions() for at in sorted(set(instants(one.facts))))


def flips_late(policies: PolicySet) -> bool:
    """Tell whether anything changes a millisecond behind an instant of the facts: intervals are half-open, so nothing may."""
    fast = Admitted(policies, compiled_of(policies), Compared())
    for one, at in at_each_instant():
        then, behind = (told(judge_fast(fast, one.facts, action=one.action, now_ms=now, readings={})) for now in (at, at + 1))
        if then != behind:
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


def turned(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield an expression with one operator turned into a neighbour or into its opposite, or one `not` gone."""
    if isinstance(node, pst.BinaryOp):
        for op in TURNED.get(node.op, ()):
            yield f"{node.op} to {op}", dataclasses.replace(node, op=op)
        for what, left in turned(node.left):
            yield what, dataclasses.replace(node, left=left)
        for what, right in turned(node.right):
            yield what, dataclasses.replace(node, right=right)
    elif isinstance(node, pst.UnaryOp):
        if node.op == "not":
            yield "not gone", node.arg
        for what, inner in turned(node.arg):
            yield what, dataclasses.replace(node, arg=inner)


def with_clause(policy: pst.Template, place: int, *changed: Any) -> pst.Template:
    return dataclasses.replace(policy, clauses=(*policy.clauses[:place], *changed, *policy.clauses[place + 1 :]))


def lesser(policy: pst.Template) -> Iterator[pst.Template]:
    for place in range(len(policy.clauses)):
        yield with_clause(policy, place)
    for place, clause in enumerate(policy.clauses):
        for expression in without_one(clause.expr):
            yield with_clause(policy, place, dataclasses.replace(clause, expr=expression))


def otherwise(policy: pst.Template) -> Iterator[tuple[str, pst.Template]]:
    yield "outcome", dataclasses.replace(policy, effect="permit" if policy.effect == "forbid" else "forbid")
    for place, clause in enumerate(policy.clauses):
        yield "when to unless", with_clause(policy, place, (pst.Unless if isinstance(clause, pst.When) else pst.When)(clause.expr))
    for place, clause in enumerate(policy.clauses):
        for what, expression in turned(clause.expr):
            yield what, with_clause(policy, place, dataclasses.replace(clause, expr=expression))


def changed_in(name: str, policy: pst.Template) -> PolicySet:
    tree = dataclasses.replace(SHIPPED.tree, static_policies={**SHIPPED.tree.static_policies, name: policy})
    return dataclasses.replace(SHIPPED, handle=cedarpy.PolicySet.from_pst(tree), tree=tree)


def mutants() -> Iterator[tuple[str, tuple[str, pst.Template]]]:
    """Yield what was done to which policy, with the engine's name of it and the policy that came of it."""
    for name, policy in SHIPPED.tree.static_policies.items():
        for number, less in enumerate(lesser(policy)):
            yield f"{SHIPPED.policies[name].id} {number}", (name, less)
        for number, (what, other) in enumerate(otherwise(policy)):
            yield f"{SHIPPED.policies[name].id} {number} {what}", (name, other)


MUTANTS = dict(mutants())


REDUNDANT = frozenset(
    """
act-3-works-nowhere 2
act-6-not-provided 2
act-6-consultation 7
act-11-2 1
act-11-2 2
act-11-2 3
act-11-2 4
act-11-2 6
act-11-1-office 1
act-11-1-expired 5
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
order-11-1-entry 0
""".strip().splitlines(),
)
"""Conditions that another policy states too: a permit that repeats what a forbid refuses, a `has` that the type checker asks
for, a reason that an earlier rank hides. They stay, for a policy is read alone; the list may only shrink."""


UNNOTICED_TURNS = frozenset(
    """
act-11-2 8 less to less_eq
act-11-2 11 greater_eq to greater
act-11-2 14 greater_eq to greater
act-11-2 17 greater_eq to greater
act-11-1-doubt 18 greater to greater_eq
order-7-closed 4 and to or
""".strip().splitlines(),
)
"""Turns that change no answer: a permit of Article 11(2) repeats what a forbid refuses at that very instant, a doubt that
counts against the one result counts against the other of its day, and the `and` that a `has` of two steps is made of."""


ALWAYS = 4
SHORT_AND_LONG = [
    pytest.param(name, marks=[] if place % ALWAYS == 0 and " to " not in name else pytest.mark.long) for place, name in enumerate(MUTANTS)
]
"""Of those that leave a condition out one in four is tried always; the others, and those that turn one, in the long form."""


@pytest.mark.parametrize("name", SHORT_AND_LONG)
def test_a_policy_with_one_of_its_conditions_gone_or_turned_answers_some_case_otherwise(name: str) -> None:
    mutant = changed_in(*MUTANTS[name])
    noticed = notices(name.split(" ", 1)[0], mutant) or (" to " in name and flips_late(mutant))
    excused = name in REDUNDANT or name in UNNOTICED_TURNS
    assert noticed != excused, "a condition is not covered by any case or property, or is covered now and leaves the list"


def test_whatever_begins_or_ends_does_so_at_its_instant_and_not_behind_it() -> None:
    assert sum(1 for _each in at_each_instant()) > 1_000
    assert not flips_late(SHIPPED)


def test_there_is_a_mutant_for_every_policy_and_every_kind_of_change() -> None:
    assert {name.split(" ", 1)[0] for name in MUTANTS} == {policy.id for policy in SHIPPED.policies.values()}
    assert len(MUTANTS) > 500
    assert MUTANTS.keys() >= REDUNDANT | UNNOTICED_TURNS
