"""Granting applications and their keys, and taking both away; each leaves one entry."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.identity.callers import Client
from service.identity.model import ApiKey, Application
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel.model import Organization, new_id
from service.statute.refusals import Conflict

PREFIX = "sk_"
RESOURCE_TYPES = ("information", "document")
"""What an application may ask about unless it is granted something else."""
KNOWN_TYPES = (*RESOURCE_TYPES, "area")
BATCH_LIMIT, LARGEST_BATCH = 50, 100
LONGEST_HOLD_SECONDS = 3_600
LONGEST_NAME = 1_024


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
    client: Client | None = None,
    organizations: Sequence[str] = (),
    may_search: bool = False,
    may_read_ledger: bool = False,
    batch_limit: int = BATCH_LIMIT,
    hold_seconds: int = 0,
) -> str:
    """Let an application ask, for its organizations and in given namespaces of aliases, and return its id.

    `organization` is meant where it names none; it may also ask for `organizations`, and with neither for any. `client` is
    whose tokens it comes with. `may_read_ledger` opens the doors under /ledger/v1/ to it. Raises Conflict for an id or
    client that is taken or an organization that is unknown, ValueError for what is not of its form.
    """
    begin_act(session)
    _require_form(name, resource_types, client, batch_limit, hold_seconds)
    for one in (organization, *organizations):
        if one is not None and session.get(Organization, one) is None:
            message = f"there is no organization {one!r}"
            raise UnknownApplicationError(message)
    if application_id is not None and session.get(Application, application_id) is not None:
        message = f"there is already an application {application_id!r}"
        raise Conflict(message)
    if client is not None:
        _require_free(session, client)
    row = Application(
        id=application_id or f"app_{new_id()}",
        name=name,
        organization_id=organization,
        namespaces=sorted(set(namespaces)),
        resource_types=sorted(set(resource_types)),
        trial=trial,
        issuer=client.issuer if client else None,
        client_id=client.client_id if client else None,
        organizations=sorted(set(organizations)),
        may_search=may_search,
        may_read_ledger=may_read_ledger,
        batch_limit=batch_limit,
        hold_seconds=hold_seconds,
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


def _require_form(name: str, resource_types: Sequence[str], client: Client | None, batch_limit: int, hold_seconds: int) -> None:
    unknown = [kind for kind in resource_types if kind not in KNOWN_TYPES]
    wrong = [
        (not name.strip(), "an application needs a name"),
        (bool(unknown), f"unknown resource type {next(iter(unknown), None)!r}; known are {', '.join(KNOWN_TYPES)}"),
        (not 1 <= batch_limit <= LARGEST_BATCH, f"the batch limit must be 1 to {LARGEST_BATCH}"),
        (not 0 <= hold_seconds <= LONGEST_HOLD_SECONDS, f"a permit may be held 0 to {LONGEST_HOLD_SECONDS} seconds"),
        (client is not None and not _is_named(client), "a client needs an issuer without spaces and a client id, both printable"),
    ]
    for is_wrong, message in wrong:
        if is_wrong:
            raise ValueError(message)


def _is_named(client: Client) -> bool:
    names = (client.issuer, client.client_id)
    return all(0 < len(one) <= LONGEST_NAME and one.isprintable() for one in names) and " " not in client.issuer


def _require_free(session: Session, client: Client) -> None:
    live = select(Application.id).where(
        Application.issuer == client.issuer, Application.client_id == client.client_id, Application.ended_at.is_(None)
    )
    found = session.scalars(live).first()
    if found is not None:
        message = f"the client {client.client_id!r} of {client.issuer} is the application {found!r} already; end that one first"
        raise Conflict(message)


def _live(session: Session, application: str) -> Application:
    row = session.get(Application, application)
    if row is None or row.ended_at is not None:
        message = f"there is no live application {application!r}"
        raise UnknownApplicationError(message)
    return row
