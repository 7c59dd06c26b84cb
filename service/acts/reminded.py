"""Which deadlines somebody is told of: within the reach of a role that is told, as far as the table of entitlements lets it see.

What concerns somebody else's clearance takes a purpose, and that it was looked at is an entry on that person's record.
Everybody sees their own.
"""

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Literal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.acts.asking import UnfitError
from service.acts.awaited import is_told_quietly, source_for
from service.acts.board import Known, board_of, last_change
from service.acts.concerning import Concern, Part
from service.acts.reach import unreached
from service.database import read, transaction
from service.deadlines.queries import calendar, deadlines, periods_on
from service.deadlines.rules import Deadline, Stage, is_shown, reached
from service.deadlines.sight import Source
from service.deadlines.sources import SOURCES
from service.evidence.lookups import Look, record_list_look, record_look, spend_look
from service.identity.entitlements import PURPOSES, Access, PurposeNeededError, access
from service.identity.members import Held, Member
from service.ledger import Log
from service.need_to_know.model import Listing
from service.personnel.queries import posts_of
from service.statute.periods import legal_day

AHEAD = timedelta(days=180)
"""How far ahead dates are listed where nobody says: as far as the first reminder goes by default."""
Within = Literal["overdue", "7", "30", "all"]
FAR = timedelta(days=400)
"""How far ahead everybody's dates are found at once: whoever asks for less gets what lies within."""
MANY = 2_000
"""Lines of lists from which on finding everybody's dates is taken to be long, until it was done once."""
WEEK, MONTH = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which of the deadlines are wanted: how near, of what sort, set by what, about which information, between which days.

    Whatever counts deadlines and whatever lists them take the same one, so that a count is the length of its list.
    """

    within: Within = "all"
    sort: str = ""
    set_by: str = ""
    information_id: str = ""
    own: bool = False
    """Only what concerns the reader."""
    first: date | None = None
    last: date | None = None

    def takes(self, line: "Line", *, today: date) -> bool:
        """Say whether a line is wanted."""
        one = line.deadline
        return (
            is_within(one.on, self.within, today=today)
            and self.sort in ("", one.sort.code)
            and self.set_by in ("", one.sort.set_by)
            and self.information_id in ("", one.information_id)
            and (not self.own or "person" in line.roles)
            and (self.first is None or self.first <= one.on)
            and (self.last is None or one.on <= self.last)
        )


EVERY = Narrowed()


def is_within(on: date, within: Within, *, today: date) -> bool:
    """Say whether a last day in time has passed, or comes within some days from today."""
    match within:
        case "overdue":
            return on < today
        case "7":
            return today <= on <= today + WEEK
        case "30":
            return today <= on <= today + MONTH
        case "all":
            return True


@dataclass(frozen=True, slots=True)
class Line:
    """A deadline as somebody is told of it, how near it is and since when, and the roles in which they see it."""

    deadline: Deadline
    stage: Stage
    since: date
    roles: frozenset[str]
    asked_for: bool
    """Whether it is shown because of the purpose that was given."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, by day, and from where to go on; `purpose_opens_more` where more would be shown for a purpose."""

    lines: tuple[Line, ...]
    next: str | None
    purpose_opens_more: bool
    as_of: datetime | None = None
    """As of when it is; None where the dates are still being found."""


def page_of(
    engine: Engine,
    *,
    log: Log,
    member: Member,
    at: datetime,
    until: date | None = None,
    purpose: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
    sources: Sequence[Source] = SOURCES,
    narrowed: Narrowed = EVERY,
    wait: bool = True,
) -> Page:
    """Return a page of the deadlines that somebody is told of, and record the looks that took a purpose.

    Raises PurposeNeededError for a purpose that is none, UnfitError for such a cursor, BudgetSpentError.
    """
    if purpose is not None and purpose not in PURPOSES:
        message = f"purpose: one of {', '.join(PURPOSES)}"
        raise PurposeNeededError(message)
    _place(cursor)
    told = told_to(engine, member=member, at=at, until=until or legal_day(at) + AHEAD, purpose=purpose, sources=sources, wait=wait)
    if told is None:
        return Page((), None, purpose_opens_more=False, as_of=None)
    lines, more = told.found
    page = replace(page_in(lines, more=more, at=at, limit=limit, cursor=cursor, narrowed=narrowed), as_of=told.as_of)
    _record_looks(engine, log=log, member=member, at=at, purpose=purpose, shown=page.lines)
    return page


