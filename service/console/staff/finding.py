"""The page on which people are looked for: by name, kana or number, each told apart from others of the same name."""

from dataclasses import dataclass

from starlette.responses import Response

from service.acts.reading.paging import closed, opened
from service.acts.reading.people import Told, found_people, told_apart
from service.console.labels import labels
from service.console.visit import Visit
from service.database import read
from service.personnel.model import Person

A_PAGE = 50
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody in a list of people."""

    id: str
    name: str
    kana: str
    number: str
    places: tuple[str, ...]


def finding(visit: Visit) -> Response:
    """GET of /people?q=: who is within reach, or of these whom words find."""
    words = visit.asked("q")[:LONGEST]
    people, behind = found_people(visit.seated, words=words, limit=A_PAGE, after=opened(visit.asked("cursor") or None))
    return visit.page("staff/people.html", q=words, lines=lines_of(visit, people), onward=closed(behind), first=not visit.asked("cursor"))


def lines_of(visit: Visit, people: list[Person]) -> list[Line]:
    """Return people as lists tell them."""
    with read(visit.desk.engine) as session:
        told = told_apart(session, [row.id for row in people], at=visit.at)
        called = labels(session, [list(one.places) for one in told.values()], roles=visit.member.role_names)
    several = len({organization for one in told.values() for organization, _unit, _post in one.places}) > 1
    return [
        Line(row.id, row.legal_name, row.kana or "", told[row.id].number, places_of(told[row.id], called, organizations=several))
        for row in people
    ]


def places_of(told: Told, called: dict[str, str], *, organizations: bool) -> tuple[str, ...]:
    """Return where somebody works, in words; with the organization where several are told of."""
    return tuple(
        " ".join(called.get(part, part) for part in ((place[0],) if organizations or not any(place[1:]) else ()) + place[1:] if part)
        for place in told.places
    )
