"""Within how long something is to follow, and how often: each a default of ours, until the organization sets its own. Pure."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from service.statute.citations import Citation, cite

PeriodName = Literal["incident_to_head", "incident_closed", "emergency_report", "training_months", "inspections_a_year"]


@dataclass(frozen=True, slots=True)
class Period:
    """A number that no law sets ("at once", "promptly"): its default and bounds, in words, and the rule it is modelled on."""

    name: PeriodName
    default: int
    least: int
    most: int
    says: tuple[str, str]
    modelled_on: Citation


PERIODS: Mapping[str, Period] = MappingProxyType(
    {
        one.name: one
        for one in (
            Period(
                "incident_to_head",
                0,
                0,
                7,
                ("事故を長に報告する日数(直ちに)", "Days to tell the head of an incident in (at once)"),
                cite("NPSC Rule 8/2025 40(1)"),
            ),
            Period(
                "incident_closed",
                30,
                1,
                365,
                ("事故の調査結果を報告する日数(速やかに)", "Days to report what an incident's inquiry found in (promptly)"),
                cite("NPSC Rule 8/2025 40(2)"),
            ),
            Period(
                "emergency_report",
                7,
                1,
                90,
                ("緊急廃棄を報告する日数(速やかに)", "Days to report an emergency destruction in (promptly)"),
                cite("NPSC Rule 8/2025 38(3)"),
            ),
            Period("training_months", 12, 1, 12, ("教育の間隔(月)", "Months between trainings"), cite("NPSC Rule 8/2025 5(1)")),
            Period(
                "inspections_a_year",
                2,
                2,
                12,
                ("年度内の定期検査の回数", "Regular inspections in a fiscal year"),
                cite("NPSC Rule 8/2025 39(1)"),
            ),
        )
    }
)
"""Each by its name. That organ's own rule says "at least" for trainings and inspections: a house may be stricter, not laxer."""


def require_period(name: str, value: int) -> None:
    """Refuse a number beyond what a house may choose. Raises ValueError."""
    period = PERIODS[name]
    if not period.least <= value <= period.most:
        msg = f"amount: {name} lies between {period.least} and {period.most}"
        raise ValueError(msg)


def months_after(day: date, *, months: int) -> date:
    """Return the day so many months later; where that month has no such day, its last."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
