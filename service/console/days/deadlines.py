"""The page of deadlines: the dates that somebody is told of, with their citations and what follows when they pass."""

from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.responses import Response

from service.acts.reminded import Line, Page, page_of
from service.console.labels import labels
from service.console.visit import Visit
from service.database import read
from service.identity.entitlements import PURPOSES

AT_HOME, ON_THE_PAGE = 8, 100


@dataclass(frozen=True, slots=True)
class Told:
    """A deadline as it is shown."""

    on: str
    says: str
    then: str
    about: str
    basis: str
    set_by: str
    stage: str


def at_home(visit: Visit) -> tuple[list[Told], bool]:
    """Return the next dates for somebody's home, and whether there are more on the page or for a purpose."""
    page = page_of(visit.desk.engine, log=visit.desk.log, member=visit.member, at=visit.at, limit=AT_HOME)
    return _told(visit, page), page.next is not None or page.purpose_opens_more


def show(visit: Visit) -> Response:
    """GET of /deadlines: all dates of the coming months, with a purpose those that concern clearances too."""
    query = visit.request.query_params
    purpose = query.get("purpose", "")
    page = page_of(
        visit.desk.engine,
        log=visit.desk.log,
        member=visit.member,
        at=visit.at,
        purpose=purpose if purpose in PURPOSES else None,
        limit=ON_THE_PAGE,
        cursor=query.get("cursor") or None,
    )
    asks = page.purpose_opens_more or purpose in PURPOSES
    purposes = list(PURPOSES) if asks else []
    return visit.page("days/list.html", dates=_told(visit, page), onward=page.next, purposes=purposes, purpose=purpose)


def _told(visit: Visit, page: Page) -> list[Told]:
    with read(visit.desk.engine) as session:
        return [_line(session, visit, line) for line in page.lines]


def _line(session: Session, visit: Visit, line: Line) -> Told:
    one, place = line.deadline, 0 if visit.language == "ja" else 1
    named = [part for part in (one.person_id, one.information_id, one.contract_id) if part is not None]
    whose = sorted(one.organizations)
    # Of what concerns themselves everybody sees what it is called.
    roles = line.roles | ({"information_manager"} if "person" in line.roles else set())
    called = labels(session, [*named, *whose], roles=roles)
    return Told(
        on=one.on.isoformat(),
        says=one.sort.says[place],
        then=one.sort.then[place],
        about=" / ".join(called.get(part, part) for part in (*named, *(whose if len(whose) == 1 else ()))),
        basis=", ".join(citation.ja() if visit.language == "ja" else str(citation) for citation in one.basis),
        set_by=one.sort.set_by,
        stage=line.stage,
    )
