"""What accounts sign in with, sealed under the key of their holder: a copy of the database alone opens none of it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.identity.account_model import Account, Credential
from service.ledger import Log, open_text, seal_text


def seal(session: Session, *, log: Log, subject: str, place: str, value: Mapping[str, Any]) -> bytes:
    """Return a value sealed under a person's key for one place; a copy in another place does not open."""
    return seal_text(session, log=log, key_id=subject, place=_place(place), text=json.dumps(value))


def unseal(session: Session, *, log: Log, subject: str, place: str, sealed: bytes) -> dict[str, Any]:
    """Return a sealed value. Raises DisclosureError if key or place is another, DestroyedKeyError where the key is gone."""
    return dict(json.loads(open_text(session, log=log, key_id=subject, place=_place(place), sealed=sealed)))


def _place(credential_id: str) -> str:
    return f"identity.credentials/sealed/{credential_id}"


def keep(
    session: Session,
    *,
    log: Log,
    account: Account,
    kind: str,
    value: Mapping[str, Any],
    at: datetime,
    label: str | None = None,
    counter: int | None = None,
) -> Credential:
    """Add a credential to an account and return its row."""
    row = Credential(
        id=f"cred_{uuid4().hex}", account_id=account.id, kind=kind, sealed=b"", label=label, counter=counter, enrolled_at=at, ended_at=None
    )
    row.sealed = seal(session, log=log, subject=account.person_id, place=row.id, value=value)
    session.add(row)
    return row


def change(session: Session, *, log: Log, account: Account, row: Credential, value: Mapping[str, Any]) -> None:
    """Seal a new value into a credential's row: a rehashed password, the recovery codes that are left."""
    row.sealed = seal(session, log=log, subject=account.person_id, place=row.id, value=value)


def kept(session: Session, *, account_id: str) -> Sequence[Credential]:
    """Return the live credentials of an account, the oldest first."""
    found = select(Credential).where(Credential.account_id == account_id, Credential.ended_at.is_(None))
    return session.scalars(found.order_by(Credential.enrolled_at, Credential.id)).all()


def value_of(session: Session, *, log: Log, account: Account, row: Credential) -> dict[str, Any]:
    """Return what is sealed in a credential's row. Raises DisclosureError."""
    return unseal(session, log=log, subject=account.person_id, place=row.id, sealed=row.sealed)
