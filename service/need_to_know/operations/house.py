"""What an organization sets for its own lists: numbers for which no public rule gives any, and its table of purposes."""

import re
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act, record
from service.need_to_know import queries, rules
from service.need_to_know.model import HouseNumberRow, Purpose
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, require_words

NumberName = Literal[
    "listing_months", "confirm_warn_days", "confirm_stop_days", "confirm_lapse_days", "emergency_hours", "emergency_again_days"
]
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


def set_list_number(
    session: Session, *, log: Log, actor: Actor, at: datetime, organization_id: str, setting: NumberName, amount: int, from_on: date
) -> str:
    """Set a number of the house for its lists from a day on and return the row's id. Listings there are keep their ends.

    Raises UnknownIdError; AlreadyRecordedError where the day has one; ValueError beyond what a house may choose.
    """
    begin_act(session)
    personnel.organization(session, organization_id=organization_id)
    rules.require_house_number(setting, amount)
    numbers = queries.house_numbers(session, organization_id=organization_id, on=from_on) | {setting: amount}
    if not numbers["confirm_warn_days"] <= numbers["confirm_stop_days"] <= numbers["confirm_lapse_days"]:
        msg = "amount: first the warning, then nothing new, then the lapse"
        raise ValueError(msg)
    found = select(HouseNumberRow.id).where(
        HouseNumberRow.organization_id == organization_id, HouseNumberRow.name == setting, HouseNumberRow.from_on == from_on
    )
    if session.scalar(found) is not None:
        raise AlreadyRecordedError(message=f"{setting} is set for {from_on}", facts={"setting": setting})
    row = HouseNumberRow(id=new_id(), organization_id=organization_id, name=setting, value=amount, from_on=from_on)
    draft = Draft(kind=Kind.LIST_NUMBER_SET, actor=actor, at=at, on=from_on, organization=organization_id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def set_purpose(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organization_id: str,
    purpose_code: str,
    purpose_name: str,
    purpose_name_en: str,
    on: date,
) -> str:
    """Add a purpose to the organization's table from a day on, or rename one there is; return the row's id.

    Raises UnknownIdError; ValueError for a code that is none or a blank name.
    """
    begin_act(session)
    personnel.organization(session, organization_id=organization_id)
    require_words(purpose_name=purpose_name, purpose_name_en=purpose_name_en)
    if not _CODE.fullmatch(purpose_code):
        msg = "purpose_code: small Latin letters, digits and underscores"
        raise ValueError(msg)
    before = _open(session, organization_id, purpose_code)
    rows = [
        Purpose(id=new_id(), organization_id=organization_id, code=purpose_code, name=purpose_name, name_en=purpose_name_en, from_on=on)
    ]
    if before is not None:
        before.until_on = max(on, before.from_on)
        rows.insert(0, before)
    draft = Draft(kind=Kind.PURPOSE_SET, actor=actor, at=at, on=on, organization=organization_id)
    record(session, log=log, draft=draft, rows=rows)
    return rows[-1].id


def end_purpose(session: Session, *, log: Log, actor: Actor, at: datetime, organization_id: str, purpose_code: str, on: date) -> str:
    """Take a purpose, a default too, from the organization's table from a day on; return the row's id.

    Raises UnknownIdError, and AlreadyEndedError for one that is not there.
    """
    begin_act(session)
    personnel.organization(session, organization_id=organization_id)
    row = _open(session, organization_id, purpose_code)
    if row is None:
        default = next(
            (one for one in queries.purpose_lines(session, organization_id=organization_id, on=on) if one.code == purpose_code), None
        )
        if default is None:
            raise AlreadyEndedError(message=f"there is no purpose {purpose_code!r}", facts={"purpose": purpose_code})
        row = Purpose(
            id=new_id(), organization_id=organization_id, code=purpose_code, name=default.name, name_en=default.name_en, from_on=on
        )
    row.until_on = max(on, row.from_on)
    draft = Draft(kind=Kind.PURPOSE_ENDED, actor=actor, at=at, on=on, organization=organization_id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def _open(session: Session, organization_id: str, code: str) -> Purpose | None:
    found = select(Purpose).where(Purpose.organization_id == organization_id, Purpose.code == code, Purpose.until_on.is_(None))
    return session.scalars(found).first()
