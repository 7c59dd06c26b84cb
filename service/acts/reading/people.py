"""People within somebody's reach: found by name, kana or number, and who they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.acts.concerning import Concern, OutsideError, Part
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.acts.reading.paging import CHUNK, MOST_SCANNED
from service.database import read
from service.identity.desk import Seated
from service.personnel.model import Person, Post
from service.personnel.queries import everybody, find_people, numbers_of, posts_by_person, posts_of
from service.personnel.rules import runs_on
from service.statute.periods import legal_day

FINDERS = frozenset({"hr_officer", "information_manager"})
"""Who may look for people."""


def found_people(seated: Seated, *, words: str, limit: int, after: str | None) -> tuple[list[Person], str | None]:
    """Return the people whom words find, in the order of their kana, and the key behind which the next page begins.

    Without words everybody within reach. Raises NotAllowedError.
    """
    require_any_role(seated.member, FINDERS)
    found: list[Person] = []
    behind = None if after is None else (after.partition("\n")[0], after.partition("\n")[2])
    with read(seated.desk.engine) as session:
        for _ in range(MOST_SCANNED // CHUNK):
            rows = find_people(session, words=words, limit=CHUNK, after=behind) if words else everybody(session, limit=CHUNK, after=behind)
            posts = posts_by_person(session, people=[row.id for row in rows], at=seated.at)
            for row in rows:
                if len(found) == limit:
                    return found, _key(behind)
                behind = (row.search_key, row.id)
                if _reaches(session, seated, row.id, posts[row.id]):
                    found.append(row)
            if len(rows) < CHUNK:
                return found, None
    return found, _key(behind)


@dataclass(frozen=True, slots=True)
class Told:
    """What tells somebody apart from others of the same name: employee number, and where they work today, as what."""

    number: str
    places: tuple[tuple[str, str | None, str | None], ...]
    """Organization, unit and post or title of each post that runs today."""


def told_apart(session: Session, people: Collection[str], *, at: datetime) -> dict[str, Told]:
    """Return by their ids what tells some people apart. Whoever asks must reach them."""
    today = legal_day(at)
    numbers = numbers_of(session, people=people)
    posts = posts_by_person(session, people=people, at=at)

    def places(person: str) -> tuple[tuple[str, str | None, str | None], ...]:
        running = [one for one in posts[person] if runs_on(from_on=one.from_on, until_on=one.until_on, on=today)]
        return tuple((one.organization_id, one.unit_id, one.post or one.title) for one in running)

    return {person: Told(numbers.get(person, ""), places(person)) for person in people}


def person_of(seated: Seated, *, person_id: str) -> tuple[Person, Sequence[Post]]:
    """Return somebody within reach and their posts as known now. Raises OutsideError, NotAllowedError."""
    require_any_role(seated.member, FINDERS)
    with read(seated.desk.engine) as session:
        row = session.get(Person, person_id)
        posts = [] if row is None else posts_of(session, person_id=row.id, at=seated.at)
        if row is None or not _reaches(session, seated, row.id, posts):
            word = "person_id"
            raise OutsideError(word)
        return row, posts


def _key(behind: tuple[str, str] | None) -> str | None:
    return None if behind is None else "\n".join(behind)


def _reaches(session: Session, seated: Seated, person_id: str, posts: Sequence[Post]) -> bool:
    units = frozenset(row.unit_id for row in posts if row.unit_id is not None)
    concern = Concern([Part("person_id", frozenset(row.organization_id for row in posts), units)], {person_id})
    return any(unreached(session, held, concern) is None for held in seated.member.roles if held.role in FINDERS)
