"""Why information is designated, and whether the reasons still hold: short codes and a reference number, never content.

The codes are defaults: the Operational Standards set the headings of the designation document and are not public in full.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from service.designation.sectors import SectorCode
from service.personnel.rules import require_words
from service.statute.numbers import number
from service.statute.periods import after

Requirement = Literal["in_a_class", "not_public", "secrecy"]
"""The three requirements of Article 3(1): one of the four classes, not public, and secrecy needed because a leak could harm."""
WhyInClass = Literal["protects_the_base", "shows_a_weakness", "innovative_technology", "given_by_a_foreign_government", "shows_collection"]
WhyNotPublic = Literal["never_published", "known_to_few", "published_in_part_only"]
WhySecret = Literal["helps_an_attack", "lets_measures_be_evaded", "weakens_a_position", "ends_cooperation", "reveals_a_source"]
LiftingCondition = Literal["none_foreseen", "publication", "end_of_event", "end_of_project", "measure_replaced"]
Finding = Literal["met", "met_in_part", "not_met"]
ReviewCause = Literal["yearly", "doubt_reported", "lifting_condition", "before_extension"]

REQUIREMENTS: tuple[str, ...] = get_args(Requirement)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the designation document gives as reasons: a code for each requirement and the document's number.

    `lifting_condition` is the condition foreseen for lifting. Raises ValueError for a blank number.
    """

    class_reason: WhyInClass
    not_public_reason: WhyNotPublic
    secrecy_reason: WhySecret
    reasons_number: str
    sector: SectorCode | None = None
    item: str | None = None
    lifting_condition: LiftingCondition | None = None

    def __post_init__(self) -> None:
        """Refuse a reference that names nothing."""
        require_words(reasons_number=self.reasons_number, item=self.item)


def next_review(last: date) -> date:
    """Return the last day for the next review of reasons after a designation or a review (NPSC Rule 8/2025 13)."""
    return after(last, years=number("reason_review_years", on=last))
