"""Lifting (Act 4(7)) and each organization's closing formalities (Order 7, 10, 12, 14, 17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries, rules
from service.designation.model import Closing, ClosingFormality, Designation
from service.designation.operations.extend import standing
from service.designation.operations.notice import Notice
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError, require_words


def lift(session: Session, *, log: Log, actor: Actor, at: datetime, information_id: str, on: date, organ_id: str | None = None) -> str:
    """Lift a designation whose requirements fell away and return the information's id.

    Raises WrongSeatError, DesignationRefusedError (not_in_force), UnknownIdError.
    """
    rules.require_seat(log.seat, "organ", act="Act 4(7)")
    return _lift(session, log=log, actor=actor, at=at, information_id=information_id, on=on, organ_id=organ_id, notice=None)


def record_lifting(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    on: date,
    notice: Notice,
    organ_id: str | None = None,
) -> str:
    """Record, at an operator, the lifting that an organ gave notice of (Order 17); return the information's id.

    Raises as `lift` does.
    """
    rules.require_seat(log.seat, "operator", act="Act 4(7)")
    return _lift(session, log=log, actor=actor, at=at, information_id=information_id, on=on, organ_id=organ_id, notice=notice)


def _lift(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    on: date,
    organ_id: str | None,
    notice: Notice | None,
) -> str:
    begin_act(session)
    designated = standing(session, information_id=information_id, on=on, at=at, organ_id=organ_id)
    rules.require_in_force(designated, on=on)
    row = session.get_one(Designation, designated.id)
    row.lifted_on = on
    if notice is not None:
        row.lifting_document_number = notice.document_number
        row.lifting_letter_on = notice.letter_on
        row.lifting_arrived_on = notice.arrived_on
    draft = Draft(
        kind=Kind.INFORMATION_LIFTED,
        actor=actor,
        at=at,
        on=on,
        object=information_id,
        organization=row.organ_id,
        subject=information_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return information_id


@dataclass(frozen=True, slots=True)
class Formalities:
    """What a closing consisted of: the end mark that was affixed, on how many documents, and whom the organization told.

    `told_number` is the number of the letter. Raises ValueError for a negative number or a blank one.
    """

    end_mark: Literal["expired", "lifted"]
    documents_struck: int
    told: Sequence[str] = ()
    told_number: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot have been done."""
        require_words(told_number=self.told_number)
        if self.documents_struck < 0:
            msg = "marks are struck on no document or on some"
            raise ValueError(msg)


def close(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    on: date,
    organization_id: str | None = None,
    formalities: Formalities | None = None,
    closing_id: str | None = None,
) -> str:
    """Record that marks are struck and everybody told at one organization; return the closing's id.

    Without `organization_id` at the designator itself. `formalities` says what was done (Order 7(1), 10(1)). Raises
    DesignationRefusedError (requirement_not_met) while a designation still stands, before the first, or with the end mark
    of the other kind of end; UnknownIdError, AlreadyRecordedError where it has closed already.
    """
    begin_act(session)
    state = queries.information_state(session, information_id=information_id, at=at)
    place = organization_id or standing(session, information_id=information_id, on=on, at=at, organ_id=None).organ_id
    personnel.organization(session, organization_id=place)
    rules.require_ended(state.designations, on=on)
    if formalities is not None:
        rules.require_end_mark(state.designations, end_mark=formalities.end_mark, on=on)
    last = max(each.on for each in state.designations)
    done = select(Closing.id).where(Closing.information_id == information_id, Closing.organization_id == place, Closing.closed_on >= last)
    if session.scalar(done.where(Closing.known(at))) is not None:
        raise AlreadyRecordedError(message=f"{place!r} has already closed {information_id!r}", facts={"information": information_id})
    row = Closing(id=closing_id or new_id(), information_id=information_id, organization_id=place, closed_on=on, recorded_at=at)
    if session.get(Closing, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a closing {row.id!r}", facts={"closing": row.id})
    draft = Draft(
        kind=Kind.INFORMATION_CLOSED,
        actor=actor,
        at=at,
        on=on,
        object=information_id,
        organization=place,
        subject=information_id,
    )
    record(session, log=log, draft=draft, rows=[row, *_done(session, row, formalities)])
    return row.id


def _done(session: Session, row: Closing, formalities: Formalities | None) -> list[ClosingFormality]:
    """Return the row that keeps what a closing consisted of; raise UnknownIdError for an unknown organization told."""
    if formalities is None:
        return []
    told = sorted(set(formalities.told))
    for organization_id in told:
        personnel.organization(session, organization_id=organization_id)
    return [
        ClosingFormality(
            id=new_id(),
            closing_id=row.id,
            end_mark=formalities.end_mark,
            documents_struck=formalities.documents_struck,
            told=told,
            told_number=formalities.told_number,
        )
    ]
