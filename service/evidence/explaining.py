"""Explains answers: one that was given, from the facts that it was made on; and what the law answers on a day, in both forms.

A question is judged anew by the engine and recorded nowhere as a check: nothing is permitted by it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.decision import areas
from service.decision.decide import Decider, Decision
from service.decision.facts import segment_at
from service.decision.judge import RECORD_MISMATCH, Answer, judge, together
from service.decision.policyset import PolicySet
from service.decision.trace import Trace, Tracer
from service.decision.world import World
from service.evidence import lookups
from service.evidence.conditions import bytes_of
from service.evidence.past import Concerned, Past, known_on, past_of, policies_at
from service.ledger import Log, decisions_in, log_size, read_entry
from service.statute.periods import day_start, instant_ms

Form = Literal["decided", "now", "known_today", "known_then"]
"""What was decided; what holds now; what held then, as known today; what was known then."""
Thing = Literal["information", "document", "area"]
LOOKED_BACK = 1_000_000
"""Entries among which a reference is looked for, the newest first; an older one is found by its index."""
MOST = 200
"""Entries since a day that are tried for whether they made the difference."""


class NoDecisionError(LookupError):
    """No entry, or no decision in it, at this place; or none that can still be explained."""


@dataclass(frozen=True, slots=True)
class Question:
    """Who, what (an information, a document or an area), for which organization (None: where they work, whose area), which action."""

    person: str
    resource: str
    kind: Thing = "information"
    organization: str | None = None
    action: str = "handle"


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision in the log: its entry, which of several in it (from 1), and what it says in clear."""

    index: int
    place: int
    clear: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Explained:
    """An answer with its trace: at which instant, knowing the entries before which index (None: all), under which policy set.

    `why` has a trace for each information. There is none where a row is not as the service wrote it, and where a decision's
    facts cannot be read any more; `agrees` says whether a decision follows again from its facts.
    """

    form: Form
    at: datetime
    known: int | None
    policy: str
    answer: Answer | None
    why: tuple[Trace, ...]
    agrees: bool = True
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry that made the answer another one: when it became known, and the answer as known from it on."""

    index: int
    at: str
    kind: str
    before: Answer
    answer: Answer


def decision_at(session: Session, *, index: int, place: int = 1) -> Decided:
    """Return a decision by its entry and, of several, its place in it. Raises NoDecisionError."""
    clear = lookups.entry(session, index=index) if 0 <= index < 2**53 else None
    found = [] if clear is None else list(decisions_in(clear))
    if not 1 <= place <= len(found):
        message = f"entry {index} holds no decision {place}"
        raise NoDecisionError(message)
    return Decided(index, place, found[place - 1])


def decision_named(session: Session, reference: str) -> Decided:
    """Return a decision by the reference that its denial showed. Raises NoDecisionError."""
    wanted = reference.strip().upper()
    size = log_size(session)
    query = text("select index, body from ledger.entries where index >= :low and position(cast(:ref as bytea) in body) > 0")
    for index, body in session.execute(query, {"low": max(0, size - LOOKED_BACK), "ref": bytes_of("ref", wanted)}):
        for place, one in enumerate(decisions_in(read_entry(bytes(body))), 1):
            if one.get("ref") == wanted:
                return Decided(index, place, one)
    message = f"no denial among the newest {LOOKED_BACK} entries has this reference"
    raise NoDecisionError(message)


def explain_decision(session: Session, *, log: Log, decided: Decided) -> Explained:
    """Return why a decision came out as it did, from the facts that it was made on and the policies that it names."""
    clear = decided.clear
    at = datetime.fromisoformat(clear["at"])
    action = clear.get("action") or "handle"
    opened = lookups.opened(session, log=log, clear=clear)
    answers = [one.value for one in opened if one.name == "answer"]
    facts = [one.value for one in opened if one.name == "facts" and isinstance(one.value, dict)]
    bundle = session.execute(text("select text from decision.policy_sets where digest = :it"), {"it": clear["policy"]}).scalar()
    if answers == [RECORD_MISMATCH.disclosed()]:
        return Explained("decided", at, decided.index, clear["policy"], RECORD_MISMATCH, ())
    if bundle is None or not facts or len(answers) != 1 or any(one.name is None for one in opened):
        return Explained("decided", at, decided.index, clear["policy"], None, (), agrees=False, unread=True)
    kinds = _kinds(session)
    tracer = Tracer(PolicySet.from_bundle(bundle))
    now_ms = instant_ms(at)
    facts.sort(key=lambda one: "area" not in one)
    why = tuple(tracer.trace(one, action=action, now_ms=now_ms, kind=kinds.get(one["organization"] or "")) for one in facts)
    answer = together(facts, [judge(tracer.policies, one, action=action, now_ms=now_ms) for one in facts])
    agrees = answers[0] == answer.disclosed() and (clear["out"] == "permit") == answer.api
    return Explained("decided", at, decided.index, clear["policy"], answer, _answering(why), agrees=agrees)


def _answering(why: tuple[Trace, ...]) -> tuple[Trace, ...]:
    """Return traces of which one is enough, those of an area and of what is kept there, with that alone as the one that answered."""
    if all(one.area is None for one in why):
        return why
    told = next((place for place, one in enumerate(why) if one.answer.api), 0)
    return tuple(one if place == told else _unheard(one) for place, one in enumerate(why))


def _unheard(why: Trace) -> Trace:
    return replace(why, channels=tuple(replace(one, answered=False) for one in why.channels))


def _kinds(session: Session) -> dict[str, str]:
    return {row.id: row.kind for row in session.execute(text("select id, kind from personnel.organizations"))}


@dataclass(frozen=True, slots=True)
class When:
    """A day that is asked about, or now (None), and the day whose end bounds what is known in the second form (default: the same)."""

    on: date | None = None
    known_on: date | None = None


def explain_question(
    session: Session, *, log: Log, question: Question, when: When, at: datetime
) -> tuple[list[Explained], list[Difference]]:
    """Return what the law answers now, or on a day in both forms, and which entries made the forms differ.

    Nothing is recorded. Raises NoPolicyError where no policy set was ever in force, KeyError for an unknown action.
    """
    if when.on is None:
        past = past_of(session, log=log, concerned=_concerned(question))
        return [_answered(past, None, question, "now", at, policies_at(session, None))], []
    instant = day_start(when.on)
    known = known_on(session, when.known_on or when.on)
    past = past_of(session, log=log, concerned=_concerned(question), since=known)
    policies = policies_at(session, known_on(session, when.on))
    forms = [
        _answered(past, None, question, "known_today", instant, policies),
        _answered(past, known, question, "known_then", instant, policies),
    ]
    differences = [] if not past.whole else list(_differences(session, past, known, question, instant, policies))
    return forms, differences


def _concerned(question: Question) -> Concerned:
    named = [question.resource]
    return Concerned(
        people=[question.person],
        informations=named if question.kind == "information" else (),
        documents=named if question.kind == "document" else (),
        areas=named if question.kind == "area" else (),
        organizations=[] if question.organization is None else [question.organization],
    )


def _answered(past: Past, known: int | None, question: Question, form: Form, at: datetime, policies: PolicySet) -> Explained:
    if not past.whole:
        return Explained(form, at, known, policies.digest, RECORD_MISMATCH, ())
    world, tracer, now_ms = past.world(known), Tracer(policies), instant_ms(at)
    decision = _decide(world, question, policies, now_ms)
    kinds = world.rows["personnel.organizations"]
    why = []
    for one in decision.known:
        kind = kinds.get(_where(one.facts, now_ms) or "", {}).get("kind")
        why.append(tracer.trace(one.facts, action=question.action, now_ms=now_ms, kind=kind))
    return Explained(form, at, known, policies.digest, decision.answer, _answering(tuple(why)), unread=known is not None and past.unread)


def _where(facts: Mapping[str, Any], now_ms: int) -> str | None:
    """Return the organization that facts are about: the one named, else where the person works at an instant."""
    found: str | None = segment_at(facts, now_ms)["channels"][0].get("organization")
    return found


def _decide(world: World, question: Question, policies: PolicySet, now_ms: int) -> Decision:
    person = question.person if question.person in world.rows["personnel.people"] else None
    known = question.kind != "information" or question.resource in world.by["designations by information"]
    organization = question.organization
    if question.kind == "area" and organization is None:
        organization = areas.owner_of(world, question.resource)
    asked: dict[str, Any] = {"kind": question.kind, "resource": question.resource if known else None, "action": question.action}
    return Decider(world, policies).decide(person=person, organization=organization, now_ms=now_ms, **asked)


def _differences(session: Session, past: Past, known: int, question: Question, at: datetime, policies: PolicySet) -> Iterator[Difference]:
    """Yield the entries from one on at each of which the answer about a day becomes another."""
    now_ms = instant_ms(at)
    before = _decide(past.world(known), question, policies, now_ms).answer
    for index in past.changes(known)[:MOST]:
        answer = _decide(past.world(index + 1), question, policies, now_ms).answer
        if answer.disclosed() != before.disclosed():
            clear = lookups.entry(session, index=index) or {}
            yield Difference(index, clear["at"], clear["kind"], before, answer)
            before = answer
