"""Reading what is recorded: one door for each kind of record, in pages, within reach and entitlement.

The next page begins behind the last row that was looked at, so that nothing is told twice or left out while others write.
"""

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Collection as Collection_
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from service.acts.asking import UnfitError
from service.acts.concerning import Concern, OutsideError, concern_of_row
from service.acts.entitled import NotAllowedError
from service.acts.reach import unreached
from service.api.management.acts import REFUSALS
from service.api.management.desk import TAGGED, At, tag
from service.api.management.forms import Page
from service.clearance.model import DoubtNotice, Office, PassedResult, Result
from service.database import read, transaction
from service.designation.model import Closing, Designation, Document, DocumentInformation, Extension, Information
from service.evidence import lookups
from service.identity.desk import Seated
from service.identity.entitlements import PURPOSES, TABLE, Access, PurposeNeededError, access, class_of, is_told, row_told
from service.identity.members import Held
from service.ledger import row_form
from service.need_to_know.model import Listing
from service.personnel.model import Alias, Correctable, Organization, Post, Unit
from service.provision.model import (
    Certification,
    CertifiedChange,
    Condition,
    Contract,
    ContractInformation,
    ContractItem,
    Demand,
    Message,
    Provision,
    Readiness,
    ReportTerm,
    ReturnSlip,
)
from service.registers.people_model import Attendance, Pledge, Training

