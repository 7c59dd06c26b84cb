"""The numbers that an organization sets for its registers, where no law sets any."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError
from service.registers.model import RegisterPeriod
from service.registers.periods import PERIODS, PeriodName, require_period


def amount_of(session: Session, name: PeriodName, *, organization_id: str, on: date) -> int:
    """Return a number of an organization as it stands on a day: its own, or the default."""
    newest = (
        select(RegisterPeriod.value)
        .where(RegisterPeriod.organization_id == organization_id, RegisterPeriod.name == name, RegisterPeriod.from_on <= on)
        .order_by(RegisterPeriod.from_on.desc())
        .limit(1)
    )
    own = session.scalar(newest)
    return PERIODS[name].default if own is None else own


def set_register_period(
    session: Session, *, log: Log, actor: Actor, at: datetime, organization_id: str, period: PeriodName, amount: int, from_on: date
) -> str:
    """Set a number of the house for its registers from a day on, and return the row's id. What was due before stays so.

    Raises UnknownIdError; AlreadyRecordedError where the day has one; ValueError beyond what a house may choose.
    """
    begin_act(session)
    personnel.organization(session, organization_id=organization_id)
    require_period(period, amount)
    same = select(RegisterPeriod.id).where(
        RegisterPeriod.organization_id == organization_id, RegisterPeriod.name == period, RegisterPeriod.from_on == from_on
    )
    if session.scalar(same) is not None:
        raise AlreadyRecordedError(message=f"{period} is set for {from_on}", facts={"period": period})
    row = RegisterPeriod(id=new_id(), organization_id=organization_id, name=period, value=amount, from_on=from_on)
    record(
        session,
        log=log,
        draft=Draft(kind=Kind.REGISTER_PERIOD_SET, actor=actor, at=at, on=from_on, organization=organization_id),
        rows=[row],
    )
    return row.id
