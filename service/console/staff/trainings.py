"""Trainings of many people at once: which were given, who is due, and who attended, by one confirmation."""

from collections import defaultdict

from starlette.responses import Response

from service.acts.asking import Asked
from service.acts.balance.bringing import Who
from service.acts.concerning import OutsideError
from service.acts.reading.paging import opened
from service.acts.reading.records import COLLECTIONS, page_of, row_of
from service.acts.roster.several import Several, do_several, several
from service.acts.table import HR, MANAGER
from service.console.acting.act import link
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.registers.duties.queries import training_due
from service.statute.periods import legal_day

TRAINERS = frozenset({HR, MANAGER})
A_PAGE = 50
TRAININGS = next(one for one in COLLECTIONS if one.name == "trainings")


def trainings(visit: Visit) -> Response:
    """GET of /people/trainings: the trainings within reach, the way to record one, and the way to say who attended."""
    rows, onward = page_of(visit.seated, TRAININGS, {}, after=opened(visit.asked("cursor") or None), limit=A_PAGE)
    with read(visit.desk.engine) as session:
        called = labels(session, rows, roles=visit.member.role_names)
    return visit.page(
        "staff/trainings.html",
        rows=rows,
        onward=onward,
        called=called,
        record=link("record_training", back="/people/trainings", on=legal_day(visit.at).isoformat()),
    )


def attendance(visit: Visit) -> Response:
    """GET and POST of /people/trainings/{training_id}: who attended, many at once."""
    training, _newest = row_of(visit.seated, TRAININGS, visit.request.path_params["training_id"])
    if not any(one.organization_id == training["organization_id"] for one in visit.member.roles if one.role in TRAINERS):
        word = "id"
        raise OutsideError(word)
    if visit.request.method != "POST":
        return _form(visit, training)
    named = list(dict.fromkeys([*visit.form.get("person", ()), *(one.strip() for one in visit.one("numbers").splitlines() if one.strip())]))
    if not named:
        return _form(visit, training, problem=people_words(visit.language)["staff_nobody_chosen"])
    who = Who(visit.desk.log, visit.member.actor, visit.at, visit.member)

    def act(_line: int, person: str) -> Asked:
        return Asked("record_attendance", {"training_id": str(training["id"]), "person_id": person})

    organization = str(training["organization_id"])
    found = several(visit.desk.engine, who=who, named=list(enumerate(named, start=1)), organization=organization, act=act)
    if visit.one("step") == "confirm" and found.people:
        done = do_several(visit.desk.engine, who=who, found=found)
        return visit.goes_to(f"/people/trainings?done={done.first_index}")
    return _confirm(visit, training, found)


def _form(visit: Visit, training: dict[str, object], *, problem: str = "") -> Response:
    organization = str(training["organization_id"])
    # Who stands on a list is for whoever keeps lists; others write down numbers.
    keeps = any(one.role == MANAGER and one.organization_id == organization and one.whole for one in visit.member.roles)
    with read(visit.desk.engine) as session:
        found = training_due(session, organization_id=organization, on=legal_day(visit.at), at=visit.at) if keeps else {}
        called = labels(session, [list(found), organization], roles=visit.member.role_names)
    due = sorted(((person, called.get(person, person), by) for person, by in found.items()), key=lambda one: one[1])
    return visit.page(
        "staff/attendance.html",
        status=422 if problem else 200,
        training=training,
        called=called,
        due=due[: A_PAGE * 8],
        more=max(0, len(due) - A_PAGE * 8),
        keeps=keeps,
        problem=problem,
        typed=visit.one("numbers"),
    )


def _confirm(visit: Visit, training: dict[str, object], found: Several) -> Response:
    with read(visit.desk.engine) as session:
        called = labels(session, list(found.people), roles=visit.member.role_names)
    people = [(person, called.get(person, person)) for person in found.people]
    return visit.page("staff/attendance_confirm.html", training=defaultdict(str, training), people=people, rejected=found.rejected)
