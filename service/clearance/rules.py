"""Whether somebody counts as cleared by one head on one day (Act 11), over plain values.

This is the gate before somebody is put on a list. Who may handle something now is judged
by the policies alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from service.statute.citations import cite
from service.statute.numbers import number
from service.statute.offices import NAMED_SINCE
from service.statute.periods import ONE_DAY, after
from service.statute.refusals import Refusal

LAWS = ("iesi", "sds")
OUTCOMES = ("positive", "negative", "refused", "withdrawn")
"""What a head knows of an assessment of its own."""
TOLD_OUTCOMES = ("positive", "negative", "not_carried_out")
"""What an operator is told (Act 13(2)): of a refusal and a withdrawal alike, only that none was carried out."""
ALL_OUTCOMES = (*OUTCOMES, "not_carried_out")
INVESTIGATORS = ("prime_minister", "organ")
OFFICES = tuple(NAMED_SINCE)

CARRIED_OUT = ("positive", "negative")
YEARS = {"iesi": "clearance_years", "sds": "sds_clearance_years"}
"""The number of law that says how long a result of each law stands."""


class ClearanceRefusedError(Refusal):
    """A result or notice that cannot be recorded as it is said to be."""

    slug = "clearance-refused"


@dataclass(frozen=True, slots=True)
class Assessed:
    """One head's result on somebody: known from `known_on`, its years run from `counted_on`."""

    law: str
    outcome: str
    known_on: date
    counted_on: date


@dataclass(frozen=True, slots=True)
class Doubted:
    """The day on which somebody was told that a re-assessment on doubt applies."""

    law: str
    notified_on: date


@dataclass(frozen=True, slots=True)
class Held:
    """An exempt office, `until_on` exclusive; an open end is None."""

    office: str
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one person and one head."""

    results: Sequence[Assessed] = ()
    doubts: Sequence[Doubted] = ()
    offices: Sequence[Held] = ()


def _newest(record: Record, law: str, on: date) -> Assessed | None:
    """Return the newest assessment of a law carried out by a day.

    One for which consent was refused or withdrawn was not carried out (Act 13(2)). Of two of one day the narrower
    counts: a negative one, then the one whose years ran first.
    """
    counting = [result for result in record.results if result.law == law and result.outcome in CARRIED_OUT and result.known_on <= on]
    return max(counting, key=lambda one: (one.known_on, one.outcome == "negative", -one.counted_on.toordinal()), default=None)


def _doubted_since(doubts: Iterable[Doubted], *, laws: tuple[str, ...], since: date, on: date) -> bool:
    # A notice of the very day of a result bars: of two orders the narrower is assumed.
    return any(doubt.law in laws and since <= doubt.notified_on <= on for doubt in doubts)


def _last_day(result: Assessed, on: date) -> date:
    return after(result.counted_on, years=number(YEARS[result.law], on=on))


def _stands(result: Assessed, *, on: date) -> bool:
    return result.outcome == "positive" and on <= _last_day(result, on)


def is_cleared(record: Record, *, on: date) -> bool:
    """Tell whether the head's assessments let this person be chosen on a day.

    An exempt office, the newest positive assessment within ten years (Act 11(1)), or a
    recognised one under the Specially Designated Secrets Act within five (Act 11(2)).
    """
    return cleared_until(record, on=on) is not None


def cleared_until(record: Record, *, on: date) -> date | None:
    """Return the last day, as known, of what lets this person be chosen on a day; None where nothing does.

    Of several grounds the one that lasts longest; an office with no end known lasts as long as there are days.
    """
    return max(_ends(record, on), default=None)


def _ends(record: Record, on: date) -> Iterator[date]:
    for office in record.offices:
        begun = NAMED_SINCE[office.office] <= on and (office.from_on is None or office.from_on <= on)
        if begun and (office.until_on is None or on < office.until_on):
            yield date.max if office.until_on is None else office.until_on - ONE_DAY
    own = _newest(record, "iesi", on)
    if own is not None and _stands(own, on=on):
        told = _doubted_since(record.doubts, laws=("iesi",), since=own.known_on, on=on)
        if not told:
            yield _last_day(own, on)
    sds = _newest(record, "sds", on)
    # Act 11(2): an own assessment made later, whatever its result, ends the recognition.
    if sds is None or (own is not None and own.known_on >= sds.known_on):
        return
    told = _doubted_since(record.doubts, laws=("iesi", "sds"), since=sds.known_on, on=on)
    if _stands(sds, on=on) and not told:
        yield _last_day(sds, on)


def earliest_known(*days: date | None) -> date | None:
    """Return the earliest of the days that are known, or None.

    While the day on which the person was told is unknown, the years run from the earliest
    day that the letter could mean (Civil Code 97, Act 13(1)).
    """
    return min((day for day in days if day is not None), default=None)


def require_original_day(*, reused: bool, original_on: date | None, outcome: str) -> None:
    """Refuse a reused positive result without the original day (Act 12(8)).

    Its ten years run from the first head's notice; without that day nothing can be counted.
    Raises ClearanceRefusedError: original_day_missing.
    """
    if reused and outcome == "positive" and original_on is None:
        raise ClearanceRefusedError(reason="original_day_missing", basis=(cite("Act 12(8)"),))


def outcomes_at(seat: str) -> tuple[str, ...]:
    """Return the outcomes that are known at a seat (Act 13(2))."""
    return TOLD_OUTCOMES if seat == "operator" else OUTCOMES


def require_outcome(*, seat: str, outcome: str) -> None:
    """Refuse an outcome that is not known at a seat: an operator is told only the fact, an organ knows which (Act 13(2)).

    Raises ClearanceRefusedError: outcome_of_other_seat; ValueError for a code that there is not.
    """
    if outcome not in ALL_OUTCOMES:
        msg = f"unknown outcome {outcome!r}; known are {', '.join(outcomes_at(seat))}"
        raise ValueError(msg)
    if outcome not in outcomes_at(seat):
        raise ClearanceRefusedError(reason="outcome_of_other_seat", basis=(cite("Act 13(2)"),), facts={"seat": seat})


@dataclass(frozen=True, slots=True)
class Provisional:
    """A result whose day of the notice to the person is unknown: the day from which its years run meanwhile, and its letter's."""

    outcome: str
    counted_on: date
    known_on: date


