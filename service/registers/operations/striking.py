"""A line that was entered wrongly is struck: it stays readable under its number, and counts no more."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Kind, Log, begin_act
from service.registers import queries, rules
from service.registers.operations.entering import Act, changed, enter, keeping


def strike_line(session: Session, *, log: Log, actor: Actor, at: datetime, line_id: str, slip: rules.Slip, on: date) -> str:
    """Strike a line that should not have been entered (NPSC Rule 24(2)); return its id.

    Raises UnknownIdError, also for a line that is struck; RegisterRefusedError (later_lines_rest_on_it).
    """
    begin_act(session)
    act = Act(session, log, actor, at, on)
    row = queries.line(session, line_id=line_id)
    keeping(act, row.organization_id)
    if queries.rests_on(session, row=row):
        raise rules.refusal(reason="later_lines_rest_on_it", article="24(2)")
    row.struck_on = on
    changed(row, slip=slip)
    enter(act, Kind.LINE_STRUCK, [row], person=row.person_id)
    return row.id
