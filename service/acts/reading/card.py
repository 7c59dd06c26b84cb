"""One person as somebody may see them: where they work, and for a purpose how their clearance stands and what they did of their duties.

What takes a purpose is read only once the look stands on the person's record.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.concerning import OutsideError
from service.acts.reach import reaches as reaches_word
from service.acts.reading.circle import keep_look, reaches, roles_for
from service.acts.reading.people import FINDERS, person_of
from service.clearance.queries import clearance_last_day, doubt_notices_of, offices_of, results_of
from service.database import read, transaction
from service.decision.about import answers_about
from service.identity.desk import Seated
from service.identity.entitlements import PURPOSES, access, is_told, row_told, seen
from service.identity.members import Held
from service.ledger import row_form
from service.need_to_know.model import Listing
from service.need_to_know.queries import listings_naming
from service.personnel.model import Person, Post
from service.personnel.queries import numbers_of
from service.registers.duties.queries import reports_about, scope_lines
from service.registers.people_model import Attendance, PersonReport, Pledge, Training
from service.statute.periods import legal_day

CARD = "person-card"
"""By what name a look at somebody's card stands on their record."""
MOST_INFORMATIONS = 40
"""Informations that one card judges."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list or scope that reaches somebody; `answer` is what the law answers of it now, as far as it is told."""

    listing: Listing
    answer: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Clearance:
    """What a purpose opened: rows as they are told, and by head the last day on which a clearance counts (None: none counts)."""

    results: list[Row] = field(default_factory=list)
    doubts: list[Row] = field(default_factory=list)
    offices: list[Row] = field(default_factory=list)
    heads: dict[str, date | None] = field(default_factory=dict)
    attendances: list[tuple[Attendance, Training]] = field(default_factory=list)
    pledges: list[Pledge] = field(default_factory=list)
    reports: list[PersonReport] | None = None
    """None where reports are not for whoever looks."""


@dataclass(frozen=True, slots=True)
class Card:
    """A person, their posts and number, the lines that reach them (None: not for whoever looks), and what a purpose opened."""

    person: Person
    posts: Sequence[Post]
    number: str
    lines: Sequence[Line] | None
    clearance: Clearance | None
    own: bool


def card_of(seated: Seated, *, person_id: str, purpose: str) -> Card:
    """Return somebody within reach, as far as whoever looks may see them for a purpose (or for none).

    Raises OutsideError, NotAllowedError, BudgetSpentError, PurposeNeededError for a purpose that there is not.
    """
    person, posts = person_of(seated, person_id=person_id)
    own = person_id == seated.member.person_id
    opened = None
    if purpose:
        opened = _looked(seated, person_id=person_id, purpose=purpose)
    with read(seated.desk.engine) as session:
        number = numbers_of(session, people=[person_id]).get(person_id, "")
        lines = _lines(session, seated, person_id, posts)
        clearance = None if opened is None else _clearance(session, seated, opened, person_id, purpose)
        if clearance is not None and lines is not None:
            lines = _judged(session, seated, opened or [], person_id, purpose, lines)
    return Card(person, posts, number, lines, clearance, own)


def asks_for_purpose(roles: Collection[str]) -> bool:
    """Say whether the state of somebody's clearance opens to these roles for a purpose."""
    return access(roles, "clearance_state") == "purpose"


def _looked(seated: Seated, *, person_id: str, purpose: str) -> list[Held]:
    """Return the roles in which somebody looks for a purpose, once the look is kept. Raises OutsideError, PurposeNeededError."""
    with transaction(seated.desk.engine) as session:
        held = [one for one in roles_for(seated, FINDERS, "clearance_state", purpose) if reaches(session, one, person_id, seated)]
        if not held:
            word = "person_id"
            raise OutsideError(word)
        keep_look(session, seated, held, CARD, purpose=purpose, clear={"person": person_id})
    return held


