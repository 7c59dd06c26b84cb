"""Who must be told what in writing.

When validity ends, with each provision (Order 13); later what becomes of it (Order 7, 8, 10, 12, 14, 17).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from service.designation.rules import Designated
from service.statute.periods import ONE_DAY

About = Literal["validity", "extended", "lifted", "expired"]
ABOUT: tuple[str, ...] = get_args(About)

TOLD = frozenset(
    {
        "Act 5(2)",
        "Act 6(1)",
        "Act 7(1)",
        "Act 8",
        "Act 9(1)(i)",
        "Act 9(1)(ii)",
        "Act 9(1)(iii)",
        "Act 9(1)(iv)",
        "Act 9(2)",
        "Act 10(1)",
        "Act 10(2)",
        "Act 18(4)",
    }
)
"""The ways after which the giver tells the receiver. Not the Cabinet, and not who designated (Act 7(3), 10(5))."""

DEFAULT_REPORT_DAYS = 30
"""How many days before a change it is reported where nobody has set a term. A default of this product, not of law."""


@dataclass(frozen=True, slots=True)
class Event:
    """What became of a designation: which organ's, on what day, and the last day of validity that then counted."""

    about: str
    organ_id: str
    on: date
    last_day: date


def events_of(designated: Designated, *, on: date) -> tuple[Event, ...]:
    """Return what has become of a designation by a day: its extensions, then its lifting or its expiry."""
    organ = designated.organ_id
    made = [extension for extension in designated.extensions if extension.on <= on]
    events = [Event("extended", organ, extension.on, extension.until_on - ONE_DAY) for extension in made]
    last_day = designated.last_day_as_of(on)
    lifted = designated.lifted_on
    if lifted is not None and lifted <= min(on, last_day):
        events.append(Event("lifted", organ, lifted, lifted - ONE_DAY))
    elif last_day < on:
        events.append(Event("expired", organ, last_day + ONE_DAY, last_day))
    return tuple(events)


def owes(event: Event, *, under: str, provided_on: date, receiver_id: str) -> bool:
    """Tell whether who gave an information must tell the receiver of an event.

    Who got it on the day of an extension or later learned the new end with it. Whether it was given back in the
    meantime makes no difference to the Order. Whoever did it itself is not told.
    """
    before = provided_on < event.on if event.about == "extended" else provided_on <= event.on
    return under in TOLD and before and receiver_id != event.organ_id


def due_on(*, planned_on: date, days: int) -> date:
    """Return the day by which a change is reported: so many days before it takes effect."""
    return planned_on - timedelta(days=days)
