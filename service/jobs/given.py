"""The facts of a case file's `given` as rows, each list of law/CASES in its room; judges nothing.

An information has the id of its designation. What a file leaves out takes the default of
the format; who took part in an assessment (`officers`) belongs to the assessment's own
steps and is not kept here.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from service.clearance.model import DoubtNotice, Office, Result
from service.clearance.rules import INVESTIGATORS, LAWS, OFFICES, OUTCOMES
from service.database import Base
from service.designation.model import Closing, Designation, Document, DocumentInformation, Extension, Information
from service.designation.rules import EXTENSION_EXCEPTIONS, INFORMATION_CLASSES
from service.jobs.given_documents import documents_of
from service.jobs.given_lists import BEGINNING, Entry, Given, GivenFacts, known_code
from service.need_to_know.model import Listing
from service.need_to_know.rules import known_actions
from service.personnel.model import Organization, Person, Post, Unit
from service.personnel.rules import ORGANIZATION_KINDS, exclusive, search_key
from service.provision.model import Certification, Contract, ContractInformation, Provision
from service.provision.rules import ARTICLES
from service.registers.approval_model import ApprovalRule, DocumentApproval
from service.registers.area_model import AreaFact
from service.statute.periods import counted_from

_ORDERS = (("from_on", "until_on"), ("designated_on", "until_on"), ("certified_on", "ended_on"), ("provided_on", "returned_on"))
_KEY_OF_TABLE = {
    "units": "people",
    "information": "designations",
    "extensions": "designations",
    "closings": "designations",
    "posts": "people",
    "results": "assessments",
    "contract_information": "contracts",
    "listings": "handlers",
}

STEPS: dict[type[Base], tuple[int, str]] = {
    Organization: (0, "id"),
    Unit: (0, "organization_id"),
    Person: (1, "id"),
    Post: (1, "person_id"),
    Information: (2, "id"),
    Designation: (2, "information_id"),
    # In given facts a designation and its information have one id.
    Extension: (2, "designation_id"),
    Closing: (2, "information_id"),
    Certification: (3, "operator_id"),
    Contract: (3, "operator_id"),
    ContractInformation: (4, "information_id"),
    Provision: (4, "information_id"),
    Result: (5, "person_id"),
    DoubtNotice: (5, "person_id"),
    Office: (5, "person_id"),
    Listing: (6, "information_id"),
    Document: (7, "id"),
    DocumentInformation: (8, "information_id"),
    ApprovalRule: (7, "organization_id"),
    DocumentApproval: (8, "document_id"),
    AreaFact: (9, "organization_id"),
}
"""In which step a row is loaded, so that foreign keys hold, and whose fact it is."""


def rows_of(given: GivenFacts, at: datetime = BEGINNING) -> list[Base]:
    """Return the rows that given facts make, in an order that foreign keys allow.

    `at` is when they count as recorded. Raises ValueError naming what is wrong.
    """
    facts = Given(given, at)
    made = [
        *_organizations(facts),
        *_people(facts),
        *_designations(facts),
        *_in_care(facts),
        *_contracts(facts),
        *_provisions(facts),
        *_clearances(facts),
        *_listings(facts),
        *documents_of(facts),
    ]
    rows = [*_units(made), *_informations(made), *made]
    for row in rows:
        _require_order(row)
    return sorted(rows, key=lambda row: STEPS[type(row)][0])


def _require_order(row: Base) -> None:
    for first, last in _ORDERS:
        begun, ended = getattr(row, first, None), getattr(row, last, None)
        if begun is not None and ended is not None and ended < begun:
            table = row.__tablename__
            message = f"{_KEY_OF_TABLE.get(table, table)}: what begins on {begun} ends before"
            raise ValueError(message)


def _organizations(facts: Given) -> Iterator[Base]:
    for entry in facts.entries("organizations", "id", "kind"):
        known_code(entry["kind"], ORGANIZATION_KINDS, "kind of organization")
        yield Organization(id=entry["id"], kind=entry["kind"], name=entry.get("name") or entry["id"], name_en=entry.get("name_en"))


def _units(rows: Iterable[Base]) -> Iterator[Base]:
    """Make the units that posts, contracts and listings name: a file gives them no list of their own."""
    named: dict[tuple[str, str], None] = {}
    for row in rows:
        if isinstance(row, Post | Listing) and row.unit_id is not None:
            named[row.organization_id, row.unit_id] = None
        if isinstance(row, Contract):
            named |= dict.fromkeys((row.operator_id, unit) for unit in row.units or ())
    for organization_id, unit_id in named:
        yield Unit(organization_id=organization_id, id=unit_id, name=unit_id)


def _informations(rows: Iterable[Base]) -> Iterator[Base]:
    """Make the informations that a later act may yet designate: a contract or list may name them first."""
    rows = list(rows)
    known = {row.id for row in rows if isinstance(row, Information)}
    named = {row.information_id: None for row in rows if isinstance(row, ContractInformation | Provision | Listing)}
    for information_id in named:
        if information_id not in known:
            yield Information(id=information_id)


def _people(facts: Given) -> Iterator[Base]:
    for entry in facts.entries("people", "id"):
        name, kana = entry.get("name") or entry["id"], entry.get("kana")
        yield Person(id=entry["id"], legal_name=name, kana=kana, search_key=search_key(name, kana), birth_on=entry.get("birth_on"))
        for place, post in enumerate(_posts(entry)):
            employer = post.get("employed_by", entry.get("employed_by"))
            yield Post(
                id=f"{entry['id']}/{post['at']}/{place}",
                person_id=entry["id"],
                organization_id=facts.organization(post["at"]),
                unit_id=post.get("unit"),
                post=post.get("post"),
                title=post.get("title"),
                employer_id=None if employer is None else facts.organization(employer),
                from_on=post.get("from"),
                until_on=exclusive(post.get("to")),
                recorded_at=facts.at,
            )


def _posts(entry: Entry) -> Iterator[Entry]:
    """Return where somebody works and the posts, each with its own days."""
    works_at = entry.get("works_at") or ()
    if isinstance(works_at, str):
        yield {"at": works_at, "from": entry.get("from"), "to": entry.get("to")}
    else:
        yield from ({"at": each} if isinstance(each, str) else each for each in works_at)
    yield from entry.get("posts") or ()


def _designations(facts: Given) -> Iterator[Base]:
    for entry in facts.entries("designations", "id", "by", "on"):
        known_code(entry.get("class"), INFORMATION_CLASSES, "class")
        released = entry.get("released_to")
        yield Information(id=entry["id"], title=entry.get("title"), number=entry.get("number"))
        yield Designation(
            id=entry["id"],
            information_id=entry["id"],
            organ_id=facts.organization(entry["by"]),
            class_=entry.get("class"),
            designated_on=entry["on"],
            until_on=exclusive(_last_day(entry)),
            lifted_on=entry.get("lifted_on"),
            originator_id=facts.organization(entry["originator"]) if entry.get("originator") else None,
            released_to=None if released is None else sorted(map(facts.organization, released)),
            marking=entry.get("marking"),
            outline=entry.get("outline"),
            recorded_at=facts.at,
        )
        yield from _after_designation(facts, entry)


def _in_care(facts: Given) -> Iterator[Base]:
    """Make the informations whose designation is expected, each handled with care meanwhile."""
    designated = {entry["id"] for entry in facts.entries("designations", "id", "by", "on")}
    for entry in facts.entries("care", "id", "by", "from"):
        if entry["id"] in designated:
            message = f"care: {entry['id']!r} is designated; give it a later designation by an act"
            raise ValueError(message)
        yield Information(
            id=entry["id"],
            care_from_on=entry["from"],
            care_until_on=exclusive(entry.get("to")),
            care_organ_id=facts.organization(entry["by"]),
        )


def _last_day(entry: Entry) -> date:
    if (entry.get("years") is None) == (entry.get("until") is None):
        message = f"designation {entry['id']!r}: give years or until, one of the two"
        raise ValueError(message)
    if entry.get("until") is not None:
        until: date = entry["until"]
        return until
    return counted_from(entry["on"], years=entry["years"])


def _after_designation(facts: Given, entry: Entry) -> Iterator[Base]:
    for place, extension in enumerate(entry.get("extensions") or ()):
        yield Extension(
            id=f"{entry['id']}/extension/{place}",
            designation_id=entry["id"],
            extended_on=extension["on"],
            until_on=exclusive(extension["until"]),
            cabinet_approved_on=extension.get("cabinet_approved_on"),
            exception=known_code(extension.get("exception"), EXTENSION_EXCEPTIONS, "exception"),
            recorded_at=facts.at,
        )
    closings = [*(entry.get("closings") or ())]
    if entry.get("closed_on") is not None:
        closings.insert(0, {"at": entry["by"], "on": entry["closed_on"]})
    for place, closing in enumerate(closings):
        yield Closing(
            id=f"{entry['id']}/closing/{place}",
            information_id=entry["id"],
            organization_id=facts.organization(closing["at"]),
            closed_on=closing["on"],
            recorded_at=facts.at,
        )


def _contracts(facts: Given) -> Iterator[Base]:
    for place, entry in enumerate(facts.entries("certifications", "operator", "by", "on")):
        yield Certification(
            id=entry.get("id") or f"{entry['operator']}/{entry['by']}/{place}",
            operator_id=facts.organization(entry["operator"]),
            organ_id=facts.organization(entry["by"]),
            certified_on=entry["on"],
            ended_on=entry.get("ended_on"),
            recorded_at=facts.at,
        )
    for entry in facts.entries("contracts", "id", "operator", "organ", "from"):
        units = entry.get("units")
        yield Contract(
            id=entry["id"],
            operator_id=facts.organization(entry["operator"]),
            organ_id=facts.organization(entry["organ"]),
            units=None if units is None else list(units),
            from_on=entry["from"],
            until_on=exclusive(entry.get("to")),
            return_until_on=exclusive(entry.get("return_by")),
            number=entry.get("number"),
            recorded_at=facts.at,
        )
        for information in entry.get("information") or ():
            yield ContractInformation(id=f"{entry['id']}/{information}", contract_id=entry["id"], information_id=information)


def _provisions(facts: Given) -> Iterator[Base]:
    for place, entry in enumerate(facts.entries("provisions", "information", "from", "to", "under", "on")):
        known_code(entry["under"], ARTICLES, "article of provision")
        yield Provision(
            id=entry.get("id") or f"{entry['information']}/{entry['to']}/{place}",
            information_id=entry["information"],
            giver_id=facts.organization(entry["from"]),
            receiver_id=facts.organization(entry["to"]),
            under=entry["under"],
            provided_on=entry["on"],
            consulted_on=entry.get("consulted_on"),
            consented_by=[facts.organization(each) for each in entry.get("consented_by") or ()],
            equivalence=bool(entry.get("equivalence")),
            safeguards=bool(entry.get("safeguards")),
            returned_on=entry.get("returned_on"),
            recorded_at=facts.at,
        )


def _clearances(facts: Given) -> Iterator[Base]:
    for entry in facts.assessments.values():
        known_code(entry["outcome"], OUTCOMES, "outcome")
        yield Result(
            id=entry["id"],
            person_id=facts.person(entry["person"]),
            head_id=facts.organization(entry["by"]),
            law=known_code(entry.get("law", "iesi"), LAWS, "law"),
            outcome=entry["outcome"],
            investigated_by=known_code(entry.get("investigated_by", "prime_minister"), INVESTIGATORS, "investigator"),
            notified_on=entry["notified_on"],
            counted_on=facts.counted_on(entry),
            provisional=False,
            reuses=entry.get("reuses"),
            recorded_at=facts.at,
        )
    for place, entry in enumerate(facts.entries("doubt_notices", "person", "by", "notified_on")):
        yield DoubtNotice(
            id=entry.get("id") or f"{entry['person']}/{entry['by']}/doubt/{place}",
            person_id=facts.person(entry["person"]),
            head_id=facts.organization(entry["by"]),
            law=known_code(entry.get("law", "iesi"), LAWS, "law"),
            notified_on=entry["notified_on"],
            recorded_at=facts.at,
        )
    for place, entry in enumerate(facts.entries("offices", "person", "office")):
        yield Office(
            id=entry.get("id") or f"{entry['person']}/{entry['office']}/{place}",
            person_id=facts.person(entry["person"]),
            office=known_code(entry["office"], OFFICES, "office"),
            from_on=entry.get("from"),
            until_on=exclusive(entry.get("to")),
            recorded_at=facts.at,
        )


def _listings(facts: Given) -> Iterator[Base]:
    for place, entry in enumerate(facts.entries("handlers", "information", "at")):
        if sum(entry.get(key) is not None for key in ("person", "unit", "post")) != 1:
            message = f"handlers[{place}]: name exactly one of person, unit and post"
            raise ValueError(message)
        yield Listing(
            id=entry.get("id") or f"{entry['information']}/{entry['at']}/{place}",
            information_id=entry["information"],
            organization_id=facts.organization(entry["at"]),
            person_id=None if entry.get("person") is None else facts.person(entry["person"]),
            unit_id=entry.get("unit"),
            post=entry.get("post"),
            actions=known_actions(entry.get("actions")),
            from_on=entry.get("from"),
            until_on=exclusive(entry.get("to")),
            recorded_at=facts.at,
        )
