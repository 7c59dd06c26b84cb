"""What an act concerns, word by word: whose it is, whom it is about, and what of it a role must reach."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.around import Around, around
from service.acts.table import EVERYWHERE, NEW, Known
from service.acts.things import BESIDE, BY_THE_DESIGNATOR, OWNERS, THINGS
from service.assessment.queries import heads_of
from service.clearance.model import DoubtNotice, Office, Result
from service.designation.model import Designation, Document, DocumentInformation, Extension, Information
from service.identity.account_model import Account, Grant
from service.ledger import entries, read_entry, subject_of
from service.need_to_know.model import Listing
from service.personnel.model import Alias, Organization, Person, Post, Unit
from service.provision.model import Certification, Contract
from service.registers.people_model import Attendance, Training


class OutsideError(LookupError):
    """Nothing that this word names exists, as far as the caller is concerned."""

    def __init__(self, word: str) -> None:
        super().__init__(f"nothing here answers to {word}")
        self.word = word


@dataclass(frozen=True, slots=True)
class Part:
    """What one word of an act names: whose it is, and what of it a role must reach; `missing` where nothing has this id.

    No organizations: nobody's yet. `units` None: nothing to do with units; empty: in none of them.
    """

    word: str
    organizations: frozenset[str] = frozenset()
    units: frozenset[str] | None = None
    informations: frozenset[str] = frozenset()
    contracts: frozenset[str] = frozenset()
    missing: bool = False


@dataclass(slots=True)
class Concern:
    """What an act touches, word by word, and whom."""

    parts: list[Part] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    everywhere: bool = False
    newest: int = -1
    """The index of the entry that last changed something of it."""

    def saw(self, *rows: Any) -> None:
        """Keep how new rows are that the act is about."""
        self.newest = max(self.newest, *(row.changed_index for row in rows), -1)

    def owners(self, word: str, organizations: Collection[str]) -> None:
        """Add whose something is; what belongs to nobody yet is within everybody's reach."""
        if organizations:
            self.parts.append(Part(word, frozenset(organizations)))


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words of an act with values of several parts taken apart."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if is_dataclass(value) and not isinstance(value, type):
            found |= {part.name: getattr(value, part.name) for part in fields(value)}
        else:
            found[name] = value
    return {name: value for name, value in found.items() if value is not None}


def concern_of(session: Session, known: Known, values: Mapping[str, Any], *, at: datetime, made: Collection[str] = ()) -> Concern:
    """Return what an act with these values concerns; what acts before it in the same breath have `made` is theirs already."""
    words = flat(values)
    concern = Concern(everywhere=known.room in EVERYWHERE)
    if known.own is not None and words.get(known.own) is not None:
        concern.owners(known.own, {words[known.own]})
    elif known.verb == "correct_organization" and _keeps_roles(session, words.get("organization_id")):
        # Whoever works here themselves has their name put right by their own; all others have nobody here but us.
        concern.owners("organization_id", {words["organization_id"]})
    elif known.verb in BY_THE_DESIGNATOR:
        # Whose designation is meant is not said: only whoever has all of them may leave it open.
        for organ in _designators(session, words.get("information_id")):
            concern.owners("information_id", {organ})
    for word, value in words.items():
        if (known.verb, word) not in NEW and not (isinstance(value, str) and value in made):
            _add(session, concern, word, value, words, at=at)
    if known.room == ASSESSING:
        concern.parts = [_with_heads(session, part, words) if part.word == "person_id" else part for part in concern.parts]
    return concern


def _keeps_roles(session: Session, organization_id: Any) -> bool:
    return session.scalar(select(Grant.id).where(Grant.organization_id == organization_id).limit(1)) is not None


ASSESSING = "assessment.operations"


def _with_heads(session: Session, part: Part, words: Mapping[str, Any]) -> Part:
    """Add to where somebody works the heads that assess them there: of contract or certification, or for whom they were listed."""
    if not part.organizations:
        return part
    contracts = select(Contract.organ_id).where(Contract.operator_id.in_(part.organizations))
    certified = select(Certification.organ_id).where(Certification.operator_id.in_(part.organizations))
    heads = {*session.scalars(contracts), *session.scalars(certified), *heads_of(session, person_id=words["person_id"])}
    return replace(part, organizations=part.organizations | heads)


def _designators(session: Session, information_id: Any) -> set[str]:
    return set(session.scalars(select(Designation.organ_id).where(Designation.information_id == information_id)))


