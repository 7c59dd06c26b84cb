"""What is still owed after a provision: letters to recipients, receipts, things to be given back. Computed from facts; writes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.designation.queries import designations_of
from service.personnel.rules import first_recorded
from service.provision import queries
from service.provision.model import Condition, Message, Provision
from service.provision.rules import Event, events_of, owes
from service.statute.citations import Citation, cite
from service.statute.periods import ONE_DAY


@dataclass(frozen=True, slots=True)
class Owed:
    """A letter that a giver still owes to who got the information from it.

    `since` is the day from which it is owed, `last_day` what it tells of the validity, `message_id` the row that waits
    for it (a letter with the provision itself), `provision_id` the provision that it follows.
    """

    information_id: str
    giver_id: str
    receiver_id: str
    about: str
    since: date
    last_day: date | None
    designator_id: str | None
    provision_id: str
    message_id: str | None
    citation: Citation


_BASES = {"Act 5(2)": "Order 11(3)", "Act 10(2)": "Order 16(2)"}
"""Where the letter with a provision is asked for elsewhere than in Order 13."""
_DESIGNATOR = {"extended": "Order 8", "lifted": "Order 10", "expired": "Order 7"}
_PASSING_ON = {"organ": "Order 14", "police": "Order 12", "operator": "Order 17"}


def messages_owed(session: Session, *, information_id: str, giver_id: str, giver_kind: str, on: date, at: datetime) -> Sequence[Owed]:
    """Return the letters that an organization owes about an information on a day, the oldest first.

    Each holder tells those who got it from the holder itself (Order 7, 8, 10, 12, 14, 17), down the chain.
    """
    given = [
        row for row in queries.provisions_from(session, information_id=information_id, giver_id=giver_id, at=at) if row.provided_on <= on
    ]
    sent = session.scalars(select(Message).where(Message.information_id == information_id, Message.giver_id == giver_id)).all()
    events = [event for one in designations_of(session, information_id=information_id, at=at) for event in events_of(one, on=on)]
    owed = [*with_the_provision(session, given, sent), *of_events(given, sent, events, giver_id, giver_kind)]
    return sorted(owed, key=lambda one: (one.since, one.receiver_id, one.about))


def with_the_provision(session: Session, given: Sequence[Provision], sent: Sequence[Message]) -> Iterator[Owed]:
    """Yield the letters of Order 13 that have not gone out; a provision of brought-forward history has no row and owes none here."""
    rows = session.execute(
        select(Provision.id, Provision.replaces).where(Provision.information_id.in_({row.information_id for row in given}))
    )
    replaces = {row.id: row.replaces for row in rows}
    live = {first_recorded(replaces, row.id): row for row in given}
    for message in sent:
        row = live.get(message.provision_id)
        if message.about == "validity" and message.sent_on is None and row is not None:
            yield Owed(
                message.information_id,
                message.giver_id,
                message.receiver_id,
                "validity",
                row.provided_on,
                message.last_day,
                None,
                row.id,
                message.id,
                cite(_BASES.get(row.under, "Order 13")),
            )


def of_events(
    given: Sequence[Provision], sent: Sequence[Message], events: Sequence[Event], giver_id: str, giver_kind: str
) -> Iterator[Owed]:
    """Yield the letters that a giver owes of what became of an information that it gave (Order 7, 8, 10, 12, 14, 17)."""
    done = {(one.receiver_id, one.about, one.designator_id, one.event_on, one.last_day) for one in sent if one.sent_on is not None}
    for event in events:
        asked = _DESIGNATOR[event.about] if giver_id == event.organ_id else _PASSING_ON.get(giver_kind, "Order 14")
        told: set[str] = set()
        for row in given:
            due = owes(event, under=row.under, provided_on=row.provided_on, receiver_id=row.receiver_id)
            key = (row.receiver_id, event.about, event.organ_id, event.on, event.last_day)
            if not due or row.receiver_id in told or key in done:
                continue
            told.add(row.receiver_id)
            yield Owed(
                row.information_id,
                giver_id,
                row.receiver_id,
                event.about,
                event.on,
                event.last_day,
                event.organ_id,
                row.id,
                None,
                cite(asked),
            )


def receipts_missing(session: Session, *, giver_id: str, on: date) -> Sequence[Message]:
    """Return the letters that went out by a day and for which no receipt had come: a breach to be followed up, no loss of status."""
    found = select(Message).where(Message.giver_id == giver_id, Message.sent_on <= on)
    rows = session.scalars(found.order_by(Message.sent_on, Message.id)).all()
    return [row for row in rows if row.received_on is None or row.received_on > on]


@dataclass(frozen=True, slots=True)
class ToReturn:
    """Something that an operator may no longer use and still holds.

    `since` is the first day without certification or contract, `return_by` the last day of the contract's term (None: it
    sets none), `contract_id` the contract that covered it last.
    """

    provision_id: str
    information_id: str
    operator_id: str
    organ_id: str
    contract_id: str | None
    since: date
    return_by: date | None
    overdue: bool


def to_be_returned(session: Session, *, operator_id: str, on: date, at: datetime) -> Sequence[ToReturn]:
    """Return what an operator still holds on a day though its contract or certification is over, the earliest term first.

    What another live contract with the same organ covers stays (Act 10(1), (3), (4)).
    """
    held = select(Provision).where(
        Provision.receiver_id == operator_id,
        Provision.under.in_(("Act 10(1)", "Act 10(2)")),
        Provision.provided_on <= on,
        or_(Provision.returned_on.is_(None), Provision.returned_on > on),
        Provision.known(at),
    )
    found = [one for row in session.scalars(held.order_by(Provision.id)) if (one := _to_return(session, row, on=on, at=at)) is not None]
    return sorted(found, key=lambda one: (one.return_by or date.max, one.provision_id))


def _to_return(session: Session, row: Provision, *, on: date, at: datetime) -> ToReturn | None:
    covering = queries.contracts_covering(
        session, operator_id=row.receiver_id, organ_id=row.giver_id, information_id=row.information_id, on=None, at=at
    )
    begun = [one for one in covering if one.from_on <= on]
    live = any(one.until_on is None or on < one.until_on for one in begun)
    certified_until = queries.certified_until(session, operator_id=row.receiver_id, organ_id=row.giver_id, on=on, at=at)
    if live and certified_until is None:
        return None
    last = max(begun, key=lambda one: (one.until_on or date.max, one.id), default=None)
    ends = [certified_until, None if last is None or live else last.until_on]
    term = None if last is None else last.return_until_on
    return ToReturn(
        row.id,
        row.information_id,
        row.receiver_id,
        row.giver_id,
        None if last is None else last.id,
        max(row.provided_on, min((end for end in ends if end is not None), default=row.provided_on)),
        None if term is None else term - ONE_DAY,
        term is not None and term <= on,
    )


def conditions_met(session: Session, *, provision_id: str) -> Sequence[Condition]:
    """Return the conditions of a provision as they are kept, by code; none where it was brought forward."""
    found = select(Condition).where(Condition.provision_id == provision_id)
    return session.scalars(found.order_by(Condition.what, Condition.id)).all()
