"""The page of deadlines: the dates that somebody is told of, with their citations and what follows when they pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.responses import Response

from service.acts.reminded import EVERY, MONTH, WEEK, Line, Narrowed, Page, Within, number_within, page_in, page_of, told_to
from service.console.labels import labels
from service.console.visit import Visit
from service.database import read
from service.identity.entitlements import PURPOSES
from service.personnel.roster.eras import parse_day
from service.statute.periods import legal_day

AT_HOME, ON_THE_PAGE = 8, 50
HORIZON = timedelta(days=400)
"""How far ahead the pages look: as far as the first reminder may be set."""
WITHIN: tuple[Within, ...] = ("overdue", "7", "30", "all")
GROUPS = ("overdue", "week", "month", "later")
TONES: Mapping[str, str] = {"overdue": "bad", "week": "warn", "month": "info", "later": "quiet"}
SETTERS = ("law", "contract", "list", "house")
ABOUT = (
    ("information_id", "/informations/{information_id}"),
    ("person_id", "/people/{person_id}"),
    ("contract_id", "/contracts/{contract_id}"),
)


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
    path: str = ""
    group: str = "later"


@dataclass(frozen=True, slots=True)
class Count:
    """How many deadlines are within a span, and the address of exactly these."""

    within: Within
    number: int
    path: str


@dataclass(frozen=True, slots=True)
class Near:
    """The next dates of somebody, how many there are by span, and as of when; `as_of` None where they are still being found."""

    lines: tuple[Told, ...]
    counts: tuple[Count, ...]
    more: bool
    as_of: datetime | None


def counts(visit: Visit, lines: Sequence[Line]) -> tuple[Count, ...]:
    """Return how many deadlines have passed, come within 7 and 30 days, and all, each with the address of the list that it counts.

    The list is made by the same question, so that the two cannot differ.
    """
    today = legal_day(visit.at)
    return tuple(Count(one, number_within(lines, one, today=today), f"/deadlines?within={one}") for one in WITHIN)


def at_home(visit: Visit) -> Near:
    """Return the next dates for somebody's home, with their counts; nobody waits there until everybody's dates are found."""
    until = legal_day(visit.at) + HORIZON
    found = told_to(visit.desk.engine, member=visit.member, at=visit.at, until=until, purpose=None, wait=False)
    lines, more = ([], False) if found is None else found.found
    page = page_in(lines, more=more, at=visit.at, limit=AT_HOME)
    return Near(tuple(told(visit, page.lines)), counts(visit, lines), page.next is not None or more, None if found is None else found.as_of)


def show(visit: Visit) -> Response:
    """GET of /deadlines: all dates of the coming months, with a purpose those that concern clearances too."""
    narrowed, purpose = narrowed_by(visit), visit.asked("purpose")
    until = legal_day(visit.at) + HORIZON
    found = told_to(visit.desk.engine, member=visit.member, at=visit.at, until=until, purpose=None, wait=False)
    lines, more = ([], False) if found is None else found.found
    chosen = purpose if purpose in PURPOSES else None
    cut: dict[str, Any] = {"at": visit.at, "limit": ON_THE_PAGE, "cursor": visit.asked("cursor") or None, "narrowed": narrowed}
    if chosen is None:
        page = page_in(lines, more=more, **cut)
    else:
        # Found anew, for a purpose opens more than was counted, and what it opens is looked at by somebody.
        given: dict[str, Any] = {"log": visit.desk.log, "member": visit.member, "until": until, "purpose": chosen}
        page = page_of(visit.desk.engine, **given, **cut)
    shown = told(visit, page.lines)
    return visit.page(
        "days/list.html",
        groups=[(name, TONES[name], [one for one in shown if one.group == name]) for name in GROUPS],
        dates=shown,
        onward=page.next,
        purposes=list(PURPOSES) if more else [],
        purpose=chosen,
        counts=[(one.within, one.number, one.path, _TONE_OF[one.within]) for one in _counts_of(lines, narrowed, visit)],
        narrowed=narrowed,
        sorts=_sorts(lines, page, visit),
        informations=_informations(lines, visit),
        setters=SETTERS,
        first_month=f"{legal_day(visit.at):%Y-%m}",
        as_of=None if found is None else found.as_of,
    )


_TONE_OF: Mapping[str, str] = {"overdue": "bad", "7": "warn", "30": "info", "all": ""}


def _counts_of(lines: Sequence[Line], narrowed: Narrowed, visit: Visit) -> list[Count]:
    """Return the counts of what else is asked for, span by span."""
    kept = {name: value for name, value in words_of(narrowed).items() if name != "within"}
    anywhere, today = replace(narrowed, within="all"), legal_day(visit.at)
    wanted = lines if anywhere == EVERY else [line for line in lines if anywhere.takes(line, today=today)]
    return [Count(one, number_within(wanted, one, today=today), f"/deadlines?{urlencode({'within': one, **kept})}") for one in WITHIN]


def narrowed_by(visit: Visit) -> Narrowed:
    """Return which deadlines the address asks for; a word that is none asks for nothing."""
    within: Within = next((one for one in WITHIN if one == visit.asked("within")), "all")
    set_by = visit.asked("set_by") if visit.asked("set_by") in SETTERS else ""
    first, last = _day(visit.asked("first")), _day(visit.asked("last"))
    return Narrowed(within, visit.asked("sort"), set_by, visit.asked("information"), visit.asked("own") == "yes", first, last)


def words_of(narrowed: Narrowed) -> dict[str, str]:
    """Return what is asked for as the words of an address."""
    found = {"within": narrowed.within, "sort": narrowed.sort, "set_by": narrowed.set_by, "information": narrowed.information_id}
    found |= {"own": "yes" if narrowed.own else ""}
    found |= {name: day.isoformat() for name, day in (("first", narrowed.first), ("last", narrowed.last)) if day is not None}
    return {name: value for name, value in found.items() if value}


def _day(words: str) -> date | None:
    try:
        return parse_day(words) if words else None
    except ValueError:
        return None


def _sorts(lines: Sequence[Line], page: Page, visit: Visit) -> list[tuple[str, str]]:
    """Return the sorts that there are to choose from, by name."""
    place = 0 if visit.language == "ja" else 1
    return sorted({(line.deadline.sort.code, line.deadline.sort.says[place]) for line in (*lines, *page.lines)}, key=lambda one: one[1])


def _informations(lines: Sequence[Line], visit: Visit) -> list[tuple[str, str]]:
    """Return the informations that deadlines are about, by name."""
    ids = sorted({line.deadline.information_id for line in lines if line.deadline.information_id is not None})
    with read(visit.desk.engine) as session:
        called = labels(session, ids, roles=visit.member.role_names | {"information_manager"})
    return sorted(((one, called.get(one, one)) for one in ids), key=lambda one: one[1])


def told(visit: Visit, lines: Sequence[Line]) -> list[Told]:
    """Return deadlines as they are shown to the visitor."""
    with read(visit.desk.engine) as session:
        return [_line(session, visit, line) for line in lines]


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
        path=_path_of(visit, line),
        group=group_of(one.on, today=legal_day(visit.at)),
    )


def group_of(on: date, *, today: date) -> str:
    """Return under which heading a day stands."""
    if on < today:
        return "overdue"
    return "week" if on <= today + WEEK else "month" if on <= today + MONTH else "later"


def _path_of(visit: Visit, line: Line) -> str:
    """Return the page of what a deadline is about, where the visitor has one."""
    open_to = {one.path for one in visit.doorways if one.is_for(visit.member, seat=visit.desk.log.seat)}
    for name, path in ABOUT:
        found = getattr(line.deadline, name)
        if found is not None and path in open_to:
            return path.replace(f"{{{name}}}", found)
    return ""
