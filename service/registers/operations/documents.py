"""Documents come into the ledger, are kept and handled (NPSC Rule 24, 33, 35, 36)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.ledger import Kind, Log, begin_act
from service.personnel import queries as personnel
from service.personnel.rules import AlreadyRecordedError, UnknownIdError
from service.registers import queries, rules
from service.registers.model import Line
from service.registers.operations.entering import Act, end_storage, enter, in_charge, keeping, line, staff


def enter_document(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    document_id: str,
    organization_id: str,
    on: date,
    paper: str | None = None,
    serial: int | None = None,
    line_id: str | None = None,
) -> str:
    """Enter a document made here in the ledger under the next registration number (NPSC Rule 24(2)); return the line's id.

    `serial` is the number that stands on it already, where it is brought forward. Raises UnknownIdError;
    AlreadyRecordedError where it has a number here, or the number is taken; RegisterRefusedError (requirement_not_met).
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    keeping(act, organization_id)
    row = _entered(act, organization_id, document_id, way="made", paper=paper, serial=serial, line_id=line_id)
    enter(act, Kind.DOCUMENT_ENTERED, [row], informations=designation.informations_in(session, document_id=document_id, on=on))
    return row.id


def receive_document(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    document_id: str,
    organization_id: str,
    party_id: str,
    on: date,
    opener_id: str | None = None,
    paper: str | None = None,
    serial: int | None = None,
    line_id: str | None = None,
) -> str:
    """Enter a document received from another organization in the ledger (NPSC Rule 24(2), 33); return the line's id.

    `opener_id` is whoever opened the sealed parcel. Raises as `enter_document` does, and RegisterRefusedError
    (not_of_the_organization) for somebody of elsewhere.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    keeping(act, organization_id)
    personnel.organization(session, organization_id=party_id)
    if party_id == organization_id:
        msg = "party_id: an organization receives nothing from itself"
        raise ValueError(msg)
    staff(act, organization_id, opener_id=opener_id)
    row = _entered(act, organization_id, document_id, way="received", paper=paper, serial=serial, line_id=line_id)
    row.party_id, row.person_id = party_id, opener_id
    enter(act, Kind.DOCUMENT_RECEIVED, [row], informations=designation.informations_in(session, document_id=document_id, on=on))
    return row.id


def _entered(
    act: Act, organization_id: str, document_id: str, *, way: str, paper: str | None, serial: int | None, line_id: str | None = None
) -> Line:
    document = designation.document(act.session, document_id=document_id)
    if document.organization_id not in {None, organization_id} and way == "made":
        raise UnknownIdError(message=f"there is no document {document_id!r}", facts={"document": document_id})
    if queries.state_of(act.session, organization_id=organization_id, document_id=document_id) != "not_in_ledger":
        raise AlreadyRecordedError(message=f"document {document_id!r} has its number already", facts={"document": document_id})
    if serial is not None:
        rules.require_number(serial)
        if queries.line_numbered(act.session, organization_id=organization_id, kind="document", serial=serial) is not None:
            raise AlreadyRecordedError(message=f"the registration number {serial} is taken", facts={"serial": serial})
    words = {"document_id": document_id, "paper": paper, "details": {"way": way}}
    return line(act, "document", organization_id, serial=serial, line_id=line_id, **words)


def store_document(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    document_id: str,
    organization_id: str,
    area_id: str,
    on: date,
) -> str:
    """Record where a document is kept from a day on (NPSC Rule 21, 35); return the line's id. Its place before ends that day.

    Raises UnknownIdError; RegisterRefusedError (not_in_ledger, on_loan, lost, no_longer_held; area_ended); ValueError.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    keeping(act, organization_id)
    informations = in_charge(act, organization_id, document_id)
    area = queries.line(session, line_id=area_id, kinds=("area",), word="area_id")
    if area.organization_id != organization_id:
        raise UnknownIdError(message=f"there is no area {area_id!r}", facts={"area_id": area_id})
    if area.ended_on is not None or on < area.begun_on:
        raise rules.refusal(reason="area_ended", article="21(1)")
    ended = end_storage(act, organization_id, document_id)
    if ended and ended[0].of_id == area_id:
        raise AlreadyRecordedError(message=f"document {document_id!r} is kept there already", facts={"document": document_id})
    row = line(act, "storage", organization_id, document_id=document_id, of_id=area_id, keeper_id=area.keeper_id)
    enter(act, Kind.DOCUMENT_STORED, [row, *ended], informations=informations)
    return row.id


def record_handling(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    document_id: str,
    organization_id: str,
    person_id: str,
    use: rules.Use,
    on: date,
) -> str:
    """Record who handled a document, when and how (NPSC Rule 36); return the line's id.

    Whether they might is decided by the check, before; this tells what was done. Raises UnknownIdError;
    RegisterRefusedError (not_in_ledger, no_longer_held, not_of_the_organization).
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    keeping(act, organization_id)
    staff(act, organization_id, person_id=person_id)
    informations = in_charge(act, organization_id, document_id, states=("held", "on_loan", "lost"))
    row = line(act, "handling", organization_id, document_id=document_id, person_id=person_id, details={"use": use})
    enter(act, Kind.DOCUMENT_HANDLED, [row], person=person_id, informations=informations)
    return row.id
