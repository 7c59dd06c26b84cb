"""What can be chosen for the words of an act: of what has a reach only what a role for the act reaches, by name and never by id."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import Session

from service.acts.reach import reaches
from service.acts.table import ACTS, EVERYWHERE, Known
from service.acts.things import BESIDE, THINGS
from service.clearance.rules import LAWS, OFFICES, outcomes_at
from service.console.act_words import CODES, FOOTINGS, OUTCOME_WORDS, VERBS, said
from service.console.acting.fields import Options, fields_of
from service.console.acting.list_choices import list_choices
from service.console.labels import label_of_row, names_apart
from service.console.visit import Visit
from service.designation.model import Document, Information
from service.identity.account_model import Account, Grant
from service.identity.entitlements import access, class_of
from service.identity.members import Held
from service.identity.model import Application
from service.identity.operations import KNOWN_TYPES
from service.identity.roles import PROFILES, ROLES, name_of
from service.personnel.folding import is_named, loosened
from service.personnel.model import Correctable, Organization, Person, Post, Unit
from service.personnel.rules import ORGANIZATION_KINDS
from service.registers.approval_model import DocumentApproval
from service.registers.declared import PERMITS
from service.registers.model import Line
from service.statute.periods import legal_day

HANDFUL = 12
"""How many are told where words were not enough to name one."""
MOST = 200
"""Choices that are offered for a word; behind them one searches."""
ORGANIZATION_WORDS = frozenset(
    {
        "organization_id",
        "organ_id",
        "operator_id",
        "giver_id",
        "receiver_id",
        "head_id",
        "employer_id",
        "originator_id",
        "under_head_id",
        "party_id",
        "organization",
        "organizations",
        "released_to",
        "consented_by",
        "told",
    }
)
PERSON_WORDS = frozenset({"person_id", "officer_id", "against_person_id", *BESIDE})
INFORMATION_WORDS = frozenset({"information_id", "informations", "carries"})
DOCUMENT_WORDS = frozenset({"document_id", "made_from"})
UNIT_WORDS = frozenset({"unit_id", "units"})
LINE_KINDS: Mapping[str, tuple[str, ...]] = {
    "loan_id": ("loan",),
    "emergency_id": ("emergency",),
    "area_id": ("area",),
    "inside_id": ("area",),
    "permit_id": PERMITS,
    "inspection_id": ("inspection",),
    "incident_id": ("incident",),
}
"""Of the lines of registers, those that a word may name."""


def options_for(session: Session, visit: Visit, known: Known) -> dict[str, Options]:
    """Return the choices of an act's words, by word; a word without choices is not in it."""
    wanted = set(fields_of(known))
    held = [one for one in visit.member.roles if one.role in known.roles]
    found = {word: options for word, options in _fixed(visit).items() if word in wanted}
    if wanted & ORGANIZATION_WORDS:
        rows = session.scalars(select(Organization).order_by(Organization.name).limit(MOST))
        found |= dict.fromkeys(wanted & ORGANIZATION_WORDS, tuple((row.id, row.name) for row in rows))
    units = wanted & UNIT_WORDS or ({"parent_id"} if known.verb == "register_unit" else set())
    if units:
        own = select(Unit).where(Unit.organization_id.in_({one.organization_id for one in held})).order_by(Unit.id).limit(MOST)
        found |= dict.fromkeys(units, tuple((row.id, row.name) for row in session.scalars(own)))
    for word in wanted & INFORMATION_WORDS:
        found[word] = tuple((row.id, row.title or row.id) for row in islice(_informations(session, held, visit.at), MOST))
    if known.room.startswith("need_to_know.") and wanted & {"purpose", "request_id", "acting_id"}:
        theirs = {one.organization_id for one in held}
        names = access(visit.member.role_names, "name") == "yes"
        found |= list_choices(
            session, organizations=theirs, person_id=visit.member.person_id, names=names, at=visit.at, language=visit.language
        )
    if "person_id" in wanted and not held:
        # An act that everybody may do for themselves alone.
        found["person_id"] = ((visit.member.person_id, visit.member.name),)
    elif wanted & PERSON_WORDS and held and access(visit.member.role_names, "name") == "yes":
        people = _called_apart(session, islice(_people(session, held, known, visit.at), MOST))
        found |= dict.fromkeys(wanted & PERSON_WORDS, people)
    for word in wanted - set(found):
        options = _things(session, visit, held, known, word)
        if options:
            found[word] = options
    return {word: options for word, options in found.items() if options}


