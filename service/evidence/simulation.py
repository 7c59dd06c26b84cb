"""A draft of policies over a period's decisions: who would gain or lose what, had the draft been in force.

Each decision that was recorded is judged again on the facts that it was made on, under the draft, at its own instant, and
compared with what went out. The same facts and action are judged once for as long as no comparison with `now` can flip, so
that a million decisions are as many judgements as there were different questions. What cannot be judged again, because its
facts were erased or cannot be read, is counted and told.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import psycopg

from service.decision.judge import RECORD_MISMATCH, Answer, judge, together
from service.decision.policyset import PolicySet
from service.evidence import rows
from service.evidence.chain import Row as Entry
from service.evidence.decisions import milliseconds
from service.evidence.disclosures import Disclosures, Opened, Places, keyring_opener
from service.evidence.export import Span, index_range
from service.evidence.form import DECIDED
from service.evidence.gone import spills
from service.evidence.rerun import instants
from service.ledger import DisclosureError, Keyring
from service.tlog.salted import decode

MARK = f'"kind":"{DECIDED}"'.encode()
UNJUDGEABLE = (KeyError, TypeError, ValueError, AttributeError, AssertionError)
ALWAYS = (-(2**62), 2**62)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a question was answered and would be answered. Reasons are codes; `policies` those of the draft that give its reason."""

    before: bool
    after: bool
    reason_before: str
    reason_after: str
    concerns_before: str | None
    concerns_after: str | None
    policies: tuple[str, ...]
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Somebody who would gain or lose something: ids, how often it was asked, and the first and last entry of it."""

    person: str | None
    object: str | None
    organization: str | None
    action: str
    judged: Judged
    decisions: int
    first_index: int
    last_index: int

    @property
    def gained(self) -> bool:
        """Whether the draft would have permitted what was denied."""
        return self.judged.after


@dataclass(frozen=True, slots=True)
class Group:
    """A line of the summary: from what to what, by which policies, how many decisions, and whose."""

    judged: Judged
    decisions: int
    people: frozenset[str | None]


@dataclass(slots=True)
class Simulation:
    """What a draft would have changed between two indexes of the log."""

    digest: str
    first_index: int
    end_index: int
    decisions: int = 0
    questions: int = 0
    """Judgements that were made: different facts, actions and times between which nothing can flip."""
    same: int = 0
    other_reason: int = 0
    """Denied or permitted as before, for another reason."""
    gained: int = 0
    lost: int = 0
    erased: int = 0
    """Decisions whose facts were erased with the key of whom they concern: nobody can tell."""
    unreadable: int = 0
    """Decisions whose facts do not open, are absent, or are of a form that cannot be judged."""
    mismatched: int = 0
    """Denied whatever the policies say, because a row was not as the service wrote it."""
    differences: list[Difference] = field(default_factory=list)
    summary: list[Group] = field(default_factory=list)


@dataclass(slots=True)
class _Question:
    """The same facts and action: from when to when the newest judgement stands, and the instants at which one may flip."""

    since_ms: int
    until_ms: int
    judged: Judged | str
    """What was found, or the name of the counter of why it cannot be."""
    flips: Sequence[int]


class _Check(msgspec.Struct, frozen=True, gc=False):
    """What counts of one check of an entry of version 2."""

    out: str
    action: str
    sd: tuple[str, ...] = msgspec.field(name="_sd")
    acting_for: str | None = msgspec.field(name="for", default=None)
    object: str | None = None
    person: str | None = None


class _Line(msgspec.Struct, frozen=True, gc=False):
    """What counts of a decision, read without the rest of its entry."""

    at: str
    kind: str
    v: int
    out: str = ""
    sd: tuple[str, ...] = msgspec.field(name="_sd", default=())
    action: str = "handle"
    acting_for: str | None = msgspec.field(name="for", default=None)
    object: str | None = None
    person: str | None = None
    checks: tuple[_Check, ...] = ()


Key = tuple[tuple[str, ...], str, str]
"""The digests of a decision, its action, and its outcome."""
Asked = tuple[int, int, Key, _Line]
_read_line = msgspec.json.Decoder(_Line).decode


def simulate(
    connection: psycopg.Connection,
    *,
    keyring: Keyring,
    draft: PolicySet,
    asked: Span,
    reasons: Mapping[str, str | None],
    progress: Progress = lambda _done, _whole: None,
) -> Simulation:
    """Return what a draft would have changed of the decisions of a time, read from a snapshot of the database.

    `reasons` tells what a recorded reason concerns, by its code: what applications are told depends on it.
    """
    size = rows.log_size(connection)
    start, end = index_range(connection, asked=asked, size=size)
    with Places() as places:
        for found in rows.places(connection, start=0, end=end):
            places.put(found)
        disclosures = Disclosures(
            places=places,
            opener=keyring_opener(connection, keyring.scratch()),
            fetch=lambda index, digest: rows.sealed_row(connection, index=index, digest=digest),
            destroyed=rows.destroyed_keys(connection),
            spills=spills(connection),
        )
        run = _Run(Simulation(draft.digest, start, end), draft, disclosures, connection, places, reasons)
        for window in rows.windows(connection, start=start, end=end):
            run.window(window)
            progress(window[-1][0] + 1 - start if window else 0, end - start)
    return run.ended()


def _decisions_in(body: bytes) -> Sequence[_Line]:
    """Return the decisions of an entry, each with its own digests, outcome, action and ids; none for an act."""
    line = _read_line(body)
    if line.kind != DECIDED:
        return ()
    if not line.checks:
        return (line,)
    return [
        _Line(line.at, line.kind, line.v, one.out, one.sd, one.action, one.acting_for or line.acting_for, one.object, one.person)
        for one in line.checks
    ]


class _Run:
    """One simulation under way."""

    def __init__(
        self,
        found: Simulation,
        draft: PolicySet,
        disclosures: Disclosures,
        connection: psycopg.Connection,
        places: Places,
        reasons: Mapping[str, str | None],
    ) -> None:
        self.found, self.draft = found, draft
        self._disclosures, self._connection, self._places, self._reasons = disclosures, connection, places, reasons
        self._questions: dict[Key, _Question] = {}
        self._tally: dict[tuple[Any, ...], list[int]] = {}
        self._same: dict[Judged, Judged] = {}
        self._at, self._ms = "", 0

    def window(self, window: Sequence[Entry]) -> None:
        """Judge the decisions of a window; what has to be opened is fetched at once."""
        asked: list[Asked] = []
        opening: list[Asked] = []
        questions = self._questions
        for index, body in window:
            if MARK not in body:
                continue
            for line in _decisions_in(body):
                if line.at != self._at:
                    self._at, self._ms = line.at, milliseconds(line.at)
                key = (line.sd, line.action, line.out)
                asked.append((index, self._ms, key, line))
                question = questions.get(key)
                if question is None or not question.since_ms <= self._ms < question.until_ms:
                    opening.append(asked[-1])
        opened = self._opened(opening)
        for one in asked:
            question = questions.get(one[2])
            if question is None or not question.since_ms <= one[1] < question.until_ms:
                question = self._judge(one, opened)
            self._count(one, question.judged)

    def _opened(self, lines: Sequence[Asked]) -> dict[str, Opened | None]:
        """Return what the disclosures of some decisions say, by their digests; None for one that nobody can read any more."""
        found: dict[str, Opened | None] = dict.fromkeys(name for line in lines for name in line[2][0])
        placed = [(self._places.get(digest), digest) for digest in map(decode, found)]
        for row in rows.sealed_rows_at(self._connection, places=[(at, digest) for at, digest in placed if at is not None]):
            try:
                found[row.name] = self._disclosures.open(row)
            except DisclosureError:
                found[row.name] = None
        return found

    def _judge(self, asked: Asked, opened: Mapping[str, Opened | None]) -> _Question:
        index, now_ms, key, _line = asked
        names, action, out = key
        shown = [opened[name] if name in opened else self._disclosures.find(name) for name in names]
        present = [one for one in shown if one is not None]
        if len(present) < len(names):
            lost = any(self._disclosures.lost(name, index=index) for name, one in zip(names, shown, strict=True) if one is None)
            return self._keep(key, _Question(*ALWAYS, "erased" if lost else "unreadable", ()))
        facts = [one.value for one in present if one.name == "facts" and isinstance(one.value, dict)]
        answers = [one.value for one in present if one.name == "answer" and isinstance(one.value, dict)]
        if answers == [RECORD_MISMATCH.disclosed()]:
            return self._keep(key, _Question(*ALWAYS, "mismatched", ()))
        if not facts or len(answers) != 1:
            return self._keep(key, _Question(*ALWAYS, "unreadable", ()))
        try:
            answer = together(facts, [judge(self.draft, one, action=action, now_ms=now_ms) for one in facts])
        except UNJUDGEABLE:
            return self._keep(key, _Question(*ALWAYS, "unreadable", ()))
        self.found.questions += 1
        known = self._questions.get(key)
        flips = known.flips if known is not None else _flips(facts)
        since, until = _between(flips, now_ms) if self.draft.now_is_only_compared else (now_ms, max(answer.horizon_ms, now_ms + 1))
        judged = self._judged(out == "permit", str(answers[0].get("reason", "")), answer)
        return self._keep(key, _Question(since, until, judged, flips))

    def _keep(self, key: Key, question: _Question) -> _Question:
        self._questions[key] = question
        return question

    def _judged(self, permitted: bool, reason: str, answer: Answer) -> Judged:
        giving = {policy.id for policy in self.draft.policies.values() if policy.reason == answer.reason}
        policies = tuple(one for one in answer.policies if one in giving)
        judged = Judged(permitted, answer.api, reason, answer.reason, self._reasons.get(reason), answer.concerns, policies, answer.basis)
        return self._same.setdefault(judged, judged)

    def _count(self, asked: Asked, judged: Judged | str) -> None:
        found = self.found
        found.decisions += 1
        if isinstance(judged, str):
            setattr(found, judged, getattr(found, judged) + 1)
            return
        if judged.before == judged.after:
            found.same += 1
            found.other_reason += judged.reason_before != judged.reason_after
            return
        if judged.after:
            found.gained += 1
        else:
            found.lost += 1
        index, _now_ms, _key, line = asked
        place = (line.person, line.object, line.acting_for, line.action, judged)
        tally = self._tally.setdefault(place, [0, index, index])
        tally[0] += 1
        tally[2] = index

    def ended(self) -> Simulation:
        """Return what was found: the losses first, each by person and object."""
        differences = [Difference(*place, *tally) for place, tally in self._tally.items()]
        self.found.differences = sorted(
            differences, key=lambda one: (one.gained, *(str(part or "") for part in (one.person, one.object, one.organization, one.action)))
        )
        counts: Counter[Judged] = Counter()
        people: dict[Judged, set[str | None]] = {}
        for one in differences:
            counts[one.judged] += one.decisions
            people.setdefault(one.judged, set()).add(one.person)
        self.found.summary = [Group(judged, count, frozenset(people[judged])) for judged, count in counts.most_common()]
        return self.found


def _flips(facts: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the instants at which an answer on some facts may flip: those of the facts, one behind each, and where segments begin."""
    found: set[int] = set()
    for one in facts:
        for segment in one["segments"]:
            found |= {at for at in (segment["from"], segment["to"]) if at is not None}
            for at in instants(segment["channels"]):
                found |= {at, at + 1}
    return sorted(found)


def _between(flips: Sequence[int], now_ms: int) -> tuple[int, int]:
    place = bisect_right(flips, now_ms)
    return (flips[place - 1] if place else ALWAYS[0], flips[place] if place < len(flips) else ALWAYS[1])
