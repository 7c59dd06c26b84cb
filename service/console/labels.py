"""Names beside ids, for those who are entitled to them: what a person reads is never an id alone."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.designation.model import Document, Information
from service.identity.account_model import Account
from service.identity.entitlements import may_see
from service.personnel.folding import begins_with
from service.personnel.model import Organization, Person, Unit
from service.personnel.queries import numbers_of
from service.personnel.rules import search_key
from service.provision.model import Contract

NAMES_AT_ONCE = 100
SHORT = 6
"""How much of an id tells somebody apart who has no number."""


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


def labels(session: Session, values: Any, *, roles: Collection[str], purpose: str | None = None) -> dict[str, str]:
    """Return what the ids in a value are called, as far as these roles may see it: with a purpose only behind a look that was kept."""
    ids = set(ids_in(values))
    found = {row.id: row.name for row in session.scalars(select(Organization).where(Organization.id.in_(ids)))}
    found |= {row.id: row.name for row in session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    if may_see(roles, "title", purpose=purpose):
        for model in (Information, Document):
            rows = session.execute(select(model.id, model.title, model.number).where(model.id.in_(ids)))
            found |= {row.id: " ".join(part for part in (row.number, row.title) if part) or row.id for row in rows}
        found |= {row.id: row.number or row.id for row in session.scalars(select(Contract).where(Contract.id.in_(ids)))}
    if may_see(roles, "name", purpose=purpose):
        people = {row.id: row.legal_name for row in session.execute(select(Person.id, Person.legal_name).where(Person.id.in_(ids)))}
        named = select(Account.id, Person.id, Person.legal_name).join(Person, Person.id == Account.person_id).where(Account.id.in_(ids))
        accounts = {account: (person, name) for account, person, name in session.execute(named)}
        apart = names_apart(session, {**people, **dict(accounts.values())})
        found |= {person: apart[person] for person in people}
        found |= {account: apart[person] for account, (person, _name) in accounts.items()}
    return found


def names_apart(session: Session, people: Mapping[str, str]) -> dict[str, str]:
    """Return the names of some people by their ids; who shares a name with somebody else is told with their number."""
    folded = {person: search_key(name) for person, name in people.items()}
    begun = [begins_with(one) for one in dict.fromkeys(folded.values()) if one]
    seen: dict[str, int] = {}
    for place in range(0, len(begun), NAMES_AT_ONCE):
        # The key begins with the name: its index finds who else has it.
        alike = or_(*(Person.search_key.like(one) for one in begun[place : place + NAMES_AT_ONCE]))
        for name in session.scalars(select(Person.legal_name).where(alike)):
            seen[search_key(name)] = seen.get(search_key(name), 0) + 1
    shared = [person for person, name in folded.items() if seen.get(name, 0) > 1]
    numbers = numbers_of(session, people=shared) if shared else {}
    return {**people, **{person: f"{people[person]} ({numbers.get(person, person[-SHORT:])})" for person in shared}}


NAMED = ("legal_name", "name", "title", "label", "sign_in_name", "number", "document_number", "serial", "post", "role", "kind", "value")
"""Columns that say what a row is called, in the order in which they are told."""
DATED = ("from_on", "begun_on", "concluded_on", "certified_on", "designated_on", "provided_on", "notified_on", "on", "sent_on", "opened_at")
POINTED = ("person_id", "information_id", "document_id", "organization_id", "operator_id", "receiver_id")


def label_of_row(session: Session, row: Any, *, roles: Collection[str], codes: Callable[[str], str]) -> str:
    """Return what a row is called: its own names, what it points at, and its day."""
    columns = row.__table__.columns.keys()
    own = [codes(str(getattr(row, name))) for name in NAMED if name in columns and getattr(row, name) is not None]
    pointed = [getattr(row, name) for name in POINTED if name in columns and getattr(row, name) is not None]
    called = labels(session, pointed, roles=roles)
    about = [called[one] for one in pointed if one in called]
    days = [str(getattr(row, name))[:10] for name in DATED if name in columns and getattr(row, name) is not None]
    return " / ".join([*own[:2], *about[:2], *days[:1]]) or row.id
