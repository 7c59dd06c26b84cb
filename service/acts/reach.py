"""What an act concerns, and whether a role reaches it: organizations, units, informations, contracts and people.

What is outside a reach does not exist for its holder: an id that nobody has and one that is out of reach are told alike.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.acts.table import EVERYWHERE, Known
from service.designation.model import Designation, Document, DocumentInformation, Information
from service.identity.account_model import Account, Grant
from service.identity.members import Held
from service.ledger import subject_of
from service.personnel.model import Alias, Person, Post, Unit
from service.provision.model import Certification, Contract, ContractInformation, Provision


class OutsideError(LookupError):
    """Nothing that this word names exists, as far as the caller is concerned."""

    def __init__(self, word: str) -> None:
        super().__init__(f"nothing here answers to {word}")
        self.word = word


NEW = frozenset(
    {
        ("register_organization", "organization_id"),
        ("register_unit", "unit_id"),
        ("register_person", "person_id"),
        ("take_post", "post_id"),
        ("grant_alias", "alias_id"),
        ("grant_resource_alias", "alias_id"),
        ("register_document", "document_id"),
        ("certify", "certification_id"),
        ("record_certification", "certification_id"),
        ("conclude_contract", "contract_id"),
        ("record_contract", "contract_id"),
        ("provide", "provision_id"),
        ("record_provision", "provision_id"),
        ("designate", "designation_id"),
        ("record_designation", "designation_id"),
        ("extend", "extension_id"),
        ("record_extension", "extension_id"),
        ("close", "closing_id"),
        ("record_result", "result_id"),
        ("record_doubt_notice", "doubt_notice_id"),
        ("record_office", "office_id"),
        ("list_handler", "listing_id"),
        ("open_account", "account_id"),
        ("grant_role", "grant_id"),
    }
)
"""The words by which an act may name what it makes; all other ids name what is there already."""


@dataclass(slots=True)
class Concern:
    """What an act touches. Each of `organizations` is a word and the organizations of what it names."""

    organizations: list[tuple[str, frozenset[str]]]
    units: set[str]
    informations: set[str]
    contracts: set[str]
    people: set[str]
    everywhere: bool = False

    def owners(self, word: str, organizations: Collection[str]) -> None:
        """Add whose something is; what belongs to nobody yet is within everybody's reach."""
        if organizations:
            self.organizations.append((word, frozenset(organizations)))


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
    """Return what an act with these values concerns. Raises OutsideError for an id that nothing has."""
    words = flat(values)
    concern = Concern([], set(), set(), set(), set(), everywhere=known.room in EVERYWHERE)
    if known.own is not None and words.get(known.own) is not None:
        concern.owners(known.own, {words[known.own]})
    for word, value in words.items():
        if (known.verb, word) not in NEW:
            _add(session, concern, word, value, words, at=at)
    return concern


def _add(session: Session, concern: Concern, word: str, value: Any, words: Mapping[str, Any], *, at: datetime) -> None:
    match word:
        case "person_id":
            _person(session, concern, word, value, at=at)
        case "post_id" | "alias_id" | "document_id" | "contract_id" | "certification_id" | "provision_id":
            _thing(session, concern, word, value, at=at)
        case "account_id" | "grant_id":
            holder: Account | Grant | None = session.get(Account, value) if word == "account_id" else session.get(Grant, value)
            if holder is None:
                raise OutsideError(word)
            concern.people |= {holder.person_id} if holder.person_id else set()
        case "key_id":
            concern.people.add(subject_of(value)[0])
        case "target_id":
            _target(session, concern, word, str(words.get("target_kind")), value, at=at)
        case "information_id" if words.get("organ_id") is None or session.get(Information, value) is not None:
            _information(session, concern, word, value)
        case "informations" | "carries":
            for one in value:
                _information(session, concern, word, one)
        case "unit_id" | "post":
            organization = words.get("organization_id")
            if organization is not None:
                _unit_or_post(session, concern, word, organization, value, at=at)
        case _:
            pass


def _person(session: Session, concern: Concern, word: str, person_id: str, *, at: datetime) -> None:
    if session.get(Person, person_id) is None:
        raise OutsideError(word)
    concern.people.add(person_id)
    rows = session.scalars(select(Post).where(Post.person_id == person_id, Post.known(at))).all()
    concern.owners(word, {row.organization_id for row in rows})
    concern.units |= {row.unit_id for row in rows if row.unit_id is not None}


