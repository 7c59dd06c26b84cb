"""The list of assessed persons (適性評価者名簿), for the protection circle alone.

It holds names, results and days, of one operator and one head at a time, and nothing else (Act 13(2), 16(2)).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clearance.queries import known_on, results_of
from service.clearance.rules import CARRIED_OUT, YEARS
from service.evidence.columns import Language, csv_line
from service.personnel.model import Person, Post
from service.personnel.rules import runs_on
from service.statute.numbers import number
from service.statute.periods import after, legal_day


@dataclass(frozen=True, slots=True)
class AssessedPerson:
    """One line of the list; `person_id` is for the reach of whoever looks and is not shown.

    `notified_on` is None while the person's day is unknown: the result is `provisional` then. `last_day` is that of a
    positive result's years.
    """

    person_id: str
    legal_name: str
    outcome: str
    notified_on: date | None
    original_on: date | None
    last_day: date | None
    provisional: bool


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


def assessed_people(session: Session, *, organization_id: str, head_id: str, at: datetime) -> Sequence[AssessedPerson]:
    """Return who works at an organization and has a result of a head under this Act: of each the newest, by name.

    One for which consent was refused or withdrawn is told as not carried out (Act 13(2)). Nothing is judged here.
    """
    today = legal_day(at)
    posts = session.scalars(select(Post).where(Post.organization_id == organization_id, Post.known(at)))
    people = {row.person_id for row in posts if runs_on(from_on=row.from_on, until_on=row.until_on, on=today)}
    found = []
    for person in session.scalars(select(Person).where(Person.id.in_(people)).order_by(Person.search_key, Person.id)):
        results = [row for row in results_of(session, person_id=person.id, head_id=head_id, at=at) if row.law == "iesi"]
        carried_out = [row for row in results if row.outcome in CARRIED_OUT]
        for row in sorted(carried_out or results, key=known_on, reverse=True)[:1]:
            years = number(YEARS[row.law], on=row.counted_on)
            found.append(
                AssessedPerson(
                    person_id=person.id,
                    legal_name=person.legal_name,
                    outcome=row.outcome if row.outcome in CARRIED_OUT else "not_carried_out",
                    notified_on=row.notified_on,
                    original_on=row.original_on,
                    last_day=after(row.counted_on, years=years) if row.outcome == "positive" else None,
                    provisional=row.provisional,
                )
            )
    return found


def csv_of(people: Iterable[AssessedPerson], *, language: Language) -> str:
    """Return the list as CSV with its headings, every cell made safe for a spreadsheet."""
    ja = language == "ja"
    lines = [csv_line([heading if ja else name for name, heading in COLUMNS])]
    for one in people:
        days = [day.isoformat() if day else "" for day in (one.notified_on, one.original_on, one.last_day)]
        provisional = ("暫定" if ja else "provisional") if one.provisional else ""
        lines.append(csv_line([one.legal_name, OUTCOMES[one.outcome] if ja else one.outcome, *days, provisional]))
    return "".join(lines)
