"""What is still owed after a provision: letters to recipients, receipts, things to be given back. Computed from facts; writes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.designation.queries import designations_of
from service.personnel.rules import first_recorded
from service.provision import queries
from service.provision.model import Condition, Contract, ContractInformation, Message, Provision
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
    owed = [*_with_the_provision(session, given, sent), *_of_events(given, sent, events, giver_id, giver_kind)]
    return sorted(owed, key=lambda one: (one.since, one.receiver_id, one.about))


def _with_the_provision(session: Session, given: Sequence[Provision], sent: Sequence[Message]) -> Iterator[Owed]:
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


def _of_events(
    given: Sequence[Provision], sent: Sequence[Message], events: Sequence[Event], giver_id: str, giver_kind: str
) -> Iterator[Owed]:
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
    """Something that a contract's end asks back: until when (None: the contract sets no term), and whether that is over."""

    provision_id: str
    information_id: str
    operator_id: str
    organ_id: str
    contract_id: str
    ended_on: date
    return_by: date | None
    overdue: bool


def to_be_returned(session: Session, *, operator_id: str, on: date, at: datetime) -> Sequence[ToReturn]:
    """Return what an operator still holds on a day by contracts that are over, the earliest term first (Act 10(3), (4)).

    What another live contract with the same organ covers stays.
    """
    contracts = session.scalars(
        select(Contract).where(Contract.operator_id == operator_id, Contract.known(at), Contract.until_on <= on)
    ).all()
    rows = session.execute(select(Contract.id, Contract.replaces).where(Contract.operator_id == operator_id))
    replaces = {row.id: row.replaces for row in rows}
    found: dict[str, ToReturn] = {}
    for contract in sorted(contracts, key=lambda one: (one.until_on or on, one.id)):
        ids = {contract.id, first_recorded(replaces, contract.id)}
        covered = session.scalars(select(ContractInformation.information_id).where(ContractInformation.contract_id.in_(ids)))
        for information_id in sorted(set(covered)):
            for row in _still_held(session, contract, information_id, on=on, at=at):
                assert contract.until_on is not None  # it is over
                term = contract.return_until_on
                found[row.id] = ToReturn(
                    row.id,
                    information_id,
                    operator_id,
                    contract.organ_id,
                    contract.id,
                    contract.until_on,
                    None if term is None else term - ONE_DAY,
                    term is not None and term <= on,
                )
    return sorted(found.values(), key=lambda one: (one.return_by or date.max, one.provision_id))


def _still_held(session: Session, contract: Contract, information_id: str, *, on: date, at: datetime) -> Iterator[Provision]:
    parties = {"operator_id": contract.operator_id, "organ_id": contract.organ_id}
    if queries.contracts_covering(session, **parties, information_id=information_id, on=on, at=at):
        return
    for row in queries.provisions_to(session, information_id=information_id, receiver_id=contract.operator_id, at=at):
        back = row.returned_on is not None and row.returned_on <= on
        if row.giver_id == contract.organ_id and row.under in {"Act 10(1)", "Act 10(2)"} and row.provided_on <= on and not back:
            yield row


def conditions_met(session: Session, *, provision_id: str) -> Sequence[Condition]:
    """Return the conditions of a provision as they are kept, by code; none where it was brought forward."""
    found = select(Condition).where(Condition.provision_id == provision_id)
    return session.scalars(found.order_by(Condition.what, Condition.id)).all()
