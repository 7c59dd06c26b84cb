"""Information that came from abroad: for what it was given, and what else its originator allowed (NPSC Rule 48, 49)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.ledger import Kind, Log, begin_act
from service.personnel.rules import AlreadyRecordedError
from service.registers import queries, rules
from service.registers.operations.entering import Act, enter, keeping, line


def _originator(act: Act, information_id: str) -> str:
    """Return from whom an information came. Raises UnknownIdError, RegisterRefusedError (not_foreign)."""
    designation.information(act.session, information_id=information_id)
    found = queries.originators(act.session, informations=[information_id], at=act.at)
    if not found:
        raise rules.refusal(reason="not_foreign", article="48")
    return min(found)


def record_foreign_origin(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    organization_id: str,
    purpose: str,
    paper: str,
    on: date,
) -> str:
    """Record for what an information was given, and under which agreement (NPSC Rule 49); return the line's id.

    `paper` names the agreement. Raises UnknownIdError; RegisterRefusedError (not_foreign); AlreadyRecordedError.
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    keeping(act, organization_id)
    party_id = _originator(act, information_id)
    standing = queries.lines_of(session, organization_id=organization_id, kind="origin")
    if any(row.information_id == information_id and row.label == purpose and row.struck_on is None for row in standing):
        raise AlreadyRecordedError(message="this purpose is recorded", facts={"information": information_id})
    row = line(act, "origin", organization_id, information_id=information_id, party_id=party_id, label=purpose, paper=paper)
    enter(act, Kind.ORIGIN_RECORDED, [row])
    return row.id


def permit_other_use(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    information_id: str,
    organization_id: str,
    purpose: str,
    paper: str,
    approved_on: date,
    from_on: date,
    last_day: date,
) -> str:
    """Let an information from abroad be used for another purpose, by its originator's prior written approval (NPSC Rule 48).

    Returns the permit's id; `paper` is the number of the approval. Raises UnknownIdError; RegisterRefusedError
    (not_foreign, originator_approval_needed); ValueError.
    """
    begin_act(session)
    act = Act(session, log, actor, at, from_on)
    keeping(act, organization_id, done=False)
    rules.require_after(last_day, begun_on=from_on, word="last_day")
    party_id = _originator(act, information_id)
    rules.require_prior_approval(approved_on=approved_on, from_on=from_on)
    row = line(
        act,
        "other_use",
        organization_id,
        information_id=information_id,
        party_id=party_id,
        label=purpose,
        paper=paper,
        due_on=last_day,
        details={"approved_on": approved_on.isoformat()},
    )
    enter(act, Kind.USE_PERMITTED, [row])
    return row.id
