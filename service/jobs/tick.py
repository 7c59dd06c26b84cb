"""The clockwork: what lapses is ended, what has come or passed is told to the ledger; once, however often it is run.

Any number of processes may run it at once. What it adds to assessments is told to nobody: how much was lacking says how they went.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Engine

from service.actor import SYSTEM
from service.assessment import queries as assessment
from service.assessment.operations.evening import even_out
from service.assessment.rules import lacking
from service.database import read, transaction
from service.deadlines.operations import import_holidays, tell
from service.deadlines.queries import calendar, deadlines, holidays, periods_on, untold
from service.deadlines.rules import Deadline, Stage, is_shown, stage
from service.deadlines.sight import Source
from service.deadlines.sources import SOURCES
from service.evidence.package.stating import state_counts
from service.evidence.rows import address_of
from service.ledger import Log, begin_act, read_head
from service.need_to_know import queries as lists
from service.need_to_know.operations.lapsing import lapse_unconfirmed
from service.personnel.queries import organizations
from service.statute.holidays import SHIPPED, shipped_holidays
from service.statute.periods import legal_day

AHEAD = timedelta(days=400)
"""How far ahead dates are looked at: as far as the first reminder may be set."""
CHUNK = 100
"""Dates that are told in one transaction, so that acts of people wait for a moment at most."""
TRIES = 3
"""How often the dates are found anew because something changed meanwhile, before they are found under the lock of acts."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a run did and found: dates told, holidays taken in, lines that lapsed, organs whose counts were stated.

    `counts` says by sort how many dates are at which stage.
    """

    on: date
    told: int
    holidays: int
    lapsed: int
    stated: int
    counts: dict[str, dict[Stage, int]]


def tick(engine: Engine, *, log: Log, clock: Callable[[], datetime], sources: Sequence[Source] = SOURCES) -> Ticked:
    """End what lapses, tell the ledger of every date that has come, and return what was done. Raises ClockUnsureError."""
    taken_in = _take_in_holidays(engine, log=log, at=clock())
    lapsed = _lapse(engine, log=log, clock=clock)
    _even_out(engine, log=log, clock=clock)
    at = clock()
    stated = state_counts(engine, url=address_of(engine), log=log, at=at, on=legal_day(at))
    told, tries = 0, 0
    while True:
        at = clock()
        with read(engine) as session:
            known = read_head(session).changed_index
            found = deadlines(session, at=at, until=legal_day(at) + AHEAD, sources=sources)
            due = untold(session, found, on=legal_day(at))
        if not due:
            return Ticked(legal_day(at), told, taken_in, lapsed, stated, _counts(engine, found, at=at))
        done = _tell(engine, log=log, clock=clock, due=due, known=known, sources=sources, patient=tries < TRIES)
        told, tries = told + done, 0 if done else tries + 1


def _tell(
    engine: Engine,
    *,
    log: Log,
    clock: Callable[[], datetime],
    due: Sequence[Deadline],
    known: int,
    sources: Sequence[Source],
    patient: bool,
) -> int:
    """Tell of some dates if nothing has changed since they were found; return how many were told.

    Somebody who is not patient any more finds them anew under the lock of acts, where nothing can change.
    """
    told, waiting = 0, list(due)
    while waiting:
        with transaction(engine) as session:
            begin_act(session)
            at = clock()
            if read_head(session).changed_index != known:
                if patient or told:
                    return told
                waiting = untold(session, deadlines(session, at=at, until=legal_day(at), sources=sources), on=legal_day(at))
            told += tell(session, log=log, actor=SYSTEM, at=at, found=waiting[:CHUNK])
            known = read_head(session).changed_index
        waiting = waiting[CHUNK:]
    return told


def _lapse(engine: Engine, *, log: Log, clock: Callable[[], datetime]) -> int:
    """End the lines of lists that nobody confirmed in time. Looked for first without the lock: there are seldom any."""
    at = clock()
    with read(engine) as session:
        on = legal_day(at)
        found = (lists.standings(session, organization_id=one.id, on=on, at=at) for one in organizations(session))
        if not any(one.phase == "lapsing" for standings in found for one in standings):
            return 0
    with transaction(engine) as session:
        begin_act(session)
        at = clock()
        return len(lapse_unconfirmed(session, log=log, actor=SYSTEM, at=at, on=legal_day(at)))


def _even_out(engine: Engine, *, log: Log, clock: Callable[[], datetime]) -> None:
    """Fill up the assessments that ended before last month, all of a month at once."""
    with read(engine) as session:
        if not any(lacking(lines=case.lines) for case in assessment.uneven(session, on=legal_day(clock()))):
            return
    with transaction(engine) as session:
        begin_act(session)
        at = clock()
        even_out(session, log=log, at=at, on=legal_day(at))


def _take_in_holidays(engine: Engine, *, log: Log, at: datetime) -> int:
    """Take in the holidays that come with the product where the database has never heard of them."""
    shipped = shipped_holidays()
    with read(engine) as session:
        known = {row.on for row in holidays(session)}
    new = [one for one in shipped if one.on not in known]
    if not new:
        return 0
    with transaction(engine) as session:
        return import_holidays(session, log=log, actor=SYSTEM, at=at, found=new, digest=sha256(SHIPPED.read_bytes()).hexdigest())


def _counts(engine: Engine, found: Sequence[Deadline], *, at: datetime) -> dict[str, dict[Stage, int]]:
    today = legal_day(at)
    with read(engine) as session:
        periods, known_days = periods_on(session, on=today), calendar(session)
    counts: dict[str, dict[Stage, int]] = {}
    for one in found:
        if is_shown(one, today=today, periods=periods):
            reached = stage(one.on, today=today, periods=periods, calendar=known_days)
            of_sort = counts.setdefault(one.sort.code, {})
            of_sort[reached] = of_sort.get(reached, 0) + 1
    return counts
