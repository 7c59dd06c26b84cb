"""Compiled policies against the Rust engine with parsed handles: the same questions, interleaved rounds, median of the ratios.

uv run python -m benchmarks.compiled [--rounds 7] [--questions 1500]

The engine gets each question as it can take it fastest: policies and entities parsed beforehand, the context already in its
own JSON values. The compiled form gets what a check has, the facts: read once for each, as the service does, and read anew.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import cedarpy

from benchmarks.sections import Depth, Figure
from service.decision.compiled.admission import QUESTIONS, Compared, _distance, admit
from service.decision.compiled.requests import Requests
from service.decision.compiled.schema import context_type
from service.decision.engine import ACTION, INFORMATION, PERSON, cedar_datetime, cedar_value
from service.decision.policyset import GROUPS, PolicySet

NOW = 1_790_009_600_000
FLOOR, GOAL = 60, 80
QUESTIONS_TIMED = 1_500


def seconds(run: Callable[[], None]) -> float:
    """Return the CPU seconds of a run: others may use the machine at the same time."""
    begun = time.process_time()
    run()
    return time.process_time() - begun


@dataclass(frozen=True)
class Measured:
    """Microseconds a question of the engine, with facts read before, and read anew; how many times as fast the last two are."""

    questions: int
    compared: Compared
    each: Sequence[float]
    ratios: Sequence[float]


def policies_compiled(_place: Path, depth: Depth) -> list[Figure]:
    """Compare the compiled policies with the engine on generated requests, and time both. Raises MismatchError."""
    found = measure(rounds=depth.rounds, questions=QUESTIONS_TIMED, admission=depth.requests)
    detail = f"no difference in {found.compared.questions:,} generated requests, {found.compared.permits:,} of them permits"
    return [
        Figure("compiled policies / Cedar engine with parsed handles, in speed", found.ratios[0], FLOOR, GOAL, detail=detail),
        Figure("the same, with the facts read anew for each question", found.ratios[1], None, None),
    ]


def measure(*, rounds: int, questions: int, admission: int) -> Measured:
    """Return how fast both answer the same questions, after so many requests were compared."""
    policies = PolicySet.load()
    admitted = admit(policies, now_ms=NOW, questions=admission)
    compiled = admitted.compiled
    requests = Requests(context_type(policies.texts.schema), policies.tree, list(GROUPS), now_ms=NOW, seed=1)
    asked = list(requests.ask(questions, lambda channel, question: _distance(compiled, channel, question)))
    for_engine = [
        {
            "principal": {"type": PERSON, "id": one.person},
            "action": {"type": ACTION, "id": one.action},
            "resource": {"type": INFORMATION, "id": one.information},
            "context": {**cedar_value(channel), "now": cedar_datetime(one.now_ms), "asked": one.asked, "standing": one.standing},
        }
        for channel, one in asked
    ]
    given = [
        (compiled.decide[one.action], channel, (one.now_ms, one.asked, one.standing, one.person, one.information)) for channel, one in asked
    ]
    read: list[tuple[Any, Any, Any]] = []
    for decide, channel, words in given:
        reading = compiled.read(channel)
        assert reading is not None
        read.append((decide, reading.values, words))

    def engine() -> None:
        for request in for_engine:
            cedarpy.is_authorized(request, policies.handle, policies.entities)

    def known() -> None:
        for decide, values, words in read:
            decide(values, *words)

    def anew() -> None:
        for decide, channel, words in given:
            reading = compiled.read(channel)
            if reading is not None:
                decide(reading.values, *words)

    taken = [(seconds(engine), seconds(known), seconds(anew)) for _ in range(rounds)]
    each = [1e6 * median(column) / len(asked) for column in zip(*taken, strict=True)]
    ratios = [median(one[0] / one[place] for one in taken) for place in (1, 2)]
    return Measured(len(asked), admitted.compared, each, ratios)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("rounds", 7), ("questions", QUESTIONS_TIMED), ("admission", QUESTIONS)):
        parser.add_argument(f"--{name}", type=int, default=default)
    told = parser.parse_args()
    found = measure(rounds=told.rounds, questions=told.questions, admission=told.admission)
    print(f"{found.questions} questions, {told.rounds} rounds; CPU microseconds a question, medians")
    print(f"  engine, parsed handles      {found.each[0]:8.2f}")
    print(f"  compiled, facts read before {found.each[1]:8.2f}   {found.ratios[0]:6.1f} times as fast")
    print(f"  compiled, facts read anew   {found.each[2]:8.2f}   {found.ratios[1]:6.1f} times as fast")
    print(f"admitted after {found.compared.questions} questions, {found.compared.permits} of them permits, without a difference")
    print("floor" if found.ratios[0] >= FLOOR else "BELOW THE FLOOR", f"{FLOOR}, goal {GOAL}: {found.ratios[0]:.1f}")


if __name__ == "__main__":
    main()
