"""What decisions about one person and a few informations rest on, and nothing else: for a page that says how somebody stands.

A check answers from the world of its process and is recorded. Here the same facts and policies judge rows that are read for
the moment: nothing is asked in an application's name, and nothing is permitted by it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.decision.decide import Decider
from service.decision.judge import RECORD_MISMATCH, Answer
from service.decision.policyset import PolicySet
from service.decision.snapshot import POLICIES, NoPolicyError
from service.decision.world import World
from service.ledger import Log, RowSeals
from service.ledger.seals import SEAL_COLUMN
from service.statute.periods import instant_ms

OF_PERSON = ("personnel.posts", "clearance.results", "clearance.doubt_notices", "clearance.offices", "need_to_know.exclusions")
OF_INFORMATION = ("designation.designations", "designation.closings", "provision.provisions", "need_to_know.listings")
OF_OPERATOR = ("provision.certifications", "provision.contracts")
_WHERE: Mapping[str, str] = {
    "personnel.organizations": "true",
    "personnel.people": "x.id = :person",
    **dict.fromkeys(OF_PERSON, "x.person_id = :person"),
    "designation.information": "x.id = any(:informations)",
    **dict.fromkeys(OF_INFORMATION, "x.information_id = any(:informations)"),
    "designation.extensions": "x.designation_id in (select id from designation.designations where information_id = any(:informations))",
    **dict.fromkeys(OF_OPERATOR, "x.operator_id = any(:organizations)"),
    "provision.contract_information": "x.contract_id in (select id from provision.contracts where operator_id = any(:organizations))",
    "registers.approval_rules": "true",
    POLICIES: "x.changed_index = (select max(changed_index) from decision.policy_sets)",
}
_ROWS = " union all ".join(f"select '{table}', to_jsonb(x) from {table} x where {where}" for table, where in _WHERE.items())  # noqa: S608 - names of our own tables


def answers_about(
    session: Session, *, log: Log, person_id: str, places: Collection[tuple[str, str]], at: datetime, action: str = "handle"
) -> dict[tuple[str, str], Answer]:
    """Return what the law answers of a person now, for each of some pairs of information and organization.

    Where a row is not as the service wrote it, that is every answer. Raises NoPolicyError.
    """
    given = {
        "person": person_id,
        "informations": sorted({information for information, _organization in places}),
        "organizations": sorted({organization for _information, organization in places}),
    }
    world, whole, policies = World(), True, ""
    seals = RowSeals(log.keyring)
    for table, row in session.execute(text(_ROWS), given):
        stored = row.pop(SEAL_COLUMN, None)
        whole = whole and stored == f"\\x{seals.of(table, row).seal.hex()}"
        policies = row["text"] if table == POLICIES else policies
        world.apply(table, row)
    if not policies:
        message = "no policy set is in force; activate one first"
        raise NoPolicyError(message)
    if not whole:
        return dict.fromkeys(places, RECORD_MISMATCH)
    decider = Decider(world, _policies(policies))
    asked: dict[str, Any] = {"person": person_id, "kind": "information", "action": action, "now_ms": instant_ms(at)}
    return {place: decider.decide(resource=place[0], organization=place[1], **asked).answer for place in places}


@lru_cache(maxsize=2)
def _policies(bundle: str) -> PolicySet:
    return PolicySet.from_bundle(bundle)
