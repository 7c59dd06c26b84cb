"""A custodian's narrower finding: a document does not carry what it was registered with (Act 3(2), Order 4)."""

from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries
from service.designation.model import NarrowerFinding
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel.model import new_id
from service.personnel.rules import require_words

NarrowerBecause = Literal["left_out", "not_derivable", "lifted_in_part", "registered_in_error"]
"""Why a document carries less: that part was left out, cannot be derived from it, was lifted, or was registered in error."""


def find_narrower(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    document_id: str,
    information_id: str,
    finding: NarrowerBecause,
    on: date,
    finding_number: str | None = None,
) -> str:
    """Record that a document does not carry an information, from a day on; return the finding's id.

    It widens: whoever may not handle that information may come to see the document. Documents made from it stay as they
    are, each with its own finding. A document that would carry nothing is not found narrower: what carries nothing
    designated is no document of this register. Raises UnknownIdError, ValueError.
    """
    begin_act(session)
    require_words(finding_number=finding_number)
    document = queries.document(session, document_id=document_id)
    queries.information(session, information_id=information_id)
    standing = queries.carried(session, document_id=document_id, information_id=information_id)
    if standing is None:
        msg = f"document {document_id!r} does not carry {information_id!r}"
        raise ValueError(msg)
    if set(queries.still_carried(session, document_id=document_id)) == {information_id}:
        msg = f"document {document_id!r} would carry nothing"
        raise ValueError(msg)
    standing.until_on = on if standing.from_on is None else max(on, standing.from_on)
    row = NarrowerFinding(
        id=new_id(), document_id=document_id, information_id=information_id, on=on, finding=finding, finding_number=finding_number
    )
    draft = Draft(
        kind=Kind.DOCUMENT_NARROWED,
        actor=actor,
        at=at,
        on=on,
        object=document_id,
        organization=document.organization_id,
        subject=information_id,
    )
    record(session, log=log, draft=draft, rows=[standing, row])
    return row.id
