"""Judges decisions again with the Rust engine, under the policy text that they name (step 7)."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from service.decision.facts import segment_at
from service.decision.judge import Answer, judge, together
from service.decision.policyset import PolicySet
from service.evidence.findings import Findings, Wrong
from service.evidence.form import EntryV1

REMEMBERED = 65_536
"""Answers remembered, each until its horizon."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What the engine answered, and from when to when nothing could have flipped."""

    answer: Answer
    since_ms: int
    until_ms: int


class Rerun:
    """Runs the engine once for each policy, facts and action until the answer could flip.

    An answer stands until its horizon: the policies compare `now` with instants of the
    facts alone, so between two of these instants nothing can change.
    """

    def __init__(self, *, findings: Findings, text_of: Callable[[str], str | None]) -> None:
        """Take what finds the text of a policy set by its digest."""
        self.findings = findings
        self.runs = 0
        self._text_of = text_of
        self._sets: dict[str, PolicySet | None] = {}
        self._answers: OrderedDict[tuple[object, ...], Ran] = OrderedDict()

    def check(
        self,
        *,
        index: int,
        entry: EntryV1,
        names: Sequence[str],
        facts: Sequence[Mapping[str, Any]],
        answer: object,
        now_ms: int,
    ) -> int | None:
        """Return until when a decision's answer stands, or None with a finding.

        `names` are the digests of the facts, `answer` the value disclosed.
        """
        policies = self.policies(index, entry.policy or "")
        if policies is None:
            return None
        action = entry.action or "handle"
        key = (entry.policy, tuple(names), action)
        known = self._answers.get(key)
        if known is None or not known.since_ms <= now_ms < known.until_ms:
            try:
                known = self._run(policies, facts, action, now_ms)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                # Facts of another form than the judge knows: whatever was answered does not follow from them.
                self.findings.add(Wrong.ANSWER_DIFFERS, index=index, detail=f"the facts cannot be judged: {error!r}")
                return None
            self._answers[key] = known
            if len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        return self._compare(index, entry, known, answer)

    def _run(self, policies: PolicySet, facts: Sequence[Mapping[str, Any]], action: str, now_ms: int) -> Ran:
        """Ask the engine about each set of facts.

        INVARIANT: `judge` is the engine; the compiled form of a set is not known here.
        """
        self.runs += len(facts)
        again = together(facts, [judge(policies, each, action=action, now_ms=now_ms) for each in facts])
        until_ms = again.horizon_ms
        if any(now_ms in instants(segment_at(each, now_ms)) for each in facts):
            # At the very instant of a fact one comparison has flipped and its opposite has not.
            until_ms = now_ms + 1
        return Ran(again, now_ms, until_ms)

    def _compare(self, index: int, entry: EntryV1, ran: Ran, answer: object) -> int | None:
        """Compare what the engine says with what was disclosed and with what went out."""
        found = ran.answer.disclosed()
        if answer != found:
            detail = f"recorded {_short(answer)}, follows {_short(found)}"
            self.findings.add(Wrong.ANSWER_DIFFERS, index=index, detail=detail)
            return None
        if (entry.out == "permit") != ran.answer.api:
            detail = f"{entry.out}, answer {_short(found)}"
            self.findings.add(Wrong.OUTCOME_DIFFERS, index=index, detail=detail)
            return None
        return ran.until_ms

    def policies(self, index: int, digest: str) -> PolicySet | None:
        """Return the policy set of a digest; name once that its text is absent or altered."""
        if digest in self._sets:
            return self._sets[digest]
        text = self._text_of(digest)
        if text is None:
            self.findings.add(Wrong.POLICY_ABSENT, index=index, place=digest)
        elif sha256(text.encode()).hexdigest() != digest:
            self.findings.add(Wrong.POLICY_ALTERED, index=index, place=digest)
            text = None
        self._sets[digest] = None if text is None else PolicySet.from_bundle(text)
        return self._sets[digest]


def instants(value: object) -> Iterator[int]:
    """Yield the instants of facts, in milliseconds since 1970, wherever they stand."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name.endswith("_at") and isinstance(inner, int):
                yield inner
            else:
                yield from instants(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from instants(inner)


def _short(answer: object) -> str:
    """Return an answer in a few words."""
    if not isinstance(answer, dict):
        return "nothing readable"
    return f"{answer.get('decision')}/{answer.get('reason')}/{'permit' if answer.get('api') else 'deny'}"
