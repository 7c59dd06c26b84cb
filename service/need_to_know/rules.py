"""Who may be put on a scope or list (Act 5(1), 5(3), 6(3), 10(3)(i), 10(4)), over plain values."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from service.statute.citations import cite
from service.statute.periods import ONE_DAY
from service.statute.refusals import Refusal

ACTIONS = ("read", "list", "make", "communicate", "transmit", "carry_out", "dispose", "return")

GROUNDS = ("night", "disaster")
"""On what one person alone may list somebody cleared for some hours."""
REQUEST_STATES = ("open", "granted", "declined", "taken_back")


class ListingRefusedError(Refusal):
    """A listing that the Act, or the contract, does not allow."""

    slug = "listing-refused"


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which the organization has the work done, with the head that counts.

    `cleared` is that head's clearance of the person listed (for a unit or a post, which
    brings nobody a clearance, it is not asked). `certified` and `contracted` are true
    where no contract is needed; `units` is the contract's limit, None for none. `last_day` is
    the last day of this way as it stands: of the contract, and of the person's clearance.
    """

    head_id: str
    cleared: bool
    certified: bool = True
    contracted: bool = True
    units: Collection[str] | None = None
    contract_id: str | None = None
    last_day: date = date.max


@dataclass(frozen=True, slots=True)
class Asked:
    """A listing to be judged as of its day.

    `basis` is the article that keeps this organization's list; `person_units` the units
    in which the person holds a post there that day; `last_day` the last one of the designation.
    """

    basis: str
    ways: Sequence[Way]
    in_force: bool
    person_id: str | None
    works_there: bool
    person_units: Collection[str]
    unit_id: str | None
    last_day: date = date.max


def known_actions(actions: Collection[str] | None) -> list[str] | None:
    """Return the actions in their fixed order with `handle` read as `read`; None for all.

    Raises ValueError for an unknown action or an empty list.
    """
    if actions is None:
        return None
    wanted = {"read" if action == "handle" else action for action in actions}
    unknown = sorted(wanted - set(ACTIONS))
    if unknown or not wanted:
        msg = f"unknown action {unknown[0]!r}" if unknown else "a listing needs some action"
        raise ValueError(msg)
    return [action for action in ACTIONS if action in wanted]


def require_listable(asked: Asked) -> Sequence[Way]:
    """Return the ways in which a listing stands on its day; one is enough.

    Raises ListingRefusedError: requirement_not_met, not_in_force, not_certified, no_contract,
    not_cleared or outside_contract_units, whichever the way that got furthest meets.
    """
    basis = cite(asked.basis)
    if not asked.ways or (asked.person_id is not None and not asked.works_there):
        raise ListingRefusedError(reason="requirement_not_met", basis=(basis,))
    if not asked.in_force:
        raise ListingRefusedError(reason="not_in_force", basis=(basis,))
    codes = [_objection(asked, way) for way in asked.ways]
    lawful = [way for way, code in zip(asked.ways, codes, strict=True) if code is None]
    if lawful:
        return lawful
    order = list(_BASES)
    code = max((code for code in codes if code is not None), key=order.index)
    raise ListingRefusedError(reason=code, basis=(cite(_BASES[code]),))


_BASES = {
    "not_certified": "Act 10(1)",
    "no_contract": "Act 10(1)",
    "not_cleared": "Act 11(1)",
    "outside_contract_units": "Act 10(3)(i)",
}
"""The reasons of one way, in their order of precedence, with their basis."""


def _objection(asked: Asked, way: Way) -> str | None:
    named = asked.person_id is not None
    checks = (
        ("not_certified", not way.certified),
        ("no_contract", not way.contracted),
        ("not_cleared", named and not way.cleared),
        ("outside_contract_units", not _reaches(asked, way)),
    )
    return next((code for code, objected in checks if objected), None)


def _reaches(asked: Asked, way: Way) -> bool:
    """Tell whether the contract's units reach the line; a post is held in some unit, judged on the day."""
    if way.units is None:
        return True
    if asked.unit_id is not None:
        return asked.unit_id in way.units
    return asked.person_id is None or bool(set(way.units) & set(asked.person_units))


def latest_day(asked: Asked, lawful: Sequence[Way]) -> date:
    """Return the last day that the law leaves a listing: of the designation, and of the way that lasts longest."""
    return min(asked.last_day, max(way.last_day for way in lawful))


def default_end(*, from_on: date, latest: date, months: int) -> date:
    """Return the last day of a listing that names none: the house's months, never beyond what the law leaves."""
    return min(latest, last_day_of_months(from_on, months))


def require_within_law(last_day: date, *, latest: date, basis: str) -> None:
    """Refuse a listing beyond contract, designation or clearance. Raises ListingRefusedError: later_than_allowed."""
    if last_day > latest:
        raise ListingRefusedError(reason="later_than_allowed", basis=(cite(basis),), facts={"latest": latest.isoformat()})


