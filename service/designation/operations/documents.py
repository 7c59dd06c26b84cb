"""Registering what people open: documents, parts and copies, and what they carry."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries
from service.designation.model import Document, DocumentInformation, Source
from service.designation.rules import DOCUMENT_KINDS
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import operations as personnel_operations
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError, require_words


def register_document(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    carries: Collection[str] = (),
    kind: str = "document",
    title: str | None = None,
    number: str | None = None,
    parent_id: str | None = None,
    made_from: Collection[str] = (),
    organization_id: str | None = None,
    from_on: date | None = None,
    document_id: str | None = None,
) -> str:
    """Register a document with the informations that it carries and return its id.

    A part or copy names its parent, a compilation the documents that it was `made_from`. Copies and compilations carry
    everything that those carry, whatever else is said, until their custodian finds them narrower (`find_narrower`).
    Raises ValueError for an unknown kind, for a part without a parent, a compilation without sources or a document that
    carries nothing; UnknownIdError for an unknown information, document or organization; AlreadyRecordedError for an id
    that is taken.
    """
    begin_act(session)
    _require_made(kind, parent_id, made_from)
    require_words(title=title, number=number, id=document_id)
    sources = sorted({*made_from, *((parent_id,) if parent_id is not None else ())})
    for source in sources:
        queries.document(session, document_id=source)
    if organization_id is not None:
        personnel.organization(session, organization_id=organization_id)
    row = Document(id=document_id or new_id(), kind=kind, title=title, number=number, parent_id=parent_id, organization_id=organization_id)
    if session.get(Document, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a document {row.id!r}", facts={"document": row.id})
    inherited = sources if kind in INHERITING else []
    everything = {*carries, *(one for source in inherited for one in queries.still_carried(session, document_id=source))}
    if not everything:
        msg = "a registered document carries at least one information"
        raise ValueError(msg)
    carried = [_carried(session, row.id, information_id, from_on, at=at) for information_id in sorted(everything)]
    draft = Draft(
        kind=Kind.DOCUMENT_REGISTERED,
        actor=actor,
        at=at,
        on=from_on,
        object=row.id,
        organization=organization_id,
        subject=carried[0].information_id,
    )
    made = [Source(id=new_id(), document_id=row.id, source_id=source) for source in inherited]
    record(session, log=log, draft=draft, rows=[row, *made, *carried])
    return row.id


INHERITING = ("copy", "compilation")
"""The kinds that carry all that they were made from; which part of a document a part is, its registration says."""


def _require_made(kind: str, parent_id: str | None, made_from: Collection[str]) -> None:
    """Refuse a document that does not say what it was made from, or a kind that is made from nothing. Raises ValueError."""
    if kind not in DOCUMENT_KINDS:
        msg = f"unknown kind of document {kind!r}; known are {', '.join(DOCUMENT_KINDS)}"
        raise ValueError(msg)
    if kind in ("part", "copy") and parent_id is None:
        msg = f"a {kind} names the document that it is of"
        raise ValueError(msg)
    if (kind == "compilation") != bool(made_from):
        msg = "a compilation, and nothing else, names the documents that it was made from"
        raise ValueError(msg)


def _carried(session: Session, document_id: str, information_id: str, from_on: date | None, *, at: datetime) -> DocumentInformation:
    queries.information(session, information_id=information_id)
    return DocumentInformation(id=new_id(), document_id=document_id, information_id=information_id, from_on=from_on, recorded_at=at)


def first_day(session: Session, document_id: str) -> date | None:
    """Return the day from which a document carries anything, None for one that always did."""
    begins = [row.from_on for row in queries.contents_of(session, document_id=document_id)]
    return None if None in begins else min((day for day in begins if day is not None), default=None)


def _not_before_its_first(session: Session, document_id: str, from_on: date | None) -> date | None:
    """Return the day from which a document carries one more: with nothing in it nobody opens it, and one thing alone opens no other.

    Raises ValueError for a day before the document carries anything, and for a document that never was one.
    """
    if not queries.still_carried(session, document_id=document_id):
        msg = f"document_id: {document_id!r} carries nothing; it was found never to have been"
        raise ValueError(msg)
    first = first_day(session, document_id)
    if first is not None and from_on is not None and from_on < first:
        msg = f"from_on: the document carries nothing before {first}"
        raise ValueError(msg)
    return first if from_on is None else from_on


def inherited(session: Session, document_id: str, information_id: str, from_on: date | None, *, at: datetime) -> list[DocumentInformation]:
    """Return the rows by which what was made from a document carries one more with it, save where a finding says that it does not.

    What carries nothing itself goes on carrying nothing, and nothing carries it before its own first day: alone it would open it.
    """
    found = set(queries.found_without(session, information_id=information_id))
    made = []
    for each in queries.derived_from(session, document_id=document_id):
        standing = queries.still_carried(session, document_id=each)
        if each in found or not standing or information_id in standing:
            continue
        days = [day for day in (first_day(session, each), from_on) if day is not None]
        made.append(_carried(session, each, information_id, max(days, default=None), at=at))
    return made


def carry(
    session: Session, *, log: Log, actor: Actor, at: datetime, document_id: str, information_id: str, from_on: date | None = None
) -> str:
    """Record that a registered document carries one more information; return the row's id.

    Copies and compilations made from it carry it from then on too, save where a finding says that they do not.
    Raises UnknownIdError, and AlreadyRecordedError where it carries it already.
    """
    begin_act(session)
    document = queries.document(session, document_id=document_id)
    from_on = _not_before_its_first(session, document_id, from_on)
    row = _carried(session, document_id, information_id, from_on, at=at)
    standing = queries.carried(session, document_id=document_id, information_id=information_id)
    if standing is not None and standing.from_on is not None and (from_on is None or from_on < standing.from_on):
        # It carries it from earlier on than was known.
        standing.from_on, row = from_on, standing
    elif standing is not None:
        raise AlreadyRecordedError(message=f"document {document_id!r} already carries {information_id!r}", facts={"document": document_id})
    derived = inherited(session, document_id, information_id, from_on, at=at)
    draft = Draft(
        kind=Kind.DOCUMENT_REGISTERED,
        actor=actor,
        at=at,
        on=from_on,
        object=document_id,
        organization=document.organization_id,
        subject=information_id,
    )
    record(session, log=log, draft=draft, rows=[row, *derived])
    return row.id


def grant_resource_alias(
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
    """Let an information or a document be named `namespace:value`; return the alias's id.

    Raises ValueError for another kind, UnknownIdError for an unknown target, and as
    `personnel.operations.grant_alias` does.
    """
    if target_kind == "information":
        queries.information(session, information_id=target_id)
    elif target_kind == "document":
        queries.document(session, document_id=target_id)
    else:
        msg = f"an alias of a {target_kind!r} is not a resource's"
        raise ValueError(msg)
    return personnel_operations.grant_alias(
        session,
        log=log,
        actor=actor,
        at=at,
        namespace=namespace,
        value=value,
        target_kind=target_kind,
        target_id=target_id,
        from_on=from_on,
        alias_id=alias_id,
    )
