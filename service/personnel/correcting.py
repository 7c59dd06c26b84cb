"""Putting posts right, and the names of organizations and units."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act
from service.personnel import queries
from service.personnel.corrections import (
    Grounds,
    Pair,
    amending,
    changes_of,
    columns_of,
    current,
    put_right,
    replacing,
    require_something,
)
from service.personnel.model import Post
from service.personnel.narrowing import post_narrows
from service.personnel.rules import exclusive, require_order, require_words

Emptied = Literal["from_on", "until_on", "title", "employment"]


def correct_post(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    post_id: str,
    grounds: Grounds,
    from_on: date | None = None,
    last_day: date | None = None,
    title: str | None = None,
    employment: str | None = None,
    without: Sequence[Emptied] | None = None,
    never_was: bool = False,
) -> str:
    """Put the days or the wording of a post right and return the id of the row that counts now.

    `without` names what is to be empty, `never_was` a post that somebody never held. Raises UnknownIdError,
    AlreadyCorrectedError, and ValueError for an interval that ends before it begins or where nothing is put right.
    """
    begin_act(session)
    require_words(title=title, employment=employment)
    pair = _pair(session, at=at, post_id=post_id, never_was=never_was, without=without, given=_given(from_on, last_day, title, employment))
    row = pair.old
    draft = Draft(
        kind=Kind.POST_CORRECTED, actor=actor, at=at, person=row.person_id, organization=row.organization_id, subject=row.person_id
    )
    return put_right(session, log=log, draft=draft, pairs=[pair], grounds=grounds)


def widens_post(
    session: Session,
    *,
    at: datetime,
    post_id: str,
    from_on: date | None = None,
    last_day: date | None = None,
    title: str | None = None,
    employment: str | None = None,
    without: Sequence[Emptied] | None = None,
    never_was: bool = False,
    **_rest: object,
) -> bool:
    """Say whether such a correction may let somebody do more. Raises as `correct_post` does."""
    pair = _pair(session, at=at, post_id=post_id, never_was=never_was, without=without, given=_given(from_on, last_day, title, employment))
    beside = select(Post).where(
        Post.person_id == pair.old.person_id, Post.organization_id == pair.old.organization_id, Post.id != pair.old.id, Post.known(at)
    )
    others = [columns_of(row) for row in session.scalars(beside)]
    return not post_narrows(columns_of(pair.old), None if pair.new is None else columns_of(pair.new), others=others)


def _given(from_on: date | None, last_day: date | None, title: str | None, employment: str | None) -> dict[str, Any]:
    return {"from_on": from_on, "until_on": exclusive(last_day), "title": title, "employment": employment}


def _pair(session: Session, *, at: datetime, post_id: str, never_was: bool, without: Sequence[str] | None, given: dict[str, Any]) -> Pair:
    row = current(session, Post, post_id, word="post")
    if never_was:
        return Pair(row, None)
    made = replacing(row, at=at, changes=changes_of(given, without))
    require_order(from_on=made.from_on, until_on=made.until_on)
    return Pair(row, made)


def correct_organization(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organization_id: str,
    grounds: Grounds,
    name: str | None = None,
    name_en: str | None = None,
    without: Sequence[Literal["name_en"]] | None = None,
) -> str:
    """Put the name of an organization right and return its id, which stays: whoever approves acts reads the name.

    Raises UnknownIdError, and ValueError for a blank name or where nothing is put right.
    """
    begin_act(session)
    require_words(name=name, name_en=name_en)
    row = queries.organization(session, organization_id=organization_id)
    amended = amending(row, changes_of({"name": name, "name_en": name_en}, without))
    require_something(amended)
    draft = Draft(kind=Kind.ORGANIZATION_CORRECTED, actor=actor, at=at, organization=row.id, subject=row.id)
    return put_right(session, log=log, draft=draft, pairs=[], grounds=grounds, amended=amended)


def correct_unit(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organization_id: str,
    unit_id: str,
    grounds: Grounds,
    name: str,
) -> str:
    """Put the name of a unit right and return its id, which stays; lists and contracts name the id.

    Raises UnknownIdError, and ValueError for a blank name or where nothing is put right.
    """
    begin_act(session)
    require_words(name=name)
    row = queries.unit(session, organization_id=organization_id, unit_id=unit_id)
    amended = amending(row, {"name": name})
    require_something(amended)
    draft = Draft(kind=Kind.UNIT_CORRECTED, actor=actor, at=at, organization=organization_id, subject=organization_id)
    return put_right(session, log=log, draft=draft, pairs=[], grounds=grounds, amended=amended)
