"""People within somebody's reach: found by name, kana or number, and who they are."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.acts.concerning import Concern, OutsideError, Part
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.acts.reading.paging import CHUNK, MOST_SCANNED
from service.database import read
from service.identity.desk import Seated
from service.personnel.model import Person, Post
from service.personnel.queries import find_people, posts_of

FINDERS = frozenset({"hr_officer", "information_manager"})
"""Who may look for people."""


def found_people(seated: Seated, *, words: str, limit: int, after: str | None) -> tuple[list[Person], str | None]:
    """Return the people whom words find, in the order of their kana, and the key behind which the next page begins.

    Raises NotAllowedError.
    """
    require_any_role(seated.member, FINDERS)
    found: list[Person] = []
    behind = None if after is None else (after.partition("\n")[0], after.partition("\n")[2])
    with read(seated.desk.engine) as session:
        for _ in range(MOST_SCANNED // CHUNK):
            rows = find_people(session, words=words, limit=CHUNK, after=behind)
            for row in rows:
                if len(found) == limit:
                    return found, _key(behind)
                behind = (row.search_key, row.id)
                if _reaches(session, seated, row.id):
                    found.append(row)
            if len(rows) < CHUNK:
                return found, None
    return found, _key(behind)


def person_of(seated: Seated, *, person_id: str) -> tuple[Person, Sequence[Post]]:
    """Return somebody within reach and their posts as known now. Raises OutsideError, NotAllowedError."""
    require_any_role(seated.member, FINDERS)
    with read(seated.desk.engine) as session:
        row = session.get(Person, person_id)
        if row is None or not _reaches(session, seated, row.id):
            word = "person_id"
            raise OutsideError(word)
        return row, posts_of(session, person_id=row.id, at=seated.at)


def _key(behind: tuple[str, str] | None) -> str | None:
    return None if behind is None else "\n".join(behind)


def _reaches(session: Session, seated: Seated, person_id: str) -> bool:
    posts = posts_of(session, person_id=person_id, at=seated.at)
    units = frozenset(row.unit_id for row in posts if row.unit_id is not None)
    concern = Concern([Part("person_id", frozenset(row.organization_id for row in posts), units)], {person_id})
    return any(unreached(session, held, concern) is None for held in seated.member.roles if held.role in FINDERS)
