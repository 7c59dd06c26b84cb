"""What the end of a designation requires of one organization, and what of it is done (Act 4(7), Order 7, 10, 12, 14, 17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.concerning import concern_of_row
from service.acts.reading.holding import count_documents
from service.acts.reading.informations import InformationLine
from service.acts.reading.owed import letters_owed
from service.acts.reading.seeing import reached, seers_in
from service.designation.model import Closing, ClosingFormality
from service.identity.desk import Seated
from service.provision.model import Message, Provision
from service.statute.periods import legal_day

ENDS = ("lifted", "expired")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is to be told of an end: by whom, of what, since when, and what became of it.

    `sent_on` None while the letter is owed; `received_on` None while no receipt came. `citation` asks for a letter owed.
    """

    giver_id: str
    receiver_id: str
    about: str
    event_on: date
    number: str | None = None
    sent_on: date | None = None
    received_on: date | None = None
    receipt_number: str | None = None
    message_id: str | None = None
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """An organization that has or had the information, and the day on which it closed it; None while it has not."""

    organization_id: str
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Ending:
    """Where one organization stands with the end of an information.

    `end_mark` is the mark that belongs to the end; `documents` how many documents are to be struck; `struck` how many were.
    """

    organization_id: str
    ended: bool
    end_mark: str | None
    recipients: Sequence[Recipient]
    documents: int
    closed_on: date | None
    struck: int | None
    holders: Sequence[Holder]
    unreturned: Sequence[Provision]

    @property
    def untold(self) -> Sequence[Recipient]:
        """Who was not told yet."""
        return [one for one in self.recipients if one.sent_on is None]

    @property
    def unreceipted(self) -> Sequence[Recipient]:
        """Who was told and has not sent a receipt."""
        return [one for one in self.recipients if one.sent_on is not None and one.received_on is None]


def ending_of(session: Session, seated: Seated, line: InformationLine, *, organization_id: str) -> Ending:
    """Return where an organization stands with the end of an information. Raises NotAllowedError, OutsideError."""
    held = seers_in(seated, "title", organization_id)
    today = legal_day(seated.at)
    ended = line.ended_on is not None
    last = max((one for one in line.designations if one.on <= today), key=lambda one: one.ended_on(today), default=None)
    given = [
        row
        for row in session.scalars(select(Provision).where(Provision.information_id == line.id, Provision.known(seated.at)))
        if reached(session, held, concern_of_row(session, row, by=None, at=seated.at))
    ]
    closed_on = line.closed_on.get(organization_id)
    return Ending(
        organization_id,
        ended,
        last.end_mark(today) if ended and last is not None else None,
        _recipients(session, seated, line, organization_id) if ended else [],
        count_documents(session, seated, information_id=line.id, organizations={organization_id}),
        closed_on,
        _struck(session, seated, line, organization_id) if closed_on is not None else None,
        _holders(line, given),
        [row for row in given if row.receiver_id == organization_id and row.returned_on is None and row.under.startswith("Act 10")],
    )


def _recipients(session: Session, seated: Seated, line: InformationLine, giver_id: str) -> list[Recipient]:
    sent = select(Message).where(Message.information_id == line.id, Message.giver_id == giver_id, Message.about.in_(ENDS))
    found = [
        Recipient(
            row.giver_id,
            row.receiver_id,
            row.about,
            row.event_on,
            row.number,
            row.sent_on,
            row.received_on,
            row.receipt_number,
            row.id,
        )
        for row in session.scalars(sent.where(Message.sent_on.is_not(None)).order_by(Message.sent_on, Message.id))
    ]
    owed = [one for one in letters_owed(session, seated, organization_id=giver_id, information_id=line.id) if one.about in ENDS]
    return [*(Recipient(giver_id, one.receiver_id, one.about, one.since, citation=str(one.citation)) for one in owed), *found]


def _struck(session: Session, seated: Seated, line: InformationLine, organization_id: str) -> int | None:
    found = (
        select(ClosingFormality.documents_struck)
        .join(Closing, Closing.id == ClosingFormality.closing_id)
        .where(Closing.information_id == line.id, Closing.organization_id == organization_id, Closing.known(seated.at))
    )
    return session.scalars(found.order_by(Closing.closed_on.desc())).first()


def _holders(line: InformationLine, given: Sequence[Provision]) -> list[Holder]:
    """Return who has, or had as it ended, the information: who designated it, and to whom it was given."""
    kept = [row for row in given if row.returned_on is None or line.ended_on is None or line.ended_on < row.returned_on]
    ids = dict.fromkeys([one.organ_id for one in line.designations] + [row.receiver_id for row in kept])
    return [Holder(one, line.closed_on.get(one)) for one in ids]
