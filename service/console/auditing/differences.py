"""/auditing/differences: what came, went and changed in a list between two days."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from starlette.responses import Response

from service.acts.reading.auditors import look_everywhere
from service.acts.reading.differences import ROLLS, Asked, Difference, TooManyError, difference
from service.console.auditing.withheld import columns
from service.console.labels import labels
from service.console.visit import Visit
from service.database import read, transaction
from service.evidence import lookups
from service.identity.entitlements import PURPOSES
from service.personnel.roster.eras import parse_day
from service.statute.periods import ONE_DAY, day_start, legal_day

AUDITORS = frozenset({"auditor"})
ON_A_PAGE = 50
OF_A_PERSON = frozenset({"clearances"})
"""Lists of which each person in them is told that somebody looked."""
WORDS = ("roll", "since", "until", "item", "known", "purpose")
EARLIEST, LATEST, LONGEST, LONGEST_NUMBER = 1950, 2199, 128, 4

Line = tuple[str, Mapping[str, Any], Mapping[str, Any] | None]
"""`added`, `removed` or `changed`, the row as it is (or was), and what it was before it changed."""


def differences(visit: Visit) -> Response:
    """GET and POST of /auditing/differences; what is shown takes a purpose, and the look is recorded before."""
    words = {name: visit.one(name).strip() for name in WORDS}
    if visit.request.method != "POST":
        return _page(visit, words, {})
    days = {name: _day(words[name]) for name in ("since", "until")}
    problems = {name: "audit_bad_date" for name, day in days.items() if day is None}
    problems |= {name: "audit_bad_choice" for name, known in (("roll", ROLLS), ("purpose", PURPOSES)) if words[name] not in known}
    since, until = days["since"], days["until"]
    if since is not None and until is not None and until < since:
        problems["until"] = "audit_bad_order"
    if len(words["item"]) > LONGEST:
        problems["item"] = "audit_bad_id"
    if problems or since is None or until is None:
        return _page(visit, words, problems, status=422)
    roll = ROLLS[words["roll"]]
    held = look_everywhere(visit.seated, AUDITORS, roll.wanted, purpose=words["purpose"], what=f"differences: {words['roll']}")
    then = words["known"] == "then" and roll.then
    try:
        with read(visit.desk.engine) as session:
            both = [roll.rows(session, _asked(visit, day, words["item"], then=then)) for day in (since, until)]
    except TooManyError:
        return _page(visit, words, {"item": "audit_too_many"}, status=422)
    found = difference(*both)
    lines, place = list(_lines(found)), _place(visit)
    shown = lines[place : place + ON_A_PAGE]
    if words["roll"] in OF_A_PERSON:
        _keep(visit, words, shown)
    with read(visit.desk.engine) as session:
        values = [[row, old or {}] for _sort, row, old in shown]
        called = labels(session, values, roles={one.role for one in held}, purpose=words["purpose"])
    onward = place + ON_A_PAGE if len(lines) > place + ON_A_PAGE else None
    told = [(sort, columns(row, visit), None if old is None else columns(old, visit)) for sort, row, old in shown]
    return _page(visit, words, {}, found=found, lines=told, called=called, onward=onward, since=since, until=until, then=then)


def _day(word: str) -> date | None:
    try:
        day = parse_day(word[:LONGEST])
    except ValueError:
        return None
    return day if EARLIEST <= day.year <= LATEST else None


def _asked(visit: Visit, day: date, item: str, *, then: bool) -> Asked:
    at = min(day_start(day + ONE_DAY), visit.at) if then else visit.at
    return Asked(day, at, item.replace("\x00", ""), then)


def _lines(found: Difference) -> Iterator[Line]:
    yield from (("added", row, None) for row in found.added)
    yield from (("removed", row, None) for row in found.removed)
    yield from (("changed", after, before) for before, after in found.changed)


def _place(visit: Visit) -> int:
    word = visit.one("place")
    return int(word) if word.isascii() and word.isdigit() and len(word) <= LONGEST_NUMBER + 1 else 0


def _keep(visit: Visit, words: Mapping[str, str], shown: list[Line]) -> None:
    """Record on the record of each person in what is shown that somebody saw it."""
    people = sorted({str(row["person_id"]) for _sort, row, _old in shown} - {visit.member.person_id})
    roles = AUDITORS & visit.member.role_names
    with transaction(visit.desk.engine) as session:
        lookups.record_list_look(
            session,
            log=visit.desk.log,
            at=visit.at,
            actor=visit.member.actor,
            roles=roles,
            purpose=words["purpose"],
            people=people,
            of=words["roll"],
        )


def _page(visit: Visit, words: Mapping[str, str], problems: Mapping[str, str], *, status: int = 200, **shown: Any) -> Response:
    today = legal_day(visit.at)
    given = {**words, "until": words["until"] or today.isoformat()} if visit.request.method != "POST" else words
    rolls = [(code, one.says[0 if visit.language == "ja" else 1]) for code, one in ROLLS.items()]
    kept: dict[str, Any] = {"found": None, "lines": [], "called": {}, "onward": None, "since": None, "until": None, "then": False} | shown
    return visit.page("auditing/differences.html", status=status, given=given, problems=problems, rolls=rolls, purposes=PURPOSES, **kept)
