"""The list of assessed persons (適性評価者名簿), for the protection circle alone.

It holds names, results and days, of one operator and one head at a time, and nothing else (Act 13(2), 16(2)).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.clearance.model import Result
from service.clearance.queries import known_on
from service.clearance.rules import CARRIED_OUT, YEARS
from service.evidence.columns import Language, csv_line
from service.personnel.model import Person, Post
from service.statute.numbers import number
from service.statute.periods import after, legal_day


@dataclass(frozen=True, slots=True)
class AssessedPerson:
    """One line of the list; `person_id` is for the reach of whoever looks and is not shown.

    `notified_on` is None while the person's day is unknown: the result is `provisional` then. `last_day` is that of a
    positive result's years.
    """

    person_id: str
    head_id: str
    legal_name: str
    outcome: str
    notified_on: date | None
    original_on: date | None
    last_day: date | None
    provisional: bool


CIRCLE = frozenset({"hr_officer", "information_manager"})
"""Who keeps the list at either seat; nobody else reads it, for whatever purpose (Act 16)."""
COLUMNS: tuple[tuple[str, str], ...] = (
    ("legal_name", "氏名"),
    ("outcome", "結果"),
    ("notified_on", "本人への通知の日"),
    ("original_on", "流用元の通知の日"),
    ("last_day", "満了日"),
    ("provisional", "暫定"),
)
"""Machine name (also the English heading) and Japanese heading of each column."""
OUTCOMES: Mapping[str, str] = {
    "positive": "漏らすおそれがないと認められた",
    "negative": "漏らすおそれがないと認められなかった",
    "refused": "実施されなかった",
    "withdrawn": "実施されなかった",
    "not_carried_out": "実施されなかった",
}


def assessed_people(session: Session, *, organization_id: str, at: datetime, head_id: str | None = None) -> Sequence[AssessedPerson]:
    """Return who works at an organization and has a result under this Act, of a head or of any: of each the newest, by name.

    One for which consent was refused or withdrawn is told as not carried out (Act 13(2)). Nothing is judged here.
    """
    today = legal_day(at)
    posts = select(Post.person_id).where(
        Post.organization_id == organization_id,
        Post.known(at),
        or_(Post.from_on.is_(None), Post.from_on <= today),
        or_(Post.until_on.is_(None), Post.until_on > today),
    )
    rows = select(Result, Person).join(Person, Person.id == Result.person_id)
    rows = rows.where(Result.person_id.in_(posts), Result.known(at), Result.law == "iesi")
    if head_id is not None:
        rows = rows.where(Result.head_id == head_id)
    found: dict[tuple[str, str], tuple[Person, list[Result]]] = {}
    for result, person in session.execute(rows.order_by(Person.search_key, Person.id, Result.head_id, Result.id)):
        found.setdefault((person.id, result.head_id), (person, []))[1].append(result)
    return [_line(person, results) for person, results in found.values()]


def _line(person: Person, results: Sequence[Result]) -> AssessedPerson:
    """Return the newest of a head's results on somebody, as the list tells it: one that was carried out before one that was not."""
    carried_out = [row for row in results if row.outcome in CARRIED_OUT]
    row = max(carried_out or results, key=lambda one: (known_on(one), one.id))
    years = number(YEARS[row.law], on=row.counted_on)
    return AssessedPerson(
        person_id=person.id,
        head_id=row.head_id,
        legal_name=person.legal_name,
        outcome=row.outcome if row.outcome in CARRIED_OUT else "not_carried_out",
        notified_on=row.notified_on,
        original_on=row.original_on,
        last_day=after(row.counted_on, years=years) if row.outcome == "positive" else None,
        provisional=row.provisional,
    )


def csv_of(people: Iterable[AssessedPerson], *, language: Language) -> str:
    """Return the list as CSV with its headings, every cell made safe for a spreadsheet."""
    ja = language == "ja"
    lines = [csv_line([heading if ja else name for name, heading in COLUMNS])]
    return "".join([*lines, *(csv_line(cells_of(one, language=language)) for one in people)])


def cells_of(one: AssessedPerson, *, language: Language) -> list[str]:
    """Return a line of the list in the order of COLUMNS, in words."""
    ja = language == "ja"
    days = [day.isoformat() if day else "" for day in (one.notified_on, one.original_on, one.last_day)]
    provisional = ("暫定" if ja else "provisional") if one.provisional else ""
    return [one.legal_name, OUTCOMES[one.outcome] if ja else one.outcome, *days, provisional]
