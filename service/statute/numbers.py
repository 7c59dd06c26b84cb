"""The numbers of law, dated: an amendment is a new line, never an edit of an old one."""

from dataclasses import dataclass
from datetime import date

from service.statute.citations import Citation, cite

IN_FORCE = date(2025, 5, 16)
"""The day on which the Act came into force."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a law sets, from a day on; `not_modelled` says in plain words what it leaves out."""

    name: str
    value: int
    unit: str
    since: date
    citation: Citation
    not_modelled: str = ""


NUMBERS = (
    Number("clearance_years", 10, "years", IN_FORCE, cite("Act 11(1)")),
    Number("sds_clearance_years", 5, "years", IN_FORCE, cite("Act 11(2)"), "the days of grace of the other Act's own transition"),
    Number("designation_years", 5, "years", IN_FORCE, cite("Act 4(1)")),
    Number("extension_years", 5, "years", IN_FORCE, cite("Act 4(2)")),
    Number("designation_total_years", 30, "years", IN_FORCE, cite("Act 4(3)"), "the Board of Audit's approval, whose reading is open"),
    Number("designation_longest_years", 60, "years", IN_FORCE, cite("Act 4(4)"), "the categories that an Order may add; it lists none"),
    Number(
        "reason_review_years",
        1,
        "years",
        IN_FORCE,
        cite("NPSC Rule 8/2025 13(1)"),
        "other organs' own rules, which this stands for as a default",
    ),
)


def number(name: str, *, on: date) -> int:
    """Return the number in force on a day; before the Act, the one it began with. Raises KeyError for an unknown name."""
    lines = sorted((line for line in NUMBERS if line.name == name), key=lambda line: line.since)
    if not lines:
        raise KeyError(name)
    return max((line for line in lines if line.since <= on), key=lambda line: line.since, default=lines[0]).value