CHUNK = 200
MOST_SCANNED = 2_000
"""Rows that one page looks at: whoever reaches few of many is told to go on rather than kept waiting."""
Limit = Annotated[int, Query(ge=1, le=200, description="Rows on a page, at most.")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before.")]
Filter = Annotated[str | None, Query(max_length=256)]
HIDDEN = frozenset({"seal"})
UNTOLD = frozenset({Result, DoubtNotice, PassedResult})
"""Records of which whoever is not told results sees the positive ones, or nothing."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A kind of record: its path, its rows, and by which column a role must reach one (None: by all that it names)."""

    name: str
    model: Any
    summary: str
    by: str | None = None

    @property
    def filters(self) -> tuple[str, ...]:
        """The columns by which a page can be narrowed."""
        return tuple(name for name in FILTERS if name in self.model.__table__.columns)


FILTERS = ("person_id", "organization_id", "information_id", "document_id", "organ_id", "operator_id", "contract_id", "designation_id")
COLLECTIONS = (
    Collection("organizations", Organization, "Organizations."),
    Collection("units", Unit, "Units of organizations."),
    Collection("posts", Post, "Who holds which post, from when to when."),
    Collection("aliases", Alias, "Names of people and resources in the words of applications."),
    Collection("informations", Information, "What is designated.", by="id"),
    Collection("designations", Designation, "Designations with their validity.", by="information_id"),
    Collection("extensions", Extension, "Extensions of validities."),
    Collection("closings", Closing, "Closing formalities of each holder."),
    Collection("documents", Document, "Documents, parts and copies.", by="id"),
    Collection("document-informations", DocumentInformation, "Which information a document carries.", by="document_id"),
    Collection("certifications", Certification, "Certifications of operators."),
    Collection("contracts", Contract, "Contracts between organs and operators.", by="id"),
    Collection("contract-informations", ContractInformation, "What a contract covers.", by="contract_id"),
    Collection("provisions", Provision, "Who provided what to whom, and by which article."),
    Collection("contract-items", ContractItem, "What a contract fixes of what it must fix.", by="contract_id"),
    Collection("conditions", Condition, "What was met before a provision: safeguards, consents, consultation.", by="provision_id"),
    Collection("notices", Message, "Letters to recipients, with their receipts; unsent ones are owed."),
    Collection("demands", Demand, "Demands that an operator hand over what arose with it."),
    Collection("returns", ReturnSlip, "How what was provided came back or was destroyed.", by="provision_id"),
    Collection("readiness", Readiness, "What was found on the items of Order 16, with numbers as evidence."),
    Collection("certified-changes", CertifiedChange, "Changes after a certification, to be reported beforehand."),
    Collection("report-terms", ReportTerm, "How early an organ wants changes reported."),
    Collection("results", Result, "Results of assessments as notified; never a reason.", by="person_id"),
    Collection("doubt-notices", DoubtNotice, "Notices that a re-assessment on doubt applies.", by="person_id"),
    Collection("offices", Office, "Exempt offices.", by="person_id"),
    Collection("passed-results", PassedResult, "That dispatch employers were told of results.", by="person_id"),
    Collection("trainings", Training, "Trainings that were given."),
    Collection("attendances", Attendance, "Who attended which training.", by="person_id"),
    Collection("pledges", Pledge, "Pledges that were signed.", by="person_id"),
    Collection("listings", Listing, "Lines of scopes and lists."),
)


def router() -> APIRouter:
    """Return the doors of all collections."""
    made = APIRouter(tags=["records"], responses=REFUSALS)
    for one in COLLECTIONS:
        made.add_api_route(f"/{one.name}", _page_door(one), methods=["GET"], response_model=Page, name=one.name, description=_told(one))
        # What a row alone tells of a person's clearance takes a purpose: its page is asked for, person by person.
        if [column.name for column in one.model.__table__.primary_key] == ["id"] and one.by != "person_id":
            made.add_api_route(
                f"/{one.name}/{{id}}",
                _row_door(one),
                methods=["GET"],
                name=f"{one.name}_one",
                summary=f"One of: {one.summary}",
                responses=TAGGED,
            )
    return made


def _told(one: Collection) -> str:
    return f"{one.summary}\nFilter by {', '.join(one.filters)}." if one.filters else one.summary


def _page_door(one: Collection) -> Callable[..., Page]:
    def door(
        seated: At,
        limit: Limit = 50,
        cursor: Cursor = None,
        person_id: Filter = None,
        organization_id: Filter = None,
        information_id: Filter = None,
        document_id: Filter = None,
        organ_id: Filter = None,
        operator_id: Filter = None,
        contract_id: Filter = None,
        designation_id: Filter = None,
        purpose: Annotated[
            str | None, Query(max_length=64, description="Coded; needed where the table of entitlements asks for it.")
        ] = None,
    ) -> Page:
        given = {"person_id": person_id, "organization_id": organization_id, "information_id": information_id, "document_id": document_id}
        given |= {"organ_id": organ_id, "operator_id": operator_id, "contract_id": contract_id, "designation_id": designation_id}
        asked = {name: value for name, value in given.items() if value is not None}
        roles = seated.member.role_names
        unknown = next((name for name in asked if name not in one.filters), None)
        if unknown is not None:
            message = f"{unknown}: these records have none; filter by {', '.join(one.filters) or 'nothing'}"
            raise UnfitError(message)
        held, way = _entitled(seated, one)
        if way == "purpose":
            _require_purpose(purpose, person_id)
        with read(seated.desk.engine) as session:
            page = _page(session, one, held, seated.at, asked, after=opened(cursor), limit=limit, roles=roles)
        if way == "purpose":
            _keep_look(seated, one, purpose=purpose, person_id=str(person_id))
        return page

    return door


def _require_purpose(purpose: str | None, person_id: str | None) -> None:
    """Ask for one person and a purpose. Raises PurposeNeededError."""
    if purpose not in PURPOSES or person_id is None:
        message = f"purpose: these are shown for one person_id and a purpose: {', '.join(PURPOSES)}"
        raise PurposeNeededError(message)


def _keep_look(seated: Seated, one: Collection, *, purpose: str | None, person_id: str) -> None:
    """Record that somebody looked: the person it is about may know it. Nothing is shown before this is kept."""
    with transaction(seated.desk.engine) as session:
        lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at)
        look = lookups.Look(seated.member.actor, seated.member.role_names, one.name, purpose)
        lookups.record_look(session, log=seated.desk.log, at=seated.at, look=look, clear={"person": person_id})


def _row_door(one: Collection) -> Callable[..., dict[str, Any]]:
    def door(seated: At, response: Response, id: str) -> dict[str, Any]:  # noqa: A002 - the name in the path
        held, _way = _entitled(seated, one)
        with read(seated.desk.engine) as session:
            row = session.get(one.model, id.replace("\x00", ""))
            concern = None if row is None else _concern(session, one, row, seated.at)
            if row is None or concern is None or not _reached(session, held, concern):
                word = "id"
                raise OutsideError(word)
            tag(response, concern.newest)
            return _shown(row, seated.member.role_names)

    return door


