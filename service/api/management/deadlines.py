"""Deadlines: the dates that you are told of, the periods of the house behind them, and the holidays."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from service.acts.reminded import Line, page_of
from service.api.management.acts import REFUSALS
from service.api.management.desk import At
from service.database import read
from service.deadlines import queries
from service.deadlines.rules import PERIODS
from service.statute.periods import legal_day

router = APIRouter(tags=["deadlines"], responses=REFUSALS)
Limit = Annotated[int, Query(ge=1, le=200)]


class Both(BaseModel):
    """Words in Japanese and English."""

    ja: str
    en: str


class DeadlineLine(BaseModel):
    """A date: the last day in time, what set it, what follows when it passes, and how near it is.

    `default` says that no law and no contract set it: it is a period of the house, and its value may be a default of ours.
    """

    id: str
    sort: str
    says: Both
    on: date
    stage: Literal["later", "first", "second", "third", "last", "passed"]
    set_by: Literal["law", "contract", "list", "house"]
    default: bool
    period: str | None
    basis: list[str]
    then: Both
    organizations: list[str]
    person_id: str | None
    information_id: str | None
    contract_id: str | None
    provisional: bool


class DeadlinePage(BaseModel):
    """A page of dates, by day; `next` goes on behind it, `purpose_opens_more` says that a purpose would show more."""

    items: list[DeadlineLine]
    next: str | None
    purpose_opens_more: bool


@router.get("/deadlines")
def deadlines(
    seated: At,
    until: date | None = None,
    purpose: Annotated[str | None, Query(max_length=64)] = None,
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=256)] = None,
) -> DeadlinePage:
    """List the dates that you are told of, by day; what concerns somebody's clearance takes a purpose, and is recorded as a look."""
    found = page_of(
        seated.desk.engine,
        log=seated.desk.log,
        member=seated.member,
        at=seated.at,
        until=until,
        purpose=purpose,
        limit=limit,
        cursor=cursor,
    )
    return DeadlinePage(items=[_line(one) for one in found.lines], next=found.next, purpose_opens_more=found.purpose_opens_more)


def _line(line: Line) -> DeadlineLine:
    one, sort = line.deadline, line.deadline.sort
    return DeadlineLine(
        id=one.key,
        sort=sort.code,
        says=Both(ja=sort.says[0], en=sort.says[1]),
        on=one.on,
        stage=line.stage,
        set_by=sort.set_by,
        default=sort.set_by == "house",
        period=one.period,
        basis=[str(citation) for citation in one.basis],
        then=Both(ja=sort.then[0], en=sort.then[1]),
        organizations=sorted(one.organizations),
        person_id=one.person_id,
        information_id=one.information_id,
        contract_id=one.contract_id,
        provisional=one.provisional,
    )


@router.get("/periods")
def periods(seated: At) -> list[dict[str, Any]]:
    """List the periods that no published rule sets: what counts today, and the default of ours."""
    today = legal_day(seated.at)
    with read(seated.desk.engine) as session:
        values = queries.periods_on(session, on=today)
        lines = queries.periods_set(session)
    return [
        {
            "name": name,
            "value": values[name],
            "default": one.default,
            "is_default": not any(line.name == name and line.from_on <= today for line in lines),
            "says": {"ja": one.says[0], "en": one.says[1]},
            "modelled_on": None if one.modelled_on is None else str(one.modelled_on),
            "lines": [{"value": line.value, "from_on": line.from_on} for line in lines if line.name == name],
        }
        for name, one in PERIODS.items()
    ]


@router.get("/holidays")
def holidays(seated: At) -> list[dict[str, Any]]:
    """List the public holidays that are known here, with where each is laid down."""
    with read(seated.desk.engine) as session:
        return [{"on": row.on, "name": row.name, "source": row.source, "struck": row.struck} for row in queries.holidays(session)]
