"""Dates of scopes and lists: ends of listings, confirmations of the half, what one person wrote alone (Act 5(1), 5(3), 10(4))."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines.rules import Deadline, Sort
from service.deadlines.sight import Sight, Source
from service.need_to_know import queries
from service.need_to_know.model import ActingManager, Listing
from service.personnel.model import Organization
from service.statute.citations import Citation, cite
from service.statute.fiscal import half_of
from service.statute.periods import ONE_DAY, legal_day

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
    ("確認のない登載は効力を失う", "Lines that nobody confirmed lapse"),
    "listing",
    ("information_manager",),
    "house",
)
EMERGENCY = Sort(
    "emergency_listing_ends",
    ("緊急登載の追認", "A listing in an emergency is to be confirmed by two"),
    ("追認がなければ効力を失う", "Unconfirmed it lapses at its hour"),
    "listing",
    ("information_manager", "approver"),
    "house",
    lapses=True,
)
ACTING = Sort(
    "acting_manager_ends",
    ("緊急時の代行者の指名の終わり", "The naming of an acting manager ends"),
    ("緊急登載ができなくなる", "Nobody may be listed in an emergency by them any more"),
    "listing",
    ("information_manager", "approver", "person"),
    "list",
    lapses=True,
)
ARTICLES = {"organ": cite("Act 5(1)"), "police": cite("Act 5(3)"), "operator": cite("Act 10(4)")}
ALONE = cite("Order 11(1)(iv)")


def find(session: Session, sight: Sight) -> Iterator[Deadline]:
    """Yield the ends of listings and of who may list alone, and for each list the last day on which to confirm it."""
    kinds = {row.id: row.kind for row in session.scalars(select(Organization))}
    running: dict[str, list[Listing]] = defaultdict(list)
    for row in session.scalars(select(Listing).where(Listing.known(sight.at), sight.about(Listing.person_id)).order_by(Listing.id)):
        yield from _ends(row, (ARTICLES[kinds[row.organization_id]],))
        if row.until_at is None and (row.from_on is None or row.from_on <= sight.on) and (row.until_on is None or sight.on < row.until_on):
            running[row.organization_id].append(row)
    for named in session.scalars(select(ActingManager).where(sight.about(ActingManager.person_id)).order_by(ActingManager.id)):
        if named.from_on < named.until_on:
            whose = frozenset((named.organization_id,))
            yield Deadline(ACTING, named.id, named.until_on - ONE_DAY, (ALONE,), whose, person_id=named.person_id)
    if sight.person_id is None:
        for organization, lines in running.items():
            yield from _confirmations(session, sight, organization, lines, ARTICLES[kinds[organization]])


def _ends(row: Listing, basis: tuple[Citation, ...]) -> Iterator[Deadline]:
    """Yield the last day of a line; of one that one person wrote alone, the day by which two confirm it."""
    whose = frozenset((row.organization_id,))
    if row.until_at is not None:
        on = legal_day(row.until_at)
        if row.removed_on is None or row.removed_on > on:
            yield Deadline(EMERGENCY, row.id, on, (ALONE,), whose, person_id=row.person_id, information_id=row.information_id)
    elif row.until_on is not None and (row.from_on is None or row.from_on < row.until_on):
        yield Deadline(ENDS, row.id, row.until_on - ONE_DAY, basis, whose, person_id=row.person_id, information_id=row.information_id)


def _confirmations(session: Session, sight: Sight, organization: str, lines: Collection[Listing], basis: Citation) -> Iterator[Deadline]:
    """Yield the last day to confirm each list of which a line still waits: of the half that went by where one was missed in it."""
    half = half_of(sight.on)
    days = queries.house_numbers(session, organization_id=organization, on=sight.on)["confirm_lapse_days"]
    lapse = min(half.last, half.first + timedelta(days=days - 1))
    waiting: dict[str, date] = {}
    for one in queries.standings_of(session, lines, organization_id=organization, on=sight.on):
        if one.phase != "confirmed":
            # A line that lapses before this half's own day was missed in the half before.
            on = half.first - ONE_DAY if one.phase == "lapsing" and sight.on <= lapse else lapse
            information = one.listing.information_id
            waiting[information] = min(on, waiting.get(information, on))
    for information, on in waiting.items():
        source, whose = f"{information}/{organization}", frozenset((organization,))
        yield Deadline(CONFIRMATION, source, sight.house(on), (basis,), whose, information_id=information)


SOURCE = Source("lists", (ENDS, CONFIRMATION, EMERGENCY, ACTING), find)
