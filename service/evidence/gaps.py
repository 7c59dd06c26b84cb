"""Where the log is silent, where a clock stood still or went back, and which stretches nobody signed or witnessed in time.

What the ledger knows of time are its batches, each of one instant. A service that was stopped in order left word of it, and one
that was cut off starts again without; a silence without either may be a quiet time as well as a clock that was set forward, and a
witness's own times tell these apart. A clock that went back by little leaves entries at
the very instant of those before (times never run backwards), one that went back by much was refused (`clock_unsure`), which
leaves no entry but a silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.ledger import Ended, log_size, silence_began

SILENT = timedelta(hours=1)
"""How long nothing may be appended before it is told, where nobody said otherwise."""
MOST = 200
LOOKED_THROUGH = 1_000_000
"""Entries whose batches one question looks through at most, the newest of its range."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was appended between the entries `before` and `after`.

    `signed` says whether the log was signed exactly as it stood then: what lies before cannot have been cut off since. `began` says
    whether the service was stopped in order then, or was cut off and started again; None where the log does not tell.
    """

    before: int
    after: int
    from_at: datetime
    to_at: datetime
    signed: bool
    began: Ended | None = None


@dataclass(frozen=True, slots=True)
class Stood:
    """The batch at `index` has the very instant of the batch before: the clock stood still, or went back and was held."""

    index: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Uncovered:
    """The entries from `start` to before `end` waited longer than they may for a signature; `by` None: they have none yet."""

    start: int
    end: int
    from_at: datetime
    to_at: datetime
    by: int | None


@dataclass(frozen=True, slots=True)
class Gaps:
    """What was found in [start, end), each list in order and at most `MOST` long; `unwitnessed` None where no witness is known of.

    `whole` says whether all of the range that was asked for was looked through.
    """

    start: int
    end: int
    whole: bool
    silences: list[Silence]
    stood: list[Stood]
    unsigned: list[Uncovered]
    unwitnessed: list[Uncovered] | None


def gaps(
    session: Session,
    *,
    start: int = 0,
    end: int | None = None,
    longer: timedelta = SILENT,
    witnessed: Sequence[int] | None = None,
) -> Gaps:
    """Return the gaps of a range of the log that are longer than so long.

    `witnessed` are the sizes of the log that a witness cosigned; None where there is no witness.
    """
    size = log_size(session)
    end = size if end is None else min(end, size)
    low = max(start, end - LOOKED_THROUGH)
    signed = _signed_sizes(session)
    return Gaps(
        low,
        end,
        low <= start,
        _silences(session, low, end, longer),
        _stood(session, low, end),
        uncovered(session, covered=signed, start=low, end=end, longer=longer),
        None if witnessed is None else uncovered(session, covered=witnessed, start=low, end=end, longer=longer),
    )


def uncovered(session: Session, *, covered: Sequence[int], start: int, end: int, longer: timedelta) -> list[Uncovered]:
    """Return the stretches of [start, end) that waited longer than so long until some size covered them, and those that none covers.

    `covered` are sizes of the log: one of them covers every entry below it.
    """
    query = text(
        "with sizes as (select distinct size from unnest(cast(:sizes as bigint[])) as given (size) where size > :start and size < :end"
        " union select :end), stretches as (select size, lag(size, 1, cast(:start as bigint)) over (order by size) as low from sizes)"
        " select s.low, s.size, f.last_at as from_at, t.last_at as to_at from stretches s"
        " join lateral (select last_at from ledger.batches b where b.first_index <= s.low order by b.first_index desc limit 1) f on true"
        " join lateral (select last_at from ledger.batches b where b.first_index < s.size order by b.first_index desc limit 1) t on true"
        " where s.low < s.size and (t.last_at - f.last_at > :longer or (s.size = :end and not :ends)) order by s.low limit :most"
    )
    ends = any(size >= end for size in covered)
    words = {"sizes": list(covered), "start": start, "end": end, "longer": longer, "ends": ends, "most": MOST}
    later = min((size for size in covered if size >= end), default=None)
    return [
        Uncovered(low, high, from_at, to_at, later if high == end else high) for low, high, from_at, to_at in session.execute(query, words)
    ]


def witnessed_sizes(session: Session) -> list[int] | None:
    """Return the sizes of the log that a witness cosigned; None where this deployment keeps no cosignatures."""
    if session.execute(text("select to_regclass('ledger.cosignatures')")).scalar_one() is None:
        return None
    return list(session.scalars(text("select distinct size from ledger.cosignatures order by size")))


def _signed_sizes(session: Session) -> list[int]:
    return list(session.scalars(text("select size from ledger.checkpoints order by size")))


_NEIGHBOURS = (
    "(select first_index, last_at, lag(last_at) over (order by first_index) as before_at from ledger.batches"
    " where first_index >= coalesce((select max(first_index) from ledger.batches where first_index < :start), 0) and first_index < :end"
    ") as told where first_index >= :start"
)


def _silences(session: Session, start: int, end: int, longer: timedelta) -> list[Silence]:
    query = text(
        "select first_index, before_at, last_at, exists (select from ledger.checkpoints c where c.size = first_index)"  # noqa: S608 - a text of ours
        f" from {_NEIGHBOURS} and last_at - before_at > :longer order by first_index limit :most"
    )
    found = session.execute(query, {"start": start, "end": end, "longer": longer, "most": MOST})
    return [
        Silence(first - 1, first, from_at, to_at, signed, silence_began(session, before=first - 1, after=first))
        for first, from_at, to_at, signed in found
    ]


def _stood(session: Session, start: int, end: int) -> list[Stood]:
    query = text(f"select first_index, last_at from {_NEIGHBOURS} and last_at = before_at order by first_index limit :most")  # noqa: S608 - the same
    return [Stood(first, at) for first, at in session.execute(query, {"start": start, "end": end, "most": MOST})]
