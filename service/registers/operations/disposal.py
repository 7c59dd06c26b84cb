"""Documents are destroyed: before a witness, or in an emergency with a report behind it (NPSC Rule 37, 38)."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.ledger import Kind, Log, begin_act
from service.personnel.rules import AlreadyRecordedError
from service.registers import queries, rules
from service.registers.house import amount_of
from service.registers.model import Line
from service.registers.operations.entering import Act, changed, end_storage, enter, in_charge, keeping, line, staff


def dispose_document(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    document_id: str,
    organization_id: str,
    person_id: str,
    witness_id: str,
    method: rules.Method,
    substance: rules.Substance,
    on: date,
    consent_number: str | None = None,
    consent_on: date | None = None,
) -> str:
    """Record that somebody destroyed a document beyond recovery while another watched (NPSC Rule 37); return the line's id.

    An organ's records need the Prime Minister's consent before, objects do not; elsewhere `consent_number` names the
    paper, if any, by which it was approved. What goes to the National Archives, an organ destroys never (Act 4(6)).
    Raises UnknownIdError; RegisterRefusedError (witness_is_the_same, consent_needed, not_of_the_organization,
    not_in_ledger, on_loan, lost, no_longer_held); DesignationRefusedError (requirement_not_met).
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    kind = keeping(act, organization_id).kind
    rules.require_witness(person_id=person_id, witness_id=witness_id)
    staff(act, organization_id, person_id=person_id, witness_id=witness_id)
    rules.require_consent(organization_kind=kind, substance=substance, on=on, consent_number=consent_number, consent_on=consent_on)
    informations = in_charge(act, organization_id, document_id)
    if kind == "organ" and substance != "object":
        designation.require_document_disposable(session, document_id=document_id)
    row = line(
        act,
        "disposal",
        organization_id,
        document_id=document_id,
        person_id=person_id,
        witness_id=witness_id,
        paper=consent_number,
        details={"method": method, "substance": substance, "consent_on": consent_on.isoformat() if consent_on else None},
    )
    enter(act, Kind.DOCUMENT_DISPOSED, [row, *end_storage(act, organization_id, document_id)], person=person_id, informations=informations)
    return row.id


def destroy_in_emergency(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    document_id: str,
    organization_id: str,
    person_id: str,
    method: rules.Method,
    prior: rules.Prior,
    on: date,
    approval_number: str | None = None,
    approved_on: date | None = None,
) -> str:
    """Record a destruction that nothing else could have spared a leak (NPSC Rule 38); return the line's id.

    The head approves beforehand unless there was no means or no time; either way a written report follows. Waits for
    nobody. Raises UnknownIdError; RegisterRefusedError (approval_needed, not_of_the_organization, not_in_ledger,
    no_longer_held).
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    keeping(act, organization_id)
    staff(act, organization_id, person_id=person_id)
    rules.require_prior(prior=prior, approval_number=approval_number, approved_on=approved_on, on=on)
    # Whoever has it in hand in an emergency destroys it, on loan or missed before.
    informations = in_charge(act, organization_id, document_id, states=("held", "on_loan", "lost"))
    row = line(
        act,
        "emergency",
        organization_id,
        document_id=document_id,
        person_id=person_id,
        paper=approval_number,
        due_on=on + timedelta(days=amount_of(session, "emergency_report", organization_id=organization_id, on=on)),
        details={"method": method, "prior": prior, "approved_on": approved_on.isoformat() if approved_on else None},
    )
    rows = [row, *end_storage(act, organization_id, document_id), *_loan_ended(act, organization_id, document_id)]
    enter(act, Kind.DOCUMENT_DESTROYED, rows, person=person_id, informations=informations)
    return row.id


def _loan_ended(act: Act, organization_id: str, document_id: str) -> list[Line]:
    loan = queries.open_line(act.session, organization_id=organization_id, document_id=document_id, kind="loan")
    if loan is None:
        return []
    rules.require_after(act.on, begun_on=loan.begun_on)
    loan.ended_on = act.on
    return [changed(loan, destroyed=True)]


def report_emergency_destruction(
    session: Session, *, log: Log, actor: Actor, at: datetime, emergency_id: str, to: rules.Told, paper: str, on: date
) -> str:
    """Record the written report of an emergency destruction (NPSC Rule 38(3) to (5)); return the line's id.

    First to the head: what, why nothing else would do, and how. The head then tells the committee and the Independent
    Secretary (`oversight`, an organ's alone), which ends it at an organ. Raises UnknownIdError; AlreadyRecordedError;
    RegisterRefusedError (head_not_told, requirement_not_met); ValueError.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    row = queries.line(session, line_id=emergency_id, kinds=("emergency",), word="emergency_id")
    kind = keeping(act, row.organization_id).kind
    rules.require_after(on, begun_on=row.begun_on)
    if f"{to}_on" in row.details:
        raise AlreadyRecordedError(message=f"the report to {to} is recorded", facts={"emergency": emergency_id})
    if to == "oversight":
        if kind != "organ":
            raise rules.refusal(reason="requirement_not_met", article="38(5)", kind=kind)
        if "head_on" not in row.details:
            raise rules.refusal(reason="head_not_told", article="38(5)")
    row = changed(row, **{f"{to}_on": on.isoformat(), f"{to}_paper": paper})
    if to == "oversight" or kind != "organ":
        row.ended_on = on
    enter(act, Kind.DESTRUCTION_REPORTED, [row])
    return row.id