def _lines(session: Session, seated: Seated, person_id: str, posts: Sequence[Post]) -> list[Line] | None:
    """Return the lines by name, unit or post that reach somebody, as far as a role may read lists and reaches them."""
    held = [one for one in seated.member.roles if access({one.role}, "listing") == "yes"]
    if not held:
        return None
    today = legal_day(seated.at)
    found = list(listings_naming(session, person_id=person_id, at=seated.at))
    for organization in dict.fromkeys(post.organization_id for post in posts):
        found += scope_lines(session, person_id=person_id, organization_id=organization, on=today, at=seated.at)
    places = {one.organization_id for one in held}
    within = [row for row in found if row.organization_id in places]
    reached = {
        one: reaches_word(session, held, "information_id", one, at=seated.at) for one in dict.fromkeys(row.information_id for row in within)
    }
    return [Line(row) for row in within if reached[row.information_id]]


def runs(row: Listing, *, seated: Seated) -> bool:
    """Say whether a line runs today, or will: what has ended says nothing of what somebody may handle."""
    ended = row.until_on is not None and row.until_on <= legal_day(seated.at)
    return not ended and (row.until_at is None or seated.at < row.until_at)


def _judged(session: Session, seated: Seated, held: Sequence[Held], person_id: str, purpose: str, lines: Sequence[Line]) -> list[Line]:
    """Return lines with what the law answers of them now, as the table of entitlements lets these roles hear it."""
    open_lines = [one.listing for one in lines if runs(one.listing, seated=seated)]
    places = dict.fromkeys((row.information_id, row.organization_id) for row in open_lines)
    asked = list(places)[:MOST_INFORMATIONS]
    if not asked:
        return list(lines)
    answers = answers_about(session, log=seated.desk.log, person_id=person_id, places=asked, at=seated.at)
    roles = {one.role for one in held}
    told = {place: seen("answer", answer.disclosed(), roles, purpose=purpose) for place, answer in answers.items()}
    return [
        Line(one.listing, told.get((one.listing.information_id, one.listing.organization_id)) if one.listing in open_lines else None)
        for one in lines
    ]


def _clearance(session: Session, seated: Seated, held: Sequence[Held], person_id: str, purpose: str) -> Clearance:
    roles, at, today = {one.role for one in held}, seated.at, legal_day(seated.at)
    found = Clearance(
        results=_told(results_of(session, person_id=person_id, at=at), roles),
        doubts=_told(doubt_notices_of(session, person_id=person_id, at=at), roles),
        offices=_told(offices_of(session, person_id=person_id, at=at), roles),
    )
    heads = dict.fromkeys(row["head_id"] for row in found.results)
    found.heads = {head: clearance_last_day(session, person_id=person_id, head_id=head, on=today, at=at) for head in heads}
    if not is_told(roles):
        # A positive result that no longer counts would tell that something came after it.
        found.heads = {head: last for head, last in found.heads.items() if last is not None}
        found.results = [row for row in found.results if row["head_id"] in found.heads]
    attended = select(Attendance, Training).join(Training, Training.id == Attendance.training_id)
    counting = attended.where(Attendance.person_id == person_id, Attendance.replaced_at.is_(None)).order_by(Attendance.attended_on.desc())
    found.attendances = [(one, training) for one, training in session.execute(counting)]
    signed = select(Pledge).where(Pledge.person_id == person_id, Pledge.replaced_at.is_(None)).order_by(Pledge.pledged_on.desc())
    found.pledges = list(session.scalars(signed))
    if person_id != seated.member.person_id and access(roles, "report") is not None and purpose in PURPOSES:
        # Of the reports about oneself one sees one's own, on one's own page.
        places = {one.organization_id for one in held}
        found.reports = [row for row in reports_about(session, person_id=person_id) if row.organization_id in places]
    return found


def _told(rows: Sequence[Any], roles: Collection[str]) -> list[Row]:
    """Return rows of a clearance as these roles are told them; what is not for them is not there."""
    forms = [row_form(row) for row in rows]
    told = [row_told(form["table"], form["row"], roles) for form in forms]
    return [one for one in told if one is not None]
