"""What changes people, organizations, units, posts and aliases; each leaves one entry."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries
from service.personnel.corrections import newest
from service.personnel.model import Alias, Organization, Person, Post, Unit, new_id
from service.personnel.rules import (
    ALIAS_TARGETS,
    ORGANIZATION_KINDS,
    AlreadyEndedError,
    AlreadyRecordedError,
    exclusive,
    require_order,
    require_words,
    search_key,
)


def _require_new(session: Session, model: type, key: str | tuple[str, str], *, word: str) -> None:
    if session.get(model, key) is not None:
        name = key if isinstance(key, str) else key[-1]
        raise AlreadyRecordedError(message=f"there is already a {word} {name!r}", facts={word: name})


def _require_code(code: str, codes: tuple[str, ...], *, word: str) -> None:
    if code not in codes:
        msg = f"unknown {word} {code!r}; known are {', '.join(codes)}"
        raise ValueError(msg)


def register_organization(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    kind: str,
    name: str,
    name_en: str | None = None,
    organization_id: str | None = None,
) -> str:
    """Register an organization and return its id.

    Raises ValueError for an unknown kind or a blank name, AlreadyRecordedError for an id
    that is taken.
    """
    begin_act(session)
    _require_code(kind, ORGANIZATION_KINDS, word="kind of organization")
    require_words(name=name, name_en=name_en, id=organization_id)
    row = Organization(id=organization_id or new_id(), kind=kind, name=name, name_en=name_en)
    _require_new(session, Organization, row.id, word="organization")
    draft = Draft(kind=Kind.ORGANIZATION_REGISTERED, actor=actor, at=at, organization=row.id, subject=row.id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def register_unit(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organization_id: str,
    name: str,
    parent_id: str | None = None,
    from_on: date | None = None,
    unit_id: str | None = None,
) -> str:
    """Register a unit of an organization and return its id, unique within that alone.

    Raises ValueError for a blank name, UnknownIdError for an unknown organization or
    parent, AlreadyRecordedError for an id that is taken.
    """
    begin_act(session)
    require_words(name=name, id=unit_id)
    queries.organization(session, organization_id=organization_id)
    if parent_id is not None:
        queries.unit(session, organization_id=organization_id, unit_id=parent_id)
    row = Unit(organization_id=organization_id, id=unit_id or new_id(), name=name, parent_id=parent_id, from_on=from_on)
    _require_new(session, Unit, (organization_id, row.id), word="unit")
    draft = Draft(
        kind=Kind.UNIT_REGISTERED, actor=actor, at=at, on=from_on, object=row.id, organization=organization_id, subject=organization_id
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def register_person(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    legal_name: str,
    kana: str | None = None,
    birth_on: date | None = None,
    person_id: str | None = None,
) -> str:
    """Register a person under the name exactly as entered and return the id.

    Raises ValueError for a blank name, AlreadyRecordedError for an id that is taken.
    """
    begin_act(session)
    require_words(legal_name=legal_name, kana=kana, id=person_id)
    row = Person(id=person_id or new_id(), legal_name=legal_name, kana=kana, search_key=search_key(legal_name, kana), birth_on=birth_on)
    _require_new(session, Person, row.id, word="person")
    draft = Draft(kind=Kind.PERSON_REGISTERED, actor=actor, at=at, person=row.id, subject=row.id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def record_name(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    legal_name: str | None = None,
    kana: str | None = None,
    birth_on: date | None = None,
) -> str:
    """Record a changed name, reading or date of birth and return the person's id.

    What is left out stays. Raises UnknownIdError, and ValueError where nothing changes or
    a name is blank.
    """
    begin_act(session)
    require_words(legal_name=legal_name, kana=kana)
    row = queries.person(session, person_id=person_id)
    before = (row.legal_name, row.kana, row.birth_on)
    after = (legal_name or row.legal_name, kana or row.kana, birth_on or row.birth_on)
    if before == after:
        msg = f"nothing changes for person {person_id!r}"
        raise ValueError(msg)
    row.legal_name, row.kana, row.birth_on = after
    row.search_key = search_key(row.legal_name, row.kana)
    draft = Draft(kind=Kind.PERSON_CHANGED, actor=actor, at=at, person=row.id, subject=row.id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def take_post(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    organization_id: str,
    from_on: date | None = None,
    last_day: date | None = None,
    unit_id: str | None = None,
    post: str | None = None,
    title: str | None = None,
    employment: str | None = None,
    employer_id: str | None = None,
    post_id: str | None = None,
) -> str:
    """Record that a person works at an organization, as what and from when; return the row's id.

    Without unit and post it says only that the person works there. Raises UnknownIdError
    for an unknown person, organization, unit or employer, ValueError for an interval that
    ends before it begins.
    """
    begin_act(session)
    require_words(post=post, title=title, employment=employment, id=post_id)
    until_on = exclusive(last_day)
    require_order(from_on=from_on, until_on=until_on)
    queries.person(session, person_id=person_id)
    queries.organization(session, organization_id=organization_id)
    if unit_id is not None:
        queries.unit(session, organization_id=organization_id, unit_id=unit_id)
    if employer_id is not None:
        queries.organization(session, organization_id=employer_id)
    row = Post(
        id=post_id or new_id(),
        person_id=person_id,
        organization_id=organization_id,
        unit_id=unit_id,
        post=post,
        title=title,
        employment=employment,
        employer_id=employer_id,
        from_on=from_on,
        until_on=until_on,
        recorded_at=at,
    )
    _require_new(session, Post, row.id, word="post")
    draft = Draft(kind=Kind.POST_TAKEN, actor=actor, at=at, on=from_on, person=person_id, organization=organization_id, subject=person_id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def leave_post(session: Session, *, log: Log, actor: Actor, at: datetime, post_id: str, last_day: date) -> str:
    """Record the last day of a post and return its id.

    Raises UnknownIdError, and AlreadyEndedError where it ended earlier or would end
    before it began.
    """
    begin_act(session)
    row = newest(session, Post, post_id, word="post")
    until_on = exclusive(last_day)
    ended = row.until_on is not None and until_on is not None and row.until_on <= until_on
    early = row.from_on is not None and last_day < row.from_on
    if ended or early:
        raise AlreadyEndedError(message=f"post {post_id!r} cannot end on {last_day}", facts={"post": post_id})
    row.until_on = until_on
    draft = Draft(
        kind=Kind.POST_LEFT, actor=actor, at=at, on=until_on, person=row.person_id, organization=row.organization_id, subject=row.person_id
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def grant_alias(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    namespace: str,
    value: str,
    target_kind: str,
    target_id: str,
    from_on: date | None = None,
    alias_id: str | None = None,
) -> str:
    """Let somebody or something be named `namespace:value` and return the alias's id.

    For information and documents call it through `designation`, which knows them, for areas through `registers`. Raises
    ValueError for an unknown kind or a namespace with a colon, UnknownIdError for an
    unknown person, AlreadyRecordedError while the alias names something else.
    """
    begin_act(session)
    _require_code(target_kind, ALIAS_TARGETS, word="kind of alias")
    require_words(namespace=namespace, value=value, id=alias_id)
    if ":" in namespace:
        msg = f"a namespace holds no colon: {namespace!r}"
        raise ValueError(msg)
    if target_kind == "person":
        queries.person(session, person_id=target_id)
    taken = session.scalar(select(Alias.id).where(Alias.namespace == namespace, Alias.value == value, Alias.until_on.is_(None)))
    if taken is not None:
        raise AlreadyRecordedError(message=f"{namespace}:{value} already names something", facts={"alias": taken})
    row = Alias(id=alias_id or new_id(), namespace=namespace, value=value, target_kind=target_kind, target_id=target_id, from_on=from_on)
    _require_new(session, Alias, row.id, word="alias")
    draft = Draft(
        kind=Kind.ALIAS_GRANTED,
        actor=actor,
        at=at,
        on=from_on,
        person=target_id if target_kind == "person" else None,
        object=None if target_kind == "person" else target_id,
        subject=target_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def end_alias(session: Session, *, log: Log, actor: Actor, at: datetime, alias_id: str, on: date) -> str:
    """End an alias from a day on and return its id.

    Raises UnknownIdError, and AlreadyEndedError where it ended earlier.
    """
    begin_act(session)
    row = queries.require_known(session, Alias, alias_id, word="alias")
    until_on = max(on, row.from_on) if row.from_on else on
    if row.until_on is not None and row.until_on <= until_on:
        raise AlreadyEndedError(message=f"alias {alias_id!r} ended on {row.until_on}", facts={"alias": alias_id})
    row.until_on = until_on
    is_person = row.target_kind == "person"
    draft = Draft(
        kind=Kind.ALIAS_ENDED,
        actor=actor,
        at=at,
        on=on,
        person=row.target_id if is_person else None,
        object=None if is_person else row.target_id,
        subject=row.target_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id
