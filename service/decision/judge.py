"""Policies judge facts: one question for each channel, and the order of reasons among the answers.

`judge` asks the Rust engine, always: what is judged again from the ledger is judged by it alone. `judge_fast`, in its own file,
asks the compiled form of a set that was admitted, and gives the same answers.

This file runs on the machines of auditors too: it needs the standard library and the engine alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from service.decision.answers import POLICY_ERROR, RECORD_MISMATCH, Answer, told
from service.decision.engine import Question, ask_engine
from service.decision.facts import segment_at
from service.decision.policyset import PolicySet
from service.statute.periods import next_midnight_ms

__all__ = ["ACTIONS", "POLICY_ERROR", "RECORD_MISMATCH", "Answer", "combine", "judge", "together", "visible_reason"]

CEDAR_ACTIONS = {"handle": "read"}
ENTER = "enter"
ASKED = {"handle": "read", "list": "read"}
ACTIONS = ("handle", "read", "list", "make", "communicate", "transmit", "carry_out", "dispose", "return")
"""What can be asked; `handle` stands for `read`, and `list` is judged like it."""
Ask = Callable[[str, bool], Answer]
"""Puts one question about one channel: an action of the schema, and whether an ended designation is taken to stand."""


def judge(policies: PolicySet, facts: Mapping[str, Any], *, action: str, now_ms: int) -> Answer:
    """Return the engine's answer on one information at an instant, on nothing but its facts. Raises KeyError for an unknown action."""
    if action not in ACTIONS:
        raise KeyError(action)
    segment = segment_at(facts, now_ms)
    best = best_of(channel_answers(policies, facts, segment["channels"], action=action, now_ms=now_ms))
    return best.until(horizon_ms(segment, now_ms) if policies.now_is_only_compared else now_ms)


def channel_answers(
    policies: PolicySet, facts: Mapping[str, Any], channels: Sequence[Mapping[str, Any]], *, action: str, now_ms: int
) -> list[Answer]:
    """Return the engine's answer on each channel, without its horizon."""
    asked = cedar_action_of(facts, action)
    return [channel_answer(_by_engine(policies, facts, channel, action, now_ms), asked) for channel in channels]


def cedar_action_of(facts: Mapping[str, Any], action: str) -> str:
    """Return what the policies are asked: of an area, whether somebody may be there."""
    return ENTER if "area" in facts else CEDAR_ACTIONS.get(action, action)


def question_of(facts: Mapping[str, Any], *, action: str, now_ms: int, standing: bool = False) -> Question:
    """Return what is asked about each channel of facts; `standing` asks as if an ended designation still stood."""
    cedar_action, asked = cedar_action_of(facts, action), ASKED.get(action, action)
    return Question(cedar_action, asked, now_ms, facts["person"] or "", facts["information"] or "", standing)


def together(facts: Sequence[Mapping[str, Any]], answers: Sequence[Answer]) -> Answer:
    """Return the answer on several facts: on those of an area and of what is kept there one permit is enough, on others all must."""
    own = next((answer for one, answer in zip(facts, answers, strict=True) if "area" in one), None)
    if own is None:
        return combine(answers)
    horizon = min(answer.horizon_ms for answer in answers)
    # A denial is told by the area's own answer, whatever was in the way of each information: it says nothing of any of them.
    return next((answer for answer in (own, *answers) if answer.api), own.until(horizon))


def combine(answers: Sequence[Answer]) -> Answer:
    """Return the answer on something that carries several informations: all must permit, the first reason not to counts."""
    horizon = min(answer.horizon_ms for answer in answers)
    refused = [answer for answer in answers if not answer.api]
    if refused:
        return min(refused, key=lambda answer: answer.rank).until(horizon)
    # Where one is still controlled, the whole is: its permit is the one that says why.
    controlled = [answer for answer in answers if answer.decision == "permit"]
    told_by = (controlled or list(answers))[0]
    # What any of them is permitted by may oblige to something.
    permitting = tuple(sorted({policy for answer in controlled for policy in answer.policies})) or told_by.policies
    return told_by.by(permitting).until(horizon)


def horizon_ms(segment: Mapping[str, Any], now_ms: int) -> int:
    """Return the nearest instant ahead at which an answer could flip: of the facts, of the segment, or midnight in Japan."""
    ahead = [next_midnight_ms(now_ms)]
    if segment["to"] is not None:
        ahead.append(segment["to"])
    # A comparison flips at its instant or one millisecond behind it; the earlier bounds both while it lies ahead.
    ahead += [max(at, now_ms + 1) for at in _instants(segment["channels"]) if at >= now_ms]
    return min(ahead)


def visible_reason(answer: Answer) -> str:
    """Return what an application may be told of a denial: the code, or `not_authorized` for all that concerns a person."""
    return answer.reason if answer.concerns in ("information", "organization") else "not_authorized"


def _instants(value: Any) -> Iterable[int]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name.endswith("_at") and isinstance(inner, int):
                yield inner
            else:
                yield from _instants(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _instants(inner)


def best_of(answers: Sequence[Answer]) -> Answer:
    """Return the answer that counts among the channels'."""
    if len(answers) == 1:
        return answers[0]
    # One channel that permits is enough; otherwise the one that got furthest in the order of reasons answers.
    permits = [answer for answer in answers if answer.decision == "permit"]
    best = permits[0] if permits else max(answers, key=lambda answer: answer.rank)
    if any(answer.api for answer in answers) and not best.api:
        return next(answer for answer in answers if answer.api)
    return best


def channel_answer(ask: Ask, cedar_action: str) -> Answer:
    """Return the answer on one channel to what the policies are asked."""
    answer = ask(cedar_action, False)  # noqa: FBT003 - the second word of a question, named in `Ask`
    if answer.decision == "not_controlled" and answer.reason == "designation_ended":
        # From its closing on the Act restricts nobody known there; before it, as if the designation still stood.
        api = ask("after_closing", False).api or ask(cedar_action, True).api  # noqa: FBT003 - the same
        return answer.opened() if api else answer.refused()
    return answer


def _by_engine(policies: PolicySet, facts: Mapping[str, Any], channel: Mapping[str, Any], action: str, now_ms: int) -> Ask:
    asked, person, information = ASKED.get(action, action), facts["person"] or "", facts["information"] or ""

    def ask(cedar_action: str, standing: bool) -> Answer:
        verdict = ask_engine(policies, channel, Question(cedar_action, asked, now_ms, person, information, standing))
        # The answer is deny if the engine reports any error, else the engine's decision.
        if verdict.failed:
            return POLICY_ERROR
        return told([policies.policies[name] for name in verdict.determining], permitted=verdict.permitted)

    return ask
