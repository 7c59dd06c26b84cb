"""Admission: the compiled form comes into use after it answered thousands of generated questions as the engine does.

Compared are the decision, the policies that determine it, and whether any failed; these are the terms of Cedar's
authorization response (https://docs.cedarpolicy.com/auth/authorization.html).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock
from typing import Any

from service.decision.answers import Answer, told
from service.decision.compiled.compiler import Compiled, Reading, Values, compile_policies
from service.decision.compiled.requests import Requests
from service.decision.compiled.schema import UnsupportedError, context_type
from service.decision.engine import Question, ask_engine
from service.decision.policyset import GROUPS, PolicySet

QUESTIONS = 10_000
SLICE = 20
"""Questions between two breaths: some milliseconds."""
TOLD_AT_MOST = 10_000
KEPT = 4

__all__ = ["QUESTIONS", "Admission", "Admitted", "Compared", "MismatchError", "UnsupportedError", "admission_of", "admit", "compiled_of"]


class MismatchError(RuntimeError):
    """The compiled form answered a question otherwise than the engine, which answers from then on."""


@dataclass(slots=True)
class Compared:
    """What was compared without a difference."""

    questions: int = 0
    permits: int = 0
    failed: int = 0
    determining: set[str] = field(default_factory=set)
    """The policies that determined some answer, by their ids."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A policy set with its compiled form, which answers for it."""

    policies: PolicySet
    compiled: Compiled
    compared: Compared
    told: dict[int, Answer] = field(default_factory=dict, compare=False)
    """What was answered before, by the bits of the policies that determine it."""

    @property
    def decide(self) -> Mapping[str, Callable[[Values, int, str, bool, str, str], tuple[int, int, int]]]:
        """The function of each action of the schema."""
        return self.compiled.decide

    def read(self, channels: Sequence[Mapping[str, Any]]) -> tuple[Reading, ...] | None:
        """Return what channels say, or None where one is not as the schema states."""
        found = [self.compiled.read(channel) for channel in channels]
        whole = tuple(reading for reading in found if reading is not None)
        return whole if len(whole) == len(found) else None

    def answer(self, forbids: int, permits: int) -> Answer:
        """Return what the policies of these bits say, without a horizon: the forbids if there are any, else the permits."""
        bits = forbids or permits
        found = self.told.get(bits)
        if found is None:
            if len(self.told) >= TOLD_AT_MOST:
                self.told.clear()
            applied = [self.policies.policies[name] for name in self.compiled.named(bits)]
            found = self.told[bits] = told(applied, permitted=not forbids)
        return found


def compiled_of(policies: PolicySet) -> Compiled:
    """Return a policy set as Python, not compared with anything yet. Raises UnsupportedError."""
    return compile_policies(policies.tree, policies.texts.schema, GROUPS)


