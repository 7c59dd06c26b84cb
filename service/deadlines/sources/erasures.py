"""Dates from which on nothing keeps the record of somebody who is gone: two people decide on its erasure, nothing erases by itself.

Nothing here knows of assessments but their results: whether one, or a complaint, is open is found when the erasure is asked for.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.deadlines.rules import PERIODS, Deadline, PeriodName, Sort
from service.deadlines.sight import Sight, Source
from service.personnel.model import Post
from service.statute.periods import after, day_after

ERASURE = Sort(
    "erasure_due",
    ("個人の記録の保存期間の満了", "Nothing keeps a person's record any longer"),
    ("消去するかどうかを二人で決めるまで、そのまま残る", "It stays as it is until two people decide on its erasure"),
    "clearance_state",
    ("hr_officer",),
    "house",
)
FOREVER = date.max
"""Stands for the last day of what has not ended."""
_LAST = text(
    """
select person_id, class, max(last) as last from (
  select person_id, 'keep_person_years' as class, coalesce(until_on - 1, date '9999-12-31') as last
    from personnel.posts where replaced_at is null
  union all
  select person_id, 'keep_clearance_years', greatest(counted_on, notified_on, letter_on, arrived_on)
    from clearance.results where replaced_at is null
  union all
  select person_id, 'keep_clearance_years', greatest(notified_on, letter_on, arrived_on)
    from clearance.doubt_notices where replaced_at is null
  union all
  select person_id, 'keep_clearance_years', coalesce(until_on - 1, date '9999-12-31') from clearance.offices where replaced_at is null
  union all
  select person_id, 'keep_handling_years', coalesce(until_on - 1, (until_at at time zone 'Asia/Tokyo')::date, date '9999-12-31')
    from need_to_know.listings where replaced_at is null and person_id is not null
  union all
  select one, 'keep_handling_years',
      case when kind in ('loan', 'storage', 'area', 'entry_permit', 'device_permit') then coalesce(ended_on, date '9999-12-31')
        else coalesce(ended_on, begun_on) end
    from registers.lines, unnest(array[person_id, keeper_id, witness_id]) as one
    where struck_on is null and one is not null
  union all
  select person_id, 'keep_handling_years', (used_at at time zone 'Asia/Tokyo')::date from registers.uses where person_id is not null
  union all
  select person_id, 'keep_handling_years', attended_on from registers.attendances where replaced_at is null
  union all
  select person_id, 'keep_handling_years', pledged_on from registers.pledges where replaced_at is null
) as told
where (cast(:person as text) is null or person_id = :person)
  and (cast(:person as text) is not null or exists (
    select from personnel.people p where p.id = person_id and p.search_key <> ''
      and not exists (select from personnel.posts o where o.person_id = p.id and o.replaced_at is null and o.until_on is null)))
group by person_id, class
"""
)
"""The last day of what each class of record tells of a person; of everybody only those who have left and are not erased."""


def last_days(session: Session, *, person_id: str | None = None) -> Mapping[str, Mapping[PeriodName, date]]:
    """Return by person the last day of each class of their record, FOREVER for what has not ended; of all who left, or of one person."""
    found: dict[str, dict[PeriodName, date]] = defaultdict(dict)
    for person, kind, last in session.execute(_LAST, {"person": person_id}):
        found[person][kind] = last
    return found


def kept_until(last: Mapping[PeriodName, date], periods: Mapping[str, int]) -> tuple[PeriodName, date] | None:
    """Return the class that keeps a record longest and the last day on which it does; None where nothing has a day."""
    days = {name: on if on == FOREVER else after(on, years=periods[name]) for name, on in last.items()}
    return max(days.items(), key=lambda one: (one[1], one[0]), default=None)


def find(session: Session, sight: Sight) -> Iterator[Deadline]:
    """Yield for everybody who left the first day on which nothing keeps their record."""
    due = {}
    for person_id, last in last_days(session, person_id=sight.person_id).items():
        kept = kept_until(last, sight.periods)
        if kept is not None and kept[1] != FOREVER and day_after(kept[1]) <= sight.until:
            due[person_id] = kept
    if not due:
        return
    places: dict[str, set[str]] = defaultdict(set)
    for person_id, organization_id in session.execute(select(Post.person_id, Post.organization_id).where(Post.person_id.in_(due))):
        places[person_id].add(organization_id)
    for person_id, (name, until) in due.items():
        basis = PERIODS[name].modelled_on
        cited = () if basis is None else (basis,)
        whose = frozenset(places[person_id])
        yield Deadline(ERASURE, f"{person_id}/{name}", day_after(until), cited, whose, person_id=person_id, period=name)


SOURCE = Source("erasures", (ERASURE,), find)