def page_in(lines: Sequence[Line], *, more: bool, at: datetime, limit: int, cursor: str | None = None, narrowed: Narrowed = EVERY) -> Page:
    """Return a page of some deadlines: those that are wanted, behind the one where the last page ended. Raises UnfitError."""
    begin, today = _place(cursor), legal_day(at)
    wanted = (line for line in lines if (begin is None or line.deadline.order > begin) and narrowed.takes(line, today=today))
    # One more than is shown tells whether there is a page behind; the others need not be looked at.
    waiting = tuple(islice(wanted, limit + 1))
    shown = waiting[:limit]
    return Page(shown, _cursor(shown[-1].deadline) if len(waiting) > limit else None, more)


def number_within(lines: Sequence[Line], within: Within, *, today: date) -> int:
    """Return how many lines, which stand by day, come within a span: as many as `is_within` is true of."""
    if within == "all":
        return len(lines)
    passed = bisect_left(lines, today, key=_day_of)
    return passed if within == "overdue" else bisect_right(lines, today + (WEEK if within == "7" else MONTH), key=_day_of) - passed


def between(lines: Sequence[Line], first: date, last: date) -> Sequence[Line]:
    """Return those of some lines, which stand by day, whose day lies between two, both included."""
    return lines[bisect_left(lines, first, key=_day_of) : bisect_right(lines, last, key=_day_of)]


def _day_of(line: Line) -> date:
    return line.deadline.on


def told_to(
    engine: Engine, *, member: Member, at: datetime, until: date, purpose: str | None, sources: Sequence[Source] = SOURCES, wait: bool
) -> Known | None:
    """Return the lines that somebody is told of up to a day, and whether a purpose would open more, with the instant as of which.

    Who holds no role has only their own dates, which are found at once. For all others everybody's dates are found, which
    takes a while where there are very many people: whoever does not `wait` gets what was known before the last change, or
    None where nothing is known yet.
    """
    if not member.roles:
        with read(engine) as session:
            return Known(_lines(session, member, at=at, until=until, purpose=purpose, sources=sources), at)
    board, today = board_of(engine), legal_day(at)
    with read(engine) as session:
        version = (last_change(session), today)
        if not board.tried:
            board.expect(slow=len(session.scalars(select(Listing.id).limit(MANY)).all()) == MANY)

    def find() -> tuple[list[Line], bool]:
        with read(engine) as session:

            def everybody() -> list[Deadline]:
                return deadlines(session, at=at, until=max(until, today + FAR), sources=sources)

            found = board.shared((version, sources, max(until, today + FAR)), everybody)
            return _lines(session, member, at=at, until=until, purpose=purpose, sources=sources, everybody=found)

    return board.ask((member.account_id, member.roles, purpose, until, sources), version=version, at=at, find=find, wait=wait)


def told_without_purpose(engine: Engine, *, member: Member, at: datetime, until: date) -> tuple[tuple[Line, ...], bool]:
    """Return all deadlines that somebody is told of without more ado, by day, and whether a purpose would open more.

    It is what calendar files are made of: `page_of` without a purpose lists the same.
    """
    told = told_to(engine, member=member, at=at, until=until, purpose=None, wait=True)
    lines, more = ([], False) if told is None else told.found
    return tuple(lines), more


