"""Names beside ids, for those who are entitled to them: what a person reads is never an id alone."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.designation.model import Document, Information
from service.identity.account_model import Account
from service.identity.entitlements import access
from service.personnel.model import Organization, Person, Unit
from service.provision.model import Contract


def ids_in(value: Any) -> Iterable[str]:
    """Yield every text of a value that could be an id, however deep it lies."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from ids_in(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from ids_in(inner)


def labels(session: Session, values: Any, *, roles: Collection[str]) -> dict[str, str]:
    """Return what the ids in a value are called, as far as these roles may see it without a purpose."""
    ids = set(ids_in(values))
    found = {row.id: row.name for row in session.scalars(select(Organization).where(Organization.id.in_(ids)))}
    found |= {row.id: row.name for row in session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    if access(roles, "title") == "yes":
        for model in (Information, Document):
            rows = session.execute(select(model.id, model.title, model.number).where(model.id.in_(ids)))
            found |= {row.id: " ".join(part for part in (row.number, row.title) if part) or row.id for row in rows}
        found |= {row.id: row.number or row.id for row in session.scalars(select(Contract).where(Contract.id.in_(ids)))}
    if access(roles, "name") == "yes":
        found |= {row.id: row.legal_name for row in session.scalars(select(Person).where(Person.id.in_(ids)))}
        named = select(Account.id, Person.legal_name).join(Person, Person.id == Account.person_id).where(Account.id.in_(ids))
        found |= {row.id: row.legal_name for row in session.execute(named)}
    return found
