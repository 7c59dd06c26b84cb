"""Readiness for certification (Order 16), noted by the operator of itself and examined by the organ."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation.rules import require_seat
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError, require_words
from service.provision.model import Readiness
from service.provision.rules import ReadinessItem, require_parties

LONGEST_REFERENCE = 80
"""Characters of a register or document number; anything longer is no number but what it says."""


def record_readiness(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    operator_id: str,
    item: ReadinessItem,
    met: bool,
    on: date,
    organ_id: str | None = None,
    evidence: Sequence[str] = (),
    owner: str | None = None,
    review_on: date | None = None,
    readiness_id: str | None = None,
) -> str:
    """Note the operator's own view of one item and return the note's id; without `organ_id` it holds for every organ.

    `evidence` are numbers of registers and documents, `owner` the post that answers for it. Raises WrongSeatError;
    ProvisionRefusedError (requirement_not_met) for who is no operator or no organ; UnknownIdError; ValueError for a
    reference that is blank or too long, or a review that lies behind.
    """
    require_seat(log.seat, "operator", act="Order 16")
    row = _row(operator_id, organ_id, item, met, on, evidence, owner, review_on, readiness_id, examined=False)
    return _put(session, log=log, actor=actor, at=at, row=row)


def examine_readiness(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    operator_id: str,
    organ_id: str,
    item: ReadinessItem,
    met: bool,
    on: date,
    evidence: Sequence[str] = (),
    owner: str | None = None,
    review_on: date | None = None,
    readiness_id: str | None = None,
) -> str:
    """Note what the organ found on one item when it examined the operator; return the note's id. Raises as `record_readiness` does."""
    require_seat(log.seat, "organ", act="Order 16")
    row = _row(operator_id, organ_id, item, met, on, evidence, owner, review_on, readiness_id, examined=True)
    return _put(session, log=log, actor=actor, at=at, row=row)


def _row(
    operator_id: str,
    organ_id: str | None,
    item: str,
    met: bool,
    on: date,
    evidence: Sequence[str],
    owner: str | None,
    review_on: date | None,
    readiness_id: str | None,
    *,
    examined: bool,
) -> Readiness:
    require_words(owner=owner)
    for reference in evidence:
        require_words(evidence=reference)
        if len(reference) > LONGEST_REFERENCE:
            msg = f"evidence: a number of at most {LONGEST_REFERENCE} characters, never what the document says"
            raise ValueError(msg)
    if review_on is not None and review_on < on:
        msg = f"review_on: {review_on} lies before {on}"
        raise ValueError(msg)
    return Readiness(
        id=readiness_id or new_id(),
        operator_id=operator_id,
        organ_id=organ_id,
        examined=examined,
        item=item,
        met=met,
        noted_on=on,
        evidence=list(evidence),
        owner=owner,
        review_on=review_on,
    )


def _put(session: Session, *, log: Log, actor: Actor, at: datetime, row: Readiness) -> str:
    begin_act(session)
    operator = personnel.organization(session, organization_id=row.operator_id)
    organ_kind = "organ" if row.organ_id is None else personnel.organization(session, organization_id=row.organ_id).kind
    require_parties(operator_kind=operator.kind, organ_kind=organ_kind)
    if session.get(Readiness, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a note {row.id!r}", facts={"readiness": row.id})
    draft = Draft(
        kind=Kind.READINESS_RECORDED,
        actor=actor,
        at=at,
        on=row.noted_on,
        object=row.organ_id,
        organization=row.operator_id,
        subject=row.operator_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id
