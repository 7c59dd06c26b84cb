"""Putting people forward as candidates, many at once: chosen by ticking, by their numbers or from a file; then one confirmation."""

from collections import defaultdict
from datetime import date
from typing import Any

from starlette.responses import Response

from service.acts.balance.bringing import Who
from service.acts.reading.candidates import agreed_candidates, whole
from service.acts.reading.people import found_people
from service.acts.roster.candidates import Named, named_in, put_forward
from service.acts.roster.several import Several, do_several
from service.acts.table import HR, MANAGER
from service.console.acting.act import link
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.staff.carried import TooMuchError, opened_file
from service.console.staff.finding import lines_of
from service.console.staff.letters import day_of, organs
from service.console.visit import Visit
from service.database import read
from service.identity.entitlements import PURPOSES
from service.personnel.model import Person
from service.personnel.roster.reading import RosterFileError
from service.statute.periods import legal_day

PUTS_FORWARD = frozenset({HR, MANAGER})
A_PAGE = 50
WORDS = ("explanation", "consent", "on", "head_id", "organization_id")
LONGEST = 200


def candidates(visit: Visit) -> Response:
    """GET and POST of /people/candidates."""
    if visit.request.method != "POST":
        return _form(visit)
    if visit.one("step") == "find":
        return _form(visit)
    problems: dict[str, str] = {}
    told = people_words(visit.language)
    on = day_of(visit.one("on") or legal_day(visit.at).isoformat())
    if on is None:
        problems["on"] = told["staff_no_day"]
    try:
        named = _named(visit)
    except (RosterFileError, TooMuchError):
        named, problems["file"] = [], told["staff_nobody_in_file"]
    if not named and "file" not in problems:
        problems["people"] = told["staff_nobody_chosen"]
    if problems or on is None:
        return _form(visit, problems=problems)
    who = Who(visit.desk.log, visit.member.actor, visit.at, visit.member)
    organization = _organization(visit)
    found = put_forward(visit.desk.engine, who=who, named=named, organization=organization, shared=_shared(visit, on))
    if visit.one("step") == "confirm" and found.people:
        done = do_several(visit.desk.engine, who=who, found=found)
        return visit.goes_to(f"/people/candidates?done={done.first_index}")
    return _confirm(visit, found, on)


def _shared(visit: Visit, on: date) -> dict[str, Any]:
    """Return the words that all acts share, as the form gives them."""
    words: dict[str, Any] = {"on": on.isoformat()}
    words |= {"consent": True} if visit.one("consent") == "paper" else {}
    words |= {"explanation": visit.one("explanation").strip()[:LONGEST]} if visit.one("explanation").strip() else {}
    return words | ({"head_id": visit.one("head_id")} if visit.one("head_id") else {})


def _named(visit: Visit) -> list[Named]:
    """Return who was chosen: ticked, written line by line, and in a file. Raises RosterFileError, TooMuchError."""
    written = [text for text in (one.strip() for one in visit.one("numbers").splitlines()) if text]
    chosen = [*dict.fromkeys([*visit.form.get("person", ()), *visit.one("people").split(), *written])]
    found = [Named(line, name) for line, name in enumerate(chosen, 1)]
    sent = visit.sent.files if visit.one("step") != "confirm" else {}
    file = opened_file(sent)
    if file is not None:
        found += [Named(one.line + len(chosen), one.name, one.agreed, one.explanation) for one in named_in(file)]
    answered: dict[str, tuple[bool | None, str]] = {}
    for one in visit.form.get("answer", ()):
        name, _mark, said = one.partition("\t")
        agreed, _mark, version = said.partition("\t")
        answered[name] = (True if agreed == "yes" else None, version)
    return [Named(one.line, one.name, *answered[one.name]) if one.name in answered else one for one in found]


def _organization(visit: Visit) -> str:
    held = _organizations(visit)
    return visit.one("organization_id") if visit.one("organization_id") in held else held[0]


def _organizations(visit: Visit) -> list[str]:
    return list(dict.fromkeys(one.organization_id for one in visit.member.roles if one.role in PUTS_FORWARD))


def _form(visit: Visit, *, problems: dict[str, str] | None = None) -> Response:
    """Return the form: who is chosen so far, who answers to a search, and what all of them share."""
    words = visit.one("q").strip()[:100]
    found = found_people(visit.seated, words=words, limit=A_PAGE, after=None)[0] if words else []
    ticked = list(dict.fromkeys([*visit.form.get("person", ()), *visit.one("people").split()]))
    with read(visit.desk.engine) as session:
        chosen = [row for one in ticked[: A_PAGE * 4] if (row := session.get(Person, one)) is not None]
        called = labels(session, [ticked, _organizations(visit)], roles=visit.member.role_names)
        heads = organs(session) if visit.desk.log.seat == "operator" else []
    purpose = visit.asked("purpose") if visit.asked("purpose") in PURPOSES else ""
    keeps = next((whole(one) for one in visit.member.roles if one.role == HR and whole(one)), None)
    standing = agreed_candidates(visit.seated, organization_id=keeps, purpose=purpose) if purpose and keeps else []
    return visit.page(
        "staff/candidates.html",
        status=422 if problems else 200,
        problems=defaultdict(str, problems or {}),
        typed={name: visit.one(name) for name in (*WORDS, "numbers")} | {"q": words},
        found=[one for one in lines_of(visit, found) if one.id not in set(ticked)],
        chosen=[(row.id, called.get(row.id, row.id)) for row in chosen if row.id in called],
        heads=heads,
        organizations=[(one, called.get(one, one)) for one in _organizations(visit)],
        today=legal_day(visit.at),
        purpose=purpose,
        purposes=list(PURPOSES) if keeps else [],
        standing=[
            (row, name, link("strike_candidate", back="/people/candidates", candidate_id=row.id, on=legal_day(visit.at).isoformat()))
            for row, name in standing
        ],
    )


def _confirm(visit: Visit, found: Several, on: date) -> Response:
    """Show who would be put forward, and who cannot be, before anything is recorded."""
    with read(visit.desk.engine) as session:
        called = labels(session, [list(found.people), visit.one("head_id")], roles=visit.member.role_names)
    return visit.page(
        "staff/candidates_confirm.html",
        people=[(person, called.get(person, person), defaultdict(str, act.words)) for person, act in found.people.items()],
        rejected=found.rejected,
        on=on,
        head=called.get(visit.one("head_id"), ""),
        sent=[(name, visit.one(name)) for name in WORDS if visit.one(name)],
    )
