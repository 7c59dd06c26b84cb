"""The counts of a year that Act 18(3) and 19 ask for, from the ledger: what entries disclose, never the tables.

Each count is a line of COUNTERS: a table, the column that dates its rows, and what a row must say. Facts that were put
right count as corrected, and facts known late count in the year in which they happened.
"""

from collections import Counter as Tally
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.decision.world import row_key
from service.evidence.columns import csv_line
from service.evidence.counters import COUNTERS, PEOPLE, UNRECORDED, Counter, Family, Row, Told, circumstances, day_of, organ_of
from service.ledger import DISCLOSED, Kind, Log, rows_recorded
from service.statute.fiscal import Span, days_of_year

__all__ = ["COUNTERS", "PEOPLE", "Line", "Yearly", "cells", "csv_of", "read_told", "yearly"]

WINDOW = 500
ACTS = text("select index from ledger.entries where position(convert_to(:decided, 'UTF8') in body) = 0 order by index")
DESTROYED = text(
    "select count(distinct d.index) from ledger.disclosures d join ledger.entries e on e.index = d.index"
    " where position(convert_to(:decided, 'UTF8') in e.body) = 0 and not exists (select from ledger.keys k where k.id = d.key_id)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A count of a year: of which organ, on what trigger (assessments), of people who work where."""

    counter: Counter
    organ: str
    trigger: str
    side: str
    count: int


@dataclass(frozen=True, slots=True)
class Yearly:
    """The counts of a calendar year, how many disclosures had been destroyed and are not counted, and the names of organs by id."""

    year: int
    lines: tuple[Line, ...]
    destroyed: int
    names: Mapping[str, str]


def yearly(session: Session, *, log: Log, year: int, on: date, organization_id: str | None = None) -> Yearly:
    """Return the counts of a calendar year as the ledger tells them, counted on a day.

    Every counter has a line for every organ that has any, so that nothing is read off what is missing.
    """
    told = read_told(session, log=log, on=on)
    whole = days_of_year(year)
    span = Span(whole.first, min(whole.last, on))
    found: Tally[tuple[str, str, str, str]] = Tally()
    for counter in COUNTERS:
        for row in told.of(counter.table):
            day, organ = day_of(counter, row, told), organ_of(counter, row, told)
            if day is not None and day in span and counter.counts(row, told) and organization_id in (None, organ):
                found[(counter.code, organ, *circumstances(counter, row, told, day))] += 1
    names = {key: str(row.get("name") or key) for key, row in told.rows.get("personnel.organizations", {}).items()}
    return Yearly(year, tuple(_lines(found)), told.destroyed, names)


def _lines(found: Tally[tuple[str, str, str, str]]) -> Iterator[Line]:
    for organ in sorted({organ for _code, organ, _trigger, _side in found}):
        for counter in COUNTERS:
            keys = sorted(key for key in found if key[:2] == (counter.code, organ))
            if not keys and organ != UNRECORDED:
                keys = [(counter.code, organ, UNRECORDED, UNRECORDED)]
            yield from (Line(counter, organ, trigger, side, found[code, organ, trigger, side]) for code, _organ, trigger, side in keys)


def read_told(session: Session, *, log: Log, on: date) -> Told:
    """Return the rows that the entries of the whole log tell of."""
    told, decided = Told(on), {"decided": f'"kind":"{Kind.ACCESS_DECIDED.value}"'}
    indexes = session.scalars(ACTS, decided).all()
    query = text(DISCLOSED.replace("%(indexes)s", ":indexes") + " order by d.index")
    for start in range(0, len(indexes), WINDOW):
        rows = session.execute(query, {"indexes": list(indexes[start : start + WINDOW])})
        for table, row in rows_recorded(log.keyring, [tuple(one) for one in rows]):
            told.rows.setdefault(table, {})[_key(table, row)] = row
    told.destroyed = int(session.execute(DESTROYED, decided).scalar_one())
    return told


def _key(table: str, row: Row) -> str:
    return row_key(table, row) if "id" in row or table in {"identity.decision_rules", "decision.policy_sets"} else str(sorted(row.items()))


HEADINGS = (
    ("year", "年"),
    ("organ_id", "行政機関ID"),
    ("family", "区分"),
    ("counter", "項目コード"),
    ("says", "項目"),
    ("trigger", "契機"),
    ("side", "対象者の所属"),
    ("count", "件数"),
    ("organ", "行政機関"),
)
CODES: Mapping[str, str] = MappingProxyType(
    {
        "designation": "指定",
        "assessment": "適性評価",
        "certification": "適合事業者の認定",
        "first": "新規",
        "renewal": "期間経過",
        "doubt": "疑いを生じさせる事情",
        "organ": "行政機関",
        "police": "都道府県警察",
        "operator": "適合事業者",
    }
)
"""Families, triggers (Act 12(1)(i) to (iii)) and places of work in Japanese; in English the codes are the words."""


def cells(report: Yearly, language: str, *, below: int | None, without: Collection[Family] = ()) -> Sequence[tuple[str, ...]]:
    """Return the rows of the report, its headings first.

    `below` gives numbers of people in bands of that width, zero among them: exact totals beside a hidden part would give it
    away. `without` leaves families out. Raises ValueError for a width of less than two.
    """
    if below is not None and below < 2:  # noqa: PLR2004 - a band of one hides nothing
        message = f"{below}: a band of numbers is at least 2 wide"
        raise ValueError(message)
    ja = language == "ja"
    rows = [tuple(heading if ja else name for name, heading in HEADINGS)]
    for line in report.lines:
        counter = line.counter
        if counter.family not in without:
            banded = below is not None and counter.family in PEOPLE
            count = _band(line.count, below) if banded and below is not None else str(line.count)
            says = counter.says[0 if ja else 1]
            family, trigger, side = (CODES.get(one, one) if ja else one for one in (counter.family, line.trigger, line.side))
            rows.append(
                (str(report.year), line.organ, family, counter.code, says, trigger, side, count, report.names.get(line.organ, line.organ))
            )
    return rows


def csv_of(rows: Sequence[tuple[str, ...]]) -> bytes:
    """Return rows as a file that Excel opens: UTF-8 with BOM."""
    return ("\ufeff" + "".join(map(csv_line, rows))).encode()


def _band(count: int, width: int) -> str:
    low = count - count % width
    return f"{low}-{low + width - 1}"
