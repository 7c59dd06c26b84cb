"""What a source of deadlines is told: the instant, the day, the seat, the periods and the calendar."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.deadlines.rules import Deadline, Sort
from service.statute.holidays import Calendar


@dataclass(frozen=True, slots=True)
class Sight:
    """`at` is when facts are known, `on` the legal day; `until` is how far ahead deadlines are wanted.

    `person_id` asks for one person's own dates alone.
    """

    at: datetime
    on: date
    until: date
    seat: str
    periods: Mapping[str, int]
    calendar: Calendar
    person_id: str | None = None

    def about(self, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """Return the condition that a row is about whoever is asked for."""
        return true() if self.person_id is None else column == self.person_id

    def house(self, day: date) -> date:
        """Return a date of the house moved off a holiday, to the working day before."""
        return self.calendar.working_day_until(day)


Find = Callable[[Session, Sight], Iterable[Deadline]]


@dataclass(frozen=True, slots=True)
class Source:
    """Where deadlines come from: a name, the sorts that it knows, and the function that finds them.

    It yields every date up to `sight.until`, those that have passed and are not settled included.
    """

    name: str
    sorts: tuple[Sort, ...]
    find: Find
