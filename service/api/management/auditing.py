"""What auditors do: queries with owner, reason and case, runs and samples, notes and findings, disclosures beyond the budget, gaps."""

from collections.abc import Mapping
from datetime import date, timedelta
from secrets import token_hex
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from service.acts.auditing import allowing, keeping, overlooking, remarking, running
from service.api.management.acts import REFUSALS
from service.api.management.desk import At
from service.api.management.examples import ID
from service.api.management.forms import NO_NUL, Form, Sentence, Short, example
from service.database import read
from service.evidence.model import DisclosureRequest, QueryRow
from service.evidence.queries import predicate_of
from service.evidence.remarks import Addressed, Told
from service.evidence.sampling import ALGORITHM
from service.ledger import instant, plain, read_entry

router = APIRouter(tags=["auditing"], responses=REFUSALS)
Listed = Annotated[tuple[Annotated[str, Field(max_length=128, pattern=NO_NUL)], ...], Field(max_length=1_000)]
Before = Annotated[int | None, Query(ge=0, lt=2**53)]
Index = Annotated[int, Field(ge=0, lt=2**53)]
ASKED = {"people": [ID], "kinds": ["decision:access:decided"], "outcomes": ["deny"], "since": "令和8年11月1日", "until": "2026-11-30"}


class Asked(Form):
    """What a query asks: of each list any, of all of them together. Days are written by western or Japanese year, `until` included."""

    model_config = example(ASKED)

    people: Listed = ()
    accounts: Listed = ()
    applications: Listed = ()
    informations: Listed = ()
    documents: Listed = ()
    objects: Listed = ()
    organizations: Listed = ()
    kinds: Listed = ()
    outcomes: Listed = ()
    actions: Listed = ()
    requests: Listed = ()
    reasons: Listed = ()
    citations: Listed = ()
    purposes: Listed = ()
    since: Short | None = None
    until: Short | None = None


class SaveQuery(Form):
    """A query under a name, with what it is for and the number of the case."""

    model_config = example({"name": "11月の拒否", "reason": "令和8年度定期監査", "case_number": "監-8-3", "query": ASKED})

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=NO_NUL)]
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=NO_NUL)]
    case_number: Short | None = None
    query: Asked


class RunQuery(Form):
    """What for (none: the clear part alone), and from which index on backwards."""

    model_config = example({"purpose": "audit", "limit": 50})

    purpose: Short | None = None
    before: Index | None = None
    limit: Annotated[int, Field(ge=1, le=running.MOST_ON_A_PAGE)] = running.ON_A_PAGE


class DrawSample(Form):
    """How many entries, by which seed (none: one is drawn), of the log below which index."""

    model_config = example({"size": 25, "seed": "kansa-2026-11"})

    size: Annotated[int, Field(ge=1, le=running.LARGEST_SAMPLE)] = 25
    seed: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,40}$")] | None = None
    upto: Index | None = None


class Say(Form):
    """What one has to say."""

    model_config = example({"words": "業務上の必要を確認する"})

    words: Sentence


class Remark(Say):
    """What one has to say of an entry, and the query by which it was found."""

    model_config = example({"words": "業務上の必要を確認する", "query_id": ID})

    query_id: Short | None = None


class Finding(Remark):
    """A finding, and who is to answer: the information manager or HR of an organization."""

    model_config = example({"words": "終了後の閲覧", "organization_id": ID, "role": "information_manager"})

    organization_id: Short
    role: Short


class More(Form):
    """How many rows beyond the budget, on which day, and why."""

    model_config = example({"rows": 500, "reason": "漏えいの調査"})

    rows: Annotated[int, Field(ge=1, le=1_000_000)]
    on: date | None = None
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=NO_NUL)]


@router.get("/queries")
def queries(seated: At) -> list[dict[str, Any]]:
    """List the saved queries of all auditors, by name."""
    return [_query(row) for row in keeping.every(seated)]


