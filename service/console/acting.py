"""Pages of acts: what somebody can do, the form of an act, and what came of it."""

import types
import typing
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.acts import asking
from service.acts.asking import Asked, Done
from service.acts.entitled import require_any_role
from service.acts.reach import reaches
from service.acts.table import ACTS, EVERYWHERE, NEW, PERSON, Known
from service.acts.words import words_of
from service.clearance.model import DoubtNotice, Result
from service.clearance.rules import LAWS, OFFICES, outcomes_at
from service.console.act_words import CODES, FIELDS, FOOTINGS, OUTCOME_WORDS, VERBS, said
from service.console.act_words.duties import told
from service.console.deciding import waiting_lines
from service.console.labels import labels
from service.console.list_choices import list_choices
from service.console.reminding import at_home
from service.console.visit import Visit
from service.database import read, transaction
from service.designation.model import Information
from service.evidence.lookups import looks_at
from service.identity.entitlements import access
from service.identity.members import Held
from service.identity.roles import PROFILES, ROLES, name_of
from service.need_to_know.model import Listing
from service.personnel.model import Organization, Person, Post, Unit
from service.personnel.queries import posts_of
from service.personnel.rules import ORGANIZATION_KINDS

CHOICES = 200


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an act's form."""

    name: str
    label: str
    kind: str
    needed: bool
    options: tuple[tuple[str, str], ...] = ()
    several: bool = False


def home(visit: Visit) -> Response:
    """GET of /home: who you are, what waits, what you can do, and your own record."""
    member = visit.member
    held = member.role_names | {PERSON}
    seat = visit.desk.log.seat
    acts = [
        (known.verb, said(VERBS, known.verb, visit.language), _when(known))
        for known in ACTS.values()
        if known.seat in (None, seat) and held & set(known.roles)
    ]
    with transaction(visit.desk.engine) as session:
        record = own_record(session, visit)
        reach = [[one.organization_id, *one.units, *one.informations, *one.contracts] for one in member.roles]
        called = labels(session, reach, roles=held)
    roles = [(name_of(one.role, visit.language), one) for one in member.roles]
    dates, more_dates = at_home(visit)
    lines = waiting_lines(visit, states=("open",))
    return visit.page("home.html", acts=acts, roles=roles, lines=lines, record=record, called=called, dates=dates, more_dates=more_dates)


def _when(known: Known) -> str:
    """Return the word that says when an act happens: at once, after an approval, or one of the two by what it says."""
    if known.wide_with is not None or known.narrow_when is not None or known.judged_by is not None:
        return "as_it_says"
    return "needs_second" if known.seconds else "at_once"


def own_record(session: Session, visit: Visit) -> dict[str, object]:
    """Return what a person sees of their own record."""
    person = visit.member.person_id
    results = session.scalars(select(Result).where(Result.person_id == person, Result.known(visit.at))).all()
    doubts = session.scalars(select(DoubtNotice).where(DoubtNotice.person_id == person, DoubtNotice.known(visit.at))).all()
    sealed = any(all(row.counted_on < doubt.notified_on for row in results) for doubt in doubts)
    posts = posts_of(session, person_id=person, at=visit.at)
    listings = session.scalars(select(Listing).where(Listing.person_id == person, Listing.known(visit.at))).all()
    # Of their own record everybody sees what things are called.
    ids = [
        *((row.organization_id, row.unit_id) for row in posts),
        *(row.information_id for row in listings),
        *(row.head_id for row in results),
    ]
    called = labels(session, ids, roles={"information_manager"})
    return {
        "posts": [" / ".join(called.get(part, part) for part in (row.organization_id, row.unit_id, row.post) if part) for row in posts],
        "listings": [f"{called.get(row.information_id)} ({row.from_on} – {row.until_on or ''})" for row in listings],
        "results": [
            f"{called.get(row.head_id)}: {said(OUTCOME_WORDS, row.outcome, visit.language)} ({_day_of(row, visit)})" for row in results
        ],
        "sealed": sealed,
        "looks": [] if sealed else looks_at(session, log=visit.desk.log, person_id=person, limit=20),
    }


def _day_of(row: Result, visit: Visit) -> str:
    """Return the day of a notice; while it is unknown the day that counts, as provisional (Act 13(1))."""
    if row.notified_on is not None:
        return row.notified_on.isoformat()
    return f"{row.counted_on} {'暫定' if visit.language == 'ja' else 'provisional'}"


def act(visit: Visit) -> Response:
    """GET and POST of /acts/{verb}."""
    known = asking.known_act(visit.request.path_params["verb"], log=visit.desk.log)
    require_any_role(visit.member, known.roles)
    if visit.request.method != "POST":
        return _form_page(visit, known, {})
    words = _words(known, visit.form)
    try:
        outcome = asking.ask(
            visit.desk.engine,
            log=visit.desk.log,
            member=visit.member,
            at=visit.at,
            acts=[Asked(known.verb, words)],
            words=visit.one("remark"),
        )
    except asking.UnfitError as unfit:
        return _form_page(visit, known, visit.form, problem=str(unfit))
    if isinstance(outcome, Done):
        made = [line for one in outcome.made for line in (told(one, visit.language) if isinstance(one, dict) else [one])]
        return visit.page("done.html", title=said(VERBS, known.verb, visit.language), index=outcome.first_index, made=made)
    return visit.goes_to(f"/proposals/{outcome.proposal}")


