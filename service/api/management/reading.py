"""Reading: one's own record, people, accounts and roles, the ledger and what its entries withhold."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import select

from service.acts.concerning import Concern, OutsideError, Part
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.acts.reports import READERS, Report, reading_roles, reported_by, reports_for
from service.acts.table import ACTS
from service.api.management import steps
from service.api.management.acts import REFUSALS
from service.api.management.collections import CHUNK, MOST_SCANNED, Cursor, Limit, closed, opened, page_by_id
from service.api.management.desk import At
from service.api.management.forms import Form, Page, Short, example
from service.clearance.model import DoubtNotice, Result
from service.database import read, transaction
from service.evidence import lookups
from service.identity import entitlements
from service.identity.account_model import Account, Grant
from service.identity.desk import Seated
from service.identity.entitlements import PURPOSES, TABLE
from service.identity.model import ApiKey, Application
from service.ledger import Kind, instant, plain
from service.need_to_know.model import Listing
from service.need_to_know.queries import requests_about
from service.personnel.model import Person
from service.personnel.queries import find_people, posts_of
from service.registers.duties.queries import duties_of, reports_by_oneself

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
    person, log = seated.member.person_id, seated.desk.log
    with read(seated.desk.engine) as session:
        posts = [
            {"organization_id": row.organization_id, "unit_id": row.unit_id, "post": row.post}
            for row in posts_of(session, person_id=person, at=seated.at)
        ]
        listings = [
            {"information_id": row.information_id, "from_on": plain(row.from_on), "until_on": plain(row.until_on)}
            for row in session.scalars(select(Listing).where(Listing.person_id == person, Listing.known(seated.at)))
        ]
        results = [
            {"head_id": row.head_id, "outcome": row.outcome, "notified_on": plain(row.notified_on), "provisional": row.provisional}
            for row in session.scalars(select(Result).where(Result.person_id == person, Result.known(seated.at)))
        ]
        own = {"duties": _duties(session, person, posts), "reports": _reported(session, person), "requests": _requested(session, person)}
        own |= steps.own(session, person_id=person, seated=seated)
        own["improper_reports"] = [
            {"id": one.id, "improper": one.said["improper"]} | _found(one) for one in reported_by(session, log=log, person_id=person)
        ]
    return {"person_id": person, "name": seated.member.name, "posts": posts, "listings": listings, "results": results} | own


def _duties(session: Any, person: str, posts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for organization in sorted({str(post["organization_id"]) for post in posts}):
        one = duties_of(session, person_id=person, organization_id=organization)
        days = {"trained_on": plain(one.trained_on), "train_by": plain(one.train_by)}
        found.append({"organization_id": organization, "pledged": plain(dict(one.pledged))} | days)
    return found


def _reported(session: Any, person: str) -> list[dict[str, Any]]:
    return [
        {"id": row.id, "code": row.code, "on": plain(row.happened_on), "reported_on": plain(row.reported_on)}
        for row in reports_by_oneself(session, person_id=person)
    ]


def _requested(session: Any, person: str) -> list[dict[str, Any]]:
    return [
        {
            "id": row.id,
            "information_id": row.information_id,
            "organization_id": row.organization_id,
            "requested_on": plain(row.requested_on),
        }
        for row in requests_about(session, person_id=person)
    ]


@router.get("/me/looks")
def looks(seated: At) -> dict[str, Any]:
    """Say who looked at your record, by role and purpose; while a doubt about you is open, this is sealed."""
    person = seated.member.person_id
    with transaction(seated.desk.engine) as session:
        doubts = session.scalars(select(DoubtNotice).where(DoubtNotice.person_id == person, DoubtNotice.known(seated.at))).all()
        results = session.scalars(select(Result).where(Result.person_id == person, Result.known(seated.at))).all()
        if any(all(row.counted_on < doubt.notified_on for row in results) for doubt in doubts):
            return {"sealed": True, "looks": []}
        found = lookups.looks_at(session, log=seated.desk.log, person_id=person)
    return {"sealed": False, "looks": [{"at": one.at, "roles": list(one.roles), "purpose": one.purpose} for one in found]}


@router.get("/people")
def people(seated: At, q: Annotated[str, Query(min_length=1, max_length=100)], limit: Limit = 50, cursor: Cursor = None) -> Page:
    """Find people within your reach by name, kana or number, page by page."""
    require_any_role(seated.member, {"hr_officer", "information_manager"})
    found: list[dict[str, Any]] = []
    key = opened(cursor)
    after = None if key is None else (key.partition("\n")[0], key.partition("\n")[2])
    with read(seated.desk.engine) as session:
        for _ in range(MOST_SCANNED // CHUNK):
            rows = find_people(session, words=_clean(q), limit=CHUNK, after=after)
            for row in rows:
                if len(found) == limit:
                    return Page(items=found, next=_behind(after))
                after = (row.search_key, row.id)
                if _reaches(session, seated, row.id):
                    found.append({"id": row.id, "legal_name": row.legal_name, "kana": row.kana})
            if len(rows) < CHUNK:
                return Page(items=found, next=None)
    return Page(items=found, next=_behind(after))


def _behind(after: tuple[str, str] | None) -> str | None:
    return None if after is None else closed("\n".join(after))


@router.get("/people/{person_id}")
def person(seated: At, person_id: str) -> dict[str, Any]:
    """Show a person within your reach: name and posts."""
    require_any_role(seated.member, {"hr_officer", "information_manager"})
    with read(seated.desk.engine) as session:
        row = session.get(Person, _clean(person_id))
        if row is None or not _reaches(session, seated, row.id):
            word = "person_id"
            raise OutsideError(word)
        posts = posts_of(session, person_id=row.id, at=seated.at)
        return {
            "id": row.id,
            "legal_name": row.legal_name,
            "kana": row.kana,
            "posts": [{"id": one.id, "organization_id": one.organization_id, "unit_id": one.unit_id, "post": one.post} for one in posts],
        }


def _clean(text: str) -> str:
    """Return a text without what no database takes."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def _reaches(session: Any, seated: Seated, person_id: str) -> bool:
    posts = posts_of(session, person_id=person_id, at=seated.at)
    units = frozenset(row.unit_id for row in posts if row.unit_id is not None)
    concern = Concern([Part("person_id", frozenset(row.organization_id for row in posts), units)], {person_id})
    return any(
        unreached(session, held, concern) is None for held in seated.member.roles if held.role in {"hr_officer", "information_manager"}
    )


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
    require_any_role(seated.member, {"auditor"})
    with read(seated.desk.engine) as session:
        found = lookups.page(session, after=after, limit=limit)
    return {"entries": [{"index": index, "entry": clear} for index, clear in found], "next": found[-1][0] if found else after}


