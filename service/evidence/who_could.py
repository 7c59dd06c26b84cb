"""Who could handle an information on a day for an organization, and on what: as known today, and as it was known then.

Only whom a line of the list ever reached is asked about, by name, unit or post: whoever none reaches may handle nothing (Act 5(1),
5(3), 6(3), 10(4)).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.decision.decide import Decider
from service.decision.facts import segment_at
from service.decision.judge import RECORD_MISMATCH, Answer, channel_answers
from service.decision.policyset import PolicySet
from service.evidence.past import Concerned, Past, known_on, past_of, policies_at
from service.ledger import Log
from service.statute.periods import day_start_ms

GROUNDS = ("holding", "certification", "contract", "listing", "office", "assessment", "sds_assessment")
"""The facts that a permit rests on, each with the entry that it comes from."""
_REACHED = text(
    "select person_id from need_to_know.listings where information_id = :information and organization_id = :organization"
    " and person_id > :after"
    " union select p.person_id from personnel.posts p join need_to_know.listings l on l.organization_id = p.organization_id"
    " and (l.unit_id = p.unit_id or l.post = p.post) where l.information_id = :information and l.organization_id = :organization"
    " and p.person_id > :after order by 1 limit :limit"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which information, for which organization, on which day, what for an action."""

    information: str
    organization: str
    on: date
    action: str = "handle"


@dataclass(frozen=True, slots=True)
class Stood:
    """How somebody stood: the answer, and the facts of the channel that it rests on."""

    answer: Answer
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Could:
    """Somebody who could handle it in one form at least: what held then as known today, and as it was known then."""

    person: str
    today: Stood
    then: Stood


@dataclass(frozen=True, slots=True)
class Handlers:
    """A page: who could, the person behind whom the next one begins (None: nobody is left), and whether entries are unreadable."""

    found: tuple[Could, ...]
    behind: str | None
    unread: bool


def who_could(session: Session, *, log: Log, asked: Asked, after: str, scanned: int) -> Handlers:
    """Return who of the next `scanned` people, behind one by their id, could handle an information on a day, in both forms.

    Raises NoPolicyError where no policy set was ever in force, KeyError for an unknown action.
    """
    given = {"information": asked.information, "organization": asked.organization, "after": after, "limit": scanned + 1}
    people = list(session.scalars(_REACHED, given))
    part = people[:scanned]
    known = known_on(session, asked.on)
    policies = policies_at(session, known)
    concerned = Concerned(people=part, informations=[asked.information], organizations=[asked.organization])
    past = past_of(session, log=log, concerned=concerned, since=known)
    both = [Could(one, *(_stood(past, bound, policies, asked, one) for bound in (None, known))) for one in part]
    found = tuple(one for one in both if one.today.answer.api or one.then.answer.api)
    return Handlers(found, part[-1] if len(people) > scanned else None, past.unread)


def _stood(past: Past, known: int | None, policies: PolicySet, asked: Asked, person: str) -> Stood:
    if not past.whole:
        return Stood(RECORD_MISMATCH, {})
    # A world of one: a list of a thousand names is not gone through for each of them.
    world, now_ms = past.world(known, person=person), day_start_ms(asked.on)
    information = asked.information if asked.information in world.by["designations by information"] else None
    here = person if person in world.rows["personnel.people"] else None
    question: dict[str, Any] = {"person": here, "kind": "information", "resource": information, "organization": asked.organization}
    decision = Decider(world, policies).decide(action=asked.action, now_ms=now_ms, **question)
    return Stood(decision.answer, _grounds(policies, decision.known[0].facts, asked.action, now_ms, decision.answer))


def _grounds(policies: PolicySet, facts: Mapping[str, Any], action: str, now_ms: int, answer: Answer) -> Mapping[str, Any]:
    """Return the facts of the channel that permits."""
    if not answer.api:
        return {}
    channels = segment_at(facts, now_ms)["channels"]
    place = 0
    if len(channels) > 1:
        answers = channel_answers(policies, facts, channels, action=action, now_ms=now_ms)
        place = next(place for place, one in enumerate(answers) if one.api)
    return {name: channels[place][name] for name in GROUNDS if name in channels[place]}
