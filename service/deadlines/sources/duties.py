"""Dates of people's duties: trainings once a year, and pledges that nobody signed (Order 11(1)(ii), 16(1)(i))."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.deadlines.rules import Deadline, Sort
from service.deadlines.sight import Sight, Source
from service.need_to_know.model import Listing
from service.personnel.model import Organization
from service.personnel.rules import first_recorded
from service.provision.model import Contract
from service.registers.house import amount_of
from service.registers.model import Attendance, Pledge, Training
from service.registers.periods import months_after
from service.statute.citations import Citation, cite
from service.statute.periods import legal_day

TRAINING = Sort(
    "training_due",
    ("保護教育（年1回）", "Somebody on a list is to be trained (once a year)"),
    ("教育が遅れる", "The training is late"),
    "listing",
    ("information_manager", "person"),
    "house",
)
PLEDGE = Sort(
    "pledge_missing",
    ("誓約書の提出", "Somebody on a list has signed no pledge"),
    ("誓約書のないまま取り扱うことになる", "They go on handling without one"),
    "clearance_state",
    ("hr_officer", "information_manager", "person"),
    "house",
)
TRAINED: Mapping[str, Citation] = {"organ": cite("Order 11(1)(ii)"), "police": cite("Order 11(1)(ii)"), "operator": cite("Order 16(1)(i)")}
LISTS: Mapping[str, Citation] = {"organ": cite("Act 5(1)"), "police": cite("Act 5(3)"), "operator": cite("Act 10(4)")}


@dataclass(frozen=True, slots=True)
class _Named:
    """Somebody on lists of an organization by name: since when, and which heads' work it is, where that is known."""

    person_id: str
    organization_id: str
    since: date
    heads: frozenset[str]


def find(session: Session, sight: Sight) -> Iterator[Deadline]:
    """Yield for everybody who stands on a list by name the day of the next training, and a pledge that is missing.

    Nobody else is asked for: who was never listed has neither date, whatever became of their assessment.
    """
    kinds = {row.id: row.kind for row in session.scalars(select(Organization))}
    attended = _attended(session, sight)
    pledged = _pledged(session, sight)
    for one in _named(session, sight, kinds):
        kind, whose, pair = kinds[one.organization_id], frozenset((one.organization_id,)), (one.person_id, one.organization_id)
        last, source = attended.get(pair), f"{one.person_id}/{one.organization_id}"
        train_by = one.since
        if last is not None:
            months = amount_of(session, "training_months", organization_id=one.organization_id, on=last)
            train_by = months_after(last, months=months)
        yield Deadline(TRAINING, source, train_by, (TRAINED[kind],), whose, person_id=one.person_id)
        heads = pledged.get(pair, frozenset())
        if not (one.heads <= heads if one.heads else heads):
            yield Deadline(PLEDGE, source, one.since, (LISTS[kind],), whose, person_id=one.person_id)


def _named(session: Session, sight: Sight, kinds: Mapping[str, str]) -> Iterator[_Named]:
    rows = session.execute(select(Contract.id, Contract.replaces, Contract.organ_id)).all()
    replaces = {row.id: row.replaces for row in rows}
    organs = {row.id: row.organ_id for row in rows if row.replaces is None}
    found = select(Listing).where(
        Listing.person_id.is_not(None),
        sight.about(Listing.person_id),
        or_(Listing.from_on.is_(None), Listing.from_on <= sight.on),
        or_(Listing.until_on.is_(None), Listing.until_on > sight.on),
        or_(Listing.until_at.is_(None), Listing.until_at > sight.at),
        Listing.known(sight.at),
    )
    named: dict[tuple[str, str], _Named] = {}
    for row in session.scalars(found.order_by(Listing.id)):
        pair = (str(row.person_id), row.organization_id)
        head = organs.get(first_recorded(replaces, row.contract_id)) if row.contract_id is not None else None
        if kinds[row.organization_id] != "operator":
            head = row.organization_id
        since, before = row.from_on or legal_day(row.recorded_at), named.get(pair)
        heads = frozenset() if head is None else frozenset((head,))
        named[pair] = _Named(*pair, min(since, before.since), heads | before.heads) if before else _Named(*pair, since, heads)
    yield from named.values()


def _attended(session: Session, sight: Sight) -> dict[tuple[str, str], date]:
    rows = session.execute(
        select(Attendance.person_id, Training.organization_id, func.max(Attendance.attended_on))
        .join(Training, Training.id == Attendance.training_id)
        .where(Attendance.replaced_at.is_(None), Attendance.attended_on <= sight.on, sight.about(Attendance.person_id))
        .group_by(Attendance.person_id, Training.organization_id)
    )
    return {(person, organization): on for person, organization, on in rows}


def _pledged(session: Session, sight: Sight) -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], frozenset[str]] = {}
    query = select(Pledge).where(Pledge.replaced_at.is_(None), Pledge.pledged_on <= sight.on, sight.about(Pledge.person_id))
    for row in session.scalars(query):
        pair = (row.person_id, row.organization_id)
        found[pair] = found.get(pair, frozenset()) | {row.head_id}
    return found


SOURCE = Source("duties", (TRAINING, PLEDGE), find)
