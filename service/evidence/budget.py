"""How much withheld content an auditor may open: a daily budget, and more of one query on one day where somebody else confirms it.

The budget is of the person, whatever account and door: every row that is opened counts before it is opened, so that many
small requests open no more than a large one.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.actor import Actor
from service.evidence.model import DisclosedCount, DisclosureBudget, DisclosureRequest
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, UnknownIdError, require_words
from service.statute.periods import legal_day
from service.statute.refusals import Refusal

ROWS_A_DAY = 1_000
"""Rows with withheld content that an auditor may open on a day in Japan, where the site set no number."""
MOST_ROWS = 1_000_000
OF_ALL = ""


class DisclosureRefusedError(Refusal):
    """Nothing more is opened today, or not on this person's word."""

    slug = "disclosure-refused"


def budget_on(session: Session, *, on: date) -> int:
    """Return how many rows an auditor may open on a day."""
    newest = select(DisclosureBudget.rows).where(DisclosureBudget.from_on <= on)
    found = session.scalar(newest.order_by(DisclosureBudget.from_on.desc(), DisclosureBudget.changed_index.desc()).limit(1))
    return ROWS_A_DAY if found is None else found


def set_disclosure_budget(session: Session, *, log: Log, actor: Actor, at: datetime, rows: int, from_on: date) -> str:
    """Set how many rows with withheld content an auditor may open on a day, from a day on, and return the line's id.

    Raises ValueError beyond what a site may choose.
    """
    begin_act(session)
    if not 0 <= rows <= MOST_ROWS:
        message = f"rows: 0 to {MOST_ROWS}"
        raise ValueError(message)
    row = DisclosureBudget(id=new_id(), rows=rows, from_on=from_on)
    record(session, log=log, draft=Draft(kind=Kind.DISCLOSURE_BUDGET_SET, actor=actor, at=at, on=from_on), rows=[row])
    return row.id


def spend_rows(session: Session, *, person_id: str, at: datetime, rows: int, query_id: str | None = None) -> None:
    """Count rows that are about to be opened. Raises DisclosureRefusedError (disclosure_budget_spent), and counts none then.

    What the day's budget does not cover is taken from what was confirmed for that query and that day.
    INVARIANT: under the lock of acts, so that no two requests spend the same rows.
    """
    begin_act(session)
    on = legal_day(at)
    budget, spent = budget_on(session, on=on), spent_on(session, person_id=person_id, on=on)
    within = min(rows, max(0, budget - spent))
    beyond = rows - within
    if beyond:
        confirmed = 0 if query_id is None else confirmed_on(session, person_id=person_id, query_id=query_id, on=on)
        used = 0 if query_id is None else spent_on(session, person_id=person_id, on=on, pool=query_id)
        if beyond > confirmed - used:
            reason = "disclosure_budget_spent"
            raise DisclosureRefusedError(reason, facts={"budget": budget, "opened": spent, "asked": rows, "confirmed": confirmed - used})
    for pool, number in ((OF_ALL, within), (query_id or OF_ALL, beyond)):
        count(session, person_id=person_id, on=on, pool=pool, rows=number)


def count(session: Session, *, person_id: str, on: date, pool: str, rows: int) -> int:
    """Add to a count of a day and return what it is then."""
    if not rows:
        return spent_on(session, person_id=person_id, on=on, pool=pool)
    made = insert(DisclosedCount).values(person_id=person_id, on=on, pool=pool, rows=rows)
    counted = made.on_conflict_do_update(index_elements=["person_id", "on", "pool"], set_={"rows": DisclosedCount.rows + rows})
    return session.scalars(counted.returning(DisclosedCount.rows)).one()


def spent_on(session: Session, *, person_id: str, on: date, pool: str = OF_ALL) -> int:
    """Return how many rows somebody opened on a day, of the budget or of what was confirmed for a query."""
    found = select(DisclosedCount.rows).where(DisclosedCount.person_id == person_id, DisclosedCount.on == on, DisclosedCount.pool == pool)
    return session.scalar(found) or 0


def confirmed_on(session: Session, *, person_id: str, query_id: str, on: date) -> int:
    """Return how many rows beyond the budget somebody may open of a query on a day."""
    found = select(func.coalesce(func.sum(DisclosureRequest.rows), 0)).where(
        DisclosureRequest.person_id == person_id,
        DisclosureRequest.query_id == query_id,
        DisclosureRequest.on == on,
        DisclosureRequest.confirmed_at.is_not(None),
    )
    return int(session.scalar(found) or 0)


def request_disclosures(
    session: Session, *, log: Log, actor: Actor, at: datetime, person_id: str, query_id: str, rows: int, on: date, reason: str
) -> str:
    """Ask to open more rows of a query on a day, and return the request's id; it opens nothing until it is confirmed.

    Raises ValueError for no rows, too many, blank words or a day that is past.
    """
    begin_act(session)
    require_words(reason=reason)
    if not 0 < rows <= MOST_ROWS or on < legal_day(at):
        message = f"rows: 1 to {MOST_ROWS}, on a day that is not past"
        raise ValueError(message)
    row = DisclosureRequest(
        id=new_id(),
        query_id=query_id,
        account_id=actor.id,
        person_id=person_id,
        rows=rows,
        on=on,
        asked_at=at,
        confirmed_by=None,
        confirmed_at=None,
    )
    draft = Draft(kind=Kind.DISCLOSURES_REQUESTED, actor=actor, at=at, on=on, object=row.id, note={"reason": reason, "query": query_id})
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def open_request(session: Session, request_id: str) -> DisclosureRequest:
    """Return a request that nobody confirmed yet. Raises UnknownIdError, AlreadyEndedError."""
    row = session.get(DisclosureRequest, request_id)
    if row is None:
        raise UnknownIdError(message="no request has this id", facts={"request_id": request_id})
    if row.confirmed_at is not None:
        raise AlreadyEndedError(message="the request was confirmed already", facts={"request_id": request_id})
    return row


def confirm_disclosures(session: Session, *, log: Log, actor: Actor, at: datetime, row: DisclosureRequest, person_id: str) -> int:
    """Confirm somebody else's request and return the index of the entry. Raises DisclosureRefusedError (confirms_oneself)."""
    begin_act(session)
    if row.person_id == person_id:
        reason = "confirms_oneself"
        raise DisclosureRefusedError(reason)
    row.confirmed_by, row.confirmed_at = actor.id, at
    draft = Draft(kind=Kind.DISCLOSURES_CONFIRMED, actor=actor, at=at, on=row.on, object=row.id)
    return record(session, log=log, draft=draft, rows=[row])


def requests_from(session: Session, *, on: date) -> Sequence[DisclosureRequest]:
    """Return the requests for a day and later, the newest first."""
    found = select(DisclosureRequest).where(DisclosureRequest.on >= on).order_by(DisclosureRequest.changed_index.desc())
    return session.scalars(found.limit(200)).all()
