"""What can be reported about somebody, and what follows: a closed list of codes, its lines dated. Pure.

The Act and the Order speak of doubt alone (Act 12(1)(iii), Order 17(v)) and of those who work there (Act 5, Act 10(4)).
Everything else here is a default that stands for the Operational Standards, and an organization may choose otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from service.statute.citations import cite
from service.statute.numbers import IN_FORCE
from service.statute.refusals import Refusal

EventCode = Literal[
    "name_changed",
    "nationality_changed",
    "marriage_or_cohabitant",
    "address_changed",
    "arrest",
    "discipline",
    "foreign_ties",
    "finances",
    "device_lost",
    "document_lost",
    "transferred",
    "on_leave",
    "resigned",
    "died",
    "assignment_ended",
]
EVENT_CODES: tuple[str, ...] = get_args(EventCode)
DOUBT = "doubt"
"""The code of a report of doubt, which `report_doubt` makes."""
Reporter = Literal["oneself", "superior", "personnel_office", "protection_office"]
REPORTERS: tuple[str, ...] = get_args(Reporter)
Officer = Literal["superior", "personnel_office", "protection_office"]
"""Who may report a doubt: somebody else than the person."""
Chosen = Literal["at_once", "review"]
CHOSEN: tuple[str, ...] = get_args(Chosen)
"""What an organization may choose: off all lists with the report, or the lists are looked at."""
Removal = Literal["none", "review", "at_once", "from_that_day", "day_after"]
"""Whether somebody leaves the lists: not; after a look; with the report; from the day of the event; after that day."""

DEFAULT = "default"
"""Stands where a citation would: the law is silent, and so far as we know the Operational Standards are not public."""


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of report from a day on: what happens to the lists, who is to be told, what is to be done next.

    `by_law` says that the removal follows from the law, which asks that whoever is listed works there.
    """

    code: str
    since: date
    removal: Removal
    tell: tuple[str, ...]
    follow_up: tuple[str, ...]
    by_law: bool = False
    beforehand: bool = False
    """Whether it can be reported before its day."""


_ORGAN = ("organ", "information_manager")
EVENTS = (
    Event("name_changed", IN_FORCE, "none", _ORGAN, ("record_name",)),
    Event("nationality_changed", IN_FORCE, "review", _ORGAN, ("judge_doubt", "review_listings")),
    Event("marriage_or_cohabitant", IN_FORCE, "review", _ORGAN, ("judge_doubt", "review_listings")),
    Event("address_changed", IN_FORCE, "none", _ORGAN, ()),
    Event("arrest", IN_FORCE, "at_once", _ORGAN, ("judge_doubt",)),
    Event("discipline", IN_FORCE, "at_once", _ORGAN, ("judge_doubt",)),
    Event("foreign_ties", IN_FORCE, "at_once", _ORGAN, ("judge_doubt",)),
    Event("finances", IN_FORCE, "at_once", _ORGAN, ("judge_doubt",)),
    Event("device_lost", IN_FORCE, "review", (*_ORGAN, "custodian"), ("report_incident", "review_listings")),
    Event("document_lost", IN_FORCE, "review", (*_ORGAN, "custodian"), ("report_incident", "review_listings")),
    Event("transferred", IN_FORCE, "from_that_day", _ORGAN, ("end_posts", "collect_documents"), beforehand=True),
    Event("on_leave", IN_FORCE, "from_that_day", ("information_manager",), ("collect_documents",), beforehand=True),
    Event("resigned", IN_FORCE, "day_after", _ORGAN, ("end_posts", "collect_documents", "end_account"), by_law=True, beforehand=True),
    Event("died", IN_FORCE, "from_that_day", _ORGAN, ("end_posts", "collect_documents", "end_account"), by_law=True),
    Event("assignment_ended", IN_FORCE, "day_after", _ORGAN, ("end_posts", "collect_documents"), by_law=True, beforehand=True),
)
"""The lines as shipped; an amendment is a new line with its day, never an edit of an old one."""

LISTS = {"organ": "Act 5(1)", "police": "Act 5(3)"}
"""The article that keeps an organization's scope or list, by its kind; an operator's is Act 10(4)."""


class DutyRefusedError(Refusal):
    """What the law does not leave to the house."""

    slug = "duty-refused"


def event(code: str, *, on: date) -> Event:
    """Return the line in force on a day; before the Act, the first one. Raises ValueError for an unknown code."""
    lines = sorted((line for line in EVENTS if line.code == code), key=lambda line: line.since)
    if not lines:
        message = f"code: there is no event {code!r}"
        raise ValueError(message)
    return max((line for line in lines if line.since <= on), key=lambda line: line.since, default=lines[0])


@dataclass(frozen=True, slots=True)
class Rule:
    """What an organization chose for a code: from when, and in which order it was chosen."""

    removal: str
    from_on: date
    order: int


def removal_of(line: Event, rules: Iterable[Rule], *, on: date) -> str:
    """Return what happens to the lists on a day: what the organization chose last for it, else what is shipped."""
    begun = [rule for rule in rules if rule.from_on <= on]
    return max(begun, key=lambda rule: (rule.from_on, rule.order)).removal if begun else line.removal


def off_from(removal: str, *, happened_on: date, reported_on: date) -> date | None:
    """Return the first day on which somebody is on no list any more, or None where the lists stay as they are."""
    match removal:
        case "at_once":
            return reported_on
        case "from_that_day":
            return happened_on
        case "day_after":
            return happened_on + timedelta(days=1)
        case _:
            return None


def ends_on(off: date, *, from_on: date | None, until_on: date | None) -> date:
    """Return the day from which a line counts no more: never later than before, and never before it would have begun."""
    end = max(off, from_on) if from_on is not None else off
    return end if until_on is None else min(end, until_on)


def basis_of(line: Event, *, kind: str) -> str:
    """Return the citation that takes somebody off the lists of an organization of a kind, or `default`."""
    return LISTS.get(kind, "Act 10(4)") if line.by_law else DEFAULT


def require_choice(line: Event, *, removal: str, kind: str) -> None:
    """Refuse to keep on a list who by law cannot be: whoever is named works there. Raises DutyRefusedError: set_by_law."""
    if line.by_law and removal not in {"at_once", line.removal}:
        raise DutyRefusedError(reason="set_by_law", basis=(cite(basis_of(line, kind=kind)),), facts={"code": line.code})


def require_days(line: Event, *, happened_on: date, reported_on: date, today: date) -> None:
    """Raise ValueError for a report of tomorrow, or of what nobody can know before it has happened."""
    if reported_on > today:
        message = f"reported_on: {reported_on} has not come yet"
        raise ValueError(message)
    if happened_on > reported_on and not line.beforehand:
        message = f"on: {happened_on} has not come yet when it is reported on {reported_on}"
        raise ValueError(message)


def require_past(*, on: date, reported_on: date, today: date) -> None:
    """Raise ValueError for a doubt that is reported before it is there, or tomorrow."""
    for word, day in (("reported_on", reported_on), ("on", on)):
        if day > min(today, reported_on):
            message = f"{word}: {day} has not come yet"
            raise ValueError(message)
