"""What the acts that pass an information on have in common: what the rules judge, and the rows beside a provision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.designation import queries as designation
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError
from service.provision import queries
from service.provision.model import Condition, Message, Provision
from service.provision.rules import TOLD, Conditions, Proposed


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter that tells when validity ends (Order 13): its number, and when it went and came; nothing while it is owed."""

    number: str | None = None
    sent_on: date | None = None
    received_on: date | None = None


def proposed_of(session: Session, row: Provision, conditions: Conditions, *, at: datetime, giver_known: bool) -> Proposed:
    """Return what the rules judge, as of the provision's own day. Raises UnknownIdError for an unknown party."""
    giver = personnel.organization(session, organization_id=row.giver_id)
    receiver = personnel.organization(session, organization_id=row.receiver_id)
    on, information_id = row.provided_on, row.information_id
    held_under = queries.held_under(session, information_id=information_id, organization_id=giver.id, on=on, at=at)
    holds = queries.holds(session, information_id=information_id, organization_id=giver.id, on=on, at=at)
    if row.under == "Act 10(2)":
        # What arises at the operator is not held by its designator, until it is handed over under Act 10(5).
        holds = bool(held_under)
    designators = designation.designators(session, information_id=information_id, on=on, at=at)
    live = queries.contracts_covering(session, operator_id=receiver.id, organ_id=giver.id, information_id=information_id, on=on, at=at)
    return Proposed(
        under=row.under,
        on=on,
        giver_id=giver.id,
        giver_kind=giver.kind,
        receiver_id=receiver.id,
        receiver_kind=receiver.kind,
        designated_by=designation.designated_by(session, information_id=information_id, on=on, at=at),
        designators=designators,
        in_force=bool(designators),
        lent_to=queries.lent_to(session, information_id=information_id, giver_id=giver.id, on=on, at=at),
        giver_holds=holds or (not giver_known and row.under != "Act 10(2)"),
        held_under=held_under,
        certified=queries.is_certified(session, operator_id=receiver.id, organ_id=giver.id, on=on, at=at),
        contracted=bool(live),
        conditions=conditions,
        missing_items=queries.missing_from(session, live, under=row.under, on=on),
    )


def require_new(session: Session, row: Provision) -> None:
    """Raise AlreadyRecordedError where a provision has this id already."""
    if session.get(Provision, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a provision {row.id!r}", facts={"provision": row.id})


def conditions_of(row: Provision, conditions: Conditions) -> Sequence[Condition]:
    """Return the conditions of a provision as rows, each with the day by which it was met."""

    def lines() -> Iterator[tuple[str, date, str | None]]:
        for code in dict.fromkeys(conditions.safeguards):
            yield code, conditions.safeguards_on or row.provided_on, None
        if conditions.consulted_on is not None:
            yield "consultation", conditions.consulted_on, row.receiver_id
        for organ in sorted(set(conditions.consented_by)):
            yield "consent", row.provided_on, organ
        if conditions.equivalence:
            yield "equivalence", row.provided_on, None
        if conditions.instructed_on is not None:
            yield "instruction", conditions.instructed_on, row.receiver_id

    return [
        Condition(id=new_id(), provision_id=row.id, what=what, met_on=met_on, by_id=by_id, papers=conditions.papers)
        for what, met_on, by_id in lines()
    ]


def first_messages(session: Session, row: Provision, letter: Letter, *, at: datetime) -> Sequence[Message]:
    """Return the letter of Order 13 (of Order 11(3) and 16(2) for a notice of designation), where the way asks for one."""
    if row.under not in TOLD:
        return []
    standing = [
        one for one in designation.designations_of(session, information_id=row.information_id, at=at) if one.in_force(row.provided_on)
    ]
    return [
        Message(
            id=new_id(),
            provision_id=row.id,
            information_id=row.information_id,
            giver_id=row.giver_id,
            receiver_id=row.receiver_id,
            about="validity",
            designator_id=None,
            event_on=row.provided_on,
            # Where several organs designated it, protection lasts until the last of them ends.
            last_day=max((one.last_day_as_of(row.provided_on) for one in standing), default=None),
            number=letter.number,
            sent_on=letter.sent_on,
            received_on=letter.received_on,
        )
    ]
