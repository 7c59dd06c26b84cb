"""What Article 4 allows, judged over plain values.

Days are dates in Japan. A validity is spoken of by its last day, as the law does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from service.statute.citations import cite
from service.statute.numbers import number
from service.statute.periods import ONE_DAY, counted_from
from service.statute.refusals import Refusal

INFORMATION_CLASSES = ("measures", "vulnerability", "foreign", "collection")
MARKINGS = ("marking", "notice")
EXTENSION_EXCEPTIONS = ("negotiation", "methods", "human_source", "foreign_condition")
DOCUMENT_KINDS = ("document", "part", "copy", "compilation")
END_MARKS = ("expired", "lifted")
ImproperFinding = Literal["in_order", "feared_not_in_order", "not_in_order"]
IMPROPER_FINDINGS: tuple[ImproperFinding, ...] = ("in_order", "feared_not_in_order", "not_in_order")
"""What is found on a report: whether things were, or may not have been, as the law wants them (NPSC Rule 8/2025 41(1), (2))."""
"""The two end marks: of a validity that is over (Order 7(2)), of a designation that was lifted (Order 10(2))."""


class DesignationRefusedError(Refusal):
    """An act on a designation that Act 3 or Act 4 does not allow."""

    slug = "designation-refused"


class WrongSeatError(Refusal):
    """An act of the other seat: an organ performs, an operator records the notice of it."""

    slug = "wrong-seat"


def require_seat(seat: str, needed: str, *, act: str) -> None:
    """Refuse an act that belongs to the other seat.

    An organ designates, extends, lifts, certifies and decides; an operator records what
    it was told of it. Raises WrongSeatError (wrong_seat, citing the act's article).
    """
    if seat != needed:
        raise WrongSeatError(reason="wrong_seat", basis=(cite(act),), facts={"seat": seat, "needed": needed})


@dataclass(frozen=True, slots=True)
class Extended:
    """One extension: the day it was made and the first day it does not reach."""

    on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Designated:
    """A designation as known at one instant.

    `until_on` is the first day after the first validity; `extensions` stand in the order
    in which they were made.
    """

    id: str
    information_id: str
    organ_id: str
    on: date
    until_on: date
    extensions: Sequence[Extended] = ()
    lifted_on: date | None = None

    def last_day_as_of(self, day: date) -> date:
        """Return the last day of the validity that was in force or decided on a day."""
        made = [extension for extension in self.extensions if extension.on <= day]
        return (made[-1].until_on if made else self.until_on) - ONE_DAY

    def last_day_of_term(self, day: date) -> date:
        """Return the last day of the first validity, or of the extension, that has begun by a day."""
        until = self.until_on
        for extension in self.extensions:
            if extension.on <= day and until <= day:
                until = extension.until_on
        return until - ONE_DAY

    def in_force(self, day: date) -> bool:
        """Tell whether the designation stands on a day (Act 4(1), (2), (7))."""
        lifted = self.lifted_on is not None and self.lifted_on <= day
        return self.on <= day <= self.last_day_as_of(day) and not lifted

    def ended_on(self, day: date) -> date:
        """Return the first day on which the designation stood no longer, as known on a day."""
        over = self.last_day_as_of(day) + ONE_DAY
        return over if self.lifted_on is None or self.lifted_on > over else self.lifted_on

    def end_mark(self, day: date) -> str:
        """Return the end mark that belongs to how it ended: `lifted`, or `expired` (Order 7(2), 10(2))."""
        over = self.last_day_as_of(day) + ONE_DAY
        return "lifted" if self.lifted_on is not None and self.lifted_on < over else "expired"


def require_designable(*, organ_kind: str, already_public: bool, also_sds: bool) -> None:
    """Refuse what Article 3(1) keeps from being designated; `also_sds` is true too where it was handed over as one.

    Raises DesignationRefusedError: requirement_not_met, already_public or is_sds.
    """
    if organ_kind != "organ":
        raise DesignationRefusedError(reason="requirement_not_met", basis=(cite("Act 3(1)"),), facts={"kind": organ_kind})
    if already_public:
        raise DesignationRefusedError(reason="already_public", basis=(cite("Act 3(1)"),))
    if also_sds:
        raise DesignationRefusedError(reason="is_sds", basis=(cite("Act 3(1)"),))


def require_first_validity(*, on: date, last_day: date) -> None:
    """Refuse a first validity of more than five years, the designation's day included.

    Raises DesignationRefusedError (validity_over_five_years, Act 4(1)), and ValueError for a
    validity that would end before it begins.
    """
    if last_day < on:
        msg = f"the validity would end on {last_day}, before the designation on {on}"
        raise ValueError(msg)
    longest = counted_from(on, years=number("designation_years", on=on))
    if last_day > longest:
        raise DesignationRefusedError(
            reason="validity_over_five_years",
            basis=(cite("Act 4(1)"),),
            facts={"until": last_day.isoformat(), "latest": longest.isoformat()},
        )


def require_in_force(designated: Designated, *, on: date) -> None:
    """Refuse an act on a designation that does not stand on that day.

    Raises DesignationRefusedError: not_in_force.
    """
    if designated.in_force(on):
        return
    if designated.lifted_on is not None and designated.lifted_on <= on:
        basis = "Act 4(7)"
    elif on < designated.on:
        basis = "Act 3(1)"
    else:
        basis = "Act 4(2)" if designated.extensions else "Act 4(1)"
    raise DesignationRefusedError(
        reason="not_in_force",
        basis=(cite(basis),),
        facts={"until": designated.last_day_as_of(on).isoformat(), "on": on.isoformat()},
    )


def require_ended(designated: Sequence[Designated], *, on: date) -> None:
    """Refuse closing formalities while a designation stands, or where none ever stood.

    Raises DesignationRefusedError: requirement_not_met (Order 7, Order 10).
    """
    begun = [each for each in designated if each.on <= on]
    if not begun or any(each.in_force(on) for each in begun):
        raise DesignationRefusedError(reason="requirement_not_met", basis=(cite("Order 7"), cite("Order 10")), facts={"on": on.isoformat()})


def require_extensible(
    designated: Designated,
    *,
    on: date,
    last_day: date,
    cabinet_approved_on: date | None,
    exception: str | None,
) -> None:
    """Refuse an extension that Article 4(2) to (4) does not allow.

    The five years run from the day after the term ends that runs on the day, so that of
    several extensions decided ahead none reaches further than one (Act 4(2)); the thirty
    and sixty from the designation's own day. Raises DesignationRefusedError: not_in_force,
    extension_over_five_years, over_sixty_years, cabinet_approval_needed; ValueError where
    the new last day is not after the running one.
    """
    require_in_force(designated, on=on)
    running = designated.last_day_as_of(on)
    if last_day <= running:
        msg = f"the validity already runs until {running}; {last_day} extends nothing"
        raise ValueError(msg)
    longest = counted_from(designated.last_day_of_term(on) + ONE_DAY, years=number("extension_years", on=on))
    if last_day > longest:
        raise DesignationRefusedError(
            reason="extension_over_five_years",
            basis=(cite("Act 4(2)"),),
            facts={"until": last_day.isoformat(), "latest": longest.isoformat()},
        )
    _require_total(designated.on, on, last_day, cabinet_approved_on, exception)


def thirty_years(designated: Designated) -> date:
    """Return the last day that a designation reaches without the Cabinet (Act 4(3))."""
    return counted_from(designated.on, years=number("designation_total_years", on=designated.on))


def _require_total(
    designated_on: date,
    on: date,
    last_day: date,
    cabinet_approved_on: date | None,
    exception: str | None,
) -> None:
    """Refuse more than sixty years without an exception, than thirty without the Cabinet."""
    if last_day <= counted_from(designated_on, years=number("designation_total_years", on=on)):
        return
    sixty = counted_from(designated_on, years=number("designation_longest_years", on=on))
    if last_day > sixty and exception is None:
        raise DesignationRefusedError(
            reason="over_sixty_years",
            basis=(cite("Act 4(4)"),),
            facts={"until": last_day.isoformat(), "latest": sixty.isoformat()},
        )
    if cabinet_approved_on is None or cabinet_approved_on > on:
        raise DesignationRefusedError(
            reason="cabinet_approval_needed",
            basis=(cite("Act 4(4)"),),
            facts={"until": last_day.isoformat(), "on": on.isoformat()},
        )


def require_not_refused(*, cabinet_approved_on: date | None, refused: Sequence[date]) -> None:
    """Refuse an approval that is older than the Cabinet's latest refusal: asking again needs an answer of its own.

    Raises DesignationRefusedError: cabinet_approval_needed (Act 4(4), 4(6)).
    """
    latest = max(refused, default=None)
    if latest is not None and (cabinet_approved_on is None or cabinet_approved_on <= latest):
        raise DesignationRefusedError(
            reason="cabinet_approval_needed",
            basis=(cite("Act 4(4)"), cite("Act 4(6)")),
            facts={"refused_on": latest.isoformat()},
        )


def require_marking_switch(designated: Designated, *, mode: str | None, on: date) -> None:
    """Refuse to put a mark in place of a notice where there is no notice, or no designation that stands.

    Raises DesignationRefusedError: not_in_force, requirement_not_met (Act 3(3)).
    """
    require_in_force(designated, on=on)
    if mode == "marking":
        raise DesignationRefusedError(reason="requirement_not_met", basis=(cite("Act 3(3)"),), facts={"marking": mode})


def require_alone(designated: Sequence[Designated], *, organ_id: str, on: date) -> None:
    """Refuse to hand over what another organ's designation still covers: a secret of the other Act is designated by nobody here.

    Raises DesignationRefusedError: requirement_not_met (Act 3(1)).
    """
    others = sorted({each.organ_id for each in designated if each.organ_id != organ_id and each.in_force(on)})
    if others:
        raise DesignationRefusedError(reason="requirement_not_met", basis=(cite("Act 3(1)"),), facts={"designated_by": ", ".join(others)})


def require_end_mark(designated: Sequence[Designated], *, end_mark: str, on: date) -> None:
    """Refuse the wrong end mark: one is for a validity that is over, another for a designation that was lifted.

    The designation that ended last says which. Raises DesignationRefusedError (requirement_not_met, Order 7(2), 10(2)).
    """
    ended = max((each for each in designated if each.on <= on), key=lambda each: each.ended_on(on), default=None)
    if ended is not None and end_mark != ended.end_mark(on):
        raise DesignationRefusedError(
            reason="requirement_not_met", basis=(cite("Order 7(2)"), cite("Order 10(2)")), facts={"end_mark": ended.end_mark(on)}
        )


def require_disposable(*, refused_on: date | None) -> None:
    """Refuse to destroy what goes to the National Archives because the Cabinet's approval was refused.

    Raises DesignationRefusedError: requirement_not_met (Act 4(6)).
    """
    if refused_on is not None:
        raise DesignationRefusedError(reason="requirement_not_met", basis=(cite("Act 4(6)"),), facts={"refused_on": refused_on.isoformat()})
