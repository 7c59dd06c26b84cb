"""What may be done with a document by approval: copied, passed on, taken out, disposed of or given back (NPSC Rule 25 to 37).

The rule asks the manager's approval for delivery and communication (27(1)) and leaves the others to the organization's own
rule under Order 11(1)(vii) and (viii). Where an organization keeps its approvals here, a decision asks for a live one.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, require_words
from service.registers import queries, rules
from service.registers.approval_model import ApprovalRule, DocumentApproval
from service.registers.operations.copies import MOST_COPIES
from service.registers.operations.entering import Act, keeping, staff


def approve_document(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    document_id: str,
    organization_id: str,
    approved_actions: Sequence[rules.Approvable],
    from_on: date,
    last_day: date,
    person_id: str | None = None,
    copies: int | None = None,
    party_id: str | None = None,
    destination: str | None = None,
    paper: str | None = None,
    approval_id: str | None = None,
) -> str:
    """Approve that somebody, or whoever is listed, does something with a document from a day to a last one; return the approval's id.

    `copies` is how many may be made; `destination` or `party_id` says where it goes, without which nothing is taken out or sent.
    Raises UnknownIdError; AlreadyRecordedError for an id that is taken; RegisterRefusedError (requirement_not_met,
    no_longer_held, lost, not_of_the_organization); ValueError.
    """
    begin_act(session)
    act = Act(session, log, actor, at, from_on)
    keeping(act, organization_id, done=False)
    rules.require_after(last_day, begun_on=from_on, word="last_day")
    require_words(destination=destination, paper=paper, approval_id=approval_id)
    rules.require_approvable(approved_actions, copies=copies, most=MOST_COPIES, somewhere=(destination or party_id) is not None)
    staff(act, organization_id, person_id=person_id)
    if party_id is not None:
        personnel.organization(session, organization_id=party_id)
    designation.document(session, document_id=document_id)
    # A site may keep approvals here and its ledger of documents elsewhere.
    steps = queries.steps_of(session, organization_id=organization_id, document_id=document_id)
    rules.require_state(steps, states=("not_in_ledger", "held", "on_loan"))
    row = DocumentApproval(
        id=approval_id or new_id(),
        document_id=document_id,
        organization_id=organization_id,
        actions=sorted(set(approved_actions)),
        person_id=person_id,
        from_on=from_on,
        until_on=last_day + timedelta(days=1),
        copies=copies,
        party_id=party_id,
        destination=destination,
        paper=paper,
        approved_by=actor.id if actor.second is None else actor.second.id,
    )
    if session.get(DocumentApproval, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already an approval {row.id!r}", facts={"approval": row.id})
    _enter(act, Kind.DOCUMENT_APPROVED, row)
    return row.id


def end_approval(session: Session, *, log: Log, actor: Actor, at: datetime, approval_id: str, on: date) -> str:
    """End an approval, so that from a day on it lets nobody do anything; return its id. Nothing is judged: narrowing is always lawful.

    Raises UnknownIdError; AlreadyEndedError where it does not run on that day any more.
    """
    begin_act(session)
    row = personnel.require_known(session, DocumentApproval, approval_id, word="approval_id")
    # One that would begin later ends on the day of its beginning: it never counts.
    end = max(on, row.from_on)
    if row.until_on <= end:
        raise AlreadyEndedError(message=f"the approval {approval_id!r} has ended", facts={"approval": approval_id})
    row.until_on = end
    _enter(Act(session, log, actor, at, on), Kind.APPROVAL_ENDED, row)
    return row.id


def set_approval_rule(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organization_id: str,
    approvals: Literal["kept", "not_kept"],
    from_on: date,
    approval_rule_id: str | None = None,
) -> str:
    """Say whether an organization keeps approvals of documents here from a day on; return the line's id.

    Where it does, a decision on copying, communicating, sending, taking out, disposing or giving back asks for a live approval.
    Raises UnknownIdError; AlreadyRecordedError for an id that is taken; RegisterRefusedError (requirement_not_met).
    """
    begin_act(session)
    act = Act(session, log, actor, at, from_on)
    keeping(act, organization_id, done=False)
    row = ApprovalRule(
        id=approval_rule_id or new_id(), organization_id=organization_id, kept=approvals == "kept", from_on=from_on, set_at=at
    )
    if session.get(ApprovalRule, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a line {row.id!r}", facts={"approval_rule": row.id})
    draft = Draft(kind=Kind.APPROVAL_RULE_SET, actor=actor, at=at, on=from_on, organization=organization_id, subject=organization_id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def _enter(act: Act, kind: Kind, row: DocumentApproval) -> None:
    """Record the entry of an act about an approval, under the key of whoever it is for."""
    draft = Draft(
        kind=kind,
        actor=act.actor,
        at=act.at,
        on=act.on,
        person=row.person_id,
        object=row.document_id,
        organization=row.organization_id,
        subject=row.person_id or row.document_id,
    )
    record(act.session, log=act.log, draft=draft, rows=[row])
