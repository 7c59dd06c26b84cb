"""The periods that the house keeps where the law sets none: dated lines, each with what it follows. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from service.statute.numbers import IN_FORCE


@dataclass(frozen=True, slots=True)
class Period:
    """A default from a day on; `after` says in plain words what it follows, for nothing here is law."""

    name: str
    value: int
    unit: str
    since: date
    after: str


PERIODS = (Period("training_months", 12, "months", IN_FORCE, "NPSC Rule 8/2025 5: at least once a year; that organ's own rule"),)
"""The lines as shipped; an amendment is a new line."""


def period(name: str, *, on: date) -> Period:
    """Return the line in force on a day; before the Act, the first. Raises KeyError for an unknown name."""
    lines = sorted((line for line in PERIODS if line.name == name), key=lambda line: line.since)
    if not lines:
        raise KeyError(name)
    return max((line for line in lines if line.since <= on), key=lambda line: line.since, default=lines[0])


def months_after(day: date, *, months: int) -> date:
    """Return the day so many months later; where that month has no such day, its last."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
