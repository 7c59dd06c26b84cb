"""Dates that contracts set: their end, and the day by which everything is returned or destroyed (Act 10(1), 10(3))."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines.rules import Deadline, Sort
from service.deadlines.sight import Sight, Source
from service.personnel.rules import first_recorded
from service.provision.model import Contract, ContractInformation, Provision
from service.statute.citations import cite
from service.statute.periods import ONE_DAY

ENDS = Sort(
    "contract_ends",
    ("契約の終わり", "A contract ends"),
    ("取扱いができなくなり、返却と廃棄だけができる", "Nothing but returning and destroying is possible any more"),
    "title",
    ("information_manager", "custodian", "approver"),
    "contract",
    lapses=True,
)
RETURN = Sort(
    "return_by",
    ("返却又は廃棄の期限", "Everything is to be returned or destroyed"),
    ("返却も廃棄もできなくなる", "Nobody may return or destroy it by the contract any more"),
    "title",
    ("information_manager", "custodian"),
    "contract",
    lapses=True,
)


def find(session: Session, sight: Sight) -> Iterator[Deadline]:
    """Yield the ends of contracts, and their days of return where something is still held."""
    if sight.person_id is not None:
        return
    rows = session.scalars(select(Contract).order_by(Contract.id)).all()
    replaces = {row.id: row.replaces for row in rows}
    counting = set(session.scalars(select(Contract.id).where(Contract.known(sight.at))))
    covered: dict[str, set[str]] = defaultdict(set)
    for link in session.scalars(select(ContractInformation)):
        covered[first_recorded(replaces, link.contract_id)].add(link.information_id)
    provided = session.scalars(select(Provision).where(Provision.known(sight.at))).all()
    returned = {row.id for row in provided if row.returned_on is not None and row.returned_on <= sight.on}
    for row in rows:
        if row.id not in counting or row.until_on is None:
            continue
        whose = frozenset((row.operator_id, row.organ_id))
        yield Deadline(ENDS, row.id, row.until_on - ONE_DAY, (cite("Act 10(1)"),), whose, contract_id=row.id)
        under = {
            one.id
            for one in provided
            if (one.giver_id, one.receiver_id) == (row.organ_id, row.operator_id)
            and one.information_id in covered[first_recorded(replaces, row.id)]
        }
        if row.return_until_on is not None and (not under or under - returned):
            yield Deadline(RETURN, row.id, row.return_until_on - ONE_DAY, (cite("Act 10(3)"),), whose, contract_id=row.id)


SOURCE = Source("contracts", (ENDS, RETURN), find)
