"""Why information is designated, whether the reasons still hold, and staff who doubt it (Act 3(1), NPSC Rule 8/2025 13, 14)."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries, rules
from service.designation.model import DesignationGrounds, Doubt, Review
from service.designation.operations.extend import standing
from service.designation.reasons import Finding, Grounds, Requirement, ReviewCause
from service.designation.sectors import require_sector
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError, require_words


def grounds_row(designation_id: str, grounds: Grounds, *, on: date) -> DesignationGrounds:
    """Return the row that keeps the reasons of a designation. Raises ValueError for a sector that there is not on the day."""
    require_sector(grounds.sector, on=on)
    return DesignationGrounds(
        id=new_id(),
        designation_id=designation_id,
        class_reason=grounds.class_reason,
        not_public_reason=grounds.not_public_reason,
        secrecy_reason=grounds.secrecy_reason,
        reasons_number=grounds.reasons_number,
        sector=grounds.sector,
        item=grounds.item,
        lifting_condition=grounds.lifting_condition,
    )


def record_grounds(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    on: date,
    grounds: Grounds,
    organ_id: str | None = None,
) -> str:
    """Record the reasons of a designation that was recorded without them; return the information's id.

    Raises WrongSeatError, DesignationRefusedError (not_in_force), UnknownIdError, AlreadyRecordedError where they are there.
    """
    rules.require_seat(log.seat, "organ", act="Act 3(1)")
    begin_act(session)
    designated = standing(session, information_id=information_id, on=on, at=at, organ_id=organ_id)
    rules.require_in_force(designated, on=on)
    if queries.grounds_of(session, designation_id=designated.id) is not None:
        raise AlreadyRecordedError(message=f"the reasons for {information_id!r} are recorded", facts={"information": information_id})
    row = grounds_row(designated.id, grounds, on=designated.on)
    draft = Draft(
        kind=Kind.REASONS_RECORDED,
        actor=actor,
        at=at,
        on=on,
        object=information_id,
        organization=designated.organ_id,
        subject=information_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return information_id


def review_reasons(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    on: date,
    finding: Finding,
    cause: ReviewCause = "yearly",
    failed: Collection[Requirement] = (),
    review_number: str | None = None,
    organ_id: str | None = None,
    review_id: str | None = None,
) -> str:
    """Record a review of the reasons of a designation and return the review's id; who acts is the reviewer.

    `failed` names the requirements that no longer hold: then lifting is due (Act 4(7)), and is an act of its own.
    Raises WrongSeatError, DesignationRefusedError (not_in_force), UnknownIdError, and ValueError where finding and
    failed requirements do not agree.
    """
    rules.require_seat(log.seat, "organ", act="NPSC Rule 8/2025 13(1)")
    begin_act(session)
    require_words(review_number=review_number)
    if (finding == "met") == bool(failed):
        msg = "a review finds every requirement met, or names those that are not"
        raise ValueError(msg)
    designated = standing(session, information_id=information_id, on=on, at=at, organ_id=organ_id)
    rules.require_in_force(designated, on=on)
    row = Review(
        id=review_id or new_id(),
        designation_id=designated.id,
        on=on,
        document_number=review_number,
        reviewer=actor.id,
        cause=cause,
        finding=finding,
        failed=sorted(set(failed)) or None,
    )
    if session.get(Review, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a review {row.id!r}", facts={"review": row.id})
    draft = Draft(
        kind=Kind.REASONS_REVIEWED,
        actor=actor,
        at=at,
        on=on,
        object=information_id,
        organization=designated.organ_id,
        subject=information_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def doubt_designation(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    designation_number: str,
    requirement: Requirement,
    on: date,
    doubt_id: str | None = None,
) -> str:
    """Report, as somebody on the staff, that a designated information does not meet a requirement; return the report's id.

    The number is the one on the mark. Whether there is one is not told: nobody learns here what is designated.
    Raises UnknownIdError for an unknown person, ValueError for a blank number.
    """
    begin_act(session)
    require_words(designation_number=designation_number)
    personnel.person(session, person_id=person_id)
    row = Doubt(id=doubt_id or new_id(), person_id=person_id, number=designation_number, requirement=requirement, on=on)
    if session.get(Doubt, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a report {row.id!r}", facts={"doubt": row.id})
    draft = Draft(kind=Kind.DESIGNATION_DOUBTED, actor=actor, at=at, on=on, object=row.id, subject=row.id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id
