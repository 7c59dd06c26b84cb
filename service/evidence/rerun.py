"""Judges decisions again with the Rust engine, under the policy text that they name (step 7)."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from service.decision.judge import Answer, combine, judge
from service.evidence.findings import Findings, Wrong
from service.evidence.form import EntryV1
from service.statute.policies import PolicySet, parse_bundle

ENTITLED = ("decision", "reason", "basis", "api")
"""What the `answer` disclosure of a decision holds."""
REMEMBERED = 65_536
"""Answers remembered, each until its horizon."""


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
        self._answers: OrderedDict[tuple[object, ...], tuple[int, Answer]] = OrderedDict()

    def check(
        self,
        *,
        index: int,
        entry: EntryV1,
        names: Sequence[str],
        facts: Sequence[Mapping[str, object]],
        answer: object,
        now_ms: int,
    ) -> int | None:
        """Return until when a decision's answer stands, or None with a finding.

        `names` are the digests of the facts, `answer` the value disclosed.
        """
        policies = self._policies(index, entry.policy or "")
        if policies is None:
            return None
        action = entry.action or "handle"
        key = (entry.policy, tuple(names), action)
        known = self._answers.get(key)
        if known is None or not known[0] <= now_ms < known[1].horizon_ms:
            self.runs += len(facts)
            again = combine([judge(policies, each, action=action, now_ms=now_ms) for each in facts])
            known = (now_ms, again)
            self._answers[key] = known
            if len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        return self._compare(index, entry, known[1], answer)

    def _compare(self, index: int, entry: EntryV1, again: Answer, answer: object) -> int | None:
        """Compare what the engine says with what was disclosed and with what went out."""
        found = {
            "decision": str(again.decision),
            "reason": str(again.reason),
            "basis": [str(citation) for citation in again.basis],
            "api": again.api,
        }
        if not isinstance(answer, dict) or {name: answer.get(name) for name in ENTITLED} != found:
            detail = f"recorded {_short(answer)}, follows {_short(found)}"
            self.findings.add(Wrong.ANSWER_DIFFERS, index=index, detail=detail)
            return None
        if (entry.out == "permit") != again.api:
            detail = f"{entry.out}, answer {_short(found)}"
            self.findings.add(Wrong.OUTCOME_DIFFERS, index=index, detail=detail)
            return None
        return again.horizon_ms

    def _policies(self, index: int, digest: str) -> PolicySet | None:
        """Return the policy set of a digest; name once that its text is absent or altered."""
        if digest in self._sets:
            return self._sets[digest]
        text = self._text_of(digest)
        if text is None:
            self.findings.add(Wrong.POLICY_ABSENT, index=index, place=digest)
        elif sha256(text.encode()).hexdigest() != digest:
            self.findings.add(Wrong.POLICY_ALTERED, index=index, place=digest)
            text = None
        self._sets[digest] = None if text is None else parse_bundle(text)
        return self._sets[digest]


def _short(answer: object) -> str:
    """Return an answer in a few words."""
    if not isinstance(answer, dict):
        return "nothing readable"
    return f"{answer.get('decision')}/{answer.get('reason')}"
