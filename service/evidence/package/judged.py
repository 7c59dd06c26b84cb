"""Judges each decision again whose facts are present, under the policy text in the package, by the engine (step 9 of `verifying`).

The engine is cedarpy. Where it is not installed nothing is judged, and that is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from service.evidence.package.disclosed import Disclosed
from service.evidence.package.faults import Fault, Faults
from service.evidence.package.forms import DECIDED, SEARCHED, milliseconds
from service.evidence.package.opening import Package, PackageError
from service.evidence.predicate import parts_of
from service.evidence.rendering.known import Erased, Opened

if TYPE_CHECKING:
    from service.decision.judge import Answer
    from service.decision.policyset import PolicySet

REMEMBERED = 65_536
MOST_POLICY = 1 << 20
NOBODY = "?"
"""Stands in facts for an organization that was named in words nobody knows."""
MISMATCH = {"api": False, "basis": [], "decision": "deny", "reason": "record_mismatch"}
"""The answer that a row behind the service's back gives; it follows from no facts."""


@dataclass(slots=True)
class Judged:
    """How many decisions there are and what became of each; the sum of the others is `decisions`."""

    decisions: int = 0
    rerun: int = 0
    """Judged again, or equal to one that was."""
    differing: int = 0
    record_mismatch: int = 0
    erased: int = 0
    withheld: int = 0
    unjudged: int = 0
    """Whose facts are present and for which there is no engine here."""
    runs: int = 0
    """How often the engine was asked."""
    searches: int = 0
    searches_undisclosed: int = 0


@dataclass(frozen=True, slots=True)
class Ran:
    """What the engine answered, and from when to when nothing could have flipped."""

    answer: "Answer"
    since_ms: int
    until_ms: int


def engine_is_here() -> bool:
    """Say whether decisions can be judged here: the engine is installed, and this machine knows the time zone of Japan."""
    if find_spec("cedarpy") is None:
        return False
    try:
        import service.decision.judge  # noqa: F401, PLC0415 - whether it can be loaded at all
    except (ImportError, KeyError):
        return False
    return True


