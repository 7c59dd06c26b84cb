"""Dates of scopes and lists: the end of a listing, and the half-yearly confirmation (Act 5(1), 5(3), 10(4))."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines.rules import Deadline, Sort
from service.deadlines.sight import Sight, Source
from service.need_to_know.model import Listing
from service.personnel.model import Organization
from service.statute.citations import cite
from service.statute.fiscal import half_of
from service.statute.periods import ONE_DAY

ENDS = Sort(
    "listing_ends",
    ("登載の終わり", "A listing ends"),
    ("取扱者の範囲・名簿から外れる", "The line no longer lets anybody handle it"),
    "listing",
    ("information_manager", "person"),
    "list",
    lapses=True,
)
CONFIRMATION = Sort(
    "list_confirmation",
    ("名簿の確認（半期ごと）", "A list is to be confirmed (half-yearly)"),
    ("確認が遅れる", "The confirmation is late"),
    "listing",
    ("information_manager",),
    "house",
)
ARTICLES = {"organ": cite("Act 5(1)"), "police": cite("Act 5(3)"), "operator": cite("Act 10(4)")}


def find(session: Session, sight: Sight) -> Iterator[Deadline]:
    """Yield the ends of listings, and for each list that names somebody the last working day of the half-year."""
    kinds = {row.id: row.kind for row in session.scalars(select(Organization))}
    lists: dict[tuple[str, str], None] = {}
    for row in session.scalars(select(Listing).where(Listing.known(sight.at), sight.about(Listing.person_id)).order_by(Listing.id)):
        basis = (ARTICLES[kinds[row.organization_id]],)
        whose = frozenset((row.organization_id,))
        if row.until_on is not None:
            last = row.until_on - ONE_DAY
            if row.from_on is None or row.from_on <= last:
                yield Deadline(ENDS, row.id, last, basis, whose, person_id=row.person_id, information_id=row.information_id)
        if (row.from_on is None or row.from_on <= sight.on) and (row.until_on is None or sight.on < row.until_on):
            lists[row.information_id, row.organization_id] = None
    if sight.person_id is not None:
        return
    for information, organization in lists:
        on = sight.house(half_of(sight.on).last)
        source = f"{information}/{organization}"
        basis = (ARTICLES[kinds[organization]],)
        yield Deadline(CONFIRMATION, source, on, basis, frozenset((organization,)), information_id=information)


SOURCE = Source("lists", (ENDS, CONFIRMATION), find)
