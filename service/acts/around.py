"""Whose informations are: of those who designated them, hold them or were contracted for them; nobody's yet is everybody's."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.designation.model import Designation, Information
from service.provision.model import Contract, ContractInformation, Provision


@dataclass(frozen=True, slots=True)
class Around:
    """Informations by id; by information their designations, and who gave them, got them or was contracted for them."""

    informations: Mapping[str, Information]
    told: Mapping[str, list[Designation]]
    parties: Mapping[str, set[str]]

    def owners(self, information_id: str) -> frozenset[str]:
        """Return whose an information is; nobody for one that is nobody's yet."""
        told = self.told.get(information_id, [])
        designators = {row.organ_id: row.document_number is not None for row in told}
        holders = set(designators) | self.parties.get(information_id, set())
        care_organ_id = self.informations[information_id].care_organ_id
        if not told and care_organ_id is not None:
            # Before any designation it is theirs who take care of it.
            holders.add(care_organ_id)
        # Where an operator records an organ's letter, the designation is there before anybody here holds the information.
        held = holders - set(designators) or not all(designators.values())
        return frozenset(holders if held else ())


def around(session: Session, ids: Collection[str]) -> Around:
    """Return what says whose some informations are, in as many queries as for one."""
    informations = {row.id: row for row in session.scalars(select(Information).where(Information.id.in_(ids)))}
    told: dict[str, list[Designation]] = defaultdict(list)
    for row in session.scalars(select(Designation).where(Designation.information_id.in_(ids))):
        told[row.information_id].append(row)
    parties: dict[str, set[str]] = defaultdict(set)
    given = select(Provision.information_id, Provision.giver_id, Provision.receiver_id).where(Provision.information_id.in_(ids))
    contracted = select(ContractInformation.information_id, Contract.operator_id, Contract.organ_id).join(
        Contract, ContractInformation.contract_id == Contract.id
    )
    covering = contracted.where(ContractInformation.information_id.in_(ids))
    for information_id, one, other in (*session.execute(given), *session.execute(covering)):
        parties[information_id] |= {one, other}
    return Around(informations, told, parties)
