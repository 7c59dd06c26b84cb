"""Every check of every legal case, with the facts that it is judged on and what the shipped policies answer."""

import dataclasses
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from service.decision.decide import Decider
from service.decision.judge import Answer, judge
from service.decision.policyset import PolicySet
from service.decision.world import World
from service.jobs.case_format import read_case
from service.jobs.cases import case_files, decided
from service.jobs.history import given_rows
from service.statute.periods import instant_ms

FOLDER = Path(__file__).resolve().parents[1] / "statute" / "cases"


@dataclasses.dataclass(frozen=True)
class Question:
    """A check with the facts that it is judged on, and what the policies answer."""

    facts: dict[str, Any]
    action: str
    now_ms: int
    answer: Answer


@cache
def legal_questions() -> tuple[Question, ...]:
    """Return the checks of all cases with what the shipped policies answer; acts are left aside."""
    return questions_in(case_files([FOLDER]))


def questions_in(files: Iterable[Path]) -> tuple[Question, ...]:
    """Return the checks of some cases with what the shipped policies answer; acts are left aside."""
    policies, found = PolicySet.load(), list[Question]()
    for path in files:
        case = read_case(path)
        world = World()
        for table, row in given_rows(case.get("given") or {}):
            world.apply(table, row)
        found += [_question(policies, world, check) for check in case.get("checks") or [] if "area" not in check]
    return tuple(found)


@cache
def area_questions() -> tuple[Question, ...]:
    """Return what the checks of all cases ask of areas, and what the shipped policies answer of the area itself."""
    policies, found = PolicySet.load(), list[Question]()
    for path in case_files([FOLDER]):
        case = read_case(path)
        checks = [check for check in case.get("checks") or [] if "area" in check]
        world = World()
        for table, row in given_rows(case.get("given") or {}) if checks else ():
            world.apply(table, row)
        for check in checks:
            facts, now_ms = decided(Decider(world, policies), check).known[0].facts, instant_ms(check["at"])
            found.append(Question(facts, "read", now_ms, judge(policies, facts, action="read", now_ms=now_ms)))
    return tuple(found)


def _question(policies: PolicySet, world: World, check: dict[str, Any]) -> Question:
    decision = decided(Decider(world, policies), check)
    (known,) = decision.known
    return Question(known.facts, check.get("action", "handle"), instant_ms(check["at"]), decision.answer)


def told(found: Answer) -> tuple[str, str, frozenset[str], bool]:
    """Return what the law answers, without the policies that say so."""
    return found.decision, found.reason, frozenset(found.basis), found.api
