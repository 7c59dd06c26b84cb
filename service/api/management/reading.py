"""Reading: one's own record, people, accounts and roles, the ledger and what its entries withhold."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import select

from service.acts.entitled import require_any_role
from service.acts.reading.auditors import require_auditor
from service.acts.reading.entries import look_at
from service.acts.reading.own import found_of, own_looks, own_record
from service.acts.reading.paging import closed, opened, page_by_id
from service.acts.reading.people import found_people, person_of
from service.acts.reports import READERS, reports_for
from service.acts.table import ACTS
from service.api.management.acts import REFUSALS
from service.api.management.collections import Cursor, Limit
from service.api.management.desk import At
from service.api.management.forms import Form, Page, Short, example
from service.database import read
from service.evidence import lookups
from service.identity.account_model import Account, Grant
from service.identity.model import ApiKey, Application
from service.ledger import instant, plain

router = APIRouter(tags=["reading"], responses=REFUSALS)


@router.get("/acts")
def acts(seated: At) -> list[dict[str, Any]]:
    """List the acts of this seat that your roles may do, and who approves each."""
    seat = seated.desk.log.seat
    held = seated.member.role_names
    return [
        {"verb": known.verb, "roles": list(known.roles), "seconds": list(known.seconds), "yours": bool(held & set(known.roles))}
        for known in ACTS.values()
        if known.seat in (None, seat)
    ]


@router.get("/me")
def me(seated: At) -> dict[str, Any]:
    """Show your own record: posts, listings, clearance, assessments, duties, complaints, what you asked for, reported and what was found.

    Others need a role for it; of a report of improper designation nobody learns by any role who made it.
    """
    return own_record(seated)


@router.get("/me/looks")
def looks(seated: At) -> dict[str, Any]:
    """Say who looked at your record, by role and purpose; while a doubt about you is open, this is sealed."""
    found = own_looks(seated)
    if found is None:
        return {"sealed": True, "looks": []}
    return {"sealed": False, "looks": [{"at": one.at, "roles": list(one.roles), "purpose": one.purpose} for one in found]}


@router.get("/people")
def people(seated: At, q: Annotated[str, Query(min_length=1, max_length=100)], limit: Limit = 50, cursor: Cursor = None) -> Page:
    """Find people within your reach by name, kana or number, page by page."""
    rows, behind = found_people(seated, words=_clean(q), limit=limit, after=opened(cursor))
    return Page(items=[{"id": row.id, "legal_name": row.legal_name, "kana": row.kana} for row in rows], next=closed(behind))


@router.get("/people/{person_id}")
def person(seated: At, person_id: str) -> dict[str, Any]:
    """Show a person within your reach: name and posts."""
    row, posts = person_of(seated, person_id=_clean(person_id))
    return {
        "id": row.id,
        "legal_name": row.legal_name,
        "kana": row.kana,
        "posts": [{"id": one.id, "organization_id": one.organization_id, "unit_id": one.unit_id, "post": one.post} for one in posts],
    }


def _clean(text: str) -> str:
    """Return a text without what no database takes."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


@router.get("/accounts")
def accounts(seated: At, limit: Limit = 50, cursor: Cursor = None) -> Page:
    """List the accounts, the ended ones too, page by page."""
    require_any_role(seated.member, {"administrator", "approver", "auditor"})
    with read(seated.desk.engine) as session:
        rows, behind = page_by_id(session, Account, limit=limit, cursor=cursor)
        items = [
            {
                "id": row.id,
                "person_id": row.person_id,
                "sign_in_name": row.sign_in_name,
                "opened_at": instant(row.opened_at),
                "ended_at": plain(row.ended_at),
            }
            for row in rows
        ]
    return Page(items=items, next=behind)


@router.get("/roles")
def roles(seated: At, limit: Limit = 50, cursor: Cursor = None) -> Page:
    """List who holds which role, for which reach and days, page by page."""
    require_any_role(seated.member, {"administrator", "approver", "auditor"})
    with read(seated.desk.engine) as session:
        rows, behind = page_by_id(session, Grant, limit=limit, cursor=cursor)
        items = [
            {
                "id": row.id,
                "role": row.role,
                "person_id": row.person_id,
                "post": row.post,
                "organization_id": row.organization_id,
                "units": row.units,
                "informations": row.informations,
                "contracts": row.contracts,
                "footing": row.footing,
                "from_on": plain(row.from_on),
                "until_on": plain(row.until_on),
                "ended_at": plain(row.ended_at),
            }
            for row in rows
        ]
    return Page(items=items, next=behind)


@router.get("/applications")
def applications(seated: At, limit: Limit = 50, cursor: Cursor = None) -> Page:
    """List the applications with the ids and days of their keys, never the keys, page by page."""
    require_any_role(seated.member, {"administrator", "approver", "auditor"})
    with read(seated.desk.engine) as session:
        rows, behind = page_by_id(session, Application, limit=limit, cursor=cursor)
        wanted = select(ApiKey).where(ApiKey.application_id.in_([row.id for row in rows]))
        keys = session.scalars(wanted.order_by(ApiKey.changed_index)).all()
        items = [
            {
                "id": row.id,
                "name": row.name,
                "organization_id": row.organization_id,
                "ended_at": plain(row.ended_at),
                "keys": [
                    {"id": key.id, "expires_at": plain(key.expires_at), "ended_at": plain(key.ended_at)}
                    for key in keys
                    if key.application_id == row.id
                ],
            }
            for row in rows
        ]
    return Page(items=items, next=behind)


@router.get("/entries")
def entries(seated: At, after: Annotated[int, Query(ge=-1, le=2**53)] = -1, limit: Limit = 50) -> dict[str, Any]:
    """Page through the clear part of the ledger, for auditors; `next` goes on behind the last entry."""
    require_auditor(seated)
    with read(seated.desk.engine) as session:
        found = lookups.page(session, after=after, limit=limit)
    return {"entries": [{"index": index, "entry": clear} for index, clear in found], "next": found[-1][0] if found else after}


@router.get("/improper-reports")
def improper_reports(seated: At) -> list[dict[str, Any]]:
    """List the reports of improper designation that you may read, by id and entry; what one says, a look at its entry shows."""
    require_any_role(seated.member, READERS)
    with read(seated.desk.engine) as session:
        found = reports_for(session, log=seated.desk.log, member=seated.member)
    return [{"id": one.id, "index": one.index} | found_of(one) for one in found]


class Look(Form):
    """What for; needed where the table of entitlements asks for it."""

    model_config = example({"purpose": "audit"})

    purpose: Short | None = None


@router.post("/entries/{index}/look")
def look(seated: At, index: int, body: Look) -> dict[str, Any]:
    """Show what an entry withholds, as far as you are entitled; that you looked is an entry itself."""
    made, shown = look_at(seated, index=index, purpose=body.purpose)
    return {"index": index, "recorded_as": made, "disclosures": shown}