def _words(known: Known, form: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the words of a form; a field left empty was not given."""
    found = words_of(known.operation())
    return {
        name: form[name] if _is_checklist(found[name].kind) else form[name][0] for name in fields_of(known) if form.get(name, [""])[0] != ""
    }


def fields_of(known: Known) -> list[str]:
    """Return the words that somebody fills in."""
    return [name for name in words_of(known.operation()) if (known.verb, name) not in NEW]


def _form_page(visit: Visit, known: Known, given: Mapping[str, list[str]], *, problem: str = "") -> Response:
    with read(visit.desk.engine) as session:
        choices = _choices(session, visit, known)
    found = words_of(known.operation())
    choices |= {name: _codes(word.kind, visit) for name, word in found.items() if name not in choices and _codes(word.kind, visit)}
    fields = [
        Field(
            name,
            said(FIELDS, name, visit.language),
            _input(found[name].kind),
            found[name].needed,
            choices.get(name, ()),
            _is_checklist(found[name].kind),
        )
        for name in fields_of(known)
    ]
    return visit.page(
        "act.html",
        status=422 if problem else 200,
        known=known,
        title=said(VERBS, known.verb, visit.language),
        fields=fields,
        given=given,
        problem=problem,
    )


def _input(kind: object) -> str:
    options = typing.get_args(kind) or (kind,)
    if date in options:
        return "date"
    if bool in options:
        return "checkbox"
    return "number" if int in options else "text"


def _is_checklist(kind: object) -> bool:
    """Say whether a word takes several values of a closed list."""
    return any(typing.get_origin(part) is typing.Literal for part in typing.get_args(kind)) and not _is_union(kind)


def _is_union(kind: object) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType)


def _codes(kind: object, visit: Visit) -> tuple[tuple[str, str], ...]:
    """Return the choices of a word that has its values from a closed list."""
    literal = next((one for one in (kind, *typing.get_args(kind)) if typing.get_origin(one) is typing.Literal), None)
    return tuple((code, said(CODES, code, visit.language)) for code in typing.get_args(literal))


def _choices(session: Session, visit: Visit, known: Known) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return what can be chosen for a word, by its name: (value, label); of what has a reach only what the role reaches."""
    wanted = set(fields_of(known))
    held = [one for one in visit.member.roles if one.role in known.roles]
    at = visit.at
    found: dict[str, tuple[tuple[str, str], ...]] = {
        "role": tuple((role, name_of(role, visit.language)) for role in ROLES),
        "footing": tuple((code, said(FOOTINGS, code, visit.language)) for code in FOOTINGS),
        "verb": tuple((verb, said(VERBS, verb, visit.language)) for verb in ACTS),
        "kind": _plain(ORGANIZATION_KINDS),
        "outcome": tuple((code, said(OUTCOME_WORDS, code, visit.language)) for code in outcomes_at(visit.desk.log.seat)),
        "law": _plain(LAWS),
        "office": _plain(OFFICES),
        "profile": _plain(PROFILES),
    }
    organizations = tuple((row.id, row.name) for row in session.scalars(select(Organization).order_by(Organization.id).limit(CHOICES)))
    found |= dict.fromkeys(
        ("organization_id", "organ_id", "operator_id", "giver_id", "receiver_id", "head_id", "employer_id"), organizations
    )
    if wanted & {"unit_id", "parent_id"}:
        own = select(Unit).where(Unit.organization_id.in_({one.organization_id for one in held})).order_by(Unit.id).limit(CHOICES)
        found |= dict.fromkeys(("unit_id", "parent_id"), tuple((row.id, row.name) for row in session.scalars(own)))
    if "information_id" in wanted:
        informations = session.scalars(select(Information).order_by(Information.id))
        inside = (row for row in informations if reaches(session, held, "information_id", row.id, at=at))
        found["information_id"] = tuple((row.id, row.title or row.id) for row in islice(inside, CHOICES))
    if known.room.startswith("need_to_know.") and wanted & {"purpose", "request_id", "acting_id"}:
        theirs = {one.organization_id for one in held}
        names = access(visit.member.role_names, "name") == "yes"
        found |= list_choices(session, organizations=theirs, person_id=visit.member.person_id, names=names, at=at, language=visit.language)
    if "person_id" in wanted and not held:
        # An act that everybody may do for themselves alone.
        found["person_id"] = ((visit.member.person_id, visit.member.name),)
    elif "person_id" in wanted and access(visit.member.role_names, "name") == "yes":
        found["person_id"] = tuple((row.id, row.legal_name) for row in islice(_people(session, held, known, at), CHOICES))
    return found


def _people(session: Session, held: Sequence[Held], known: Known, at: datetime) -> Iterator[Person]:
    """Yield the people whom an act can be about, by the roles that may do it."""
    found = select(Person).order_by(Person.search_key)
    if known.room in EVERYWHERE:
        yield from session.scalars(found)
        return
    placed = select(Post.person_id).where(Post.known(at))
    here = placed.where(Post.organization_id.in_({one.organization_id for one in held}))
    rows = session.scalars(found.where(or_(Person.id.in_(here), Person.id.not_in(placed))))
    # A role for a whole organization needs no second look.
    yield from rows if all(one.whole for one in held) else (row for row in rows if reaches(session, held, "person_id", row.id, at=at))


def _plain(codes: Collection[str]) -> tuple[tuple[str, str], ...]:
    return tuple((code, code) for code in codes)
