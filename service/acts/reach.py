"""What an act concerns, and whether a role reaches it: organizations, units, informations, contracts and people.

What is outside a reach does not exist for its holder: an id that nobody has and one that is out of reach are told alike.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.table import EVERYWHERE, NEW, Known
from service.acts.things import OWNERS, THINGS
from service.designation.model import Designation, Document, DocumentInformation, Extension, Information
from service.identity.account_model import Account, Grant
from service.identity.members import Held
from service.ledger import subject_of
from service.personnel.model import Alias, Organization, Person, Post, Unit
from service.provision.model import Contract, ContractInformation, Provision


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


def concern_of(session: Session, known: Known, values: Mapping[str, Any], *, at: datetime) -> Concern:
    """Return what an act with these values concerns."""
    words = flat(values)
    concern = Concern(everywhere=known.room in EVERYWHERE)
    if known.own is not None and words.get(known.own) is not None:
        concern.owners(known.own, {words[known.own]})
    elif known.verb in BY_THE_DESIGNATOR:
        # Whose designation is meant is not said: only whoever has all of them may leave it open.
        for organ in _designators(session, words.get("information_id")):
            concern.owners("information_id", {organ})
    for word, value in words.items():
        if (known.verb, word) not in NEW:
            _add(session, concern, word, value, words, at=at)
    return concern


BY_THE_DESIGNATOR = frozenset({"lift", "extend", "close"})
"""Acts of whoever designated, where they name no organization."""


def _designators(session: Session, information_id: Any) -> set[str]:
    return set(session.scalars(select(Designation.organ_id).where(Designation.information_id == information_id)))


def _add(session: Session, concern: Concern, word: str, value: Any, words: Mapping[str, Any], *, at: datetime) -> None:
    match word:
        case "person_id":
            _person(session, concern, word, value, words, at=at)
        case _ if word in THINGS:
            _thing(session, concern, word, value, at=at)
        case "parent_id" if "carries" in words:
            _document(session, concern, word, value)
        case "account_id" | "grant_id":
            holder: Account | Grant | None = session.get(Account, value) if word == "account_id" else session.get(Grant, value)
            concern.parts.append(Part(word, missing=holder is None))
            concern.people |= {holder.person_id} if holder is not None and holder.person_id else set()
            concern.saw(*([holder] if holder is not None else ()))
        case "key_id":
            concern.people.add(subject_of(value)[0])
        case "target_id":
            _target(session, concern, word, (str(words.get("target_kind")), value), words, at=at)
        case "information_id" if words.get("organ_id") is None or session.get(Information, value) is not None:
            _information(session, concern, word, value)
        case "informations" | "carries":
            for one in value:
                _information(session, concern, word, one)
        case "unit_id" | "post":
            organization = words.get("organization_id")
            if organization is not None:
                _unit_or_post(session, concern, word, organization, words, at=at)
        case _:
            pass


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
    elif kind == "information":
        _information(session, concern, word, value)
    else:
        _document(session, concern, word, value)


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
    information = session.get(Information, information_id)
    if information is None:
        concern.parts.append(Part(word, missing=True))
        return
    told = session.scalars(select(Designation).where(Designation.information_id == information_id)).all()
    concern.saw(information, *told)
    designators = {row.organ_id: row.document_number is not None for row in told}
    holders = set(designators)
    for giver, receiver in session.execute(
        select(Provision.giver_id, Provision.receiver_id).where(Provision.information_id == information_id)
    ):
        holders |= {giver, receiver}
    contracts = session.scalars(
        select(Contract)
        .join(ContractInformation, ContractInformation.contract_id == Contract.id)
        .where(ContractInformation.information_id == information_id)
    ).all()
    for contract in contracts:
        holders |= {contract.operator_id, contract.organ_id}
    # Where an operator records an organ's letter, the designation is there before anybody here holds the information.
    held = holders - set(designators) or not all(designators.values())
    concern.parts.append(Part(word, frozenset(holders if held else ()), informations=frozenset({information_id})))


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


def reaches(session: Session, held: Iterable[Held], word: str, value: str, *, at: datetime) -> bool:
    """Say whether one of some roles reaches what a word names."""
    concern = Concern()
    _add(session, concern, word, value, {word: value}, at=at)
    return any(unreached(session, one, concern) is None for one in held)


def subtree(session: Session, organization_id: str, units: Collection[str]) -> frozenset[str]:
    """Return units with all their sub-units."""
    parents = {row.id: row.parent_id for row in session.scalars(select(Unit).where(Unit.organization_id == organization_id))}
    found = set(units)
    while True:
        more = {unit for unit, parent in parents.items() if parent in found} - found
        if not more:
            return frozenset(found)
        found |= more


def unreached(session: Session, held: Held, concern: Concern) -> str | None:
    """Return the first word that names what a role does not reach or what is not there, or None where it reaches everything.

    Word by word, so that whoever asks learns nothing from which of several words is told.
    """
    limits = _Limits(
        subtree(session, held.organization_id, held.units) if held.units else frozenset(),
        frozenset(
            session.scalars(select(ContractInformation.information_id).where(ContractInformation.contract_id.in_(held.contracts)))
            if held.contracts
            else ()
        ),
    )
    for part in concern.parts:
        if part.missing or not (concern.everywhere or _reaches(held, limits, part)):
            return part.word
    if concern.everywhere:
        # What concerns the deployment is nothing that a unit, an information or a contract holds.
        return None if held.whole else "reach"
    about = [
        (held.units, any(part.units for part in concern.parts), "unit_id"),
        (held.informations, any(part.informations for part in concern.parts), "information_id"),
        (held.contracts, any(part.informations or part.contracts for part in concern.parts), "contract_id"),
    ]
    return next((word for limited, named, word in about if limited and not named), None)


@dataclass(frozen=True, slots=True)
class _Limits:
    """A role's units with all below them, and the informations of its contracts."""

    units: frozenset[str]
    contracted: frozenset[str]


def _reaches(held: Held, limits: _Limits, part: Part) -> bool:
    return (
        (not part.organizations or held.organization_id in part.organizations)
        and (not held.units or part.units is None or bool(part.units & limits.units))
        and (not held.informations or part.informations <= held.informations)
        and (not held.contracts or (part.contracts <= held.contracts and part.informations <= limits.contracted))
    )