@router.post("/queries")
def save_query(seated: At, body: SaveQuery) -> dict[str, Any]:
    """Save a query; its predicate is never changed, and its digest names it in every package."""
    words = body.query.model_dump(exclude_none=True)
    return _query(keeping.save(seated, name=body.name, reason=body.reason, case_number=body.case_number, words=words))


@router.get("/queries/{query_id}")
def query(seated: At, query_id: str) -> dict[str, Any]:
    """Show a saved query with its runs, and the size of the log at its last package."""
    found = keeping.one(seated, query_id=_clean(query_id))
    last = found.exported
    return _query(found.row) | {
        "runs": [{"index": run.changed_index, "size": run.size, "by": run.account_id, "at": instant(run.run_at)} for run in found.runs],
        "last_exported": None if last is None else {"export_id": last.export_id, "size": last.size, "index": last.index},
    }


@router.post("/queries/{query_id}/end")
def end_query(seated: At, query_id: str) -> dict[str, Any]:
    """End a query of your own; its runs and packages stay on record."""
    return {"recorded_as": keeping.end(seated, query_id=_clean(query_id))}


@router.post("/queries/{query_id}/run")
def run_query(seated: At, query_id: str, body: RunQuery) -> dict[str, Any]:
    """Run a query: what it finds, the newest first, and how far it came. With a purpose, what is withheld is opened and counted."""
    run = running.run(seated, query_id=_clean(query_id), purpose=body.purpose, before=body.before, limit=body.limit)
    return {
        "recorded_as": run.recorded_as,
        "digest": run.row.digest,
        "found": [
            {"index": one.index, "check": one.check, "entry": one.clear} | _opened(run.shown.get((one.index, one.check)))
            for one in run.parts
        ],
        "opened": run.opened,
        "looked_from": run.looked_from,
        "before": run.onward,
    }


@router.post("/queries/{query_id}/sample")
def draw_sample(seated: At, query_id: str, body: DrawSample) -> dict[str, Any]:
    """Draw a sample of what a query finds: the entries whose SHA-256 of `seed:index` is least, so that anybody draws the same."""
    seed = body.seed or token_hex(6)
    drawn = running.sample(seated, query_id=_clean(query_id), seed=seed, size=body.size, upto=body.upto)
    return {
        "recorded_as": drawn.recorded_as,
        "algorithm": ALGORITHM,
        "seed": drawn.seed,
        "upto": drawn.upto,
        "population": drawn.population,
        "sample": [{"index": index, "entry": read_entry(body)} for index, body in drawn.rows],
    }


@router.post("/queries/{query_id}/disclosure-requests")
def ask_for_more(seated: At, query_id: str, body: More) -> dict[str, Any]:
    """Ask to open more of a query than the budget of a day; a second auditor or the approver confirms, never whoever is audited."""
    made = allowing.ask_for_more(seated, query_id=_clean(query_id), rows=body.rows, on=body.on, reason=body.reason)
    return {"id": made}


@router.get("/disclosure-requests")
def disclosure_requests(seated: At) -> dict[str, Any]:
    """List the requests for today and later, with the day's budget and what you opened of it."""
    rows = allowing.asked_for(seated)
    with read(seated.desk.engine) as session:
        budget, opened = overlooking.budget_today(session, seated)
    return {"budget": budget, "opened": opened, "requests": [_request(row) for row in rows]}


@router.post("/disclosure-requests/{request_id}/confirm")
def confirm_more(seated: At, request_id: str) -> dict[str, Any]:
    """Confirm somebody else's request; it takes a fresh sign-in with two factors."""
    return {"recorded_as": allowing.confirm(seated, request_id=_clean(request_id))}


@router.post("/entries/{index}/notes")
def note_entry(seated: At, index: int, body: Remark) -> dict[str, Any]:
    """Note something on an entry, for auditors."""
    return {"id": remarking.note(seated, index=index, words=body.words, query_id=body.query_id)}