def _fixed(visit: Visit) -> dict[str, Options]:
    """Return the choices that are the same for everybody."""
    language = visit.language
    return {
        "role": tuple((role, name_of(role, language)) for role in ROLES),
        "footing": tuple((code, said(FOOTINGS, code, language)) for code in FOOTINGS),
        "verb": tuple((verb, said(VERBS, verb, language)) for verb, known in ACTS.items() if known.seat in (None, visit.desk.log.seat)),
        "seconds": tuple((role, name_of(role, language)) for role in ROLES),
        "kind": _coded(ORGANIZATION_KINDS, visit),
        "outcome": tuple((code, said(OUTCOME_WORDS, code, language)) for code in outcomes_at(visit.desk.log.seat)),
        "law": _coded(LAWS, visit),
        "office": _coded(OFFICES, visit),
        "profile": _coded(PROFILES, visit),
        "resource_types": _coded(KNOWN_TYPES, visit),
    }


def _coded(codes: Collection[str], visit: Visit) -> Options:
    return tuple((code, said(CODES, code, visit.language)) for code in codes)


def _informations(session: Session, held: Sequence[Held], at: datetime) -> Iterator[Information]:
    rows = session.scalars(select(Information).order_by(Information.id))
    return (row for row in rows if reaches(session, held, "information_id", row.id, at=at))


def found_people(session: Session, visit: Visit, known: Known, words: str) -> Options:
    """Return the people whom an act can be about and whom words find, at most a handful; none where their names are not to be seen."""
    held = [one for one in visit.member.roles if one.role in known.roles]
    if not held or access(visit.member.role_names, "name") != "yes":
        return ()
    return _called_apart(session, islice(_people(session, held, known, visit.at, words=words), HANDFUL))


def _called_apart(session: Session, rows: Iterable[Person]) -> Options:
    """Return people as they are offered; who shares a name with somebody is told with their number."""
    return tuple(names_apart(session, {row.id: row.legal_name for row in rows}).items())


def _people(session: Session, held: Sequence[Held], known: Known, at: datetime, *, words: str = "") -> Iterator[Person]:
    """Yield the people whom an act can be about, by the roles that may do it; `words` narrows by what their search key contains."""
    found = select(Person).order_by(Person.search_key)
    if words:
        found = found.where(is_named(words) if loosened(words) else false())
    # Nobody is offered more: of a large site no more is read either.
    if known.room in EVERYWHERE:
        yield from session.scalars(found.limit(MOST))
        return
    placed = select(Post.person_id).where(Post.known(at))
    here = placed.where(Post.organization_id.in_({one.organization_id for one in held}))
    within = found.where(or_(Person.id.in_(here), Person.id.not_in(placed)))
    # A role for a whole organization needs no second look.
    if all(one.whole for one in held):
        yield from session.scalars(within.limit(MOST))
    else:
        rows = session.scalars(within)
        yield from (row for row in rows if reaches(session, held, "person_id", row.id, at=at))


def _things(session: Session, visit: Visit, held: Sequence[Held], known: Known, word: str) -> Options:
    """Return the rows that a word may name, as far as they are seen without a purpose and reached."""
    keeps = {"account_id": Account, "grant_id": Grant, "application": Application}
    model: Any = keeps.get(word) or (Document if word in DOCUMENT_WORDS or _parent_of_document(known, word) else THINGS.get(word))
    if model is None or access(visit.member.role_names, class_of(str(model.__table__))) != "yes":
        return ()
    wanted: Select[Any] = select(model).order_by(model.changed_index.desc(), model.id).limit(MOST)
    if issubclass(model, Correctable):
        wanted = wanted.where(model.known(visit.at))
    if model is Line:
        wanted = wanted.where(Line.ended_on.is_(None), Line.struck_on.is_(None))
        wanted = wanted.where(Line.kind.in_(LINE_KINDS[word])) if word in LINE_KINDS else wanted
    if model is DocumentApproval:
        wanted = wanted.where(DocumentApproval.until_on > legal_day(visit.at))
    if hasattr(model, "ended_at"):
        wanted = wanted.where(model.ended_at.is_(None))
    name = "document_id" if model is Document else word
    rows = [row for row in session.scalars(wanted) if word in keeps or reaches(session, held, name, row.id, at=visit.at)]
    roles = visit.member.role_names

    def in_words(code: str) -> str:
        return said(CODES, code, visit.language)

    return tuple((row.id, label_of_row(session, row, roles=roles, codes=in_words)) for row in rows)


def _parent_of_document(known: Known, word: str) -> bool:
    return word == "parent_id" and known.verb == "register_document"
