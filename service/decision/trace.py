"""Why an answer is what it is, step by step in the order of the law, and what would have to change for a permit.

Every word of it comes from the engine: which policies forbid on the facts as they are, which would where one step alone is
lacking, and whether anything permits once all of them hold. `tests/statute/test_trace.py` holds it against the decision.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import cedarpy

from service.decision.area_steps import STEPS_OF_AREA, open_steps_of_area
from service.decision.engine import request_of
from service.decision.facts import segment_at
from service.decision.judge import Answer, channel_answers, judge, question_of
from service.decision.policyset import Policy, PolicySet
from service.decision.steps import STEPS, Channel, Moment, Step, open_steps

State = Literal["holds", "missing", "open", "not_asked", "ended"]
"""`open` hangs on an earlier step that is missing; `ended` is said of a designation that is over, which restricts no longer."""
HOUSE = "house"
"""The step of a policy that nothing which the law asks would satisfy."""
ENDED = "designation_ended"


@dataclass(frozen=True, slots=True)
class Told:
    """A step as it came out: the policies that decide it with their citations, what it says, and the facts that it looked at."""

    name: str
    state: State
    policies: tuple[str, ...]
    basis: tuple[str, ...]
    ja: str
    en: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChannelTrace:
    """The trace of one channel by which the organization may hold the information; `answered` where the answer is this one's.

    `permits` are the policies that let it be handled, once nothing forbids.
    """

    answer: Answer
    answered: bool
    steps: tuple[Told, ...]
    permits: tuple[str, ...]

    @property
    def changes(self) -> tuple[str, ...]:
        """The names of the steps that are missing, in the order of the law."""
        return tuple(step.name for step in self.steps if step.state == "missing")


@dataclass(frozen=True, slots=True)
class Trace:
    """The trace of an answer on one information, or on an area itself."""

    answer: Answer
    person: str | None
    information: str | None
    organization: str | None
    channels: tuple[ChannelTrace, ...]
    area: str | None = None


class Tracer:
    """Traces answers under one policy set."""

    def __init__(self, policies: PolicySet) -> None:
        """Take the set; what permits in it stands apart, for under a denial the engine names what forbids alone."""
        tree = policies.handle.to_pst()
        permitting = {name: policy for name, policy in tree.static_policies.items() if policy.effect == "permit"}
        self.policies = policies
        self.permitting = cedarpy.PolicySet.from_pst(dataclasses.replace(tree, static_policies=permitting))

    def trace(self, facts: Mapping[str, Any], *, action: str, now_ms: int, kind: str | None = None) -> Trace:
        """Return why the law answers as it does on one information at an instant; `kind` is that of the organization.

        Where the engine reports an error nothing can be traced, and the channel has no steps. Raises KeyError for an unknown action.
        """
        answer = judge(self.policies, facts, action=action, now_ms=now_ms)
        channels: Sequence[Channel] = segment_at(facts, now_ms)["channels"]
        answers = channel_answers(self.policies, facts, channels, action=action, now_ms=now_ms)
        told = _same(answer)
        place = next(place for place, one in enumerate(answers) if _same(one) == told)
        moment = Moment(now_ms, action, kind)
        traced = tuple(
            _Channel(self, facts, channel, moment, each).trace(answered=number == place)
            for number, (channel, each) in enumerate(zip(channels, answers, strict=True))
        )
        return Trace(answer, facts["person"], facts["information"], facts["organization"], traced, facts.get("area"))


def _same(answer: Answer) -> tuple[Any, ...]:
    return answer.decision, answer.reason, answer.basis, answer.api


class _Channel:
    """Asks the engine about one channel, as it is and with steps fulfilled or lacking."""

    def __init__(self, tracer: Tracer, facts: Mapping[str, Any], channel: Channel, moment: Moment, answer: Answer) -> None:
        self.tracer, self.policies = tracer, tracer.policies
        self.facts, self.channel, self.moment, self.answer = facts, channel, moment, answer
        self.ended = answer.decision == "not_controlled" and answer.reason == ENDED
        self.steps = STEPS_OF_AREA if "area" in facts else STEPS
        self.open = open_steps_of_area(channel) if "area" in facts else open_steps(channel, moment.kind)

    def trace(self, *, answered: bool) -> ChannelTrace:
        if self.answer.reason == "policy_error":
            return ChannelTrace(self.answer, answered, (), ())
        if self.ended and self._closed():
            return self._traced_closed(answered=answered)
        whole = self._fulfilled(step.name for step in self.steps)
        incurable = self._forbids(whole)
        missing = self._missing(incurable)
        whole = self._fulfilled({*missing, *self.open})
        permits = self._permits(whole)
        steps = [self._told(step, missing, incurable, permits, whole) for step in self.steps]
        steps += [self._of_house(name) for name in self._ordered(incurable)]
        return ChannelTrace(self.answer, answered, tuple(steps), self._ids(permits))

    def _missing(self, incurable: frozenset[str]) -> list[str]:
        """Return the least set of steps whose fulfilment brings a permit, beside those that are open.

        One after the other is left out where the permit stands without it.
        """
        needed = [step.name for step in self.steps if step.name not in self.open]
        for name in tuple(needed):
            rest = [one for one in needed if one != name]
            if self._permitted(self._fulfilled({*rest, *self.open}), incurable):
                needed = rest
        return needed

    def _told(self, step: Step, missing: Sequence[str], incurable: frozenset[str], permits: frozenset[str], whole: Channel) -> Told:
        if step.name in missing:
            lacking = self._fulfilled({*missing, *self.open} - {step.name})
            deciding = self._forbids(lacking) - incurable
            says = self._ordered(deciding)
            first = (self.policies.policies[says[0]].ja, self.policies.policies[says[0]].en) if says else step.change
            return self._as(step, "missing", deciding, first)
        deciding = self._forbids(step.lack(whole, self.moment)) - incurable
        if step.name == "designation" and self.ended:
            ended = frozenset(name for name in self._forbids(self.channel, standing=False) if self._policy(name).reason == ENDED)
            return self._as(step, "ended", ended, (self.answer.ja, self.answer.en))
        if step.name in self.open:
            # As it is, not only as it would be taken away, it may stand in the way of what is missing.
            deciding = deciding or self._forbids(self._fulfilled({*missing, *self.open} - {step.name})) - incurable
            return self._as(step, "open" if deciding else "not_asked", deciding, step.holds, facts=False)
        if step.name == "clearance":
            # What permits by a result is what decides; an office needs none.
            by_result = permits - self._permits(step.lack(whole, self.moment))
            return self._as(step, "holds", by_result or permits, step.holds)
        return self._as(step, "holds" if deciding else "not_asked", deciding, step.holds if deciding else ("", ""))

    def _closed(self) -> bool:
        """Say whether the Act restricts nobody that is known any longer: the formalities after the end are on record."""
        return bool(self._permits(self._fulfilled({"person"}), action="after_closing"))

    def _traced_closed(self, *, answered: bool) -> ChannelTrace:
        """Return the trace where the Act restricts nobody that is known: three steps are asked, and the closing decides."""
        decided = self._permits(self._fulfilled({"person"}), action="after_closing")
        known = bool(self._permits(self.channel, action="after_closing"))
        ended = frozenset(name for name in self._forbids(self.channel, standing=False) if self._policy(name).reason == ENDED)
        first = self._policy(self._ordered(decided)[0])
        steps = []
        for step in STEPS:
            if step.name == "designation":
                steps.append(self._as(step, "ended", ended, (self.answer.ja, self.answer.en)))
            elif step.name == "person":
                steps.append(self._as(step, "holds" if known else "missing", decided, step.holds if known else step.change))
            elif step.name == "information":
                steps.append(self._as(step, "holds", frozenset(), step.holds))
            else:
                steps.append(self._as(step, "not_asked", frozenset(), ("", "")))
        closed = Told("closing", "holds", self._ids(decided), _basis([first]), first.ja, first.en, {})
        return ChannelTrace(self.answer, answered, (*steps[:2], closed, *steps[2:]), self._ids(decided))

    def _of_house(self, name: str) -> Told:
        policy = self._policy(name)
        return Told(HOUSE, "missing", (policy.id,), policy.citations, policy.ja, policy.en, {})

    def _as(self, step: Step, state: State, deciding: frozenset[str], says: tuple[str, str], *, facts: bool = True) -> Told:
        found = {name: self.channel[name] for name in step.facts if name in self.channel} if facts and state != "not_asked" else {}
        ordered = [self._policy(name) for name in self._ordered(deciding)]
        return Told(step.name, state, tuple(one.id for one in ordered), _basis(ordered), *says, found)

    def _fulfilled(self, names: Iterable[str]) -> Channel:
        """Return the channel with some steps fulfilled, in the order of the law."""
        wanted = set(names)
        channel = self.channel
        for step in self.steps:
            if step.name in wanted:
                channel = step.fulfil(channel, self.moment)
        return channel

    def _forbids(self, channel: Channel, *, standing: bool | None = None) -> frozenset[str]:
        """Return the names of the policies that forbid."""
        result = self._ask(self.policies.handle, channel, standing=standing)
        return frozenset() if result.decision is cedarpy.Decision.Allow else frozenset(result.diagnostics.reasons)

    def _permits(self, channel: Channel, *, action: str | None = None) -> frozenset[str]:
        """Return the names of the policies that permit, whatever forbids."""
        return frozenset(self._ask(self.tracer.permitting, channel, action=action).diagnostics.reasons)

    def _permitted(self, channel: Channel, incurable: frozenset[str]) -> bool:
        """Say whether something permits and nothing forbids but what no step would satisfy."""
        return self._forbids(channel) <= incurable and bool(self._permits(channel))

    def _ask(self, handle: cedarpy.PolicySet, channel: Channel, *, standing: bool | None = None, action: str | None = None) -> Any:
        stands = self.ended if standing is None else standing
        question = question_of(self.facts, action=self.moment.action, now_ms=self.moment.now_ms, standing=stands)
        if action is not None:
            question = dataclasses.replace(question, action=action)
        return cedarpy.is_authorized(request_of(channel, question), handle, self.policies.entities)

    def _policy(self, name: str) -> Policy:
        return self.policies.policies[name]

    def _ordered(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: (self._policy(name).rank, self._policy(name).id))

    def _ids(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._policy(name).id for name in self._ordered(names))


def _basis(policies: Iterable[Policy]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(citation for policy in policies for citation in policy.citations))
