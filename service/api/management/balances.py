"""POST /api/v1/balances/{sheet}: an opening balance from a spreadsheet, tried first and then proposed whole."""

import base64
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from service.acts.asking import UnfitError, Waiting
from service.acts.balance.bringing import Who, bring_in, read_balance
from service.api.management.acts import REFUSALS
from service.api.management.desk import At
from service.api.management.forms import Form, Short, example
from service.personnel.bringing import Register, Sheet
from service.personnel.roster.reading import RosterFileError, roster_of
from service.statute.periods import legal_day

router = APIRouter(tags=["balances"], responses=REFUSALS)


CONTENT = base64.b64encode("社員番号,評価した行政機関,結果,文書番号,文書の日付,到達日\r\n".encode("cp932")).decode()


class File(Form):
    """A spreadsheet: CSV or .xlsx, in base 64, with its name, the day whose state it shows, and which register it is, if it is one."""

    model_config = example({"name": "results.csv", "content": CONTENT, "dry_run": True})

    name: Short
    content: Annotated[str, Field(min_length=1, max_length=250_000)]
    organization_id: Short | None = None
    kind: Register | None = None
    as_of: date | None = None
    dry_run: bool = True


class Rejected(BaseModel):
    """What is wrong with a row, by line and header."""

    line: int
    column: str
    ja: str
    en: str


class Balance(BaseModel):
    """What a file comes to; `proposal` waits for a second person once it is no trial."""

    digest: str
    acts: int
    unchanged: int
    rejected: list[Rejected]
    ended: list[int]
    brought_in_by: int | None
    dry_run: bool
    proposal: str | None = None


@router.post("/balances/{sheet}", response_model=Balance)
def bring(seated: At, sheet: Sheet, body: File) -> Any:
    """Try a spreadsheet row by row; with `dry_run` false propose it as one, where no row is wrong."""
    desk = seated.desk
    try:
        file = roster_of(Path(Path(body.name).name or "file"), _decoded(body.content))
        who = Who(desk.log, seated.member.actor, seated.at, seated.member)
        balance = read_balance(desk.engine, who=who, sheet=sheet, file=file, organization=body.organization_id, register=body.kind)
    except RosterFileError as wrong:
        message = f"content: {wrong}"
        raise UnfitError(message) from wrong
    told = Balance(
        digest=file.digest,
        acts=len(balance.acts),
        unchanged=balance.unchanged,
        rejected=[Rejected(line=one.line, column=one.column, ja=one.ja, en=one.en) for one in balance.rejected],
        ended=balance.ended,
        brought_in_by=balance.before,
        dry_run=body.dry_run,
    )
    if body.dry_run or balance.rejected or balance.before is not None or not balance.acts:
        return told
    waiting = bring_in(desk.engine, who=who, balance=balance, on=body.as_of or legal_day(seated.at))
    assert isinstance(waiting, Waiting)  # what brings a file in takes two
    told.proposal = waiting.proposal
    return JSONResponse(told.model_dump(mode="json"), status_code=202)


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except ValueError as wrong:
        message = "content: this is not base 64"
        raise UnfitError(message) from wrong
