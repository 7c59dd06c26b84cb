"""Letters to recipients and their receipts (Order 7, 8, 10, 12 to 14, 17); sent by hand, recorded here."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, require_words
from service.provision.model import Message
from service.provision.owed import Owed, messages_owed
from service.provision.rules import About


def send_notice(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    giver_id: str,
    receiver_id: str,
    about: About,
    on: date,
    number: str,
    message_id: str | None = None,
) -> str:
    """Record that a giver told a receiver in writing (Order 7, 8, 10, 12, 13, 14, 17), at either seat, and return the message's id.

    What the letter says follows from the facts: it is the oldest of this kind that is owed. Raises UnknownIdError;
    AlreadyRecordedError where nothing of the kind is owed on that day; ValueError for a blank number.
    """
    begin_act(session)
    require_words(number=number)
    giver = personnel.organization(session, organization_id=giver_id)
    personnel.organization(session, organization_id=receiver_id)
    owed = messages_owed(session, information_id=information_id, giver_id=giver.id, giver_kind=giver.kind, on=on, at=at)
    due = next((one for one in owed if one.receiver_id == receiver_id and one.about == about), None)
    if due is None:
        raise AlreadyRecordedError(
            message=f"{receiver_id!r} is owed no letter of this kind", facts={"receiver": receiver_id, "about": about}
        )
    row = _row(session, due, message_id)
    row.number, row.sent_on = number, on
    draft = Draft(
        kind=Kind.NOTICE_SENT,
        actor=actor,
        at=at,
        on=on,
        object=information_id,
        organization=receiver_id,
        subject=information_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def _row(session: Session, due: Owed, message_id: str | None) -> Message:
    """Return the row that waits for a letter, or a new one."""
    if due.message_id is not None:
        return session.get_one(Message, due.message_id)
    if message_id is not None and session.get(Message, message_id) is not None:
        raise AlreadyRecordedError(message=f"there is already a message {message_id!r}", facts={"message": message_id})
    return Message(
        id=message_id or new_id(),
        provision_id=due.provision_id,
        information_id=due.information_id,
        giver_id=due.giver_id,
        receiver_id=due.receiver_id,
        about=due.about,
        designator_id=due.designator_id,
        event_on=due.since,
        last_day=due.last_day,
    )


def record_receipt(session: Session, *, log: Log, actor: Actor, at: datetime, message_id: str, on: date, number: str | None = None) -> str:
    """Record the receiver's receipt for a letter, at either seat, and return the message's id.

    Raises UnknownIdError; AlreadyRecordedError for a second receipt; AlreadyEndedError for a letter that had not gone
    out by then; ValueError for a blank number.
    """
    begin_act(session)
    require_words(number=number)
    row = personnel.require_known(session, Message, message_id, word="message")
    if row.received_on is not None:
        raise AlreadyRecordedError(message=f"the receipt for {message_id!r} is recorded", facts={"message": message_id})
    if row.sent_on is None or on < row.sent_on:
        raise AlreadyEndedError(message=f"message {message_id!r} had not gone out on {on}", facts={"message": message_id})
    row.received_on, row.receipt_number = on, number
    draft = Draft(
        kind=Kind.RECEIPT_RECORDED,
        actor=actor,
        at=at,
        on=on,
        object=row.information_id,
        organization=row.receiver_id,
        subject=row.information_id,
    )
    record(session, log=log, draft=draft, rows=[row])
    return row.id
