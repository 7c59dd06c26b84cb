"""Live decisions asked again: one in a thousand goes to the engine as well, after it was answered.

What is compared is all that an answer says, on the facts it was given on and at its instant. An answer that was remembered
is compared too, so that a horizon which was too far would show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.decision.answers import RECORD_MISMATCH, Answer
from service.decision.judge import judge, together
from service.decision.policyset import PolicySet

EVERY = 1_000
"""Of so many decisions one is asked again."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A decision as it was answered: the facts of each information, the action, the instant and the answer."""

    facts: Sequence[Mapping[str, Any]]
    action: str
    now_ms: int
    answer: Answer


def difference(policies: PolicySet, sample: Sample) -> str | None:
    """Return in a sentence how the engine answers otherwise, or None where it answers the same.

    What was denied for records that are not as the service wrote them was not answered by policies, and is not compared.
    """
    if sample.answer.same_as(RECORD_MISMATCH):
        return None
    answers = [judge(policies, facts, action=sample.action, now_ms=sample.now_ms) for facts in sample.facts]
    expected = together(sample.facts, answers)
    if expected.same_as(sample.answer):
        return None
    return f"{sample.action} at {sample.now_ms}: the engine says {_short(expected)}, answered was {_short(sample.answer)}"


def _short(answer: Answer) -> str:
    return f"{answer.decision}/{answer.reason}/{'permit' if answer.api else 'deny'} by {', '.join(answer.policies) or 'no policy'}"
