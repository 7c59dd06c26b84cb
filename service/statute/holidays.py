"""Days on which offices do not work: plain facts of the Public Holidays Act and of the Act on Holidays of Administrative Organs.

They move office deadlines of the house, and only towards earlier days. No period of law is counted with them, and no
access ever lasts longer for one: Civil Code 142 needs a custom of not dealing on the day, and a permit is no dealing.
"""

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from service.statute.periods import ONE_DAY

SHIPPED = Path(__file__).with_name("holidays.csv")
COLUMNS = ("date", "name", "source")
SATURDAY = 5
YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
"""Days on which administrative organs are closed at the turn of the year (Act on Holidays of Administrative Organs 1(1)(iii))."""
LONGEST_NAME, MOST = 100, 5_000


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday: its day, its name, and where that is laid down or was computed."""

    on: date
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The public holidays that are known, by day."""

    holidays: Collection[date]

    def works(self, day: date) -> bool:
        """Tell whether offices work on a day."""
        return day.weekday() < SATURDAY and day not in self.holidays and (day.month, day.day) not in YEAR_END

    def working_day_until(self, day: date) -> date:
        """Return the last working day that is not after a day: an office deadline never moves to a later one."""
        while not self.works(day):
            day -= ONE_DAY
        return day


def read_holidays(text: str) -> tuple[Holiday, ...]:
    """Return the holidays of a CSV text with the columns date, name and source, by day.

    Raises ValueError naming the line for anything else, and for a day that stands twice.
    """
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    if tuple(lines.fieldnames or ()) != COLUMNS:
        message = f"line 1: the columns are {', '.join(COLUMNS)}"
        raise ValueError(message)
    found: dict[date, Holiday] = {}
    for number, line in enumerate(lines, start=2):
        one = _holiday(number, line)
        if one.on in found or len(found) >= MOST:
            message = f"line {number}: {one.on} stands twice" if one.on in found else f"line {number}: more than {MOST} days"
            raise ValueError(message)
        found[one.on] = one
    return tuple(found[day] for day in sorted(found))


def _holiday(number: int, line: Mapping[str, str | None]) -> Holiday:
    name, source = (line.get("name") or "").strip(), (line.get("source") or "").strip()
    try:
        on = date.fromisoformat((line.get("date") or "").strip())
    except ValueError:
        message = f"line {number}: {line.get('date')!r} is no day; write it as 2026-11-23"
        raise ValueError(message) from None
    if not (name and source) or max(len(name), len(source)) > LONGEST_NAME:
        message = f"line {number}: name and source are needed, at most {LONGEST_NAME} characters each"
        raise ValueError(message)
    return Holiday(on, name, source)


def shipped_holidays() -> tuple[Holiday, ...]:
    """Return the snapshot that comes with the product."""
    return read_holidays(SHIPPED.read_text(encoding="utf-8"))
