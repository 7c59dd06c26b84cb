"""What ids are called by the records as they are now: for views of the log in the service. No evidence; a package has its own names."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.designation.model import Document, Information
from service.evidence.rendering.known import Names
from service.identity.account_model import Account
from service.identity.model import Application
from service.personnel.model import Organization, Person

Column = InstrumentedAttribute[Any] | ColumnElement[Any]
NAMED: tuple[tuple[Column, Column], ...] = (
    (Organization.id, Organization.name),
    (Information.id, Information.title),
    (Document.id, Document.title),
    (Application.id, Application.name),
)
NUMBERED: tuple[tuple[Column, Column], ...] = ((Information.id, Information.number), (Document.id, Document.number))


def names_on_record(session: Session, *, people: Collection[str] | None = None) -> Names:
    """Return the names of people, organizations, information, documents and applications, numbers, and whose accounts are.

    Where `people` are given, no others are named, and no accounts.
    """

    def pairs(*columns: tuple[Column, Column], among: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
        for id_, word in columns:
            found = select(id_, word).where(word.is_not(None))
            for row in session.execute(found if among is None else found.where(id_.in_(among))):
                yield row[0], row[1]

    named = dict(pairs((Person.id, Person.legal_name), among=people)) | dict(pairs(*NAMED))
    return Names(named, dict(pairs(*NUMBERED)), dict(pairs((Account.id, Account.person_id))) if people is None else {})
