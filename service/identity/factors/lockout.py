"""How long a row of failures makes the next try wait. It always ends, so that nobody can lock another out.

Failures are counted in two rows, and the later of the two instants counts:

PER_SOURCE  sign-in name and source (address, or the cookie of a known device) together. Four
            failures cost nothing. After the fifth the next try waits 30 seconds, and twice as
            long after each further one, up to 15 minutes: fewer than 110 tries a day.
PER_NAME    a sign-in name from wherever. After the twentieth failure one second, growing to 10
            seconds and never longer: a guesser with many addresses has at most 8,660 tries a
            day against a password of twelve characters. It does not hold for a source at which
            this name has signed in before, so that whoever hammers at a name from elsewhere
            never shuts its owner out.

What the caller does for it: a try that comes too early does no work, is told how long to wait,
and is neither counted nor moves `last_failed_at`, or hammering would hold the door shut. A name
that nobody has is counted and delayed like any other, so a wait tells nothing of who has an
account. A success ends the row of its source and not that of the name, which ends by
FORGET_AFTER. The second factor has rows of its own under the same numbers, so that a code of
six digits meets them too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

FORGET_AFTER = timedelta(hours=24)
"""A row whose last failure lies so far back is over."""
_MOST_DOUBLINGS = 32
"""Beyond so many any first wait has met the longest; a count of failures may be of any size."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The wait after the `from_failure`-th failure in a row is `first`, then doubles with each up to `longest`."""

    from_failure: int
    first: timedelta
    longest: timedelta


PER_SOURCE = Rule(from_failure=5, first=timedelta(seconds=30), longest=timedelta(minutes=15))
PER_NAME = Rule(from_failure=20, first=timedelta(seconds=1), longest=timedelta(seconds=10))


@dataclass(frozen=True, slots=True)
class Row:
    """Failures in a row: how many, and when the last was."""

    failures: int = 0
    last_failed_at: datetime | None = None

    def and_one_more(self, *, at: datetime) -> "Row":
        """Return the row once a failure at this instant has joined it; one that is over begins anew."""
        over = self.last_failed_at is None or at - self.last_failed_at >= FORGET_AFTER
        return Row(1 if over else self.failures + 1, at)


def wait_until(failures: int, last_failed_at: datetime | None, *, rule: Rule = PER_SOURCE) -> datetime | None:
    """Return the instant from which the next try counts, or None where there is nothing to wait for."""
    if last_failed_at is None or failures < rule.from_failure:
        return None
    growth: int = 1 << min(failures - rule.from_failure, _MOST_DOUBLINGS)
    return last_failed_at + min(rule.first * growth, rule.longest)


def must_wait(*, source: Row, name: Row, known_source: bool, at: datetime) -> bool:
    """Return whether a try at this instant comes too early, by the row of its source or by that of its name."""
    waits = [wait_until(source.failures, source.last_failed_at, rule=PER_SOURCE)]
    if not known_source:
        waits.append(wait_until(name.failures, name.last_failed_at, rule=PER_NAME))
    return any(until is not None and at < until for until in waits)
