"""The yearly report (Act 18, 19): its counts from the ledger, for approvers and auditors of the whole organization."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi import Path as InPath
from pydantic import BaseModel

from service.acts.entitled import NotAllowedError, require_any_role
from service.api.management.acts import REFUSALS, files
from service.api.management.desk import At
from service.database import read, transaction
from service.evidence.columns import Language
from service.evidence.lookups import spend_look
from service.evidence.yearly import PEOPLE, cells, csv_of, yearly
from service.identity.desk import Seated
from service.identity.entitlements import PURPOSES, PurposeNeededError, may_see
from service.ledger import Draft, Kind, begin_act, record
from service.statute.periods import legal_day

router = APIRouter(tags=["reports"], responses=REFUSALS)
READERS = frozenset({"approver", "auditor"})


class Count(BaseModel):
    """A count: a number, or for publishing a band such as 0-4."""

    organ_id: str
    organ: str
    family: str
    counter: str
    ja: str
    en: str
    trigger: str
    side: str
    count: str


class Report(BaseModel):
    """The counts of a calendar year; `destroyed` entries cannot be counted, for their keys are gone."""

    year: int
    counts: list[Count]
    destroyed: int
    without: list[str]


@router.get("/reports/{year}", response_model=Report, responses=files("text/csv"))
def report(
    seated: At,
    year: Annotated[int, InPath(ge=2025, le=2200)],
    purpose: Annotated[str | None, Query(max_length=64)] = None,
    suppress_below: Annotated[int | None, Query(ge=2, le=1_000)] = None,
    csv: Annotated[Language | None, Query(description="As a file for Excel, in a language.")] = None,
) -> Any:
    """Count the designations, assessments and certifications of a year; assessments take a purpose. That you asked is an entry."""
    if purpose is not None and purpose not in PURPOSES:
        message = f"purpose: one of {', '.join(PURPOSES)}"
        raise PurposeNeededError(message)
    organizations, roles = _reach(seated)
    without = frozenset() if may_see(roles, "clearance_state", purpose=purpose) else PEOPLE
    engine, log = seated.desk.engine, seated.desk.log
    note = {"report": year, "roles": sorted(roles), "purpose": purpose, "suppress_below": suppress_below}
    with transaction(engine) as session:
        spend_look(session, account_id=seated.member.account_id, at=seated.at)
        begin_act(session)
        draft = Draft(kind=Kind.EXPORT_REQUESTED, actor=seated.member.actor, at=seated.at, note=note)
        record(session, log=log, draft=draft, rows=[])
    with read(engine) as session:
        counted = yearly(session, log=log, year=year, on=legal_day(seated.at))
    # An operator counts what organs did; an organ's own officers see their own organ's counts alone.
    lines = tuple(line for line in counted.lines if log.seat == "operator" or line.organ in organizations)
    ja, en = (cells(replace(counted, lines=lines), language, below=suppress_below, without=without) for language in ("ja", "en"))
    if csv is not None:
        return Response(csv_of(ja if csv == "ja" else en), media_type="text/csv; charset=utf-8")
    counts = [
        Count(
            organ_id=one[1],
            organ=one[8],
            family=one[2],
            counter=one[3],
            ja=other[4],
            en=one[4],
            trigger=one[5],
            side=one[6],
            count=one[7],
        )
        for one, other in zip(en[1:], ja[1:], strict=True)
    ]
    return Report(year=year, counts=counts, destroyed=counted.destroyed, without=sorted(without))


def _reach(seated: Seated) -> tuple[frozenset[str], frozenset[str]]:
    """Return the organizations that somebody may count, and in which roles. Raises NotAllowedError for anything less than all of one."""
    require_any_role(seated.member, READERS)
    whole = [held for held in seated.member.roles if held.role in READERS and held.whole]
    if not whole:
        message = "a report takes a role for all of an organization"
        raise NotAllowedError(message)
    return frozenset(held.organization_id for held in whole), frozenset(held.role for held in whole)
