"""Judges facts by the compiled form of a policy set that was admitted, and answers as the engine does."""

from collections.abc import Iterable, Mapping
from typing import Any

from service.decision.answers import POLICY_ERROR, Answer
from service.decision.compiled.admission import Admitted
from service.decision.compiled.compiler import Reading
from service.decision.facts import segment_at
from service.decision.judge import ACTIONS, ASKED, Ask, best_of, cedar_action_of, channel_answer, judge
from service.statute.periods import next_midnight_ms

Readings = dict[int | None, tuple[Reading, ...] | None]
"""What was read of the channels of each segment, by its first instant; None where they are not as the schema states."""


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
    cedar_action = cedar_action_of(facts, action)
    # A set of before there were questions about areas knows none.
    if read is None or cedar_action not in admitted.decide:
        return judge(admitted.policies, facts, action=action, now_ms=now_ms)
    asked, person, information = ASKED.get(action, action), facts["person"] or "", facts["information"] or ""

    def asking(reading: Reading) -> Ask:
        values = reading.values

        def ask(cedar_action: str, standing: bool) -> Answer:
            forbids, permits, failed = admitted.decide[cedar_action](values, now_ms, asked, standing, person, information)
            return POLICY_ERROR if failed else admitted.answer(forbids, permits)

        return ask

    best = best_of([channel_answer(asking(reading), cedar_action) for reading in read])
    return best.until(_flip_ms(segment, read, now_ms) if admitted.policies.now_is_only_compared else now_ms)


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
