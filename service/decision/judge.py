"""Policies judge facts: one question for each channel, and the order of reasons among the answers.

`judge` asks the Rust engine, always: what is judged again from the ledger is judged by it alone. `judge_fast` asks the
compiled form of a set that was admitted, and gives the same answers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from service.decision.answers import POLICY_ERROR, RECORD_MISMATCH, Answer, told
from service.decision.compiled.admission import Admitted
from service.decision.compiled.compiler import Reading
from service.decision.engine import Question, ask_engine
from service.decision.facts import segment_at
from service.decision.policyset import PolicySet
from service.statute.periods import next_midnight_ms

__all__ = [
    "ACTIONS",
    "POLICY_ERROR",
    "RECORD_MISMATCH",
    "Answer",
    "Readings",
    "combine",
    "judge",
    "judge_fast",
    "together",
    "visible_reason",
]

CEDAR_ACTIONS = {"handle": "read"}
ENTER = "enter"
ASKED = {"handle": "read", "list": "read"}
ACTIONS = ("handle", "read", "list", "make", "communicate", "transmit", "carry_out", "dispose", "return")
"""What can be asked; `handle` stands for `read`, and `list` is judged like it."""
Readings = dict[int | None, tuple[Reading, ...] | None]
"""What was read of the channels of each segment, by its first instant; None where they are not as the schema states."""
_Ask = Callable[[str, bool], Answer]
"""Puts one question about one channel: an action of the schema, and whether an ended designation is taken to stand."""


def judge(policies: PolicySet, facts: Mapping[str, Any], *, action: str, now_ms: int) -> Answer:
    """Return the engine's answer on one information at an instant, on nothing but its facts. Raises KeyError for an unknown action."""
    if action not in ACTIONS:
        raise KeyError(action)
    segment = segment_at(facts, now_ms)
    best = _best(channel_answers(policies, facts, segment["channels"], action=action, now_ms=now_ms))
    return best.until(horizon_ms(segment, now_ms) if policies.now_is_only_compared else now_ms)


def channel_answers(
    policies: PolicySet, facts: Mapping[str, Any], channels: Sequence[Mapping[str, Any]], *, action: str, now_ms: int
) -> list[Answer]:
    """Return the engine's answer on each channel, without its horizon."""
    cedar_action = _cedar_action(facts, action)
    return [_channel(_by_engine(policies, facts, channel, action, now_ms), cedar_action) for channel in channels]


def _cedar_action(facts: Mapping[str, Any], action: str) -> str:
    """Return what the policies are asked: of an area, whether somebody may be there."""
    return ENTER if "area" in facts else CEDAR_ACTIONS.get(action, action)


def question_of(facts: Mapping[str, Any], *, action: str, now_ms: int, standing: bool = False) -> Question:
    """Return what is asked about each channel of facts; `standing` asks as if an ended designation still stood."""
    cedar_action, asked = _cedar_action(facts, action), ASKED.get(action, action)
    return Question(cedar_action, asked, now_ms, facts["person"] or "", facts["information"] or "", standing)


def judge_fast(admitted: Admitted, facts: Mapping[str, Any], *, action: str, now_ms: int, readings: Readings) -> Answer:
    """Return what `judge` returns, by the compiled form, with a horizon that is never nearer and never too far.

    Facts that are not as the schema states are judged by the engine. `readings` keeps what was read of these facts for the
    next question on them. Raises KeyError for an unknown action.
    """
    if action not in ACTIONS:
        raise KeyError(action)
    segment = segment_at(facts, now_ms)
    begun = segment["from"]
    if begun not in readings:
        readings[begun] = admitted.read(segment["channels"])
    read = readings[begun]
    cedar_action = _cedar_action(facts, action)
    # A set of before there were questions about areas knows none.
    if read is None or cedar_action not in admitted.decide:
        return judge(admitted.policies, facts, action=action, now_ms=now_ms)
    asked, person, information = ASKED.get(action, action), facts["person"] or "", facts["information"] or ""

    def asking(reading: Reading) -> _Ask:
        values = reading.values

        def ask(cedar_action: str, standing: bool) -> Answer:
            forbids, permits, failed = admitted.decide[cedar_action](values, now_ms, asked, standing, person, information)
            return POLICY_ERROR if failed else admitted.answer(forbids, permits)

        return ask

    best = _best([_channel(asking(reading), cedar_action) for reading in read])
    return best.until(_flip_ms(segment, read, now_ms) if admitted.policies.now_is_only_compared else now_ms)


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


def _flip_ms(segment: Mapping[str, Any], read: Iterable[Reading], now_ms: int) -> int:
    """Return the nearest instant ahead at which a comparison that the policies make does flip.

    INVARIANT: never before `horizon_ms`, for it looks at no other instants, and at each of them where it flips.
    """
    horizon = next_midnight_ms(now_ms)
    if segment["to"] is not None:
        horizon = min(horizon, segment["to"])
    for reading in read:
        flip = reading.flip_behind(now_ms)
        if flip is not None and flip < horizon:
            horizon = flip
    return horizon


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


def _best(answers: Sequence[Answer]) -> Answer:
    """Return the answer that counts among the channels'."""
    if len(answers) == 1:
        return answers[0]
    # One channel that permits is enough; otherwise the one that got furthest in the order of reasons answers.
    permits = [answer for answer in answers if answer.decision == "permit"]
    best = permits[0] if permits else max(answers, key=lambda answer: answer.rank)
    if any(answer.api for answer in answers) and not best.api:
        return next(answer for answer in answers if answer.api)
    return best


def _channel(ask: _Ask, cedar_action: str) -> Answer:
    answer = ask(cedar_action, False)  # noqa: FBT003 - the second word of a question, named in `_Ask`
    if answer.decision == "not_controlled" and answer.reason == "designation_ended":
        # From its closing on the Act restricts nobody known there; before it, as if the designation still stood.
        api = ask("after_closing", False).api or ask(cedar_action, True).api  # noqa: FBT003 - the same
        return answer.opened() if api else answer.refused()
    return answer


def _by_engine(policies: PolicySet, facts: Mapping[str, Any], channel: Mapping[str, Any], action: str, now_ms: int) -> _Ask:
    asked, person, information = ASKED.get(action, action), facts["person"] or "", facts["information"] or ""

    def ask(cedar_action: str, standing: bool) -> Answer:
        verdict = ask_engine(policies, channel, Question(cedar_action, asked, now_ms, person, information, standing))
        # The answer is deny if the engine reports any error, else the engine's decision.
        if verdict.failed:
            return POLICY_ERROR
        return told([policies.policies[name] for name in verdict.determining], permitted=verdict.permitted)

    return ask
