"""Inspections: the ledger against what is there, by somebody who does not keep it (NPSC Rule 39)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.ledger import Kind, Log, begin_act
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, UnknownIdError
from service.registers import queries, rules
from service.registers.model import Line
from service.registers.operations.entering import Act, changed, enter, keeping, line, staff
from service.statute.periods import legal_day


def begin_inspection(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organization_id: str,
    person_id: str,
    inspector_id: str,
    occasion: rules.Occasion,
    on: date,
) -> str:
    """Begin the inspection of what one custodian keeps, and of what nobody is said to keep; return its id.

    `person_id` is the custodian inspected, who neither inspects nor records it. Raises UnknownIdError;
    RegisterRefusedError (own_holdings, not_of_the_organization); AlreadyRecordedError while another of theirs is open.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    keeping(act, organization_id)
    rules.require_other_inspector(inspector_id=inspector_id, keepers={person_id})
    staff(act, organization_id, person_id=person_id, inspector_id=inspector_id)
    running = [
        row
        for row in queries.lines_of(session, organization_id=organization_id, kind="inspection")
        if row.person_id == person_id and row.ended_on is None and row.struck_on is None
    ]
    if running:
        raise AlreadyRecordedError(message="an inspection of these holdings is open", facts={"inspection": running[0].id})
    expected = queries.expected(session, organization_id=organization_id, keeper_id=person_id)
    row = line(
        act,
        "inspection",
        organization_id,
        person_id=person_id,
        witness_id=inspector_id,
        details={"occasion": occasion, "expected": len(expected)},
    )
    enter(act, Kind.INSPECTION_BEGUN, [row], person=person_id)
    return row.id


def record_earlier_inspection(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organization_id: str,
    person_id: str,
    inspector_id: str,
    occasion: rules.Occasion,
    from_on: date,
    on: date,
    expected: int,
    present: int,
    missing: int = 0,
) -> str:
    """Record an inspection that was made before the ledger was kept here, by its counts (NPSC Rule 39); return its id.

    What is kept here is compared line by line, by `begin_inspection`. Raises UnknownIdError; RegisterRefusedError
    (own_holdings, not_of_the_organization); AlreadyRecordedError; ValueError for counts that do not add up and for days to come.
    """
    begin_act(session)
    act = Act(session, log, actor, at, from_on)
    keeping(act, organization_id)
    rules.require_after(on, begun_on=from_on)
    rules.require_not_yet(on, today=legal_day(at))
    rules.require_other_inspector(inspector_id=inspector_id, keepers={person_id})
    rules.require_counted(expected=expected, present=present, missing=missing)
    staff(act, organization_id, person_id=person_id, inspector_id=inspector_id)
    for row in queries.lines_of(session, organization_id=organization_id, kind="inspection"):
        if (row.person_id, row.witness_id, row.begun_on, row.struck_on) == (person_id, inspector_id, from_on, None):
            raise AlreadyRecordedError(message="this inspection is recorded", facts={"inspection": row.id})
    details = {"occasion": occasion, "expected": expected, "present": present, "missing": missing}
    row = line(act, "inspection", organization_id, person_id=person_id, witness_id=inspector_id, details=details)
    row.ended_on = on
    enter(act, Kind.INSPECTION_ENDED, [row], person=person_id)
    return row.id


def _running(act: Act, inspection_id: str) -> tuple[Line, str]:
    """Return an open inspection and whose holdings it is of. Raises UnknownIdError, AlreadyEndedError."""
    row = queries.line(act.session, line_id=inspection_id, kinds=("inspection",), word="inspection_id")
    keeping(act, row.organization_id)
    if row.ended_on is not None:
        raise AlreadyEndedError(message=f"the inspection {inspection_id!r} has ended", facts={"inspection": inspection_id})
    rules.require_after(act.on, begun_on=row.begun_on)
    return row, str(row.person_id)


def record_inspection(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    inspection_id: str,
    document_id: str,
    found: rules.Found,
    on: date,
) -> str:
    """Record whether a document of the ledger is there (NPSC Rule 39(4)); return the line's id.

    What is missing counts as lost from then on, until it is found. Raises UnknownIdError for what the inspection does
    not compare; AlreadyRecordedError; AlreadyEndedError.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    inspection, keeper = _running(act, inspection_id)
    if document_id not in queries.expected(session, organization_id=inspection.organization_id, keeper_id=keeper):
        raise UnknownIdError(message=f"the inspection compares no document {document_id!r}", facts={"document_id": document_id})
    seen = queries.findings_of(session, inspection_id=inspection_id)
    if any(row.document_id == document_id for row in seen):
        raise AlreadyRecordedError(message=f"document {document_id!r} has been compared", facts={"document": document_id})
    row = line(act, "finding", inspection.organization_id, document_id=document_id, of_id=inspection_id, details={"found": found})
    informations = designation.informations_in(session, document_id=document_id, on=on)
    enter(act, Kind.INSPECTION_RECORDED, [row], informations=informations)
    return row.id


def end_inspection(session: Session, *, log: Log, actor: Actor, at: datetime, inspection_id: str, on: date) -> tuple[str, ...]:
    """End an inspection once every line was compared (NPSC Rule 39(4)); return the documents that were not there.

    Each of them is an incident to be reported at once. Raises UnknownIdError; AlreadyEndedError; RegisterRefusedError
    (not_all_compared).
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    inspection, keeper = _running(act, inspection_id)
    seen = queries.findings_of(session, inspection_id=inspection_id)
    expected = queries.expected(session, organization_id=inspection.organization_id, keeper_id=keeper)
    rules.require_compared(expected=expected, seen=[str(row.document_id) for row in seen])
    missing = tuple(str(row.document_id) for row in seen if row.details["found"] == "missing")
    inspection.ended_on = on
    changed(inspection, expected=len(seen), present=len(seen) - len(missing), missing=len(missing))
    enter(act, Kind.INSPECTION_ENDED, [inspection], person=inspection.person_id)
    return missing