def _add(session: Session, concern: Concern, word: str, value: Any, words: Mapping[str, Any], *, at: datetime) -> None:
    match word:
        case _ if word in {"person_id", *BESIDE}:
            # Whom an act names beside is no part of whom it is about.
            _person(session, concern if word == "person_id" else Concern(concern.parts), word, value, words, at=at)
        case _ if word in THINGS:
            _thing(session, concern, word, value, at=at)
        case "parent_id" | "made_from" if word == "made_from" or not {"carries", "kind"}.isdisjoint(words):
            _documents(session, concern, word, [value] if isinstance(value, str) else value)
        case "account_id" | "grant_id":
            holder: Account | Grant | None = session.get(Account, value) if word == "account_id" else session.get(Grant, value)
            concern.parts.append(Part(word, missing=holder is None))
            concern.people |= {holder.person_id} if holder is not None and holder.person_id else set()
            concern.saw(*([holder] if holder is not None else ()))
        case "index":
            _entry(session, concern, word, value, at=at)
        case "key_id":
            concern.people.add(subject_of(value)[0])
        case "target_id":
            _target(session, concern, word, (str(words.get("target_kind")), value), words, at=at)
        case "information_id" if words.get("organ_id") is None or session.get(Information, value) is not None:
            _information(session, concern, word, value)
        case "informations" | "carries" | "listings":
            _several(session, concern, word, value, at=at)
        case "unit_id" | "post":
            organization = words.get("organization_id")
            if organization is not None:
                _unit_or_post(session, concern, word, organization, words, at=at)
        case _:
            pass


def _entry(session: Session, concern: Concern, word: str, index: int, *, at: datetime) -> None:
    """Add an entry of the log: of whoever it was for, and with whom it names."""
    found = next((read_entry(body) for _index, body in entries(session, start=index, end=index + 1)), {})
    concern.parts.append(Part(word, frozenset({found["for"]} if "for" in found else ()), missing=not found))
    if "person" in found:
        _person(session, concern, word, found["person"], {}, at=at)


def concern_of_word(session: Session, word: str, value: str, *, at: datetime) -> Concern:
    """Return what one word of an act concerns."""
    concern = Concern()
    _add(session, concern, word, value, {word: value}, at=at)
    return concern


def _several(session: Session, concern: Concern, word: str, values: Collection[str], *, at: datetime) -> None:
    for one in values:
        if word == "listings":
            _thing(session, concern, "listing_id", one, at=at)
        else:
            _information(session, concern, word, one)


def _person(session: Session, concern: Concern, word: str, person_id: str, words: Mapping[str, Any], *, at: datetime) -> None:
    person = session.get(Person, person_id)
    if person is None:
        concern.parts.append(Part(word, missing=True))
        return
    concern.people.add(person_id)
    concern.saw(person)
    rows = session.scalars(select(Post).where(Post.person_id == person_id, Post.known(at))).all()
    concern.saw(*rows)
    # Somebody new, who comes into a unit, is in none yet.
    units = None if not rows and "unit_id" in words else frozenset(row.unit_id for row in rows if row.unit_id is not None)
    concern.parts.append(Part(word, frozenset(row.organization_id for row in rows), units))


def _thing(session: Session, concern: Concern, word: str, value: str, *, at: datetime) -> None:
    row = session.get(THINGS[word], value)
    if row is None:
        concern.parts.append(Part(word, missing=True))
    else:
        _row(session, concern, word, row, at=at)


def _row(session: Session, concern: Concern, word: str, row: Any, *, at: datetime) -> None:
    """Add a row by what its columns name: whose it is, whom it is about, and what of it a role must reach."""
    concern.saw(row)
    match row:
        case Alias():
            _target(session, concern, word, (row.target_kind, row.target_id), {}, at=at)
        case Document():
            _document(session, concern, word, row.id)
        case Result() | DoubtNotice() | Office():
            # Whoever keeps the person's record keeps the result, whichever head it came from.
            _person(session, concern, word, row.person_id, {}, at=at)
        case Designation() | Extension():
            _designation(session, concern, word, row if isinstance(row, Designation) else session.get_one(Designation, row.designation_id))
        case Attendance():
            concern.people.add(row.person_id)
            concern.owners(word, {session.get_one(Training, row.training_id).organization_id})
        case Listing():
            _listing(session, concern, word, row, at=at)
        case _:
            wanted = (*OWNERS, "person_id", "unit_id", "information_id", "contract_id")
            named: dict[str, str | None] = {column: getattr(row, column, None) for column in wanted}
            if named["person_id"] is not None:
                concern.people.add(named["person_id"])
            concern.parts.append(
                Part(
                    word,
                    frozenset(owner for owner in map(named.get, OWNERS) if owner is not None),
                    units=_one(named["unit_id"]) if hasattr(row, "unit_id") else None,
                    informations=_one(named["information_id"]),
                    contracts=_one(row.id if isinstance(row, Contract) else named["contract_id"]),
                )
            )
            if getattr(row, "document_id", None) is not None:
                _document(session, concern, word, row.document_id)


def _designation(session: Session, concern: Concern, word: str, row: Designation) -> None:
    """Add a designation: of the organ that made it, or, where it was recorded from a letter, of whoever holds its information."""
    if row.document_number is None:
        concern.owners(word, {row.organ_id})
    _information(session, concern, word, row.information_id)