def _record_looks(engine: Engine, *, log: Log, member: Member, at: datetime, purpose: str | None, shown: Sequence[Line]) -> None:
    """Record the looks that took a purpose on the record of each person whom they were about.

    A look at open assessments and complaints is one entry, on nobody's record and whether or not there were any: else
    the clear part of the log would tell how many there are.
    """
    asked = [line for line in shown if line.asked_for and not line.deadline.kept_quiet]
    people = sorted({line.deadline.person_id for line in asked if line.deadline.person_id not in (None, member.person_id)})
    quiet = sorted(role for role in member.role_names if purpose is not None and is_told_quietly(role))
    if not people and not quiet:
        return
    with transaction(engine) as session:
        spend_look(session, account_id=member.account_id, at=at)
        if quiet:
            look = Look(member.actor, quiet, "assessments", purpose)
            record_look(session, log=log, at=at, look=look, clear={})
        if people:
            roles = frozenset().union(*(line.roles for line in asked))
            record_list_look(session, log=log, at=at, actor=member.actor, roles=roles, purpose=purpose, people=people, of="deadlines")


def _lines(
    session: Session,
    member: Member,
    *,
    at: datetime,
    until: date,
    purpose: str | None,
    sources: Sequence[Source],
    everybody: Sequence[Deadline] | None = None,
) -> tuple[list[Line], bool]:
    """Return the lines that somebody is told of, from `everybody`'s dates where these were found already."""
    today = legal_day(at)
    periods, days = periods_on(session, on=today), calendar(session)
    # Who holds no role has only their own dates, and need not wait until everybody's are found.
    own = None if member.roles else member.person_id
    quiet = deadlines(session, at=at, until=until, sources=(source_for(member),), person_id=own)
    told = deadlines(session, at=at, until=until, sources=sources, person_id=own) if everybody is None else everybody
    lines, more = [], False
    for one in merge(told, quiet, key=lambda each: each.order):
        if one.on > until or not is_shown(one, today=today, periods=periods):
            continue
        roles = _roles(session, member, one, at=at)
        way = _way(roles, one)
        if way == "yes" or (way == "purpose" and purpose is not None):
            stage, since = reached(one.on, today=today, periods=periods, calendar=days)
            lines.append(Line(one, stage, since, roles, asked_for=way == "purpose"))
        more = more or (way == "purpose" and purpose is None)
    return lines, more


def _roles(session: Session, member: Member, deadline: Deadline, *, at: datetime) -> frozenset[str]:
    """Return the roles in which somebody is told of a deadline; `person` where it is about themselves."""
    found = {"person"} if deadline.person_id == member.person_id and "person" in deadline.sort.told else set()
    if deadline.person_id != member.person_id:
        fitting = [held for held in member.roles if held.role in deadline.sort.told and held.organization_id in deadline.organizations]
        found |= {held.role for held in fitting if _reaches(session, held, deadline, at=at)}
    return frozenset(found)


def _reaches(session: Session, held: Held, deadline: Deadline, *, at: datetime) -> bool:
    if held.whole:
        return True
    units = None
    if deadline.person_id is not None and held.units:
        posts = posts_of(session, person_id=deadline.person_id, at=at)
        units = frozenset(row.unit_id for row in posts if row.unit_id is not None and row.organization_id == held.organization_id)
    part = Part(
        "deadline",
        deadline.organizations,
        units,
        frozenset() if deadline.information_id is None else frozenset((deadline.information_id,)),
        frozenset() if deadline.contract_id is None else frozenset((deadline.contract_id,)),
    )
    return unreached(session, held, Concern([part])) is None


def _way(roles: Collection[str], deadline: Deadline) -> Access | None:
    # Steps of an assessment are in nobody's own class: what a sort tells whoever it concerns, it tells without more ado.
    own = deadline.sort.shows == "assessment_step" and "person" in roles
    return "yes" if own else access(roles, deadline.sort.shows)


def _cursor(last: Deadline) -> str:
    return base64.urlsafe_b64encode("\n".join((last.on.isoformat(), *last.order[1:])).encode()).decode()


def _place(cursor: str | None) -> tuple[date, str, str] | None:
    """Return where a page ended. Raises UnfitError."""
    if cursor is None:
        return None
    try:
        on, sort, key = base64.urlsafe_b64decode(cursor.encode("ascii")).decode().split("\n")
        return date.fromisoformat(on), sort, key
    except (ValueError, binascii.Error) as unfit:
        message = "cursor: none that was given here"
        raise UnfitError(message) from unfit