@dataclass(slots=True)
class Judging:
    """Judges decision after decision, the engine once for each policy, facts and action until the answer could flip."""

    package: Package
    disclosed: Disclosed
    faults: Faults
    counts: Judged = field(default_factory=Judged)
    engine: bool = field(default_factory=engine_is_here)
    _sets: "dict[str, PolicySet | None]" = field(default_factory=dict)
    _ran: dict[tuple[object, ...], Ran] = field(default_factory=dict)
    _settled: dict[tuple[object, ...], tuple[int, int]] = field(default_factory=dict)

    def entry(self, index: int, clear: Mapping[str, Any], places: Sequence[int]) -> None:
        """Judge what is found in an entry: each of its decisions, or the page of a search."""
        kind = clear.get("kind")
        if kind == SEARCHED:
            self._search(index, clear)
        elif kind == DECIDED:
            for place, part in enumerate(parts_of(clear), 1):
                if place in places:
                    self.counts.decisions += 1
                    self._decision(index, part)

    def _decision(self, index: int, part: Mapping[str, Any]) -> None:
        digests = tuple(one for one in part.get("_sd") or () if isinstance(one, str))
        now_ms = _now(part)
        same = (digests, *(part.get(name) for name in ("policy", "out", "person", "object", "for", "action")))
        since_until = self._settled.get(same)
        if since_until is not None and since_until[0] <= now_ms < since_until[1]:
            self.counts.rerun += 1
            return
        known = [self.disclosed.known(one) for one in digests]
        if any(isinstance(one, Erased) for one in known):
            self.counts.erased += 1
            return
        if not known or not all(isinstance(one, Opened) for one in known):
            self.counts.withheld += 1
            return
        ran = self._judged(index, part, digests, [one for one in known if isinstance(one, Opened)], now_ms)
        if ran is not None:
            self.counts.rerun += 1
            if len(self._settled) >= REMEMBERED:
                self._settled.clear()
            self._settled[same] = (ran.since_ms, ran.until_ms)

    def _judged(  # noqa: PLR0911 - a line for each way not to be judged
        self, index: int, part: Mapping[str, Any], digests: Sequence[str], opened: Sequence[Opened], now_ms: int
    ) -> Ran | None:
        """Return what the engine answered where that is what was recorded, else None, counted."""
        facts = [(name, one.value) for name, one in zip(digests, opened, strict=True) if one.name == "facts"]
        answers = [one.value for one in opened if one.name == "answer"]
        asked = [one.value for one in opened if one.name == "asked"]
        whole = facts and len(answers) == 1 and len(asked) <= 1 and len(facts) + 1 + len(asked) == len(opened)
        if not whole or not all(isinstance(value, dict) for _name, value in facts):
            return self._wrong(Fault.DECISION_INCOMPLETE, index, f"{len(facts)} facts and {len(answers)} answers in {len(opened)}")
        if answers[0] == MISMATCH:
            if part.get("out") != "deny":
                return self._wrong(Fault.OUTCOME_DIFFERS, index, f"{part.get('out')}, answer record_mismatch")
            self.counts.record_mismatch += 1
            return None
        values: list[Mapping[str, Any]] = [value for _name, value in facts if isinstance(value, dict)]
        foreign = bool(asked) and isinstance(asked[0], dict) and "organization" in asked[0]
        organization = NOBODY if foreign else part.get("for")
        if any(one.get("person") != part.get("person") or one.get("organization") != organization for one in values):
            return self._wrong(Fault.DECISION_INCOMPLETE, index, "facts of somebody or somewhere else")
        if not self.engine:
            self.counts.unjudged += 1
            return None
        policies = self._policies(index, str(part.get("policy")))
        if policies is None:
            self.counts.differing += 1
            return None
        ran = self._run(index, policies, str(part.get("policy")), [name for name, _value in facts], values, part, now_ms)
        return None if ran is None else self._compared(index, part, ran, answers[0])

    def _compared(self, index: int, part: Mapping[str, Any], ran: Ran, answer: object) -> Ran | None:
        found = ran.answer.disclosed()
        if answer != found:
            return self._wrong(Fault.ANSWER_DIFFERS, index, f"recorded {_short(answer)}, follows {_short(found)}")
        if (part.get("out") == "permit") != ran.answer.api:
            return self._wrong(Fault.OUTCOME_DIFFERS, index, f"{part.get('out')}, answer {_short(found)}")
        return ran

    def _run(
        self,
        index: int,
        policies: "PolicySet",
        digest: str,
        names: Sequence[str],
        facts: Sequence[Mapping[str, Any]],
        part: Mapping[str, Any],
        now_ms: int,
    ) -> Ran | None:
        """Ask the engine about each set of facts, unless it was asked and nothing could have flipped since."""
        from service.decision.facts import segment_at  # noqa: PLC0415 - where the engine is, alone
        from service.decision.judge import judge, together  # noqa: PLC0415 - the same

        action = str(part.get("action") or "handle")
        key = (digest, tuple(names), action)
        known = self._ran.get(key)
        if known is not None and known.since_ms <= now_ms < known.until_ms:
            return known
        try:
            self.counts.runs += len(facts)
            answer = together(facts, [judge(policies, each, action=action, now_ms=now_ms) for each in facts])
            until_ms = answer.horizon_ms
            if any(now_ms in instants(segment_at(each, now_ms)) for each in facts):
                # At the very instant of a fact one comparison has flipped and its opposite has not.
                until_ms = now_ms + 1
        except (KeyError, TypeError, ValueError, AttributeError, AssertionError, OverflowError, RecursionError) as broken:
            self._wrong(Fault.ANSWER_DIFFERS, index, f"the facts cannot be judged: {broken!r}")
            return None
        if len(self._ran) >= REMEMBERED:
            self._ran.clear()
        ran = self._ran[key] = Ran(answer, now_ms, until_ms)
        return ran

    def _policies(self, index: int, digest: str) -> "PolicySet | None":
        """Return the policy set of a digest; name once that its text is absent or is none."""
        from service.decision.policyset import PolicySet  # noqa: PLC0415 - where the engine is, alone

        if digest not in self._sets:
            path = f"policies/{digest}.txt"
            self._sets[digest] = None
            try:
                text = self.package.read(path, most=MOST_POLICY) if path in self.package.sizes else None
                if text is None:
                    self.faults.add(Fault.POLICY_ABSENT, index=index, file=path)
                elif sha256(text).hexdigest() != digest:
                    self.faults.add(Fault.POLICY_ALTERED, index=index, file=path)
                else:
                    self._sets[digest] = PolicySet.from_bundle(text.decode())
            except (PackageError, ValueError, TypeError, AttributeError, RecursionError) as broken:
                self.faults.add(Fault.POLICY_ALTERED, index=index, file=path, detail=str(broken))
        return self._sets[digest]

    def _search(self, index: int, clear: Mapping[str, Any]) -> None:
        """Check what the disclosures of a page say of each other; the rows that it rests on are in no package."""
        known = [self.disclosed.known(one) for one in clear.get("_sd") or () if isinstance(one, str)]
        if not all(isinstance(one, Opened) for one in known):
            self.counts.searches_undisclosed += 1
            return
        self.counts.searches += 1
        named = {one.name: one.value for one in known if isinstance(one, Opened)}
        query, ids = named.get("query"), named.get("results")
        accepted = clear.get("out") == "accepted"
        if not isinstance(query, dict) or (ids is not None) != accepted:
            fault: str | None = f"{clear.get('out')}, with{'out' if ids is None else ''} results"
        elif not accepted:
            fault = None
        else:
            limit = query.get("limit")
            fits = isinstance(ids, list) and type(limit) is int and query.get("count") == len(ids) <= limit
            fault = None if fits else "its results are not as many as it says"
        if fault is not None:
            self.faults.add(Fault.SEARCH_DIFFERS, index=index, detail=fault)

    def _wrong(self, fault: Fault, index: int, detail: str) -> Ran | None:
        """Count a fault; there is nothing to go on with."""
        self.counts.differing += 1
        self.faults.add(fault, index=index, detail=detail)
        return None


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


def _now(part: Mapping[str, Any]) -> int:
    try:
        return milliseconds(str(part.get("at")))
    except (ValueError, OverflowError):
        return 0  # named where its form is looked at


def _short(answer: object) -> str:
    if not isinstance(answer, dict):
        return "nothing readable"
    return f"{answer.get('decision')}/{answer.get('reason')}/{'permit' if answer.get('api') else 'deny'}"
