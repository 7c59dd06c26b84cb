"""No act tells of what has not happened: a result told, a letter arrived, a step taken lies on no day to come.

What an organ or an organization settles may be settled ahead: from when something is designated, lifted, certified or
provided, and until when it lasts. Whoever writes down a day to come would choose when a clearance begins to count, or
confirm a list for a half that has not begun.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from service.acts.concerning import flat
from service.acts.table import Known

HAPPENED = frozenset(
    {
        "notified_on",
        "original_on",
        "letter_on",
        "arrived_on",
        "reported_on",
        "employer_told_on",
        "consulted_on",
        "safeguards_on",
        "instructed_on",
        "consent_on",
        "approved_on",
        "cabinet_approved_on",
        "birth_on",
    }
)
"""Days of what others did or were told: in whatever act, they have come."""
AHEAD = frozenset(
    {
        "certify",
        "correct_certification",
        "correct_closing",
        "correct_designation",
        "correct_extension",
        "correct_provision",
        "designate",
        "end_acting_manager",
        "end_alias",
        "end_approval",
        "end_area",
        "end_care",
        "end_certification",
        "end_permit",
        "end_purpose",
        "extend",
        "hand_over_as_sds",
        "lift",
        "lift_in_part",
        "provide",
        "record_certification",
        "record_designation",
        "record_extension",
        "record_holiday",
        "record_lifting",
        "record_partial_lifting",
        "record_return",
        "remove_handler",
        "set_purpose",
        "strike_holiday",
    }
)
"""Acts whose `on` is the day from which they have effect; that of every other is the day on which something was done."""


def require_come(known: Known, values: Mapping[str, Any], *, today: date) -> None:
    """Raise ValueError naming a word whose day has not come."""
    told = HAPPENED if known.verb in AHEAD else HAPPENED | {"on"}
    for word, value in flat(values).items():
        if word in told and isinstance(value, date) and value > today:
            message = f"{word}: {value} has not come yet"
            raise ValueError(message)
