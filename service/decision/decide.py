"""Deciding: from ids to an answer, remembering facts until a change touches them and answers until they could flip."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.decision import areas
from service.decision.approved import document_of
from service.decision.compiled.admission import Admitted
from service.decision.facts import facts_for
from service.decision.judge import RECORD_MISMATCH, Answer, combine, judge, together
from service.decision.judge_fast import Readings, judge_fast
from service.decision.policyset import PolicySet
from service.decision.world import World, counts, runs

REMEMBERED = 200_000
Key = tuple[str | None, str | None, str | None, str | None]
"""Person, information (or area), organization, and the document whose approvals count (or the table of areas)."""


@dataclass(slots=True)
class Known:
    """Facts as they were built, and what was answered on them. `made` is theirs who record decisions."""

    facts: dict[str, Any]
    version: int
    concerned: tuple[str, ...]
    answers: dict[str, tuple[int, Answer]] = field(default_factory=dict)
    """For each action the answer, and the instant from which it stands until its horizon."""
    readings: Readings = field(default_factory=dict)
    """What the compiled policies read of these facts."""
    made: Any = None
    """The disclosure of these facts, once it is on record."""
    answered: dict[Answer, Any] = field(default_factory=dict)
    """The disclosures of answers on these facts, once they are on record."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer, and the facts it rests on: one for each information that was asked about."""

    answer: Answer
    known: tuple[Known, ...]


class Decider:
    """Answers from a world under one policy set."""

    def __init__(self, world: World, policies: PolicySet) -> None:
        """Take the world as it is; changes to it are noticed by the ids they touch."""
        self.world = world
        self.policies = policies
        self.judged = 0
        """How often the policies were asked: what is remembered costs nothing, what is not takes milliseconds."""
        self.admitted: Admitted | None = None
        """The compiled form of the policies, once it was admitted; the engine answers before."""
        self._known: dict[Key, Known] = {}

    def use(self, policies: PolicySet) -> None:
        """Answer under another policy set from now on, by the engine."""
        self.policies, self.admitted = policies, None
        # Facts and what is on record of them stand: no policy has a part in them.
        self._forget_answers()

    def admit(self, admitted: Admitted) -> None:
        """Answer by the compiled form of the set from now on. Raises ValueError for one of another set."""
        if admitted.policies.digest != self.policies.digest:
            message = "the compiled policies are of another set than the one in force"
            raise ValueError(message)
        self._forget_answers()
        self.admitted = admitted

    def engine_alone(self) -> None:
        """Answer by the engine from now on, and forget what the compiled form answered."""
        self.admitted = None
        self._forget_answers()

    def _forget_answers(self) -> None:
        for known in self._known.values():
            known.answers.clear()
            known.readings.clear()

    def decide(
        self,
        *,
        person: str | None,
        kind: str,
        resource: str | None,
        action: str,
        organization: str | None,
        now_ms: int,
        asker: str | None = None,
    ) -> Decision:
        """Return the decision; `kind` is `information`, `document`, whose every information must permit, or `area`.

        Somebody may be in an area who may handle one information kept there, or holds a permit for it. Without an organization
        it is asked for the one whose area it is.
        Whatever is not registered is `unknown_information`. Where a row that touches the question, or its `asker`, is not
        as the service wrote it, the answer is `record_mismatch`. Raises KeyError for an unknown action.
        """
        if kind == "area":
            return self._decide_area(person, resource, action, organization or areas.owner_of(self.world, resource), now_ms, asker)
        informations: list[str | None] = [resource] if kind == "information" else [*carried(self.world, resource, now_ms)] or [None]
        document = document_of(self.world, kind=kind, resource=resource, action=action)
        known = tuple(self._facts(person, information, organization, document) for information in informations)
        answers = [self._answer(one, action, now_ms) for one in known]
        if self.world.doubts((asker, person, resource, organization, *(an_id for one in known for an_id in one.concerned))):
            return Decision(RECORD_MISMATCH, known)
        return Decision(answers[0] if len(answers) == 1 else combine(answers), known)

    def _decide_area(
        self, person: str | None, area: str | None, action: str, organization: str | None, now_ms: int, asker: str | None
    ) -> Decision:
        own = self._facts_of_area(person, area, organization)
        kept = areas.kept_in(self.world, area, organization, now_ms)
        known, answers = [own], [self._answer(own, action, now_ms)]
        if not answers[0].api:
            for information in areas.opening(self.world, kept, person=person, organization=organization, t=now_ms):
                known.append(self._facts(person, information, organization, None))
                answers.append(self._answer(known[-1], action, now_ms))
                if answers[-1].api:
                    # One is enough: the others are neither asked nor recorded.
                    known, answers = [own, known[-1]], [answers[0], answers[-1]]
                    break
        if self.world.doubts((asker, person, area, organization, *kept.ids(), *(an_id for one in known for an_id in one.concerned))):
            return Decision(RECORD_MISMATCH, tuple(known))
        return Decision(together([one.facts for one in known], answers), tuple(known))

    def _facts_of_area(self, person: str | None, area: str | None, organization: str | None) -> Known:
        key = (person, area, organization, areas.TABLE)
        known = self._still_known(key)
        if known is not None:
            return known
        facts = areas.facts_of_area(self.world, person=person, area=area, organization=organization)
        return self._remember(key, facts, (one for one in (person, area, organization) if one is not None))

    def _facts(self, person: str | None, information: str | None, organization: str | None, document: str | None) -> Known:
        key = (person, information, organization, document)
        known = self._still_known(key)
        if known is not None:
            return known
        facts = facts_for(self.world, person=person, information=information, organization=organization, document=document)
        return self._remember(key, facts, self._concerned(person, information, organization, document))

    def _still_known(self, key: Key) -> Known | None:
        """Return the facts under a key, or None where a change touched something that they concern."""
        known = self._known.get(key)
        if known is None or known.version == self.world.version:
            return known
        touched = self.world.touched
        if any(touched.get(one, 0) > known.version for one in known.concerned):
            return None
        known.version = self.world.version
        return known

    def _remember(self, key: Key, facts: dict[str, Any], concerned: Iterable[str]) -> Known:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        known = self._known[key] = Known(facts, self.world.version, tuple(concerned))
        return known

    def _concerned(self, person: str | None, information: str | None, organization: str | None, document: str | None) -> Iterable[str]:
        ids = {person, information, organization, document}
        ids |= {row["organization_id"] for row in self.world.of("posts by person", person or "")}
        ids |= {row["receiver_id"] for row in self.world.of("provisions by information", information or "")}
        return (one for one in ids if one is not None)

    def _answer(self, known: Known, action: str, now_ms: int) -> Answer:
        held = known.answers.get(action)
        if held is not None and held[0] <= now_ms < held[1].horizon_ms:
            return held[1]
        if self.admitted is None:
            answer = judge(self.policies, known.facts, action=action, now_ms=now_ms)
        else:
            answer = judge_fast(self.admitted, known.facts, action=action, now_ms=now_ms, readings=known.readings)
        self.judged += 1
        known.answers[action] = (now_ms, answer)
        return answer


def carried(world: World, document: str | None, now_ms: int) -> Iterable[str]:
    """Return the informations that a document carries, in order; nothing for what is no registered document."""
    if document is None or document not in world.rows["designation.documents"]:
        return ()
    rows: Iterable[Mapping[str, Any]] = world.of("contents by document", document)
    return sorted({row["information_id"] for row in rows if runs(row, now_ms) and counts(row, now_ms)})
