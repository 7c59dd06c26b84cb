"""A decision as an entry: what stands in clear, and what is disclosed beside it.

The facts are disclosed once for a person, an information and an organization, the answer once for each answer on these
facts; later entries name the digests alone, until a change touches one of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from service.decision.decide import Known
from service.decision.judge import Answer
from service.ledger import Disclosure, disclose
from service.ledger.kinds import Kind


class DecisionEntry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, gc=False):
    """An entry of version 1 for a decision; its fields stand in the order of their canonical names (RFC 8785)."""

    sd: tuple[str, ...] = msgspec.field(name="_sd")
    sd_alg: str = msgspec.field(name="_sd_alg")
    action: str
    actor: str
    at: str
    acting_for: str | None = msgspec.field(name="for", default=None)
    hold: int | None = None
    """Seconds for which the application may hold its permits, where it may."""
    kind: str
    object: str | None = None
    out: str
    person: str | None = None
    policy: str
    ref: str | None = None
    req: str | None = None
    seen: int
    v: int


class Check(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, gc=False):
    """One of several checks of an entry of version 2; its fields stand in the order of their canonical names (RFC 8785)."""

    sd: tuple[str, ...] = msgspec.field(name="_sd")
    action: str
    acting_for: str | None = msgspec.field(name="for", default=None)
    object: str | None = None
    out: str
    person: str | None = None
    ref: str | None = None


class TogetherEntry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, gc=False):
    """An entry of version 2 for the checks of one request: what they have in common once, then what is each one's own.

    The organization acted for stands here where it is that of all, else with each check that has one. Fields stand in the
    order of their canonical names (RFC 8785); a check alone is an entry of version 1.
    """

    sd_alg: str = msgspec.field(name="_sd_alg")
    actor: str
    at: str
    checks: msgspec.Raw
    acting_for: str | None = msgspec.field(name="for", default=None)
    hold: int | None = None
    """Seconds for which the application may hold its permits, where it may."""
    kind: str
    policy: str
    req: str | None = None
    seen: int
    v: int


encode_entry = msgspec.json.Encoder().encode
KIND = Kind.ACCESS_DECIDED.value


def out_of(answer: Answer) -> str:
    """Return the outcome as the application saw it."""
    return "permit" if answer.api else "deny"


def with_reference(check: bytes, reference: str) -> bytes:
    """Return an encoded check with its reference, whose name is the last of all in the canonical order."""
    return check[:-1] + b',"ref":"' + reference.encode() + b'"}'


def joined(checks: Sequence[bytes]) -> msgspec.Raw:
    """Return encoded checks as the list that an entry holds."""
    return msgspec.Raw(b"[" + b",".join(checks) + b"]")


class Disclosing:
    """The disclosures that a batch makes anew, each once; what was on record before is named only."""

    def __init__(self) -> None:
        """Begin with none."""
        self.made: list[tuple[int, str, Disclosure]] = []
        self._facts: dict[int, tuple[Known, Disclosure]] = {}
        self._answers: dict[tuple[Any, ...], tuple[tuple[Known, ...], Answer, Disclosure]] = {}

    def names(self, place: int, known: tuple[Known, ...], answer: Answer) -> tuple[str, ...]:
        """Return the digests that the entry at `place` names: of each facts, and of the answer."""
        return (*(self._facts_of(place, one) for one in known), self._answer_of(place, known, answer))

    def asked(self, place: int, words: Mapping[str, str]) -> str:
        """Return the digest of what the caller said beside what is known: its words that name nothing known, and its purpose."""
        disclosure = disclose("asked", dict(words))
        self.made.append((place, "log", disclosure))
        return disclosure.name

    def move(self, since: int, *, place: int) -> None:
        """Let what was made behind the first `since` disclosures lie with the entry at `place`, which names it first."""
        self.made[since:] = [(place, subject, disclosure) for _place, subject, disclosure in self.made[since:]]

    @staticmethod
    def is_on_record(known: tuple[Known, ...], answer: Answer) -> bool:
        """Say whether facts and answer are disclosed by earlier entries; what several facts answer together is disclosed anew."""
        return len(known) == 1 and known[0].made is not None and answer in known[0].answered

    def on_record(self) -> None:
        """Remember what the appended batch disclosed."""
        for known, disclosure in self._facts.values():
            known.made = disclosure.name
        for known_all, answer, disclosure in self._answers.values():
            if len(known_all) == 1:
                known_all[0].answered[answer] = disclosure.name

    def _facts_of(self, place: int, known: Known) -> str:
        if known.made is not None:
            return str(known.made)
        held = self._facts.get(id(known))
        if held is None:
            held = self._facts[id(known)] = (known, disclose("facts", known.facts))
            self.made.append((place, _subject(known), held[1]))
        return held[1].name

    def _answer_of(self, place: int, known: tuple[Known, ...], answer: Answer) -> str:
        if len(known) == 1 and answer in known[0].answered:
            return str(known[0].answered[answer])
        key = (*(id(one) for one in known), answer)
        held = self._answers.get(key)
        if held is None:
            held = self._answers[key] = (known, answer, disclose("answer", answer.disclosed()))
            self.made.append((place, _subject(known[0]), held[2]))
        return held[2].name


def _subject(known: Known) -> str:
    """Whose key seals it: the person's, else the information's, else the log's."""
    return str(known.facts["person"] or known.facts["information"] or "log")
