"""Which assessment and which notice of doubt count: the newest, and of two of one day the narrower. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from service.decision.world import Row, at_ms
from service.statute.numbers import number
from service.statute.periods import after, day_after, day_start_ms

CARRIED_OUT = ("positive", "negative")
YEARS = {"iesi": "clearance_years", "sds": "sds_clearance_years"}

Record = dict[str, Any]


def notified_ms(row: Row) -> int:
    """Return the day on which a result takes effect: of the notice to the person, else the earliest that its letter could mean.

    The original day of a reused investigation says when its years began, and nothing about which assessment is the newest.
    """
    if row["notified_on"] is not None:
        return at_ms(row["notified_on"])
    letter = [row[name] for name in ("letter_on", "arrived_on") if row.get(name) is not None]
    return at_ms(min(letter) if letter else row["counted_on"])


def newest_result(results: Iterable[Row], law: str) -> Record | None:
    """Return the newest assessment of a law that was carried out, with the instant at which its years end."""
    carried_out = [row for row in results if row["law"] == law and row["outcome"] in CARRIED_OUT]
    # Of two of one day nobody knows which came last: the narrower counts, a negative one, then the one whose years ran first.
    row = max(carried_out, key=lambda one: (notified_ms(one), one["outcome"] == "negative", *_earlier(one), one["id"]), default=None)
    if row is None:
        return None
    notified = notified_ms(row)
    if row["counted_on"] is None:
        # A reused result whose original day is unknown opens nothing: its years are over before they begin.
        ends = notified
    else:
        counted = date.fromisoformat(row["counted_on"])
        ends = day_start_ms(day_after(after(counted, years=number(YEARS[law], on=counted))))
    return {"outcome": row["outcome"], "notified_at": notified, "ends_at": ends, "index": row["changed_index"]}


def _earlier(row: Row) -> tuple[bool, int]:
    """Return what is greater the earlier a result's years began; one that opens nothing comes before all."""
    counted = row["counted_on"]
    return counted is None, 0 if counted is None else -at_ms(counted)


def newest_doubt(doubts: Iterable[Row], law: str) -> Record | None:
    """Return the newest notice of doubt of a law."""
    told = [one for one in doubts if one["law"] == law]
    row = max(told, key=lambda one: (one["notified_on"], one["changed_index"], one["id"]), default=None)
    return None if row is None else {"notified_at": at_ms(row["notified_on"]), "index": row["changed_index"]}
