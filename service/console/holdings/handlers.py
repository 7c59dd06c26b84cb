"""The list of an information as work: several people put on it in one proposal, several lines taken off it in one go."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from service.acts.asking import Asked
from service.acts.concerning import OutsideError
from service.acts.entitled import require_any_role
from service.acts.reading import lists
from service.acts.reading.holding import contracts_about
from service.acts.reading.informations import InformationLine, information_of
from service.acts.reading.people import found_people
from service.acts.reading.seeing import seers
from service.acts.table import ACTS
from service.console.act_words import CODES, VERBS, said
from service.console.acting.fields import Field, Options, field_of, words_sent
from service.console.acting.unfit import said_plainly
from service.console.holdings.informations import path_of
from service.console.holdings.tabs import purposes_in
from service.console.holdings.together import Several, confirm, confirm_or_do, hindrances, tried
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.need_to_know.model import Listing
from service.need_to_know.rules import ACTIONS
from service.personnel.model import Person
from service.statute.periods import legal_day
from service.statute.refusals import Conflict

FOUND, AT_ONCE = 30, 50
"""People that a search shows, and how many are put on a list, or taken off it, in one go."""
SHARED = ("from_on", "last_day", "purpose", "task", "contract_id", "reference", "actions")
"""What is the same for everybody who is listed together."""


def removal(visit: Visit) -> Response:
    """POST of /informations/{information_id}/handlers/removal: the ticked lines end today; shown first, then done at once."""
    back = path_of(_information_id(visit), "handlers")
    chosen = list(dict.fromkeys(visit.form.get("listings", [])))[:AT_ONCE]
    if not chosen:
        return visit.goes_to(f"{back}&nothing=ticked")
    with read(visit.desk.engine) as session:
        line = information_of(session, visit.seated, information_id=_information_id(visit))
        organization_id = visit.one("organization_id")
        rows = lists.lines_named(session, visit.seated, organization_id=organization_id, listings=chosen)
        if any(row.information_id != line.id for row in rows):
            word = "listings"
            raise OutsideError(word)
        called = labels(session, [named(row) for row in rows], roles=visit.member.role_names)
    targets = {named(row): row for row in rows}
    today = legal_day(visit.at).isoformat()
    place = {"information_id": line.id, "organization_id": organization_id, "on": today}
    acts = [Asked("remove_handler", place | target_of(row)) for row in targets.values()]
    title = people_words(visit.language)["info_remove_several"]
    return confirm_or_do(visit, Several(title, acts, [called.get(one, one) for one in targets], back))


def named(row: Listing) -> str:
    """Return whom or what a line names: the id of a person or unit, or a post."""
    return row.person_id or row.unit_id or row.post or ""


def target_of(row: Listing) -> dict[str, str]:
    """Return the word by which an act names whom a line names."""
    words = {"person_id": row.person_id, "unit_id": row.unit_id, "post": row.post}
    return {name: value for name, value in words.items() if value is not None}


def several(visit: Visit) -> Response:
    """GET and POST of /informations/{information_id}/handlers/new: people are looked for, ticked, and listed in one proposal."""
    require_any_role(visit.member, ACTS["list_handler"].roles)
    with read(visit.desk.engine) as session:
        line = information_of(session, visit.seated, information_id=_information_id(visit))
        place = _place(visit, line)
        options = _options(session, visit, line, place)
        chosen = _people(session, visit.form.get("person_id", []))
    if visit.request.method != "POST" or visit.one("step") == "search":
        return _form(visit, line, place, options, chosen)
    if not chosen:
        return _form(visit, line, place, options, chosen, problem=people_words(visit.language)["info_nobody_ticked"])
    known = ACTS["list_handler"]
    words = {name: value for name, value in words_sent(known, visit.form).items() if name in SHARED}
    acts = [Asked("list_handler", {"information_id": line.id, "organization_id": place, "person_id": row.id} | words) for row in chosen]
    asked = Several(said(VERBS, "list_handler", visit.language), acts, [row.legal_name for row in chosen], path_of(line.id, "handlers"))
    if visit.one("confirmed") == "yes":
        return confirm_or_do(visit, asked)
    found = tried(visit, asked)
    if not found.hindered:
        return confirm(visit, asked, found)
    wrong = _wrong(visit, [str(one) for _place_, one in found.hindered])
    refused = [] if wrong else hindrances(visit, asked, found)
    status = 409 if any(isinstance(one, Conflict) for _place_, one in found.hindered) else 422 if wrong else 403
    return _form(visit, line, place, options, chosen, wrong=wrong, refused=refused, status=status)


def _information_id(visit: Visit) -> str:
    return str(visit.request.path_params["information_id"]).replace("\x00", "")


def _place(visit: Visit, line: InformationLine) -> str:
    """Return for which organization of the visitor's the list is. Raises OutsideError."""
    seen = [one for one in line.mine if one in {held.organization_id for held in seers(visit.seated, "listing")}]
    asked = visit.one("organization_id") or visit.asked("organization_id") or (seen[0] if seen else "")
    if asked not in seen:
        word = "organization_id"
        raise OutsideError(word)
    return asked


def _people(session: Session, ids: Sequence[str]) -> list[Person]:
    """Return people by their ids, in the order given, each once; who is out of reach is told where the act is tried."""
    found = [session.get(Person, one) for one in list(dict.fromkeys(ids))[:AT_ONCE]]
    return [row for row in found if row is not None]


def _options(session: Session, visit: Visit, line: InformationLine, place: str) -> dict[str, Options]:
    contracts = [row for row in contracts_about(session, visit.seated, line) if row.operator_id == place]
    called = labels(session, [row.id for row in contracts], roles=visit.member.role_names)
    return {
        "actions": tuple((one, said(CODES, one, visit.language)) for one in ACTIONS),
        "purpose": tuple(purposes_in(session, visit, place).items()),
        "contract_id": tuple((row.id, called.get(row.id, row.id)) for row in contracts),
    }


def _wrong(visit: Visit, problems: Sequence[str]) -> dict[str, str]:
    """Return by word what is wrong with what is the same for everybody; nothing where it lies in the people."""
    found = dict(said_plainly(one, visit.language) for one in problems)
    return {word: text for word, text in found.items() if word in SHARED}


def _form(
    visit: Visit,
    line: InformationLine,
    place: str,
    options: Mapping[str, Options],
    chosen: Sequence[Person],
    *,
    problem: str = "",
    wrong: Mapping[str, str] | None = None,
    refused: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    words = visit.one("q").strip()
    found = found_people(visit.seated, words=words, limit=FOUND, after=None)[0] if words and visit.one("step") == "search" else []
    told: dict[str, Any] = {
        "line": line,
        "place": place,
        "back": path_of(line.id, "handlers"),
        "title": people_words(visit.language)["info_list_several"],
        "chosen": chosen,
        "found": [row for row in found if row.id not in {one.id for one in chosen}],
        "searched": words,
        "fields": [_field(visit, name, options, wrong or {}) for name in SHARED],
        "problem": problem,
        "refused": refused,
        "remark": visit.one("remark"),
    }
    return visit.page("holdings/listing_several.html", status=422 if problem else status, **told)


def _field(visit: Visit, name: str, options: Mapping[str, Options], wrong: Mapping[str, str]) -> Field:
    values = tuple(one for one in visit.form.get(name, ()) if one)
    if name == "from_on" and not values:
        values = (legal_day(visit.at).isoformat(),)
    return field_of(
        ACTS["list_handler"], name, language=visit.language, options=options.get(name, ()), values=values, problem=wrong.get(name, "")
    )
