"""/auditing/findings, requests, gaps: what auditors note and state and who answers, who confirms more, where the log has gaps."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from starlette.responses import Response

from service.acts.asking import UnfitError
from service.acts.auditing import allowing, overlooking, remarking
from service.acts.concerning import OutsideError
from service.console.auditing.explorer import in_utc
from service.console.labels import labels
from service.console.visit import LONGEST_INDEX, Visit
from service.database import read
from service.evidence.gaps import SILENT
from service.evidence.model import ANSWERERS
from service.evidence.queries import query_of
from service.evidence.remarks import Addressed
from service.identity.roles import name_of
from service.personnel.model import Organization

A_YEAR = 525_600
AUDITOR = "auditor"


def findings(visit: Visit) -> Response:
    """GET of /auditing/findings: for auditors all, for whoever answers the findings that are theirs."""
    found = remarking.told(visit.seated)
    with read(visit.desk.engine) as session:
        ids = [[one.row.organization_id, *(step.account_id for step in one.steps)] for one in found]
        called = labels(session, ids, roles=visit.member.role_names)
    roles = {role: name_of(role, visit.language) for role in ANSWERERS}
    audits = AUDITOR in visit.member.role_names
    return visit.page("auditing/findings.html", found=found, called=called, roles=roles, audits=audits)


def remarks_on(visit: Visit, index: int) -> dict[str, Any]:
    """Return what the page of an entry shows of notes and findings, and to whom a finding may be addressed."""
    found = remarking.told(visit.seated, index=index)
    with read(visit.desk.engine) as session:
        ids = [[one.row.organization_id, *(step.account_id for step in one.steps)] for one in found]
        names = labels(session, ids, roles=visit.member.role_names)
        places = [
            (row.id, row.name) for row in session.scalars(select(Organization).order_by(Organization.name, Organization.id).limit(200))
        ]
    roles = {role: name_of(role, visit.language) for role in ANSWERERS}
    return {"remarked": found, "remark_names": names, "places": places, "answerers": roles}


def answer(visit: Visit) -> Response:
    """POST of /auditing/findings/{finding_id}/answer."""
    made = remarking.answer(visit.seated, finding_id=_id(visit, "finding_id"), words=visit.one("words").strip())
    return visit.goes_to(f"/auditing/findings?done={made}")


def close(visit: Visit) -> Response:
    """POST of /auditing/findings/{finding_id}/close."""
    made = remarking.close(visit.seated, finding_id=_id(visit, "finding_id"), words=visit.one("words").strip())
    return visit.goes_to(f"/auditing/findings?done={made}")


def remark(visit: Visit) -> Response:
    """POST of /ledger/{index}/remarks: a note, or a finding with who is to answer it."""
    index, words = str(visit.request.path_params["index"]), visit.one("words").strip()
    if not (index.isascii() and index.isdigit() and len(index) <= LONGEST_INDEX):
        name = "index"
        raise OutsideError(name)
    role = visit.one("role")
    if role:
        addressed = Addressed(visit.one("organization_id").strip(), role)
        remarking.state(visit.seated, index=int(index), addressed=addressed, words=words)
    else:
        remarking.note(visit.seated, index=int(index), words=words)
    return visit.goes_to(f"/ledger/{index}")


def requests(visit: Visit) -> Response:
    """GET of /auditing/requests: what was asked to be opened beyond a day's budget."""
    rows = allowing.asked_for(visit.seated)
    with read(visit.desk.engine) as session:
        called = labels(session, [[one.account_id, one.confirmed_by] for one in rows], roles=visit.member.role_names)
        asked = [(one, query_of(session, one.query_id)) for one in rows]
    return visit.page("auditing/requests.html", asked=asked, called=called)


def confirm(visit: Visit) -> Response:
    """POST of /auditing/requests/{request_id}/confirm."""
    made = allowing.confirm(visit.seated, request_id=_id(visit, "request_id"))
    return visit.goes_to(f"/auditing/requests?done={made}")


def gaps(visit: Visit) -> Response:
    """GET of /auditing/gaps: silences, clocks, and what waited for a signature or a witness."""
    word = visit.asked("minutes") or str(int(SILENT.total_seconds()) // 60)
    if not (word.isascii() and word.isdigit() and len(word) <= LONGEST_INDEX and 0 < int(word) <= A_YEAR):
        message = "minutes: 1 to 525600"
        raise UnfitError(message)
    since, until = visit.asked("since"), visit.asked("until")
    found = overlooking.gaps_between(visit.seated, since=since, until=until, longer=timedelta(minutes=int(word)))
    return visit.page("auditing/gaps.html", found=found, minutes=word, since=since, until=until, in_utc=in_utc)


def _id(visit: Visit, name: str) -> str:
    return str(visit.request.path_params[name]).replace("\x00", "")
