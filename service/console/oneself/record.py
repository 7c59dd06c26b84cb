"""One's own record, as everybody sees it without a role."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clearance.model import DoubtNotice, Result
from service.console.act_words import OUTCOME_WORDS, said
from service.console.labels import labels
from service.console.visit import Visit
from service.evidence.lookups import looks_at
from service.need_to_know.model import Listing
from service.personnel.queries import posts_of


def own_record(session: Session, visit: Visit) -> dict[str, object]:
    """Return what a person sees of their own record."""
    person = visit.member.person_id
    results = session.scalars(select(Result).where(Result.person_id == person, Result.known(visit.at))).all()
    doubts = session.scalars(select(DoubtNotice).where(DoubtNotice.person_id == person, DoubtNotice.known(visit.at))).all()
    sealed = any(all(row.counted_on < doubt.notified_on for row in results) for doubt in doubts)
    posts = posts_of(session, person_id=person, at=visit.at)
    listings = session.scalars(select(Listing).where(Listing.person_id == person, Listing.known(visit.at))).all()
    # Of their own record everybody sees what things are called.
    ids = [
        *((row.organization_id, row.unit_id) for row in posts),
        *(row.information_id for row in listings),
        *(row.head_id for row in results),
    ]
    called = labels(session, ids, roles={"information_manager"})
    return {
        "posts": [" / ".join(called.get(part, part) for part in (row.organization_id, row.unit_id, row.post) if part) for row in posts],
        "listings": [f"{called.get(row.information_id)} ({row.from_on} – {row.until_on or ''})" for row in listings],
        "results": [
            f"{called.get(row.head_id)}: {said(OUTCOME_WORDS, row.outcome, visit.language)} ({_day_of(row, visit)})" for row in results
        ],
        "sealed": sealed,
        "looks": [] if sealed else looks_at(session, log=visit.desk.log, person_id=person, limit=20),
    }


def _day_of(row: Result, visit: Visit) -> str:
    """Return the day of a notice; while it is unknown the day that counts, as provisional (Act 13(1))."""
    if row.notified_on is not None:
        return row.notified_on.isoformat()
    return f"{row.counted_on} {'暫定' if visit.language == 'ja' else 'provisional'}"