@router.post("/entries/{index}/findings")
def state_finding(seated: At, index: int, body: Finding) -> dict[str, Any]:
    """State a finding on an entry, which whoever keeps the matter answers."""
    addressed = Addressed(body.organization_id, body.role)
    return {"id": remarking.state(seated, index=index, addressed=addressed, words=body.words, query_id=body.query_id)}


@router.get("/findings")
def findings(seated: At, index: Before = None, query_id: Annotated[str | None, Query(max_length=64)] = None) -> list[dict[str, Any]]:
    """List notes and findings, the newest first: to auditors all, to whoever answers the findings that are theirs."""
    return [_told(one) for one in remarking.told(seated, index=index, query_id=None if query_id is None else _clean(query_id))]


@router.post("/findings/{finding_id}/answer")
def answer_finding(seated: At, finding_id: str, body: Say) -> dict[str, Any]:
    """Answer a finding that is yours to answer, once."""
    return {"recorded_as": remarking.answer(seated, finding_id=_clean(finding_id), words=body.words)}


@router.post("/findings/{finding_id}/close")
def close_finding(seated: At, finding_id: str, body: Say) -> dict[str, Any]:
    """Close a finding that was answered, as an auditor."""
    return {"recorded_as": remarking.close(seated, finding_id=_clean(finding_id), words=body.words)}


@router.get("/gaps")
def gaps(
    seated: At,
    since: Annotated[str | None, Query(max_length=64)] = None,
    until: Annotated[str | None, Query(max_length=64)] = None,
    minutes: Annotated[int, Query(ge=1, le=525_600)] = 60,
) -> dict[str, Any]:
    """Show where the log is silent, where a clock stood or went back, and which stretches waited for a signature or a witness."""
    found = overlooking.gaps_between(seated, since=since, until=until, longer=timedelta(minutes=minutes))
    unwitnessed = None if found.unwitnessed is None else [plain(_stretch(one)) for one in found.unwitnessed]
    return {
        "start": found.start,
        "end": found.end,
        "whole": found.whole,
        "silences": [
            {
                "before": one.before,
                "after": one.after,
                "from": instant(one.from_at),
                "to": instant(one.to_at),
                "signed": one.signed,
                "began": one.began,
            }
            for one in found.silences
        ],
        "clock_stood": [{"index": one.index, "at": instant(one.at)} for one in found.stood],
        "unsigned": [_stretch(one) for one in found.unsigned],
        "unwitnessed": unwitnessed,
    }


def _stretch(one: Any) -> dict[str, Any]:
    return {"start": one.start, "end": one.end, "from": instant(one.from_at), "to": instant(one.to_at), "covered_by": one.by}


def _query(row: QueryRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "owner": row.account_id,
        "reason": row.reason,
        "case_number": row.case_number,
        "predicate": dict(predicate_of(row).value),
        "digest": row.digest,
        "saved_at": instant(row.saved_at),
        "ended_at": plain(row.ended_at),
    }


def _opened(shown: Mapping[str, Any] | None) -> dict[str, Any]:
    return {} if shown is None else {"opened": dict(shown)}


def _request(row: DisclosureRequest) -> dict[str, Any]:
    return {
        "id": row.id,
        "query_id": row.query_id,
        "asked_by": row.account_id,
        "rows": row.rows,
        "on": row.on.isoformat(),
        "confirmed_by": row.confirmed_by,
        "confirmed_at": plain(row.confirmed_at),
    }


def _told(one: Told) -> dict[str, Any]:
    row = one.row
    return {
        "id": row.id,
        "sort": row.sort,
        "state": one.state,
        "entry": row.entry,
        "query_id": row.query_id,
        "organization_id": row.organization_id,
        "role": row.role,
        "steps": [
            {"step": step.step, "by": step.account_id, "at": instant(step.at), "index": step.index, "words": step.words}
            for step in one.steps
        ],
    }


def _clean(text: str) -> str:
    """Return a text without what no database takes."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()