class Admission:
    """The comparison of one set, a slice at a time: whoever takes it up goes on where another stopped."""

    def __init__(
        self, policies: PolicySet, *, now_ms: int, questions: int = QUESTIONS, seed: int = 0, compiled: Compiled | None = None
    ) -> None:
        """Take a set and around which instant to ask; `compiled` is another form than the compiler's. Nothing is done yet."""
        self.policies, self.questions = policies, questions
        self.compared = Compared()
        self.admitted: Admitted | None = None
        self.refused: UnsupportedError | MismatchError | None = None
        """Why the engine answers for this set for good."""
        self._told = (now_ms, seed)
        self._compiled = compiled
        self._asking: Iterator[tuple[dict[str, Any], Question]] | None = None
        self._lock = Lock()

    @property
    def decided(self) -> bool:
        """Whether the set was admitted or refused."""
        return self.admitted is not None or self.refused is not None

    def step(self) -> bool:
        """Compare a slice more and return whether it is decided; takes some milliseconds. Nothing is raised but defects."""
        with self._lock:
            try:
                if not self.decided:
                    self._step()
            except (UnsupportedError, MismatchError) as error:
                self.refused = error
            return self.decided

    def asking(self) -> dict[str, Any]:
        """Return what another process needs to compare the same: texts, instant, number of questions, and seed."""
        now_ms, seed = self._told
        return {"bundle": self.policies.texts.bundle(), "now_ms": now_ms, "seed": seed, "questions": self.questions}

    def found(self) -> dict[str, Any]:
        """Return how far it is and what was found, for the process that wants to know."""
        compared, refused = self.compared, self.refused
        return {
            "questions": compared.questions,
            "permits": compared.permits,
            "failed": compared.failed,
            "determining": sorted(compared.determining),
            "refused": None if refused is None else [isinstance(refused, MismatchError), str(refused)],
            "source": self._compiled.source if self.admitted is not None and self._compiled is not None else None,
        }

    def hear(self, found: Mapping[str, Any]) -> None:
        """Take in what another process found of the same texts. Nothing is raised but defects."""
        with self._lock:
            if self.decided:
                return
            counts = {name: found[name] for name in ("questions", "permits", "failed")}
            self.compared = Compared(**counts, determining=set(found["determining"]))
            if found["refused"] is not None:
                mismatch, message = found["refused"]
                self.refused = MismatchError(message) if mismatch else UnsupportedError(message)
            elif found["source"] is not None:
                self._admit(found["source"])

    def _admit(self, source: str) -> None:
        compiled = self._compiled or compiled_of(self.policies)
        if compiled.source == source:
            self.admitted = Admitted(self.policies, compiled, self.compared)
        else:
            self.refused = MismatchError("two processes compiled the same policies into different functions")

    def refuse(self, error: MismatchError) -> None:
        """Withdraw the compiled form: nobody in this process gets it again."""
        with self._lock:
            self.admitted, self.refused = None, error

    def _step(self) -> None:
        if self._compiled is None:
            self._compiled = compiled_of(self.policies)
            return
        compiled = self._compiled
        if self._asking is None:
            now_ms, seed = self._told
            requests = Requests(context_type(self.policies.texts.schema), self.policies.tree, list(GROUPS), now_ms=now_ms, seed=seed)
            self._asking = requests.ask(self.questions, lambda channel, question: _distance(compiled, channel, question))
        asked = list(islice(self._asking, SLICE))
        for channel, question in asked:
            self._compare(compiled, channel, question)
        if not asked:
            self.admitted = Admitted(self.policies, compiled, self.compared)

    def _compare(self, compiled: Compiled, channel: Mapping[str, Any], question: Question) -> None:
        expected = ask_engine(self.policies, channel, question)
        reading = compiled.read(channel)
        found = None if reading is None else compiled.ask(reading, question)
        if found != expected:
            message = f"{question} on {channel}: the engine says {expected}, the compiled policies say {found}"
            raise MismatchError(message)
        self.compared.questions += 1
        self.compared.permits += expected.permitted
        self.compared.failed += expected.failed
        self.compared.determining |= {self.policies.policies[name].id for name in expected.determining}


def admit(policies: PolicySet, *, now_ms: int, questions: int = QUESTIONS, seed: int = 0, compiled: Compiled | None = None) -> Admitted:
    """Return the set with its compiled form, once that answered as the engine does around `now_ms` and every literal.

    Takes as long as it takes. Raises UnsupportedError, MismatchError.
    """
    admission = Admission(policies, now_ms=now_ms, questions=questions, seed=seed, compiled=compiled)
    while not admission.step():
        pass
    if admission.admitted is None:
        raise admission.refused or MismatchError
    return admission.admitted


_KEPT: dict[str, Admission] = {}


def admission_of(policies: PolicySet, *, now_ms: int) -> Admission:
    """Return the admission of a set in this process; a set that comes into force again is not compared again."""
    found = _KEPT.pop(policies.digest, None) or Admission(policies, now_ms=now_ms, questions=QUESTIONS)
    # The one asked for last comes last: what goes is what nobody asked for longest.
    _KEPT[policies.digest] = found
    while len(_KEPT) > KEPT:
        _KEPT.pop(next(iter(_KEPT)))
    return found


def _distance(compiled: Compiled, channel: Mapping[str, Any], question: Question) -> int | None:
    """Return how many policies stand between a question and a permit, as the compiled form has it; it only steers."""
    reading = compiled.read(channel)
    if reading is None:
        return None
    given = (question.now_ms, question.asked, question.standing, question.person, question.information)
    forbids, permits, _failed = compiled.decide[question.action](reading.values, *given)
    return 2 * forbids.bit_count() + (permits == 0)
