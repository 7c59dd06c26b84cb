"""Explanations for those entitled: one's own, and in a role that may know reasons, within its reach. Each look is an entry.

What is outside a reach is not there: a person, an information, a decision that nobody has and one out of reach are told alike.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.acts.asking import UnfitError
from service.acts.attempts import attempts_kept
from service.acts.concerning import Concern, OutsideError, Part, concern_of_word
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.acts.reading.circle import keep_look, reaches
from service.acts.reading.entries import roles_reaching
from service.acts.reading.paging import closed, opened
from service.database import read, transaction
from service.decision import areas
from service.decision.judge import ACTIONS
from service.designation.model import DocumentInformation
from service.evidence import explained, lookups
from service.evidence.budget import spend_rows
from service.evidence.explaining import (
    Decided,
    NoDecisionError,
    Question,
    When,
    decision_at,
    decision_named,
    explain_decision,
    explain_question,
)
from service.evidence.past import stored_in
from service.evidence.who_could import Asked, Could, Stood, who_could
from service.identity.desk import Seated
from service.identity.entitlements import CLEARANCE_FACTS, PURPOSES, TABLE, Class, PurposeNeededError, access, is_told, may_see
from service.identity.members import Held
from service.ledger import Kind
from service.need_to_know.model import Listing
from service.personnel.model import Person
from service.personnel.queries import posts_of
from service.statute.periods import legal_day

Record = dict[str, Any]
PERSON = "person"
LOOKING: tuple[Class, ...] = ("name", "listing", "clearance_state")
"""What somebody must be entitled to who asks who could handle something."""
LOOKERS = frozenset(role for role, classes in TABLE.items() if role != PERSON and all(one in classes for one in LOOKING))
EXPLAINED = frozenset(role for role, classes in TABLE.items() if all(one in classes for one in explained.NEEDED))
"""Roles to which an answer may be explained, `person` for one's own."""
SCANNED = 500
"""People whom one page asks about at most."""


@attempts_kept("decision")
def explain_one(seated: Seated, *, index: int | None, reference: str | None, place: int, purpose: str | None) -> Record:
    """Return why a decision came out as it did, by its entry or by the reference that its denial showed.

    Raises OutsideError, PurposeNeededError, BudgetSpentError, UnfitError.
    """
    if (index is None) == (reference is None):
        message = "index or reference: one of the two"
        raise UnfitError(message)
    _require_purpose(purpose)
    word = "index" if index is not None else "reference"
    with transaction(seated.desk.engine) as session:
        decided = _decided(session, index, reference, place)
        held = set() if decided is None else roles_reaching(session, seated, dict(decided.clear)) & EXPLAINED
        if decided is None or not held:
            raise OutsideError(word)
        _require_entitled(held, purpose)
        if held == {"auditor"}:
            spend_rows(session, person_id=seated.member.person_id, at=seated.at, rows=1)
        lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at)
        look = lookups.Look(seated.member.actor, held, decided.index, purpose)
        made = lookups.record_look(session, log=seated.desk.log, at=seated.at, look=look, clear=decided.clear)
    # Judging takes its time, and nobody waits for it: the look is on record, and its locks are given back.
    with read(seated.desk.engine) as session:
        found = explain_decision(session, log=seated.desk.log, decided=decided)
    return shown_decision(decided) | {"answers": [explained.told(found, held)], "differences": [], "recorded_as": made}


def shown_decision(decided: Decided) -> Record:
    """Return what a decision was about, and where it stands."""
    clear = decided.clear
    return {
        "index": decided.index,
        "place": decided.place,
        "person_id": clear.get("person"),
        "resource_id": clear.get("object"),
        "organization_id": clear.get("for"),
        "action": clear.get("action") or "handle",
    }


def _decided(session: Session, index: int | None, reference: str | None, place: int) -> Decided | None:
    try:
        if index is not None:
            return decision_at(session, index=index, place=place)
        return decision_named(session, reference or "")
    except NoDecisionError:
        return None