def last_day_of_months(first_day: date, months: int) -> date:
    """Return the last day of a period of months whose first day counts (Civil Code 143(2))."""
    years, month = divmod(first_day.month - 1 + months, 12)
    year, month = first_day.year + years, month + 1
    try:
        return first_day.replace(year=year, month=month) - ONE_DAY
    except ValueError:
        # The last month has no corresponding day: the period ends with that month.
        return (date(year + 1, 1, 1) if month == MONTHS else date(year, month + 1, 1)) - ONE_DAY


MONTHS = 12
_REFERENCE = re.compile(r"[^\W_][\w\-‐–—./()（）第号・ ]{0,63}")


def require_reference(**words: str | None) -> None:
    """Refuse free text where a number of another record is meant: short, of one line, with a digit. Raises ValueError."""
    for name, word in words.items():
        if word is not None and not (_REFERENCE.fullmatch(word) and any(char.isdigit() for char in word)):
            msg = f"{name}: a reference number of at most 64 characters, never a reason in words"
            raise ValueError(msg)


# What the house decides: none of these numbers stands in the Act, the Order or a Rule that is public.


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A number of the house: its default, which stands until a dated row says otherwise, and the most it may be."""

    default: int
    most: int


HOUSE_NUMBERS: dict[str, HouseNumber] = {
    "listing_months": HouseNumber(12, 60),
    "confirm_warn_days": HouseNumber(60, 180),
    "confirm_stop_days": HouseNumber(120, 180),
    "confirm_lapse_days": HouseNumber(180, 180),
    "emergency_hours": HouseNumber(72, 168),
    "emergency_again_days": HouseNumber(30, 365),
}
"""Defaults for want of a published rule, each to be set by the site. Days are counted from a half's first day: 180 of them fit
into any half. `emergency_again_days`: how long nobody may be listed for the same again by one person alone."""

DEFAULT_PURPOSES: dict[str, tuple[str, str]] = {
    "assigned_work": ("担当事務の遂行", "Assigned work"),
    "contract_work": ("契約に基づく業務", "Work under the contract"),
    "supervision": ("監督・決裁", "Supervision and approval"),
    "custody": ("保管・管理", "Custody"),
    "inspection": ("検査・点検", "Inspection"),
    "systems": ("電子計算機の保守", "Maintenance of computers"),
    "incident": ("事故への対応", "Response to an incident"),
    "handing_over": ("引継ぎ", "Handing over"),
}
"""Why somebody is listed, until the organization keeps its own table."""


def require_house_number(name: str, value: int) -> None:
    """Refuse a number that the house may not choose. Raises ValueError naming the word."""
    most = HOUSE_NUMBERS[name].most
    if not 1 <= value <= most:
        msg = f"amount: {name} lies between 1 and {most}"
        raise ValueError(msg)


def half_of(day: date) -> date:
    """Return the first day of the half of a fiscal year in which a day lies: 1 April or 1 October (NPSC Rule 8/2025 39)."""
    if APRIL <= day.month < OCTOBER:
        return date(day.year, APRIL, 1)
    return date(day.year if day.month >= OCTOBER else day.year - 1, OCTOBER, 1)


APRIL, OCTOBER = 4, 10


def half_before(half: date) -> date:
    """Return the first day of the half before."""
    return half_of(half - ONE_DAY)


@dataclass(frozen=True, slots=True)
class Due:
    """What tells whether a line is due for confirmation in a half.

    `confirmed` are the halves for which it was confirmed; `changed` whether it, or who it reaches, changed since the
    newest of these confirmations.
    """

    from_on: date | None
    recorded_on: date
    confirmed: frozenset[date]
    changed: bool


def is_due(line: Due, *, half: date) -> bool:
    """Tell whether a line is to be confirmed in a half: it began before, and is not skipped as unchanged.

    What two people decided within the half needs no confirmation in it. A line that was confirmed in the half before and
    has not changed since is skipped, once: whatever happens, somebody looks at it every year.
    """
    if line.recorded_on >= half or (line.from_on is not None and line.from_on >= half) or half in line.confirmed:
        return False
    return line.changed or half_before(half) not in line.confirmed


def was_missed(line: Due, *, half: date) -> bool:
    """Tell whether a half went by without the confirmation, skipped or not, so that it is late in the next."""
    before = half_before(half)
    begun = line.recorded_on < before and (line.from_on is None or line.from_on < before)
    return begun and not {half, before, half_before(before)} & line.confirmed


def phase(*, due: bool, missed: bool, days: int, numbers: dict[str, int]) -> str:
    """Return where an unconfirmed line stands: confirmed, open, warned, stopped (nothing new is added) or lapsing."""
    if missed:
        return "lapsing"
    if not due:
        return "confirmed"
    for name, number in (("lapsing", "confirm_lapse_days"), ("stopped", "confirm_stop_days"), ("warned", "confirm_warn_days")):
        if days >= numbers[number]:
            return name
    return "open"


def require_confirmed(phases: Collection[str], *, basis: str) -> None:
    """Refuse anything new for somebody whose line waits for its confirmation. Raises ListingRefusedError: confirmation_overdue."""
    if {"stopped", "lapsing"} & set(phases):
        raise ListingRefusedError(reason="confirmation_overdue", basis=(cite(basis),))