def narrows(result: Provisional, *, notified_on: date, on: date) -> bool:
    """Tell whether learning the person's day lets nobody do more from a day on (Act 11(1), Act 13(1)).

    Only a positive result that counts already, from its own letter, and now counts from no
    later day: any other may last longer, begin to count, or come to stand behind another
    result. A reused one's years began long before it: what it uncovers may last longer.
    """
    own_years = result.counted_on == result.known_on
    return result.outcome == "positive" and own_years and result.counted_on <= on and notified_on <= result.counted_on


def require_come(notified_on: date | None, *, today: date) -> None:
    """Raise ValueError for the day of a notice that has not come: nobody was told on it."""
    if notified_on is not None and notified_on > today:
        msg = f"notified_on: {notified_on} has not come yet"
        raise ValueError(msg)


def require_second_person(result: Provisional, *, notified_on: date, on: date, widening: bool) -> None:
    """Refuse a day that lets somebody do more where it was not said so and one person alone would record it.

    Raises ClearanceRefusedError: later_day_widens.
    """
    if not widening and not narrows(result, notified_on=notified_on, on=on):
        raise ClearanceRefusedError(
            reason="later_day_widens", basis=(cite("Act 11(1)"), cite("Act 13(1)")), facts={"counted_on": result.counted_on.isoformat()}
        )


def require_dispatcher(*, dispatches: bool) -> None:
    """Refuse to pass a result to anybody but the employer who dispatches the person (Act 13(3), 16(2)).

    Raises ClearanceRefusedError: requirement_not_met.
    """
    if not dispatches:
        raise ClearanceRefusedError(reason="requirement_not_met", basis=(cite("Act 13(3)"), cite("Act 16(2)")))


def require_head(*, kind: str) -> None:
    """Refuse a result or notice by somebody who assesses nobody (Act 12(1), Act 15(1)).

    Raises ClearanceRefusedError: requirement_not_met.
    """
    if kind not in {"organ", "police"}:
        raise ClearanceRefusedError(reason="requirement_not_met", basis=(cite("Act 12(1)"), cite("Act 15(1)")), facts={"kind": kind})


def require_notice(*, seat: str, has_notice: bool, notified: bool) -> None:
    """Refuse what nothing was received on: an operator knows only by the organ's letter (Act 13(2)).

    An organ, which told the person itself, knows the day. Raises ClearanceRefusedError:
    notice_missing.
    """
    if seat == "operator" and not has_notice:
        raise ClearanceRefusedError(reason="notice_missing", basis=(cite("Act 13(2)"),))
    if not notified and not (seat == "operator" and has_notice):
        raise ClearanceRefusedError(reason="notice_missing", basis=(cite("Act 13(1)"),))
