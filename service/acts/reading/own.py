"""One's own record, as everybody sees it without a role: what is recorded, who looked, and what waits for an answer of one's own.

Of a report of improper designation nobody learns by any role who made it; of one's own they see what was found.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.acts.reports import Report, reported_by
from service.assessment import queries as assessments
from service.assessment.model import Case, Complaint
from service.clearance.model import DoubtNotice, Result
from service.clearance.queries import clearance_last_day
from service.database import read, transaction
from service.evidence import lookups
from service.evidence.lookups import Looked
from service.identity.desk import Seated
from service.ledger import plain
from service.need_to_know.model import Exclusion, Listing
from service.need_to_know.queries import listings_naming, requests_about
from service.personnel.model import Organization
from service.personnel.queries import posts_of
from service.registers.duties.queries import duties_of, heads_of, reports_by_oneself, scope_lines
from service.statute.periods import legal_day

Record = dict[str, Any]


def own_record(seated: Seated) -> Record:
    """Return somebody's own record: posts, listings, clearance, assessments, duties, complaints, what they asked for and reported."""
    person, log = seated.member.person_id, seated.desk.log
    with read(seated.desk.engine) as session:
        posts = [
            {"organization_id": row.organization_id, "unit_id": row.unit_id, "post": row.post}
            for row in posts_of(session, person_id=person, at=seated.at)
        ]
        listings = [
            {"information_id": row.information_id, "from_on": plain(row.from_on), "until_on": plain(row.until_on)}
            for row in session.scalars(select(Listing).where(Listing.person_id == person, Listing.known(seated.at)))
        ]
        results = [
            {"head_id": row.head_id, "outcome": row.outcome, "notified_on": plain(row.notified_on), "provisional": row.provisional}
            for row in session.scalars(select(Result).where(Result.person_id == person, Result.known(seated.at)))
        ]
        own = {"duties": _duties(session, person, posts), "reports": _reported(session, person), "requests": _requested(session, person)}
        own |= _asked_and_assessed(session, person_id=person, seated=seated)
        own["improper_reports"] = [
            {"id": one.id, "improper": one.said["improper"]} | found_of(one) for one in reported_by(session, log=log, person_id=person)
        ]
    return {"person_id": person, "name": seated.member.name, "posts": posts, "listings": listings, "results": results} | own


def found_of(report: Report) -> Record:
    """Return what became of a report of improper designation."""
    return {"on": plain(report.on), "finding": report.finding, "answered_on": plain(report.answered_on)}


def _duties(session: Session, person: str, posts: Sequence[Mapping[str, Any]]) -> list[Record]:
    found = []
    for organization in sorted({str(post["organization_id"]) for post in posts}):
        one = duties_of(session, person_id=person, organization_id=organization)
        days = {"trained_on": plain(one.trained_on), "train_by": plain(one.train_by)}
        found.append({"organization_id": organization, "pledged": plain(dict(one.pledged))} | days)
    return found


def _reported(session: Session, person: str) -> list[Record]:
    return [
        {"id": row.id, "code": row.code, "on": plain(row.happened_on), "reported_on": plain(row.reported_on)}
        for row in reports_by_oneself(session, person_id=person)
    ]


def _requested(session: Session, person: str) -> list[Record]:
    return [
        {
            "id": row.id,
            "information_id": row.information_id,
            "organization_id": row.organization_id,
            "requested_on": plain(row.requested_on),
        }
        for row in requests_about(session, person_id=person)
    ]


def _asked_and_assessed(session: Session, *, person_id: str, seated: Seated) -> Record:
    """Return what somebody was asked and may answer, and at an organ the steps of their assessments and their complaints."""
    asked = [
        {
            "id": row.id,
            "organization_id": row.organization_id,
            "head_id": row.head_id,
            "asked_on": plain(row.asked_on),
            "answer": row.answer,
            "answered_on": plain(row.answered_on),
            "employer_id": row.employer_id,
            "employer_told_on": plain(row.employer_told_on),
        }
        for row in assessments.asked_of(session, person_id=person_id)
    ]
    if seated.desk.log.seat != "organ":
        return {"candidacies": asked}
    return {
        "candidacies": asked,
        "assessments": [_own_of(session, person_id, head) for head in sorted(assessments.heads_of(session, person_id=person_id))],
        "complaints": [{**complaint_shown(row), "head_id": row.head_id} for row in assessments.complaints_of(session, person_id=person_id)],
    }


def _own_of(session: Session, person_id: str, head_id: str) -> Record:
    case = assessments.current_case(session, person_id=person_id, head_id=head_id)
    steps = steps_shown(session, case)
    if not any(one["step"] == "told" for one in steps):
        # What was decided the person learns by the notice of the result.
        steps = [one for one in steps if one["step"] != "decided"]
    return {"head_id": head_id, "doubt": case is not None and case.doubt, "steps": steps}


def steps_shown(session: Session, case: Case | None) -> list[Record]:
    """Return the steps of an assessment as the person and its officers see them; none where there is no assessment."""
    rows = assessments.steps_of(session, case_id=case.id) if case is not None else ()
    return [
        {
            "number": row.number,
            "step": row.step,
            "on": plain(row.on),
            "outcome": row.outcome,
            "agreed": row.agreed,
            "reuse": row.reuse,
            "document_number": row.document_number,
        }
        for row in rows
    ]