@router.get("/improper-reports")
def improper_reports(seated: At) -> list[dict[str, Any]]:
    """List the reports of improper designation that you may read, by id and entry; what one says, a look at its entry shows."""
    require_any_role(seated.member, READERS)
    with read(seated.desk.engine) as session:
        found = reports_for(session, log=seated.desk.log, member=seated.member)
    return [{"id": one.id, "index": one.index} | _found(one) for one in found]


def _found(report: Report) -> dict[str, Any]:
    return {"on": plain(report.on), "finding": report.finding, "answered_on": plain(report.answered_on)}


class Look(Form):
    """What for; needed where the table of entitlements asks for it."""

    model_config = example({"purpose": "audit"})

    purpose: Short | None = None


@router.post("/entries/{index}/look")
def look(seated: At, index: int, body: Look) -> dict[str, Any]:
    """Show what an entry withholds, as far as you are entitled; that you looked is an entry itself."""
    if body.purpose is not None and body.purpose not in PURPOSES:
        message = f"purpose: one of {', '.join(PURPOSES)}"
        raise entitlements.PurposeNeededError(message)
    with transaction(seated.desk.engine) as session:
        clear = lookups.entry(session, index=index) if 0 <= index < 2**53 else None
        held = set() if clear is None else _roles_reaching(session, seated, clear)
        if clear is not None and clear.get("kind") in {Kind.IMPROPER_REPORTED.value, Kind.IMPROPER_ANSWERED.value}:
            # Sealed to whoever it is about: to them, and to every other role, it is not there.
            held &= reading_roles(session, log=seated.desk.log, member=seated.member, clear=clear)
        if clear is None or not held:
            word = "index"
            raise OutsideError(word)
        if body.purpose is None and not any(way == "yes" for role in held for way in TABLE[role].values()):
            message = f"purpose: say what for, one of {', '.join(PURPOSES)}"
            raise entitlements.PurposeNeededError(message)
        lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at)
        made = lookups.record_look(
            session, log=seated.desk.log, at=seated.at, look=lookups.Look(seated.member.actor, held, index, body.purpose), clear=clear
        )
        shown = []
        for one in lookups.opened(session, log=seated.desk.log, clear=clear):
            value = None if one.name is None else entitlements.seen(one.name, one.value, held, purpose=body.purpose)
            shown.append({"digest": one.digest, "name": one.name if value is not None else None, "value": value})
    return {"index": index, "recorded_as": made, "disclosures": shown}


def _roles_reaching(session: Any, seated: Seated, clear: dict[str, Any]) -> set[str]:
    """Return the roles in which somebody may look at an entry; `person` where it is about themselves."""
    about = clear.get("person")
    if str(clear.get("kind")).startswith("clearance:"):
        about = about or lookups.sealed_for(session, clear=clear)
    found = {"person"} if about == seated.member.person_id else set()
    organization = clear.get("for")
    for held in seated.member.roles:
        concern = Concern(everywhere=held.role in {"auditor", "administrator"})
        concern.owners("for", {organization} if organization else ())
        if clear.get("person") and not concern.everywhere and not _reaches_person(session, held, clear["person"], seated):
            continue
        if unreached(session, held, concern) is None:
            found.add(held.role)
    return found


def _reaches_person(session: Any, held: Any, person_id: str, seated: Seated) -> bool:
    posts = posts_of(session, person_id=person_id, at=seated.at)
    return not posts or held.organization_id in {row.organization_id for row in posts}
