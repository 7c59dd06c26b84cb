"""What a transfer to come would do, before it is brought in: read, compared and shown. Nothing is recorded."""

from starlette.responses import Response

from service.acts.balance.bringing import Who
from service.acts.entitled import NotAllowedError
from service.acts.reading.people import FINDERS
from service.acts.reading.what_if import WhatIf, day_of_effect, what_if
from service.acts.roster.bringing import Roster, compare_roster
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.staff.carried import TooMuchError, opened_file
from service.console.staff.letters import day_of
from service.console.visit import Visit
from service.database import read
from service.personnel.roster.reading import RosterFileError


def foreseen(visit: Visit) -> Response:
    """GET and POST of /people/what-if."""
    if visit.request.method != "POST":
        return _form(visit)
    told = people_words(visit.language)
    on = day_of(visit.one("on")) if visit.one("on").strip() else None
    if visit.one("on").strip() and on is None:
        return _form(visit, day_problem=told["staff_no_day"])
    try:
        file = opened_file(visit.sent.files)
        if file is None:
            return _form(visit, problem=told["staff_no_file"])
        who = Who(visit.desk.log, visit.member.actor, visit.at, visit.member)
        organization = _organization(visit)
        roster = compare_roster(visit.desk.engine, who=who, file=file, organization=organization, on=on)
    except (RosterFileError, TooMuchError):
        return _form(visit, problem=told["staff_number_missing_here"])
    found = what_if(visit.seated, roster=roster, on=on or day_of_effect(roster))
    return _shown(visit, roster, found)


def _organization(visit: Visit) -> str:
    """Return whose people somebody keeps whole: a file tells of everybody. Raises NotAllowedError for a role of a part."""
    found = next((one.organization_id for one in visit.member.roles if one.role in FINDERS and one.whole), None)
    if found is None:
        message = "it takes a role for the whole organization"
        raise NotAllowedError(message)
    return found


def _form(visit: Visit, *, problem: str = "", day_problem: str = "") -> Response:
    status = 422 if problem or day_problem else 200
    return visit.page("staff/what_if.html", status=status, problem=problem, day_problem=day_problem, on=visit.one("on"), found=None)


def _shown(visit: Visit, roster: Roster, found: WhatIf) -> Response:
    """Show what would follow."""
    people = [one.person_id for one in found.displaced or ()]
    people += [person for came, went in found.changed.values() for person in (*came, *went) if not person.startswith("new:")]
    informations = [*found.changed, *found.deserted, *(one.information_id for one in found.displaced or ())]
    with read(visit.desk.engine) as session:
        called = labels(session, [people, informations], roles=visit.member.role_names)
    called |= {f"new:{line.number}": line.name for line in roster.created}
    return visit.page(
        "staff/what_if.html",
        problem="",
        day_problem="",
        on=visit.one("on"),
        found=found,
        roster=roster,
        called=called,
    )