def explain_asked(seated: Seated, *, question: Question, when: When, purpose: str | None) -> Record:
    """Return what the law answers now, or on a day in both forms, and why. Nothing is recorded as a check; the look is.

    Raises OutsideError, PurposeNeededError, BudgetSpentError, UnfitError.
    """
    _require_purpose(purpose)
    require_fit(question, when, today=legal_day(seated.at))
    with transaction(seated.desk.engine) as session:
        held = _roles_for(session, seated, question)
        _require_entitled(held, purpose)
        lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at)
        clear = {"person": question.person, "for": question.organization}
        look = lookups.Look(seated.member.actor, held, f"explanation:{question.resource}", purpose)
        made = lookups.record_look(session, log=seated.desk.log, at=seated.at, look=look, clear=clear)
    with read(seated.desk.engine) as session:
        found, differences = explain_question(session, log=seated.desk.log, question=question, when=when, at=seated.at)
    return shown_question(question) | {
        "answers": [explained.told(one, held) for one in found],
        "differences": explained.differences_told(differences, held),
        "recorded_as": made,
    }


def shown_question(question: Question) -> Record:
    """Return what a question is about."""
    return {
        "index": None,
        "place": None,
        "person_id": question.person,
        "resource_id": question.resource,
        "organization_id": question.organization,
        "action": question.action,
    }


def require_fit(question: Question, when: When, *, today: date) -> None:
    """Refuse a question that cannot be asked. Raises UnfitError."""
    actions = [one for one in ACTIONS if question.kind != "area" or one in areas.ACTIONS]
    if question.action not in actions:
        message = f"action: one of {', '.join(actions)}"
        raise UnfitError(message)
    if when.on is None and when.known_on is not None:
        message = "known_on: only for a day that is asked about"
        raise UnfitError(message)
    if any(day is not None and day > today for day in (when.on, when.known_on)):
        message = "on, known_on: a day that has come"
        raise UnfitError(message)


def _require_purpose(purpose: str | None) -> None:
    if purpose is not None and purpose not in PURPOSES:
        message = f"purpose: one of {', '.join(PURPOSES)}"
        raise PurposeNeededError(message)


def _require_entitled(held: Collection[str], purpose: str | None) -> None:
    """Ask for a purpose where the roles that reach something need one. Raises PurposeNeededError."""
    if not explained.may_be_explained(held, purpose=purpose):
        message = f"purpose: say what for, one of {', '.join(PURPOSES)}"
        raise PurposeNeededError(message)


def _roles_for(session: Session, seated: Seated, question: Question) -> set[str]:
    """Return the roles in which somebody may have a question explained. Raises OutsideError."""
    concern = Concern()
    for word, value in (("person_id", question.person), (f"{question.kind}_id", question.resource)):
        concern.parts += concern_of_word(session, word, value, at=seated.at).parts
    if question.organization is not None:
        concern.owners("organization_id", {question.organization})
    if question.kind == "area":
        # What is or was kept there is explained with it.
        for document in stored_in(session, question.resource):
            concern.parts += concern_of_word(session, "document_id", document, at=seated.at).parts
    found, missed = set(), "person_id"
    for held in seated.member.roles:
        if held.role in EXPLAINED:
            concern.everywhere = held.role == "auditor"
            outside = unreached(session, held, concern)
            found |= {held.role} if outside is None else set()
            missed = outside or missed
    if question.person == seated.member.person_id and _is_own(session, seated, question):
        found.add(PERSON)
    if not found:
        raise OutsideError(missed)
    return found


def _is_own(session: Session, seated: Seated, question: Question) -> bool:
    """Say whether somebody asks about their own standing, for what lines of lists reach or reached them.

    Of anything else they know only by a denial, whose reference explains it.
    """
    if question.kind == "area":
        return False
    if question.kind == "document":
        carried = select(DocumentInformation.information_id).where(DocumentInformation.document_id == question.resource)
        informations = set(session.scalars(carried))
    else:
        informations = {question.resource}
    reached = [_lines_reaching(session, seated, one) for one in informations]
    return bool(reached) and all(places and question.organization in {None, *places} for places in reached)


def _lines_reaching(session: Session, seated: Seated, information_id: str) -> set[str]:
    """Return the organizations on whose list for an information somebody stands or stood, by name, unit or post."""
    posts = posts_of(session, person_id=seated.member.person_id, at=seated.at)
    scopes = [
        (Listing.organization_id == row.organization_id) & or_(Listing.unit_id == row.unit_id, Listing.post == row.post)
        for row in posts
        if row.unit_id is not None or row.post is not None
    ]
    lines = select(Listing.organization_id).where(Listing.information_id == information_id)
    return set(session.scalars(lines.where(or_(Listing.person_id == seated.member.person_id, *scopes))))


