"""The fiscal year of the State, April to March (Public Finance Act 11), its halves, and calendar years."""

from dataclasses import dataclass
from datetime import date

from service.statute.periods import ONE_DAY

FIRST_MONTH, SECOND_HALF = 4, 10
"""The months in which the year and its second half begin."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from a first to a last, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Tell whether a day is among them."""
        return self.first <= day <= self.last


def fiscal_year(day: date) -> int:
    """Return the fiscal year in which a day lies, by the calendar year in which it began."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def days_of_fiscal_year(year: int) -> Span:
    """Return the days of a fiscal year: 1 April to 31 March."""
    return Span(date(year, FIRST_MONTH, 1), date(year + 1, FIRST_MONTH, 1) - ONE_DAY)


def halves_of(year: int) -> tuple[Span, Span]:
    """Return the halves of a fiscal year: April to September, October to March."""
    whole, middle = days_of_fiscal_year(year), date(year, SECOND_HALF, 1)
    return Span(whole.first, middle - ONE_DAY), Span(middle, whole.last)


def half_of(day: date) -> Span:
    """Return the half of a fiscal year in which a day lies."""
    first, second = halves_of(fiscal_year(day))
    return first if day in first else second


def days_of_year(year: int) -> Span:
    """Return the days of a calendar year."""
    return Span(date(year, 1, 1), date(year + 1, 1, 1) - ONE_DAY)
