"""Questions about people, organizations, units and posts; nothing here writes."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, or_, select, true, tuple_
from sqlalchemy.orm import Session

from service.database import Base
from service.personnel.folding import begins_with, is_named, loosened
from service.personnel.model import Alias, Organization, Person, Post, Unit
from service.personnel.rules import UnknownIdError

Row = TypeVar("Row", bound=Base)
EMPLOYEE = "employee"
"""The namespace of aliases that employee numbers are."""


def require_known(session: Session, model: type[Row], key: str | tuple[str, str], *, word: str) -> Row:
    """Return the row with this id; raise UnknownIdError naming the word and the id."""
    row = session.get(model, key)
    if row is None:
        name = key if isinstance(key, str) else key[-1]
        raise UnknownIdError(message=f"there is no {word} {name!r}", facts={word: name})
    return row


def organization(session: Session, *, organization_id: str) -> Organization:
    """Return an organization; raise UnknownIdError naming it where there is none."""
    return require_known(session, Organization, organization_id, word="organization")


def person(session: Session, *, person_id: str) -> Person:
    """Return a person whom an act may be about; raise UnknownIdError naming the id where there is none, or not any more."""
    row = require_known(session, Person, person_id, word="person")
    if is_erased(row):
        raise UnknownIdError(message=f"person {person_id!r} was erased", facts={"person": person_id})
    return row


def is_erased(row: Person) -> bool:
    """Say whether somebody was erased: whoever has a name is found by it."""
    return row.search_key == ""


def unit(session: Session, *, organization_id: str, unit_id: str) -> Unit:
    """Return a unit of an organization; raise UnknownIdError naming it where there is none."""
    return require_known(session, Unit, (organization_id, unit_id), word="unit")


def posts_of(session: Session, *, person_id: str, at: datetime) -> Sequence[Post]:
    """Return a person's posts as known at an instant, the earliest first."""
    found = select(Post).where(Post.person_id == person_id, Post.known(at))
    return session.scalars(found.order_by(Post.from_on.asc().nulls_first(), Post.id)).all()


@dataclass(frozen=True, slots=True)
class Workplace:
    """Whether a person works at an organization on a day, and in which units as a post."""

    works_there: bool
    units: frozenset[str]
    posts: frozenset[str]


def workplace(session: Session, *, person_id: str, organization_id: str, on: date, at: datetime) -> Workplace:
    """Return what a person is at an organization on a day, as known at an instant.

    Somebody who has posts there at any time works there on the days of one of them;
    everybody else on the days of a row that says only that they do.
    """
    rows = [row for row in posts_of(session, person_id=person_id, at=at) if row.organization_id == organization_id]
    named = [row for row in rows if row.unit_id is not None or row.post is not None]
    that_day = [
        row for row in (named or rows) if (row.from_on is None or row.from_on <= on) and (row.until_on is None or on < row.until_on)
    ]
    return Workplace(
        works_there=bool(that_day),
        units=frozenset(row.unit_id for row in that_day if row.unit_id is not None),
        posts=frozenset(row.post for row in that_day if row.post is not None),
    )


def find_people(session: Session, *, words: str, limit: int = 50, after: tuple[str, str] | None = None) -> Sequence[Person]:
    """Return people whose name, kana or employee number answers to what was typed.

    Kana and kanji are found anywhere in the name, in any width and either kana, small or large, with or without the marks
    that lengthen a sound; a number from its beginning. At most `limit`, in the order of their keys, behind the search key and
    id of `after`.
    """
    if not loosened(words):
        return []
    number = begins_with(unicodedata.normalize("NFKC", words).strip())
    numbered = select(Alias.target_id).where(
        Alias.target_kind == "person",
        Alias.namespace == EMPLOYEE,
        Alias.until_on.is_(None),
        or_(Alias.value.like(number), Alias.value.like(number.upper())),
    )
    return _in_order(session, or_(is_named(words), Person.id.in_(numbered)), limit=limit, after=after)


def everybody(session: Session, *, limit: int = 50, after: tuple[str, str] | None = None) -> Sequence[Person]:
    """Return who is on record, in the order of their keys."""
    return _in_order(session, true(), limit=limit, after=after)


def _in_order(session: Session, condition: ColumnElement[bool], *, limit: int, after: tuple[str, str] | None) -> Sequence[Person]:
    # Keys and ids alone come out of an index; only the rows of the page are read.
    keys = select(Person.search_key, Person.id).where(condition)
    if after is not None:
        keys = keys.where(tuple_(Person.search_key, Person.id) > after)
    ids = [row.id for row in session.execute(keys.order_by(Person.search_key, Person.id).limit(limit))]
    return session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.search_key, Person.id)).all()


def numbers_of(session: Session, *, people: Collection[str]) -> dict[str, str]:
    """Return the employee numbers of some people, by their ids; whoever has none is left out."""
    found = select(Alias.target_id, Alias.value).where(
        Alias.target_kind == "person", Alias.namespace == EMPLOYEE, Alias.until_on.is_(None), Alias.target_id.in_(people)
    )
    return {row.target_id: row.value for row in session.execute(found.order_by(Alias.value.desc()))}


def posts_by_person(session: Session, *, people: Collection[str], at: datetime) -> dict[str, list[Post]]:
    """Return the posts of some people as known at an instant, by their ids, the earliest first."""
    found = select(Post).where(Post.person_id.in_(people), Post.known(at)).order_by(Post.from_on.asc().nulls_first(), Post.id)
    posts: dict[str, list[Post]] = {person: [] for person in people}
    for row in session.scalars(found):
        posts[row.person_id].append(row)
    return posts


def organizations(session: Session) -> Sequence[Organization]:
    """Return every organization in the order of the ids."""
    return session.scalars(select(Organization).order_by(Organization.id)).all()