@dataclass(frozen=True, slots=True)
class Page:
    """How many to show, and behind which page."""

    limit: int
    cursor: str | None


def explain_handlers(seated: Seated, *, asked: Asked, page: Page, purpose: str | None) -> Record:
    """Return a page of who could handle an information on a day for an organization, and why, in both forms.

    The look is recorded with the first page, whose cursors show it. Raises NotAllowedError, OutsideError, PurposeNeededError,
    BudgetSpentError, UnfitError.
    """
    require_any_role(seated.member, LOOKERS)
    _require_purpose(purpose)
    require_fit(Question("", "", action=asked.action), When(asked.on), today=legal_day(seated.at))
    with transaction(seated.desk.engine) as session:
        held = _lookers(session, seated, asked)
        roles = {one.role for one in held}
        if not all(may_see(roles, one, purpose=purpose) for one in LOOKING):
            message = f"purpose: say what for, one of {', '.join(PURPOSES)}"
            raise PurposeNeededError(message)
        made, after = _looked(session, seated, held, asked, page.cursor, purpose)
    with read(seated.desk.engine) as session:
        found = who_could(session, log=seated.desk.log, asked=asked, after=after, scanned=min(page.limit, SCANNED))
        shown = [one for one in found.found if any(_reaches(session, each, one.person, seated) for each in held)]
        names = names_of(session, [one.person for one in shown])
    behind = None if found.behind is None else closed(f"{made}:{found.behind}")
    items = [could_told(one, names.get(one.person), roles) for one in shown]
    return {"items": items, "next": behind, "unread": found.unread, "recorded_as": made}


def _lookers(session: Session, seated: Seated, asked: Asked) -> list[Held]:
    """Return the roles of somebody that reach an information at an organization. Raises OutsideError."""
    part = Part("information_id", frozenset({asked.organization}), informations=frozenset({asked.information}))
    known = concern_of_word(session, "information_id", asked.information, at=seated.at)
    held = []
    for one in seated.member.roles:
        concern = Concern([*known.parts, part], everywhere=one.role == "auditor")
        if one.role in LOOKERS and unreached(session, one, concern) is None:
            held.append(one)
    if not held:
        word = "information_id"
        raise OutsideError(word)
    return held


def _looked(session: Session, seated: Seated, held: list[Held], asked: Asked, cursor: str | None, purpose: str | None) -> tuple[int, str]:
    """Return the entry of a look and behind whom its page begins; a cursor is good for the look that it came from alone."""
    what = f"handlers:{asked.information}:{asked.on.isoformat()}:{asked.action}"
    if cursor is None:
        return keep_look(session, seated, held, what, purpose=purpose, clear={"for": asked.organization}), ""
    index, _, after = (opened(cursor) or "").partition(":")
    clear = lookups.entry(session, index=int(index)) if index.isascii() and index.isdigit() and len(index) <= LONGEST else None
    mine = {"kind": Kind.DISCLOSURE_READ.value, "actor": seated.member.actor.id, "object": what, "for": asked.organization}
    if clear is None or any(clear.get(name) != value for name, value in mine.items()):
        message = "cursor: none that came from here"
        raise UnfitError(message)
    return int(index), after


LONGEST = 15
"""Digits of an index in a cursor."""


def _reaches(session: Session, held: Held, person_id: str, seated: Seated) -> bool:
    return held.role == "auditor" or reaches(session, held, person_id, seated)


def names_of(session: Session, people: Collection[str]) -> dict[str, str]:
    """Return the names of people by their ids."""
    rows = session.execute(select(Person.id, Person.legal_name).where(Person.id.in_(people)))
    return {row.id: row.legal_name for row in rows}


def could_told(one: Could, name: str | None, roles: Collection[str]) -> Record:
    """Return somebody who could handle something as whoever is in these roles may see it."""
    shown = {"person_id": one.person, "legal_name": name}
    return shown | {"known_today": _stood(one.today, roles), "known_then": _stood(one.then, roles)}


def _stood(one: Stood, roles: Collection[str]) -> Record:
    answer = explained.answer_told(one.answer, roles)
    if not one.answer.api and access(roles, "denial_reason") is None:
        answer |= {"reason": None, "basis": [], "ja": None, "en": None}
    grounds = {name: explained.plain_fact(value) for name, value in one.facts.items() if is_told(roles) or name not in CLEARANCE_FACTS}
    return answer | {"grounds": grounds}
