"""Putting the letters to recipients right, and their receipts (Order 12 to 14): no right of anybody rests on their days."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act
from service.personnel import queries as personnel
from service.personnel.corrections import Grounds, amending, changes_of, put_right, require_something
from service.personnel.rules import AlreadyEndedError, require_order, require_words
from service.provision.model import Message

Emptied = Literal["received_on", "receipt_number"]


def correct_notice(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    message_id: str,
    grounds: Grounds,
    sent_on: date | None = None,
    number: str | None = None,
    received_on: date | None = None,
    receipt_number: str | None = None,
    without: Sequence[Emptied] | None = None,
) -> str:
    """Put the day or number of a letter or of its receipt right and return its id, which stays; a receipt may never have come.

    Raises UnknownIdError; AlreadyEndedError for a letter that has not gone out; ValueError for a receipt before its letter, or
    where nothing is put right.
    """
    begin_act(session)
    require_words(number=number, receipt_number=receipt_number)
    row = personnel.require_known(session, Message, message_id, word="message")
    if row.sent_on is None:
        raise AlreadyEndedError(message=f"message {message_id!r} has not gone out", facts={"message": message_id})
    given = {"sent_on": sent_on, "number": number, "received_on": received_on, "receipt_number": receipt_number}
    changes = changes_of(given, without)
    amended = amending(row, changes)
    require_something(amended)
    require_order(from_on=changes.get("sent_on", row.sent_on), until_on=changes.get("received_on", row.received_on))
    draft = Draft(
        kind=Kind.NOTICE_CORRECTED,
        actor=actor,
        at=at,
        object=row.information_id,
        organization=row.giver_id,
        subject=row.information_id,
    )
    return put_right(session, log=log, draft=draft, pairs=[], grounds=grounds, amended=amended)