def _entitled(seated: Seated, one: Collection) -> tuple[Sequence[Held], Access]:
    """Return the roles by which somebody may read these records, and whether it takes a purpose. Raises NotAllowedError."""
    wanted = class_of(str(one.model.__table__))
    way = access(seated.member.role_names, wanted)
    if way is None:
        roles = sorted(role for role, classes in TABLE.items() if wanted in classes and role != "person")
        message = f"none of your roles may read this; it takes {' or '.join(roles)}"
        raise NotAllowedError(message)
    return [held for held in seated.member.roles if TABLE[held.role].get(wanted) == way], way


def _page(
    session: Session,
    one: Collection,
    held: Sequence[Held],
    at: datetime,
    asked: dict[str, str],
    *,
    after: str | None,
    limit: int,
    roles: Collection_[str],
) -> Page:
    found: list[dict[str, Any]] = []
    last, scanned = after, 0
    for key, row in _rows(session, one, at, asked, after=after, told=is_told(roles)):
        if len(found) == limit or scanned == MOST_SCANNED:
            return Page(items=found, next=closed(last))
        last, scanned = key, scanned + 1
        if _reached(session, held, _concern(session, one, row, at)):
            found.append(_shown(row, roles))
    return Page(items=found, next=None)


def _rows(
    session: Session, one: Collection, at: datetime, asked: dict[str, str], *, after: str | None, told: bool
) -> Iterator[tuple[str, Any]]:
    """Yield the rows behind a key in the order of their keys, chunk by chunk; of what was put right the row that counts now."""
    table = one.model.__table__
    key = table.c.id if "organization_id" not in table.primary_key.columns else table.c.organization_id + "/" + table.c.id
    while True:
        wanted: Select[Any] = select(one.model, key).order_by(key).limit(CHUNK)
        if after is not None:
            wanted = wanted.where(key > after)
        if issubclass(one.model, Correctable):
            wanted = wanted.where(one.model.known(at))
        if not told and one.model in UNTOLD:
            # Left out before anything is counted: not even how long a page took to fill tells that they are there.
            wanted = wanted.where(Result.outcome == "positive" if one.model is Result else false())
        for name, value in asked.items():
            wanted = wanted.where(table.c[name] == value.replace("\x00", ""))
        chunk = session.execute(wanted).all()
        for row, name in chunk:
            yield name, row
        if len(chunk) < CHUNK:
            return
        after = chunk[-1][1]


def _concern(session: Session, one: Collection, row: Any, at: datetime) -> Concern:
    return concern_of_row(session, row, by=one.by, at=at)


def _reached(session: Session, held: Sequence[Held], concern: Concern) -> bool:
    return any(unreached(session, one, concern) is None for one in held)


def _shown(row: Any, roles: Collection_[str]) -> dict[str, Any]:
    form = row_form(row)
    told = row_told(form["table"], form["row"], roles) or {}
    return {name: value for name, value in told.items() if name not in HIDDEN}


def page_by_id(session: Session, model: Any, *, limit: int, cursor: str | None) -> tuple[Sequence[Any], str | None]:
    """Return the rows of a page in the order of their ids, and the cursor of the page behind it."""
    after = opened(cursor)
    wanted = select(model).order_by(model.id).limit(limit + 1)
    rows = session.scalars(wanted if after is None else wanted.where(model.id > after)).all()
    return rows[:limit], closed(rows[limit - 1].id) if len(rows) > limit else None


def closed(key: str | None) -> str | None:
    """Return the cursor behind a key."""
    return None if key is None else base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def opened(cursor: str | None) -> str | None:
    """Return the key behind which a page begins. Raises UnfitError for a cursor that came from elsewhere."""
    if cursor is None:
        return None
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode().replace("\x00", "")
    except (binascii.Error, ValueError):
        message = "cursor: none that came from here"
        raise UnfitError(message) from None
