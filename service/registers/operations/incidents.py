"""Incidents and their clock: reported at once by whoever notices, told to the head, looked into, closed (NPSC Rule 40)."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.ledger import Kind, Log, begin_act
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, UnknownIdError
from service.registers import queries, rules
from service.registers.house import amount_of
from service.registers.model import Line
from service.registers.operations.entering import Act, changed, enter, keeping, line, staff


def report_incident(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organization_id: str,
    person_id: str,
    incident: rules.Incident,
    on: date,
    document_id: str | None = None,
) -> str:
    """Report a loss, a leak or another incident, or the fear of one, at once (NPSC Rule 40(1)); return its id.

    `person_id` is whoever reports; everybody may, for themselves. What was done about it is told on paper. Raises
    UnknownIdError, also for a document that is not in the ledger here; RegisterRefusedError (not_of_the_organization).
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    keeping(act, organization_id)
    staff(act, organization_id, person_id=person_id)
    informations: list[str] = []
    if document_id is not None:
        if queries.state_of(session, organization_id=organization_id, document_id=document_id) == "not_in_ledger":
            raise UnknownIdError(message=f"there is no document {document_id!r}", facts={"document_id": document_id})
        informations = list(designation.informations_in(session, document_id=document_id, on=on))
    foreign = bool(queries.originators(session, informations=informations, at=at))
    row = line(
        act,
        "incident",
        organization_id,
        document_id=document_id,
        # The reporter is the witness of it: who goes on with it need not be somebody else.
        witness_id=person_id,
        due_on=on + timedelta(days=amount_of(session, "incident_to_head", organization_id=organization_id, on=on)),
        details={"incident": incident, "foreign": foreign or None},
    )
    enter(act, Kind.INCIDENT_REPORTED, [row], person=person_id, informations=informations)
    return row.id


def _open(act: Act, incident_id: str) -> Line:
    row = queries.line(act.session, line_id=incident_id, kinds=("incident",), word="incident_id")
    keeping(act, row.organization_id)
    if row.ended_on is not None:
        raise AlreadyEndedError(message=f"the incident {incident_id!r} is closed", facts={"incident": incident_id})
    rules.require_after(act.on, begun_on=row.begun_on)
    return row


def tell_head_of_incident(session: Session, *, log: Log, actor: Actor, at: datetime, incident_id: str, paper: str, on: date) -> str:
    """Record that the head was told of an incident (NPSC Rule 40(1)(iii)); return its id. The clock of the inquiry begins.

    Raises UnknownIdError; AlreadyEndedError; AlreadyRecordedError; ValueError.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    row = _open(act, incident_id)
    if "head_on" in row.details:
        raise AlreadyRecordedError(message="the head was told", facts={"incident": incident_id})
    changed(row, head_on=on.isoformat(), head_paper=paper)
    row.due_on = on + timedelta(days=amount_of(session, "incident_closed", organization_id=row.organization_id, on=on))
    enter(act, Kind.INCIDENT_FOLLOWED, [row])
    return row.id


def follow_treaty_procedure(session: Session, *, log: Log, actor: Actor, at: datetime, incident_id: str, paper: str, on: date) -> str:
    """Record the step that the agreement with a foreign originator asks for (NPSC Rule 40(1)(iii)); return the incident's id.

    Raises as `tell_head_of_incident` does, and RegisterRefusedError (not_foreign).
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    row = _open(act, incident_id)
    if not row.details.get("foreign"):
        raise rules.refusal(reason="not_foreign", article="40(1)(iii)")
    if "treaty_on" in row.details:
        raise AlreadyRecordedError(message="the procedure is recorded", facts={"incident": incident_id})
    changed(row, treaty_on=on.isoformat(), treaty_paper=paper)
    enter(act, Kind.INCIDENT_FOLLOWED, [row])
    return row.id


def close_incident(
    session: Session, *, log: Log, actor: Actor, at: datetime, incident_id: str, outcome: rules.Outcome, paper: str, on: date
) -> str:
    """Close an incident with the report of what was found and done (NPSC Rule 40(2)); return its id.

    Raises UnknownIdError; AlreadyEndedError; RegisterRefusedError (head_not_told, treaty_procedure_open); ValueError.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    row = _open(act, incident_id)
    rules.require_closable(told="head_on" in row.details, foreign=bool(row.details.get("foreign")), treaty="treaty_on" in row.details)
    changed(row, outcome=outcome)
    row.ended_on, row.paper = on, paper
    enter(act, Kind.INCIDENT_CLOSED, [row])
    return row.id