def complaint_shown(row: Complaint) -> Record:
    """Return a complaint as the person and the complaint officer see it."""
    days = {"made_on": plain(row.made_on), "answered_on": plain(row.answered_on)}
    return {"id": row.id, "document_number": row.document_number, "answer_number": row.answer_number, "outcome": row.outcome} | days


def own_looks(seated: Seated, *, limit: int = 200) -> Sequence[Looked] | None:
    """Return who looked at somebody's own record, by role and purpose, the newest first; None while a doubt about them is open."""
    person = seated.member.person_id
    with transaction(seated.desk.engine) as session:
        doubts = session.scalars(select(DoubtNotice).where(DoubtNotice.person_id == person, DoubtNotice.known(seated.at))).all()
        results = session.scalars(select(Result).where(Result.person_id == person, Result.known(seated.at))).all()
        if any(all(row.counted_on < doubt.notified_on for row in results) for doubt in doubts):
            return None
        return lookups.looks_at(session, log=seated.desk.log, person_id=person, limit=limit)


@dataclass(frozen=True, slots=True)
class Cleared:
    """What somebody's own record says of one head: the last day on which it lets them be chosen, None where nothing does (Act 11).

    `told` is what the newest result says and `told_on` its day, None where there is none; `doubted` that a doubt stands since a day.
    """

    head_id: str
    last_day: date | None
    told: str | None
    told_on: date | None
    provisional: bool
    doubted: date | None


def own_clearances(seated: Seated) -> list[Cleared]:
    """Return what one's own record says of each head that it has a result or a doubt notice of, by the heads' ids."""
    person, today = seated.member.person_id, legal_day(seated.at)
    with read(seated.desk.engine) as session:
        results = session.scalars(select(Result).where(Result.person_id == person, Result.known(seated.at))).all()
        doubts = session.scalars(select(DoubtNotice).where(DoubtNotice.person_id == person, DoubtNotice.known(seated.at))).all()
        found = []
        for head in sorted({row.head_id for row in results} | {row.head_id for row in doubts}):
            mine = [row for row in results if row.head_id == head]
            newest = max(mine, key=lambda row: (row.counted_on, row.id), default=None)
            told = [one.notified_on for one in doubts if one.head_id == head and all(row.counted_on < one.notified_on for row in mine)]
            last = clearance_last_day(session, person_id=person, head_id=head, on=today, at=seated.at)
            outcome = None if newest is None else newest.outcome
            day = None if newest is None else newest.notified_on or newest.counted_on
            found.append(Cleared(head, last, outcome, day, newest is not None and newest.provisional, max(told, default=None)))
        return found


@dataclass(frozen=True, slots=True)
class Stands:
    """A line of a list that reaches somebody, by name or by their unit or post (`by_place`), from and until when.

    `live` says whether it counts now, `may` whether a head whose assessment counts there lets them too.
    """

    information_id: str
    organization_id: str
    from_on: date | None
    until_on: date | None
    by_place: bool
    live: bool
    may: bool


def own_listings(seated: Seated) -> list[Stands]:
    """Return the lines that reach somebody and have not ended, and whether they may handle that now as far as they themselves go.

    Nothing is decided here: whoever opens a document is asked for at that instant, and the answer recorded.
    """
    person, today = seated.member.person_id, legal_day(seated.at)
    cleared = {one.head_id for one in own_clearances(seated) if one.last_day is not None}
    with read(seated.desk.engine) as session:
        found = []
        for row in _lines(session, person, today, seated):
            kind = session.get_one(Organization, row.organization_id).kind
            where = {"information_id": row.information_id, "organization_id": row.organization_id, "kind": kind}
            heads = heads_of(session, on=today, at=seated.at, **where)
            live = (row.from_on is None or row.from_on <= today) and not _excluded(session, person, row, heads, today)
            may = live and bool(heads & cleared)
            by_place = row.person_id is None
            found.append(Stands(row.information_id, row.organization_id, row.from_on, row.until_on, by_place, live, may))
        return found


def _lines(session: Session, person: str, today: date, seated: Seated) -> Iterator[Listing]:
    """Yield the lines that reach somebody and have not ended: those that name them, then those of their units and posts."""
    named = listings_naming(session, person_id=person, at=seated.at)
    yield from (row for row in named if row.until_on is None or row.until_on > today)
    for organization in sorted({row.organization_id for row in posts_of(session, person_id=person, at=seated.at)}):
        yield from scope_lines(session, person_id=person, organization_id=organization, on=today, at=seated.at)


def _excluded(session: Session, person: str, row: Listing, heads: Collection[str], on: date) -> bool:
    """Say whether somebody is kept off the lists of an organization, for everything or for what these heads answer for."""
    found = select(Exclusion).where(
        Exclusion.person_id == person,
        Exclusion.organization_id == row.organization_id,
        Exclusion.from_on <= on,
        or_(Exclusion.until_on.is_(None), Exclusion.until_on > on),
    )
    return any(one.under_head_id is None or one.under_head_id in heads for one in session.scalars(found))
