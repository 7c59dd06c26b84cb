"""Documents go out: lent with a day of return, taken back, or delivered for good (NPSC Rule 27 to 33)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Kind, Log, begin_act
from service.personnel import queries as personnel
from service.personnel.rules import AlreadyEndedError
from service.registers import queries, rules
from service.registers.operations.entering import Act, changed, end_storage, enter, in_charge, keeping, line, staff


def lend_document(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    document_id: str,
    organization_id: str,
    on: date,
    due_on: date,
    way: rules.Way,
    person_id: str | None = None,
    party_id: str | None = None,
    carrier_id: str | None = None,
    paper: str | None = None,
) -> str:
    """Lend a document to somebody here or to another organization until a day (NPSC Rule 27); return the loan's id.

    Raises UnknownIdError; RegisterRefusedError (not_in_ledger, on_loan, lost, no_longer_held, due_before_lending,
    not_of_the_organization); ValueError unless exactly one borrower is named.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    keeping(act, organization_id)
    rules.require_due(on=on, due_on=due_on)
    if (person_id is None) == (party_id is None):
        msg = "person_id: name either a person here or an organization that borrows"
        raise ValueError(msg)
    staff(act, organization_id, person_id=person_id, carrier_id=carrier_id)
    informations = in_charge(act, organization_id, document_id)
    warnings = _warnings(act, organization_id, informations, party_id)
    row = line(
        act,
        "loan",
        organization_id,
        document_id=document_id,
        person_id=person_id,
        witness_id=carrier_id if carrier_id != person_id else None,
        party_id=party_id,
        paper=paper,
        due_on=due_on,
        details={"way": way, "warnings": warnings},
    )
    enter(act, Kind.DOCUMENT_LENT, [row], person=person_id, informations=informations)
    return row.id


def _warnings(act: Act, organization_id: str, informations: list[str], party_id: str | None) -> list[str] | None:
    """Return what the second person should look at before a document goes to another organization."""
    if party_id is None:
        return None
    personnel.organization(act.session, organization_id=party_id)
    if party_id == organization_id:
        msg = "party_id: an organization gives nothing to itself"
        raise ValueError(msg)
    missing = queries.unprovided(act.session, informations=informations, party_id=party_id, on=act.on, at=act.at)
    return ["not_provided"] if missing else None


def return_loan(session: Session, *, log: Log, actor: Actor, at: datetime, loan_id: str, on: date) -> str:
    """Record that a document on loan came back (NPSC Rule 27(2)); return the loan's id.

    Raises UnknownIdError; AlreadyEndedError where it had come back; ValueError for a day before the loan.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    row = queries.line(session, line_id=loan_id, kinds=("loan",), word="loan_id")
    keeping(act, row.organization_id)
    if row.ended_on is not None:
        raise AlreadyEndedError(message=f"the loan {loan_id!r} has come back", facts={"loan": loan_id})
    rules.require_after(on, begun_on=row.begun_on)
    row.ended_on = on
    enter(act, Kind.LOAN_RETURNED, [changed(row, late=True if row.due_on is not None and on > row.due_on else None)])
    return row.id


def deliver_document(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    document_id: str,
    organization_id: str,
    party_id: str,
    signed_by: str,
    way: rules.Way,
    on: date,
    carrier_id: str | None = None,
    paper: str | None = None,
) -> str:
    """Deliver a document to another organization for good, against a signature (NPSC Rule 27(1), 29); return the receipt's id.

    By post and by e-mail there is no way (NPSC Rule 29(3), 32(2)). Raises UnknownIdError; RegisterRefusedError
    (not_in_ledger, on_loan, lost, no_longer_held, not_of_the_organization); ValueError.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    keeping(act, organization_id)
    staff(act, organization_id, carrier_id=carrier_id)
    informations = in_charge(act, organization_id, document_id)
    warnings = _warnings(act, organization_id, informations, party_id)
    row = line(
        act,
        "delivery",
        organization_id,
        document_id=document_id,
        party_id=party_id,
        witness_id=carrier_id,
        label=signed_by,
        paper=paper,
        details={"way": way, "warnings": warnings},
    )
    enter(act, Kind.DOCUMENT_DELIVERED, [row, *end_storage(act, organization_id, document_id)], informations=informations)
    return row.id