def _thing(session: Session, concern: Concern, word: str, value: str, *, at: datetime) -> None:
    models = {
        "post_id": Post,
        "alias_id": Alias,
        "document_id": Document,
        "contract_id": Contract,
        "certification_id": Certification,
        "provision_id": Provision,
    }
    row = session.get(models[word], value)
    if row is None:
        raise OutsideError(word)
    match row:
        case Post():
            concern.people.add(row.person_id)
            concern.owners(word, {row.organization_id})
            concern.units |= {row.unit_id} if row.unit_id else set()
        case Alias():
            _target(session, concern, word, row.target_kind, row.target_id, at=at)
        case Document():
            _document(session, concern, word, row)
        case Contract():
            concern.contracts.add(row.id)
            concern.owners(word, {row.operator_id, row.organ_id})
        case Certification():
            concern.owners(word, {row.operator_id, row.organ_id})
        case Provision():
            concern.informations.add(row.information_id)
            concern.owners(word, {row.giver_id, row.receiver_id})


def _target(session: Session, concern: Concern, word: str, kind: str, value: str, *, at: datetime) -> None:
    if kind == "person":
        _person(session, concern, word, value, at=at)
    elif kind == "information":
        _information(session, concern, word, value)
    else:
        row = session.get(Document, value)
        if row is None:
            raise OutsideError(word)
        _document(session, concern, word, row)


def _document(session: Session, concern: Concern, word: str, row: Document) -> None:
    if row.organization_id is not None:
        concern.owners(word, {row.organization_id})
    carried = session.scalars(select(DocumentInformation.information_id).where(DocumentInformation.document_id == row.id))
    for information_id in carried:
        _information(session, concern, word, information_id)


def _information(session: Session, concern: Concern, word: str, information_id: str) -> None:
    """Add whose an information is: of those who designated, hold or were contracted for it; nobody's yet is everybody's."""
    if session.get(Information, information_id) is None:
        raise OutsideError(word)
    concern.informations.add(information_id)
    holders = set(session.scalars(select(Designation.organ_id).where(Designation.information_id == information_id)))
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
    received = holders - set(session.scalars(select(Designation.organ_id).where(Designation.information_id == information_id)))
    # Where an operator records an organ's letter, the designation is there before anybody here holds the information.
    concern.owners(word, holders if received else ())


def _unit_or_post(session: Session, concern: Concern, word: str, organization_id: str, value: str, *, at: datetime) -> None:
    """Add everybody in a unit or post: a line for it concerns them all."""
    found = select(Post.person_id).where(Post.organization_id == organization_id, Post.known(at))
    if word == "unit_id":
        if session.get(Unit, (organization_id, value)) is None:
            raise OutsideError(word)
        concern.units.add(value)
        found = found.where(Post.unit_id.in_(subtree(session, organization_id, {value})))
    else:
        found = found.where(Post.post == value)
    concern.people |= set(session.scalars(found))


def reaches(session: Session, held: Iterable[Held], word: str, value: str, *, at: datetime) -> bool:
    """Say whether one of some roles reaches what a word names."""
    concern = Concern([], set(), set(), set(), set())
    try:
        _add(session, concern, word, value, {}, at=at)
    except OutsideError:
        return False
    return any(unreached(session, one, concern) is None for one in held)


def subtree(session: Session, organization_id: str, units: Collection[str]) -> frozenset[str]:
    """Return units with all their sub-units."""
    parents = {
        row.id: row.parent_id
        for row in session.scalars(select(Unit).where(Unit.organization_id == organization_id, or_(Unit.id.is_not(None))))
    }
    found = set(units)
    while True:
        more = {unit for unit, parent in parents.items() if parent in found} - found
        if not more:
            return frozenset(found)
        found |= more


def unreached(session: Session, held: Held, concern: Concern) -> str | None:
    """Return the word that names what a role does not reach, or None where it reaches everything."""
    if concern.everywhere:
        return None
    for word, organizations in concern.organizations:
        if held.organization_id not in organizations:
            return word
    if held.units and not concern.units & subtree(session, held.organization_id, held.units):
        return "unit_id"
    if held.informations and not (concern.informations and concern.informations <= held.informations):
        return "information_id"
    if held.contracts and not (concern.contracts and concern.contracts <= held.contracts):
        covered = set(
            session.scalars(select(ContractInformation.information_id).where(ContractInformation.contract_id.in_(held.contracts)))
        )
        if not (concern.informations and concern.informations <= covered):
            return "contract_id"
    return None
