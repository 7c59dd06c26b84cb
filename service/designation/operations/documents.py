"""Registering what people open: documents, parts and copies, and what they carry."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries
from service.designation.model import Document, DocumentInformation
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
    carries: Collection[str],
    kind: str = "document",
    title: str | None = None,
    number: str | None = None,
    parent_id: str | None = None,
    organization_id: str | None = None,
    from_on: date | None = None,
    document_id: str | None = None,
) -> str:
    """Register a document with the informations that it carries and return its id.

    A part or copy names its parent. Raises ValueError for an unknown kind, for a part
    without a parent or a document that carries nothing; UnknownIdError for an unknown
    information, parent or organization; AlreadyRecordedError for an id that is taken.
    """
    begin_act(session)
    if kind not in DOCUMENT_KINDS:
        msg = f"unknown kind of document {kind!r}; known are {', '.join(DOCUMENT_KINDS)}"
        raise ValueError(msg)
    if kind != "document" and parent_id is None:
        msg = f"a {kind} names the document that it is of"
        raise ValueError(msg)
    if not carries:
        msg = "a registered document carries at least one information"
        raise ValueError(msg)
    require_words(title=title, number=number, id=document_id)
    if parent_id is not None:
        queries.document(session, document_id=parent_id)
    if organization_id is not None:
        personnel.organization(session, organization_id=organization_id)
    row = Document(id=document_id or new_id(), kind=kind, title=title, number=number, parent_id=parent_id, organization_id=organization_id)
    if session.get(Document, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a document {row.id!r}", facts={"document": row.id})
    carried = [_carried(session, row.id, information_id, from_on) for information_id in sorted(set(carries))]
    draft = Draft(
        kind=Kind.DOCUMENT_REGISTERED,
        actor=actor,
        at=at,
        on=from_on,
        object=row.id,
        organization=organization_id,
        subject=carried[0].information_id,
    )
    record(session, log=log, draft=draft, rows=[row, *carried])
    return row.id


def _carried(session: Session, document_id: str, information_id: str, from_on: date | None) -> DocumentInformation:
    queries.information(session, information_id=information_id)
    return DocumentInformation(id=new_id(), document_id=document_id, information_id=information_id, from_on=from_on)


def carry(
    session: Session, *, log: Log, actor: Actor, at: datetime, document_id: str, information_id: str, from_on: date | None = None
) -> str:
    """Record that a registered document carries one more information; return the row's id.

    Raises UnknownIdError, and AlreadyRecordedError where it carries it already.
    """
    begin_act(session)
    document = queries.document(session, document_id=document_id)
    row = _carried(session, document_id, information_id, from_on)
    standing = queries.carried(session, document_id=document_id, information_id=information_id)
    if standing is not None and standing.from_on is not None and (from_on is None or from_on < standing.from_on):
        # It carries it from earlier on than was known.
        standing.from_on, row = from_on, standing
    elif standing is not None:
        raise AlreadyRecordedError(message=f"document {document_id!r} already carries {information_id!r}", facts={"document": document_id})
    draft = Draft(
        kind=Kind.DOCUMENT_REGISTERED,
        actor=actor,
        at=at,
        on=from_on,
        object=document_id,
        organization=document.organization_id,
        subject=information_id,
    )
    record(session, log=log, draft=draft, rows=[row])
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
