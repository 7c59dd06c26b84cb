"""Granting applications and their keys, and taking both away; each leaves one entry."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from service.actor import Actor
from service.identity.model import ApiKey, Application
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel.model import Organization, new_id
from service.statute.refusals import Conflict

PREFIX = "sk_"
RESOURCE_TYPES = ("information", "document")


class UnknownApplicationError(Conflict):
    """An application or key that nothing here names, or that has ended."""

    slug = "unknown-application"


def key_hash(key: str) -> bytes:
    """Return the only form in which a key is kept: its SHA-256."""
    return sha256(key.encode()).digest()


def grant_application(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    name: str,
    organization: str | None = None,
    namespaces: Sequence[str] = (),
    resource_types: Sequence[str] = RESOURCE_TYPES,
    trial: bool = False,
    application_id: str | None = None,
) -> str:
    """Let an application ask, for an organization and in given namespaces of aliases, and return its id.

    Raises Conflict for an id that is taken or an organization that is unknown, ValueError for an unknown resource type.
    """
    begin_act(session)
    unknown = [kind for kind in resource_types if kind not in RESOURCE_TYPES]
    if unknown or not name.strip():
        message = (
            f"unknown resource type {unknown[0]!r}; known are {', '.join(RESOURCE_TYPES)}" if unknown else "an application needs a name"
        )
        raise ValueError(message)
    if organization is not None and session.get(Organization, organization) is None:
        message = f"there is no organization {organization!r}"
        raise UnknownApplicationError(message)
    if application_id is not None and session.get(Application, application_id) is not None:
        message = f"there is already an application {application_id!r}"
        raise Conflict(message)
    row = Application(
        id=application_id or f"app_{new_id()}",
        name=name,
        organization_id=organization,
        namespaces=sorted(set(namespaces)),
        resource_types=sorted(set(resource_types)),
        trial=trial,
        ended_at=None,
    )
    draft = Draft(kind=Kind.APPLICATION_GRANTED, actor=actor, at=at, object=row.id, organization=organization)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def issue_key(session: Session, *, log: Log, actor: Actor, at: datetime, application: str, expires_at: datetime | None = None) -> str:
    """Make a key for an application and return it; it is shown once and never kept. Raises UnknownApplicationError."""
    begin_act(session)
    _live(session, application)
    key = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(id=f"key_{new_id()}", application_id=application, hash=key_hash(key), expires_at=expires_at, ended_at=None)
    draft = Draft(kind=Kind.KEY_ISSUED, actor=actor, at=at, object=application)
    record(session, log=log, draft=draft, rows=[row])
    return key


def revoke_key(session: Session, *, log: Log, actor: Actor, at: datetime, key_id: str) -> None:
    """End a key at once. Raises UnknownApplicationError for one that is unknown or has ended."""
    begin_act(session)
    row = session.get(ApiKey, key_id)
    if row is None or row.ended_at is not None:
        message = f"there is no live key {key_id!r}"
        raise UnknownApplicationError(message)
    row.ended_at = at
    record(session, log=log, draft=Draft(kind=Kind.KEY_REVOKED, actor=actor, at=at, object=row.application_id), rows=[row])


def end_application(session: Session, *, log: Log, actor: Actor, at: datetime, application: str) -> None:
    """End an application with all its keys at once. Raises UnknownApplicationError."""
    begin_act(session)
    row = _live(session, application)
    row.ended_at = at
    record(session, log=log, draft=Draft(kind=Kind.APPLICATION_ENDED, actor=actor, at=at, object=row.id), rows=[row])


def _live(session: Session, application: str) -> Application:
    row = session.get(Application, application)
    if row is None or row.ended_at is not None:
        message = f"there is no live application {application!r}"
        raise UnknownApplicationError(message)
    return row
