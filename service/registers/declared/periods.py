"""Within how many days something is to follow, and how often: dated, and each marked where it is a default of ours."""

from dataclasses import dataclass
from datetime import date

from service.registers.declared.forms import n8
from service.statute.citations import Citation
from service.statute.numbers import IN_FORCE


@dataclass(frozen=True, slots=True)
class Period:
    """Days within which something is to follow. No law gives a number ("at once", "promptly"): each is a default of ours."""

    name: str
    days: int
    basis: Citation
    ja: str
    en: str
    since: date = IN_FORCE
    default: bool = True


PERIODS: tuple[Period, ...] = (
    Period("incident_to_head", 0, n8("40(1)"), "事故を長に報告する(直ちに)", "Tell the head of an incident (at once)"),
    Period("incident_closed", 30, n8("40(2)"), "事故の調査結果を報告する(速やかに)", "Report what an incident's inquiry found (promptly)"),
    Period("emergency_report", 7, n8("38(3)"), "緊急廃棄を報告する(速やかに)", "Report an emergency destruction (promptly)"),
)


def days(name: str, *, on: date) -> int:
    """Return the days of a period as they stand on a day. Raises KeyError for an unknown name."""
    lines = sorted((one for one in PERIODS if one.name == name), key=lambda one: one.since)
    if not lines:
        raise KeyError(name)
    return max((one for one in lines if one.since <= on), key=lambda one: one.since, default=lines[0]).days


INSPECTIONS_A_YEAR = 2
"""Regular inspections in a fiscal year (NPSC Rule 39(1)); elsewhere a default."""
