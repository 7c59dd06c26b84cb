"""The rows that a change makes: a person, its number, posts that end and posts that begin."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from service.database import Base
from service.personnel.model import Alias, Person, Post, new_id
from service.personnel.roster.options import Import
from service.personnel.roster.plan import Change, NewPost
from service.personnel.roster.recorded import NAMESPACE
from service.personnel.rules import search_key

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID_LENGTH = 22


def rows_of(run: Import, change: Change, people: Mapping[str, Person], posts: Mapping[str, Post], at: datetime) -> tuple[str, list[Base]]:
    """Return the id of the person of a change and the rows to be written."""
    rows: list[Base] = []
    details = change.details
    if change.person is None:
        name, kana, birth = change.record.name or "", change.record.kana, change.record.birth
        person = change.record.id or random_id()
        rows.append(Person(id=person, legal_name=name, kana=kana, search_key=search_key(name, kana), birth_on=birth))
    else:
        person = change.person.id
        if details:
            row = people[person]
            row.legal_name = str(details.get("name", row.legal_name))
            row.kana = details.get("kana", row.kana)  # type: ignore[assignment]  # a text or nothing, as the record has it
            row.birth_on = details.get("birth", row.birth_on)  # type: ignore[assignment]  # a day or nothing, as the record has it
            row.search_key = search_key(row.legal_name, row.kana)
            rows.append(row)
    if change.person is None or not change.person.numbered:
        alias = Alias(
            id=new_id(),
            namespace=NAMESPACE,
            value=change.record.number,
            target_kind="person",
            target_id=person,
            from_on=None,
            until_on=None,
        )
        rows.append(alias)
    for post_id, day in change.ends:
        posts[post_id].until_on = day
        rows.append(posts[post_id])
    rows += [_post(run, person, one, at) for one in change.begins]
    return person, rows


def random_id() -> str:
    """Return a random id of a person: `p_` and 22 letters and digits, some 131 bits."""
    left = secrets.randbits(136)
    letters = []
    for _ in range(ID_LENGTH):
        left, place = divmod(left, len(LETTERS))
        letters.append(LETTERS[place])
    return "p_" + "".join(letters)


def _post(run: Import, person: str, new: NewPost, at: datetime) -> Post:
    return Post(
        id=new_id(),
        person_id=person,
        organization_id=run.organization,
        unit_id=new.unit,
        post=new.post,
        title=new.title,
        employment=new.employment,
        employer_id=new.employer or None,
        from_on=new.from_on,
        until_on=new.until_on,
        recorded_at=at,
        replaces=None,
        replaced_at=None,
    )
