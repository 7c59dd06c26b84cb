"""The counts of a year that Act 18 and 19 ask for, from the ledger: what entries disclose, never the tables.

Each count is a line of COUNTERS: a table, the column that dates its rows, and what a row must say. Facts that were put
right count as corrected, and facts known late count in the year in which they happened.
"""

from collections import Counter as Tally
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.decision.world import row_key
from service.ledger import DISCLOSED, Kind, Log, rows_recorded
from service.statute.fiscal import Span, days_of_year
from service.statute.numbers import number
from service.statute.periods import ONE_DAY, counted_from

Row = Mapping[str, Any]
Family = Literal["designation", "assessment", "certification"]
PEOPLE: frozenset[Family] = frozenset({"assessment"})
"""Families whose small numbers tell of somebody."""
WINDOW = 500
ACTS = text("select index from ledger.entries where position(convert_to(:decided, 'UTF8') in body) = 0 order by index")
DESTROYED = text(
    "select count(distinct d.index) from ledger.disclosures d join ledger.entries e on e.index = d.index"
    " where position(convert_to(:decided, 'UTF8') in e.body) = 0 and not exists (select from ledger.keys k where k.id = d.key_id)"
)
UNRECORDED = ""
"""Stands for a trigger, or a place of work, that no row tells."""


@dataclass(slots=True)
class Told:
    """The rows as entries told of them last, by table and key; how many entries cannot be read any more; and the day of counting."""

    on: date
    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    destroyed: int = 0

    def of(self, table: str) -> Iterator[Row]:
        """Yield the rows of a table that stand: one that was put right is told by the row that replaced it."""
        return (row for row in self.rows.get(table, {}).values() if row.get("replaced_at") is None)

    def kind(self, organization_id: str) -> str:
        """Return what kind of organization this is."""
        return str(self.rows.get("personnel.organizations", {}).get(organization_id, {}).get("kind", UNRECORDED))


@dataclass(frozen=True, slots=True)
class Counter:
    """One count. `day` is the column that dates a row, or a function where the date follows from several rows."""

    code: str
    says: tuple[str, str]
    family: Family
    table: str
    day: str | Callable[[Row, Told], date | None]
    counts: Callable[[Row, Told], bool] = lambda _row, _told: True
    organ: str | Callable[[Row, Told], str] = "organ_id"


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
    """The counts of a calendar year, and how many disclosures had been destroyed and are not counted."""

    year: int
    lines: tuple[Line, ...]
    destroyed: int


def _extended(row: Row, told: Told) -> Row:
    """Return the designation that an extension belongs to, as it stands: corrections keep their first row's extensions."""
    designations = told.rows.get("designation.designations", {})
    found = designations[row["designation_id"]]
    while found.get("replaced_at") is not None:
        found = next(one for one in designations.values() if one.get("replaces") == found["id"])
    return found


def _over_thirty(row: Row, told: Told) -> bool:
    begun = date.fromisoformat(_extended(row, told)["designated_on"])
    thirty = counted_from(begun, years=number("designation_total_years", on=date.fromisoformat(row["extended_on"])))
    return date.fromisoformat(row["until_on"]) - ONE_DAY > thirty


def _expired(row: Row, told: Told) -> date | None:
    """Return the last day of a validity, its extensions included; None where the designation was lifted before."""
    extensions = [one for one in told.of("designation.extensions") if _extended(one, told)["id"] == row["id"]]
    last = max(extensions, key=lambda one: (one["extended_on"], one["until_on"]), default=row)["until_on"]
    over = date.fromisoformat(last) - ONE_DAY
    lifted = row.get("lifted_on")
    return None if lifted is not None and date.fromisoformat(lifted) <= over else over


def _is_over(row: Row, told: Told) -> bool:
    last = _expired(row, told)
    return last is not None and last < told.on


def _known_on(row: Row, _told: Told) -> date:
    return date.fromisoformat(row["notified_on"] or row["counted_on"])


def _outcome(outcome: str) -> Callable[[Row, Told], bool]:
    return lambda row, _told: row["law"] == "iesi" and row["outcome"] == outcome


def _investigated(by: str) -> Callable[[Row, Told], bool]:
    carried_out = ("positive", "negative")
    # A reused one has no investigation of its own (Act 12(7)).
    return lambda row, _told: (
        row["law"] == "iesi" and row["outcome"] in carried_out and row["reuses"] is None and row["investigated_by"] == by
    )


def _reused(row: Row, _told: Told) -> bool:
    return row["law"] == "iesi" and row["reuses"] is not None


