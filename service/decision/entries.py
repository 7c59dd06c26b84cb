"""A decision as an entry: what stands in clear, and what is disclosed beside it.

The facts are disclosed once for a person, an information and an organization, the answer once for each answer on these
facts; later entries name the digests alone, until a change touches one of them.
"""

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
    kind: str
    object: str | None = None
    out: str
    person: str | None = None
    policy: str
    ref: str | None = None
    req: str | None = None
    seen: int
    v: int


encode_entry = msgspec.json.Encoder().encode
KIND = Kind.ACCESS_DECIDED.value


class Disclosing:
    """The disclosures that a batch makes anew, each once; what was on record before is named only."""

    def __init__(self) -> None:
        """Begin with none."""
        self.made: list[tuple[int, str, Disclosure]] = []
        self._facts: dict[int, tuple[Known, Disclosure]] = {}
        self._answers: dict[tuple[Any, ...], tuple[tuple[Known, ...], Answer, Disclosure]] = {}

    def names(self, place: int, known: tuple[Known, ...], answer: Answer, asked: dict[str, Any] | None) -> tuple[str, ...]:
        """Return the digests that the entry at `place` names: of each facts, of the answer, and of what was asked in other words."""
        digests = [self._facts_of(place, one) for one in known]
        digests.append(self._answer_of(place, known, answer))
        if asked:
            disclosure = disclose("asked", asked)
            self.made.append((place, "log", disclosure))
            digests.append(disclosure.name)
        return tuple(digests)

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
