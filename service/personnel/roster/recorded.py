"""What is on record as an import begins: whose roster it is, how its columns were read before, who is known."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import read
from service.ledger import Log
from service.personnel.model import Alias, ColumnMapping, Organization, Person, Post
from service.personnel.roster.headers import signature
from service.personnel.roster.options import Import
from service.personnel.roster.plan import Held, Known, missing_numbers
from service.personnel.roster.reading import RosterFileError
from service.personnel.roster.rows import Record

NAMESPACE = "employee"
"""The namespace of aliases that employee numbers are."""


def known_on_record(session: Session, run: Import, chunk: Sequence[Record]) -> dict[str, Known]:
    """Return who of a chunk is on record, by employee number; by id where the file gives one."""
    aliases = session.execute(
        select(Alias.value, Alias.target_id).where(
            Alias.namespace == NAMESPACE,
            Alias.target_kind == "person",
            Alias.until_on.is_(None),
            Alias.value.in_([one.number for one in chunk]),
        )
    )
    numbered = {str(row[0]): str(row[1]) for row in aliases}
    ids = {one.number: numbered.get(one.number) or one.id for one in chunk}
    wanted = [person for person in ids.values() if person is not None]
    people = {
        row.id: row
        for row in session.execute(select(Person.id, Person.legal_name, Person.kana, Person.birth_on).where(Person.id.in_(wanted)))
    }
    posts: dict[str, list[Held]] = {}
    columns_ = (
        Post.person_id,
        Post.id,
        Post.unit_id,
        Post.post,
        Post.title,
        Post.employment,
        Post.employer_id,
        Post.from_on,
        Post.until_on,
    )
    query = (
        select(*columns_)
        .where(Post.person_id.in_(wanted), Post.organization_id == run.organization, Post.replaced_at.is_(None))
        .order_by(Post.from_on, Post.id)
    )
    for row in session.execute(query):
        posts.setdefault(row[0], []).append(Held(*row[1:]))
    found = {}
    for number, known_id in ids.items():
        person = people.get(known_id) if known_id else None
        if person is not None:
            held = tuple(posts.get(person.id, ()))
            found[number] = Known(person.id, person.legal_name, person.kana, person.birth_on, held, number in numbered)
    return found


def missing_on_record(run: Import, seen: set[str]) -> list[str]:
    """Return the numbers of those who still work here and are not in a file declared complete."""
    with read(run.engine) as session:
        recorded = session.scalars(
            select(Alias.value)
            .join(Post, Post.person_id == Alias.target_id)
            .where(
                Alias.namespace == NAMESPACE,
                Alias.target_kind == "person",
                Alias.until_on.is_(None),
                Post.organization_id == run.organization,
                Post.replaced_at.is_(None),
                (Post.until_on.is_(None)) | (Post.until_on > run.on),
            )
            .distinct()
        )
        return missing_numbers(list(recorded), seen)


def organization_of(session: Session, log: Log, named: str | None) -> str:
    """Return the organization whose roster it is: the one named, else the only one. Raises RosterFileError."""
    kind = "operator" if log.seat == "operator" else "organ"
    known = list(session.scalars(select(Organization.id).where(Organization.kind.in_((kind, "police"))).order_by(Organization.id)))
    if named is None:
        if len(known) == 1:
            return known[0]
        message = f"say with --organization whose roster this is; known are {', '.join(known) or 'none yet'}"
        raise RosterFileError(message)
    if session.get(Organization, named) is None:
        message = f"there is no organization {named!r}; known are {', '.join(known) or 'none yet'}"
        raise RosterFileError(message)
    return named


def remembered_mapping(session: Session, headers: Sequence[str]) -> dict[str, str]:
    """Return the mapping by which a file with these headers was read last."""
    query = select(ColumnMapping.mapping).where(ColumnMapping.headers == signature(headers)).order_by(ColumnMapping.remembered_at.desc())
    found = session.scalars(query).first() or {}
    fields = found.get("columns")
    return dict(zip(signature(headers), fields, strict=True)) if isinstance(fields, list) else dict(found)