DESIGNATIONS, EXTENSIONS, RESULTS = "designation.designations", "designation.extensions", "clearance.results"
CERTIFICATIONS = "provision.certifications"
COUNTERS: tuple[Counter, ...] = (
    Counter("designated", ("指定", "Designations"), "designation", DESIGNATIONS, "designated_on"),
    Counter(
        "extended",
        ("延長", "Extensions"),
        "designation",
        EXTENSIONS,
        "extended_on",
        organ=lambda row, told: str(_extended(row, told)["organ_id"]),
    ),
    Counter(
        "extended_over_thirty",
        ("30年を超える延長（内閣の承認）", "Extensions beyond thirty years (Cabinet's approval)"),
        "designation",
        EXTENSIONS,
        "extended_on",
        lambda row, told: row["cabinet_approved_on"] is not None and _over_thirty(row, told),
        lambda row, told: str(_extended(row, told)["organ_id"]),
    ),
    Counter("expired", ("有効期間の満了", "Expiries"), "designation", DESIGNATIONS, _expired, _is_over),
    Counter("lifted", ("解除", "Liftings"), "designation", DESIGNATIONS, "lifted_on"),
    Counter("positive", ("漏らすおそれがないと認められた", "Positive"), "assessment", RESULTS, _known_on, _outcome("positive"), "head_id"),
    Counter("negative", ("認められなかった", "Negative"), "assessment", RESULTS, _known_on, _outcome("negative"), "head_id"),
    Counter("refused", ("不同意", "Consent refused"), "assessment", RESULTS, _known_on, _outcome("refused"), "head_id"),
    Counter("withdrawn", ("同意の取下げ", "Consent withdrawn"), "assessment", RESULTS, _known_on, _outcome("withdrawn"), "head_id"),
    Counter(
        "investigated",
        ("内閣総理大臣による調査", "Investigations by the Prime Minister"),
        "assessment",
        RESULTS,
        _known_on,
        _investigated("prime_minister"),
        "head_id",
    ),
    Counter(
        "self_investigated",
        ("行政機関の長による調査", "Investigations by the organ itself"),
        "assessment",
        RESULTS,
        _known_on,
        _investigated("organ"),
        "head_id",
    ),
    Counter("reused", ("調査結果の再利用", "Reused investigations"), "assessment", RESULTS, _known_on, _reused, "head_id"),
    Counter("doubted", ("再評価の告知", "Doubt notices"), "assessment", "clearance.doubt_notices", "notified_on", organ="head_id"),
    Counter("certified", ("適合事業者の認定", "Certifications"), "certification", CERTIFICATIONS, "certified_on"),
    Counter("certification_lost", ("認定の終わり", "Certifications that ended"), "certification", CERTIFICATIONS, "ended_on"),
)
"""A further count is a further line; nothing else changes."""


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
            day, organ = _day(counter, row, told), _organ(counter, row, told)
            if day is not None and day in span and counter.counts(row, told) and organization_id in (None, organ):
                found[(counter.code, organ, *_circumstances(counter, row, told, day))] += 1
    return Yearly(year, tuple(_lines(found)), told.destroyed)


def _lines(found: Tally[tuple[str, str, str, str]]) -> Iterator[Line]:
    for organ in sorted({organ for _code, organ, _trigger, _side in found}):
        for counter in COUNTERS:
            keys = sorted(key for key in found if key[:2] == (counter.code, organ)) or [(counter.code, organ, UNRECORDED, UNRECORDED)]
            yield from (Line(counter, organ, trigger, side, found[code, organ, trigger, side]) for code, _organ, trigger, side in keys)


def _day(counter: Counter, row: Row, told: Told) -> date | None:
    if callable(counter.day):
        return counter.day(row, told)
    value = row.get(counter.day)
    return None if value is None else date.fromisoformat(value)


def _organ(counter: Counter, row: Row, told: Told) -> str:
    return counter.organ(row, told) if callable(counter.organ) else str(row[counter.organ])


def _circumstances(counter: Counter, row: Row, told: Told, day: date) -> tuple[str, str]:
    """Return what an assessment was made for, and on which side its person works; nothing of the kind for anything else."""
    if counter.family != "assessment":
        return UNRECORDED, UNRECORDED
    return str(row.get("trigger") or UNRECORDED), _side(str(row["person_id"]), str(row["head_id"]), told, day)


def _side(person_id: str, head_id: str, told: Told, day: date) -> str:
    """Return the kind of organization that a person worked at on a day; the head's own comes first."""
    on = day.isoformat()
    places = {
        str(row["organization_id"])
        for row in told.of("personnel.posts")
        if row["person_id"] == person_id and (row["from_on"] or on) <= on and (row["until_on"] is None or on < row["until_on"])
    }
    if head_id in places:
        return told.kind(head_id)
    return min((told.kind(place) for place in places), default=UNRECORDED)


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
    ("organ_id", "行政機関"),
    ("family", "区分"),
    ("counter", "項目コード"),
    ("says", "項目"),
    ("trigger", "契機"),
    ("side", "対象者の所属"),
    ("count", "件数"),
)


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
            rows.append((str(report.year), line.organ, counter.family, counter.code, says, line.trigger, line.side, count))
    return rows


def _band(count: int, width: int) -> str:
    low = count - count % width
    return f"{low}-{low + width - 1}"