def _listing(session: Session, concern: Concern, word: str, row: Listing, *, at: datetime) -> None:
    """Add a line of a list: of whoever keeps it, and with everybody whom it names."""
    concern.parts.append(Part(word, frozenset({row.organization_id}), informations=frozenset({row.information_id})))
    if row.person_id is not None:
        _person(session, concern, word, row.person_id, {}, at=at)
    else:
        named = "post" if row.unit_id is None else "unit_id"
        _unit_or_post(session, concern, named, row.organization_id, {named: getattr(row, named)}, at=at)


def concern_of_row(session: Session, row: Any, *, by: str | None, at: datetime) -> Concern:
    """Return what somebody must reach to read a row: what one column names, or (None) all that the row names."""
    concern = Concern()
    concern.saw(row)
    if by == "person_id":
        _person(session, concern, by, row.person_id, {}, at=at)
    elif by == "information_id" or isinstance(row, Information):
        _information(session, concern, "information_id", row.id if by == "id" else row.information_id)
    elif by == "document_id":
        _document(session, concern, by, row.document_id)
    elif by is not None and by in THINGS:
        _thing(session, concern, by, getattr(row, by), at=at)
    elif isinstance(row, Extension):
        _information(session, concern, "information_id", session.get_one(Designation, row.designation_id).information_id)
    elif isinstance(row, Organization):
        concern.everywhere = True
    else:
        _row(session, concern, "id", row, at=at)
    return concern


def _one(value: str | None) -> frozenset[str]:
    return frozenset() if value is None else frozenset({value})


def _target(session: Session, concern: Concern, word: str, named: tuple[str, str], words: Mapping[str, Any], *, at: datetime) -> None:
    kind, value = named
    if kind == "person":
        _person(session, concern, word, value, words, at=at)
    elif kind == "area":
        _thing(session, concern, "area_id", value, at=at)
    else:
        take = _information if kind == "information" else _document
        take(session, concern, word, value)


def _documents(session: Session, concern: Concern, word: str, documents: Iterable[str]) -> None:
    for document_id in documents:
        _document(session, concern, word, document_id)


def _document(session: Session, concern: Concern, word: str, document_id: str) -> None:
    row = session.get(Document, document_id)
    if row is None:
        concern.parts.append(Part(word, missing=True))
        return
    concern.saw(row)
    if row.organization_id is not None:
        concern.owners(word, {row.organization_id})
    carried = session.scalars(select(DocumentInformation.information_id).where(DocumentInformation.document_id == row.id))
    for information_id in carried:
        _information(session, concern, word, information_id)


def _information(session: Session, concern: Concern, word: str, information_id: str) -> None:
    """Add whose an information is: of those who designated, hold or were contracted for it; nobody's yet is everybody's."""
    _add_information(concern, word, information_id, around(session, {information_id}))


def _add_information(concern: Concern, word: str, information_id: str, found: Around) -> None:
    information = found.informations.get(information_id)
    if information is None:
        concern.parts.append(Part(word, missing=True))
        return
    concern.saw(information, *found.told.get(information_id, ()))
    concern.parts.append(Part(word, found.owners(information_id), informations=frozenset({information_id})))


def concerns_of_informations(session: Session, ids: Collection[str]) -> dict[str, Concern]:
    """Return by information what somebody must reach to read it, in as many queries as for one."""
    found = around(session, ids)
    concerns = {information_id: Concern() for information_id in ids}
    for information_id, concern in concerns.items():
        _add_information(concern, "information_id", information_id, found)
    return concerns


def _unit_or_post(session: Session, concern: Concern, word: str, organization_id: str, words: Mapping[str, Any], *, at: datetime) -> None:
    """Add everybody in a unit or post: a line for it concerns them all. A post without a unit is in none."""
    found = select(Post.person_id).where(Post.organization_id == organization_id, Post.known(at))
    value = words[word]
    if word == "unit_id":
        known = session.get(Unit, (organization_id, value)) is not None
        concern.parts.append(Part(word, units=frozenset({value}), missing=not known))
        found = found.where(Post.unit_id.in_(subtree(session, organization_id, {value})))
    else:
        concern.parts.append(Part(word, units=None if "unit_id" in words else frozenset()))
        found = found.where(Post.post == value)
    concern.people |= set(session.scalars(found))


def subtree(session: Session, organization_id: str, units: Collection[str]) -> frozenset[str]:
    """Return units with all their sub-units."""
    parents = {row.id: row.parent_id for row in session.scalars(select(Unit).where(Unit.organization_id == organization_id))}
    found = set(units)
    while True:
        more = {unit for unit, parent in parents.items() if parent in found} - found
        if not more:
            return frozenset(found)
        found |= more
