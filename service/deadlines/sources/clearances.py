"""Dates of results, doubt notices and exempt offices (Act 11, 12(1)(ii) and (iii), 13(1))."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.clearance.model import DoubtNotice, Office, Result
from service.clearance.rules import CARRIED_OUT, YEARS
from service.deadlines.rules import Deadline, PeriodName, Sort
from service.deadlines.sight import Sight, Source
from service.personnel.model import Post
from service.statute.citations import Citation, cite
from service.statute.numbers import number
from service.statute.periods import ONE_DAY, after, days_after, months_before

CLEARED = ("hr_officer", "information_manager", "assessment_officer", "person")
ENDS = Sort(
    "clearance_ends",
    ("取扱資格の期間の満了", "A clearance ends"),
    ("取り扱うことができなくなる", "The person may no longer handle anything by it"),
    "clearance_state",
    CLEARED,
    "law",
    lapses=True,
)
REASSESS = Sort(
    "reassessment_begins",
    ("再評価を始める時期", "A re-assessment should begin"),
    ("期間満了までに結果が出ないおそれがある", "The result may not be there before the clearance ends"),
    "clearance_state",
    CLEARED,
    "house",
)
PROVISIONAL = Sort(
    "notice_day_unknown",
    ("本人への通知日の確認", "The day of the person's notice is to be learned"),
    ("最も早い日から数え続ける", "The years go on being counted from the earliest day"),
    "clearance_state",
    ("hr_officer",),
    "house",
)
DOUBT = Sort(
    "doubt_outstanding",
    ("再評価が終わっていない", "A re-assessment on doubt is outstanding"),
    ("取り扱うことができないままになる", "The person goes on being barred"),
    "clearance_state",
    ("hr_officer", "information_manager", "assessment_officer", "person"),
    "house",
)
OFFICE = Sort(
    "office_ends",
    ("適性評価を要しない職の終わり", "An exempt office ends"),
    ("適性評価なしには取り扱うことができなくなる", "Without an assessment the person may no longer handle anything"),
    "clearance_state",
    ("hr_officer", "information_manager", "person"),
    "law",
    lapses=True,
)
ACTS = {"iesi": cite("Act 11(1)"), "sds": cite("Act 11(2)")}
Workplaces = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a result its dates follow from."""

    id: str
    person_id: str
    head_id: str
    law: str
    outcome: str
    notified_on: date | None
    counted_on: date
    arrived_on: date | None
    provisional: bool

    @property
    def known_on(self) -> date:
        """The day that puts results in order."""
        return self.notified_on or self.counted_on


def find(session: Session, sight: Sight) -> Iterator[Deadline]:
    """Yield the dates of results, doubt notices and offices."""
    places = _workplaces(session, sight)
    of_pair = _results(session, sight)
    for rows in of_pair.values():
        counting = {row.id for row in standing(rows)}
        for row in rows:
            yield from _of_result(row, sight, places, silent=row.id not in counting)
    notices = select(DoubtNotice).where(DoubtNotice.known(sight.at), sight.about(DoubtNotice.person_id)).order_by(DoubtNotice.id)
    for notice in session.scalars(notices):
        if not _settled(notice, of_pair.get((notice.person_id, notice.head_id), ())):
            on = sight.house(days_after(notice.notified_on, sight.periods["doubt_days"]))
            basis = (cite("Act 12(1)(iii)"), ACTS[notice.law])
            where = places.get(notice.person_id, frozenset()) | {notice.head_id}
            yield Deadline(DOUBT, notice.id, on, basis, where, person_id=notice.person_id, period="doubt_days")
    offices = select(Office).where(Office.known(sight.at), Office.until_on.is_not(None), sight.about(Office.person_id))
    for office in session.scalars(offices.order_by(Office.id)):
        assert office.until_on is not None  # asked for above
        where, basis = places.get(office.person_id, frozenset()), (cite("Act 11(1)"), cite("Order 18"))
        yield Deadline(OFFICE, office.id, office.until_on - ONE_DAY, basis, where, person_id=office.person_id)


def standing(rows: Iterable[Counted]) -> list[Counted]:
    """Return which of one head's results on one person give a clearance, whatever the day (Act 11(1), (2))."""
    carried_out = sorted((row for row in rows if row.outcome in CARRIED_OUT), key=lambda row: row.known_on)
    own = next((row for row in reversed(carried_out) if row.law == "iesi"), None)
    sds = next((row for row in reversed(carried_out) if row.law == "sds"), None)
    if sds is not None and own is not None and own.known_on >= sds.known_on:
        sds = None
    return [row for row in (own, sds) if row is not None and row.outcome == "positive"]


def _results(session: Session, sight: Sight) -> dict[tuple[str, str], list[Counted]]:
    """Return the results by person and head; columns alone, for there may be very many."""
    columns = [getattr(Result, field.name) for field in fields(Counted)]
    found: dict[tuple[str, str], list[Counted]] = defaultdict(list)
    for row in session.execute(select(*columns).where(Result.known(sight.at), sight.about(Result.person_id)).order_by(Result.id)):
        counted = Counted(*row)
        found[counted.person_id, counted.head_id].append(counted)
    return found


def _of_result(row: Counted, sight: Sight, places: Workplaces, *, silent: bool) -> Iterator[Deadline]:
    """Yield as many dates for every result, whatever it was; nobody is told of those that give no clearance."""
    ends = after(row.counted_on, years=number(YEARS[row.law], on=sight.on))
    begins = sight.house(months_before(ends, sight.periods["reassess_months"]))
    provided = sight.house(days_after(row.arrived_on or row.counted_on, sight.periods["provisional_days"])) if row.provisional else None
    dates: tuple[tuple[Sort, date | None, Citation, PeriodName | None], ...] = (
        (ENDS, ends, ACTS[row.law], None),
        (REASSESS, begins, cite("Act 12(1)(ii)"), "reassess_months"),
        (PROVISIONAL, provided, cite("Act 13(1)"), "provisional_days"),
    )
    for sort, on, citation, period in dates:
        if on is not None and on <= sight.until:
            yield Deadline(
                sort,
                row.id,
                on,
                (citation,),
                places.get(row.person_id, frozenset()) | {row.head_id},
                person_id=row.person_id,
                period=period,
                provisional=row.provisional,
                silent=silent,
            )


def _settled(notice: DoubtNotice, rows: Iterable[Counted]) -> bool:
    """Say whether an assessment was carried out since somebody was told of a doubt."""
    laws = {notice.law, "iesi"}
    return any(row.outcome in CARRIED_OUT and row.law in laws and row.known_on > notice.notified_on for row in rows)


def _workplaces(session: Session, sight: Sight) -> Workplaces:
    found: dict[str, set[str]] = defaultdict(set)
    query = select(Post.person_id, Post.organization_id).where(
        Post.known(sight.at),
        sight.about(Post.person_id),
        or_(Post.from_on.is_(None), Post.from_on <= sight.on),
        or_(Post.until_on.is_(None), Post.until_on > sight.on),
    )
    for person_id, organization_id in session.execute(query):
        found[person_id].add(organization_id)
    return {person_id: frozenset(places) for person_id, places in found.items()}


SOURCE = Source("clearances", (ENDS, REASSESS, PROVISIONAL, DOUBT, OFFICE), find)
