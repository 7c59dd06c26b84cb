"""What is recorded, kind by kind: pages of rows within reach and entitlement.

The next page begins behind the last row that was looked at, so that nothing is told twice or left out while others write.
"""

from collections.abc import Collection as Collection_
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from service.acts.concerning import Concern, OutsideError, concern_of_row
from service.acts.entitled import NotAllowedError
from service.acts.reach import unreached
from service.acts.reading.paging import CHUNK, MOST_SCANNED, closed
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


def page_of(
    seated: Seated, one: Collection, asked: dict[str, str], *, after: str | None, limit: int, purpose: str | None = None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of a kind of record, narrowed by columns, and the cursor of the page behind it.

    Of what takes a purpose one person's rows are shown, and that somebody looked is an entry before anything is told.
    Raises NotAllowedError, PurposeNeededError.
    """
    held, way = _entitled(seated, one)
    if way == "purpose":
        _require_purpose(purpose, asked.get("person_id"))
    with read(seated.desk.engine) as session:
        page = _page(session, one, held, seated.at, asked, after=after, limit=limit, roles=seated.member.role_names)
    if way == "purpose":
        _keep_look(seated, one, purpose=purpose, person_id=asked["person_id"])
    return page


def row_of(seated: Seated, one: Collection, key: str) -> tuple[dict[str, Any], int]:
    """Return one row and the index of the entry that last changed something of it. Raises OutsideError, NotAllowedError."""
    held, _way = _entitled(seated, one)
    with read(seated.desk.engine) as session:
        row = session.get(one.model, key.replace("\x00", ""))
        concern = None if row is None else _concern(session, one, row, seated.at)
        if row is None or concern is None or not _reached(session, held, concern):
            word = "id"
            raise OutsideError(word)
        return _shown(row, seated.member.role_names), concern.newest


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


def _entitled(seated: Seated, one: Collection) -> tuple[Sequence[Held], Access]:
    """Return the roles by which somebody may read these records, and whether it takes a purpose. Raises NotAllowedError."""
    wanted = class_of(str(one.model.__table__))
    way = access(seated.member.role_names, wanted)
    if way is None:
        roles = sorted(role for role, classes in TABLE.items() if wanted in classes and role != "person")
        message = f"none of your roles may read this; it takes {' or '.join(roles)}"
        raise NotAllowedError(message, roles=roles)
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
) -> tuple[list[dict[str, Any]], str | None]:
    found: list[dict[str, Any]] = []
    last, scanned = after, 0
    for key, row in _rows(session, one, at, asked, after=after, told=is_told(roles)):
        if len(found) == limit or scanned == MOST_SCANNED:
            return found, closed(last)
        last, scanned = key, scanned + 1
        if _reached(session, held, _concern(session, one, row, at)):
            found.append(_shown(row, roles))
    return found, None


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
