"""Policies judge facts: one question to the engine for each channel, and the order of reasons among the answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import cedarpy

from service.decision.facts import segment_at
from service.decision.policyset import Policy, PolicySet
from service.statute.periods import next_midnight_ms

CEDAR_ACTIONS = {"handle": "read"}
ASKED = {"handle": "read", "list": "read"}
ACTIONS = ("handle", "read", "list", "make", "communicate", "transmit", "carry_out", "dispose", "return")
"""What can be asked; `handle` stands for `read`, and `list` is judged like it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the law answers, why, and what an application hears. Instants are milliseconds since 1970."""

    decision: str
    """permit | deny | not_controlled"""
    reason: str
    basis: tuple[str, ...]
    api: bool
    """The boolean that leaves; for `not_controlled` it is not the decision's."""
    rank: int
    concerns: str | None
    policies: tuple[str, ...]
    ja: str
    en: str
    horizon_ms: int
    """Until when, exclusively, nothing can flip without a change."""

    def disclosed(self) -> dict[str, Any]:
        """Return what the `answer` disclosure of a decision holds."""
        return {"api": self.api, "basis": list(self.basis), "decision": self.decision, "reason": self.reason}


POLICY_ERROR = Answer(
    decision="deny",
    reason="policy_error",
    basis=(),
    api=False,
    rank=0,
    concerns="organization",
    policies=(),
    ja="判定規則の評価に失敗したため、許可できません。",
    en="A policy could not be evaluated, so nothing is permitted.",
    horizon_ms=0,
)


RECORD_MISMATCH = Answer(
    decision="deny",
    reason="record_mismatch",
    basis=(),
    api=False,
    rank=0,
    concerns="person",
    policies=(),
    ja="記録がサービスの書いたものと一致しないため、許可できません。",
    en="A record is not as the service wrote it, so nothing that touches it is permitted.",
    horizon_ms=0,
)
"""Given whatever the policies say, so that no row edited behind the service's back counts."""


def judge(policies: PolicySet, facts: Mapping[str, Any], *, action: str, now_ms: int) -> Answer:
    """Return the answer on one information at an instant, on nothing but its facts. Raises KeyError for an unknown action."""
    if action not in ACTIONS:
        raise KeyError(action)
    segment = segment_at(facts, now_ms)
    # One channel that permits is enough; otherwise the one that got furthest in the order of reasons answers.
    answers = channel_answers(policies, facts, segment["channels"], action=action, now_ms=now_ms)
    permits = [answer for answer in answers if answer.decision == "permit"]
    best = permits[0] if permits else max(answers, key=lambda answer: answer.rank)
    if any(answer.api for answer in answers) and not best.api:
        best = next(answer for answer in answers if answer.api)
    horizon = horizon_ms(segment, now_ms) if policies.now_is_only_compared else now_ms
    return _with_horizon(best, horizon)


def channel_answers(
    policies: PolicySet, facts: Mapping[str, Any], channels: Sequence[Mapping[str, Any]], *, action: str, now_ms: int
) -> list[Answer]:
    """Return the answer on each channel, without its horizon."""
    return [_channel(policies, facts, channel, action, now_ms) for channel in channels]


def request_of(facts: Mapping[str, Any], channel: Mapping[str, Any], *, action: str, now_ms: int, standing: bool = False) -> dict[str, Any]:
    """Return what the engine is asked about a channel; `standing` asks as if an ended designation still stood."""
    return _request(facts, CEDAR_ACTIONS.get(action, action), {**_context(channel, action, now_ms), "standing": standing})


def combine(answers: Sequence[Answer]) -> Answer:
    """Return the answer on something that carries several informations: all must permit, the first reason not to counts."""
    horizon = min(answer.horizon_ms for answer in answers)
    refused = [answer for answer in answers if not answer.api]
    if refused:
        return _with_horizon(min(refused, key=lambda answer: answer.rank), horizon)
    # Where one is still controlled, the whole is: its permit is the one that says why.
    controlled = [answer for answer in answers if answer.decision == "permit"]
    told = (controlled or list(answers))[0]
    # What any of them is permitted by may oblige to something.
    permitting = tuple(sorted({policy for answer in controlled for policy in answer.policies})) or told.policies
    return _with_horizon(replace(told, policies=permitting), horizon)


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


def _with_horizon(answer: Answer, horizon: int) -> Answer:
    return Answer(
        answer.decision,
        answer.reason,
        answer.basis,
        answer.api,
        answer.rank,
        answer.concerns,
        answer.policies,
        answer.ja,
        answer.en,
        horizon,
    )


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


def _channel(policies: PolicySet, facts: Mapping[str, Any], channel: Mapping[str, Any], action: str, now_ms: int) -> Answer:
    cedar_action = CEDAR_ACTIONS.get(action, action)
    context = _context(channel, action, now_ms)
    answer = _ask(policies, facts, cedar_action, context)
    if answer.decision == "not_controlled" and answer.reason == "designation_ended":
        # From its closing on the Act restricts nobody known there; before it, as if the designation still stood.
        api = _ask(policies, facts, "after_closing", context).api or _ask(policies, facts, cedar_action, {**context, "standing": True}).api
        return Answer(**{**_fields(answer), "api": api})
    return answer


def _context(channel: Mapping[str, Any], action: str, now_ms: int) -> dict[str, Any]:
    return {**_cedar(channel), "now": _datetime(now_ms), "asked": ASKED.get(action, action), "standing": False}


def _fields(answer: Answer) -> dict[str, Any]:
    return {name: getattr(answer, name) for name in Answer.__slots__}


def _request(facts: Mapping[str, Any], action: str, context: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "principal": {"type": "Sekisho::Person", "id": facts["person"] or ""},
        "action": {"type": "Sekisho::Action", "id": action},
        "resource": {"type": "Sekisho::Information", "id": facts["information"] or ""},
        "context": context,
    }


def _ask(policies: PolicySet, facts: Mapping[str, Any], action: str, context: Mapping[str, Any]) -> Answer:
    result = cedarpy.is_authorized(_request(facts, action, context), policies.handle, policies.entities)
    # The answer is deny if the engine reports any error, else the engine's decision.
    if result.diagnostics.errors or result.decision is cedarpy.Decision.NoDecision:
        return POLICY_ERROR
    applied = [policies.policies[name] for name in result.diagnostics.reasons]
    if not applied:
        return POLICY_ERROR
    return _told(applied, api=result.decision is cedarpy.Decision.Allow)


def _told(applied: Sequence[Policy], *, api: bool) -> Answer:
    first = min(applied, key=lambda policy: (policy.rank, policy.id))
    same = [policy for policy in applied if policy.reason == first.reason]
    # A reason may stand on several policies (not listed, and outside the contract's units): the basis names them all.
    of_one_rank = [policy for policy in same if policy.rank == first.rank]
    basis = tuple(dict.fromkeys(citation for policy in sorted(of_one_rank, key=lambda policy: policy.id) for citation in policy.citations))
    return Answer(
        first.decision,
        first.reason,
        basis,
        api,
        first.rank,
        first.concerns,
        tuple(sorted(policy.id for policy in applied)),
        first.ja,
        first.en,
        0,
    )


def _cedar(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _cedar(inner, key) for key, inner in value.items()}
    if isinstance(value, int) and not isinstance(value, bool) and name.endswith("_at"):
        return _datetime(value)
    return value


def _datetime(at_ms: int) -> dict[str, Any]:
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return {"__extn": {"fn": "datetime", "arg": f"{at:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"}}
