"""What Article 4 allows, judged over plain values.

Days are dates in Japan. A validity is spoken of by its last day, as the law does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.statute.citations import cite
from service.statute.periods import counted_from, day_after
from service.statute.refusals import Refusal

INFORMATION_CLASSES = ("measures", "vulnerability", "foreign", "collection")
MARKINGS = ("marking", "notice")
EXTENSION_EXCEPTIONS = ("negotiation", "methods", "human_source", "foreign_condition")
DOCUMENT_KINDS = ("document", "part", "copy")

FIVE_YEARS = 5
THIRTY_YEARS = 30
SIXTY_YEARS = 60


class DesignationRefused(Refusal):
    """An act on a designation that Act 3 or Act 4 does not allow."""

    slug = "designation-refused"


@dataclass(frozen=True, slots=True)
class Extended:
    """One extension: the day it was made and the last day it reaches."""

    on: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Designated:
    """A designation as known at one instant.

    `last_day` is that of the first validity; `extensions` stand in the order made.
    """

    id: str
    information_id: str
    organ_id: str
    on: date
    last_day: date
    extensions: Sequence[Extended] = ()
    lifted_on: date | None = None

    def last_day_as_of(self, day: date) -> date:
        """Return the last day of the validity that was in force or decided on a day."""
        made = [extension for extension in self.extensions if extension.on <= day]
        return made[-1].last_day if made else self.last_day

    def in_force(self, day: date) -> bool:
        """Tell whether the designation stands on a day (Act 4(1), (2), (7))."""
        lifted = self.lifted_on is not None and self.lifted_on <= day
        return self.on <= day <= self.last_day_as_of(day) and not lifted


def require_designable(*, organ_kind: str, already_public: bool, also_sds: bool) -> None:
    """Refuse what Article 3(1) keeps from being designated.

    Raises DesignationRefused: requirement_not_met, already_public or is_sds.
    """
    if organ_kind != "organ":
        raise DesignationRefused("requirement_not_met", basis=(cite("Act 3(1)"),), facts={"kind": organ_kind})
    if already_public:
        raise DesignationRefused("already_public", basis=(cite("Act 3(1)"),))
    if also_sds:
        raise DesignationRefused("is_sds", basis=(cite("Act 3(1)"),))


def require_first_validity(*, on: date, last_day: date) -> None:
    """Refuse a first validity of more than five years, the designation's day included.

    Raises DesignationRefused (validity_over_five_years, Act 4(1)), and ValueError for a
    validity that would end before it begins.
    """
    if last_day < on:
        msg = f"the validity would end on {last_day}, before the designation on {on}"
        raise ValueError(msg)
    longest = counted_from(on, years=FIVE_YEARS)
    if last_day > longest:
        raise DesignationRefused(
            "validity_over_five_years",
            basis=(cite("Act 4(1)"),),
            facts={"until": last_day.isoformat(), "latest": longest.isoformat()},
        )


def require_in_force(designated: Designated, *, on: date) -> None:
    """Refuse an act on a designation that does not stand on that day.

    Raises DesignationRefused: not_in_force.
    """
    if designated.in_force(on):
        return
    if designated.lifted_on is not None and designated.lifted_on <= on:
        basis = "Act 4(7)"
    elif on < designated.on:
        basis = "Act 3(1)"
    else:
        basis = "Act 4(2)" if designated.extensions else "Act 4(1)"
    raise DesignationRefused(
        "not_in_force",
        basis=(cite(basis),),
        facts={"until": designated.last_day_as_of(on).isoformat(), "on": on.isoformat()},
    )


def require_extensible(
    designated: Designated,
    *,
    on: date,
    last_day: date,
    cabinet_approved_on: date | None,
    exception: str | None,
) -> None:
    """Refuse an extension that Article 4(2) to (4) does not allow.

    The five years run from the day after the running validity ends, the thirty and sixty
    from the designation's own day. Raises DesignationRefused: not_in_force,
    extension_over_five_years, over_sixty_years, cabinet_approval_needed; ValueError where
    the new last day is not after the running one.
    """
    require_in_force(designated, on=on)
    running = designated.last_day_as_of(on)
    if last_day <= running:
        msg = f"the validity already runs until {running}; {last_day} extends nothing"
        raise ValueError(msg)
    longest = counted_from(day_after(running), years=FIVE_YEARS)
    if last_day > longest:
        raise DesignationRefused(
            "extension_over_five_years",
            basis=(cite("Act 4(2)"),),
            facts={"until": last_day.isoformat(), "latest": longest.isoformat()},
        )
    _require_total(designated.on, on, last_day, cabinet_approved_on, exception)


def _require_total(
    designated_on: date,
    on: date,
    last_day: date,
    cabinet_approved_on: date | None,
    exception: str | None,
) -> None:
    """Refuse more than sixty years without an exception, than thirty without the Cabinet."""
    if last_day <= counted_from(designated_on, years=THIRTY_YEARS):
        return
    sixty = counted_from(designated_on, years=SIXTY_YEARS)
    if last_day > sixty and exception is None:
        raise DesignationRefused(
            "over_sixty_years",
            basis=(cite("Act 4(4)"),),
            facts={"until": last_day.isoformat(), "latest": sixty.isoformat()},
        )
    if cabinet_approved_on is None or cabinet_approved_on > on:
        raise DesignationRefused(
            "cabinet_approval_needed",
            basis=(cite("Act 4(4)"),),
            facts={"until": last_day.isoformat(), "on": on.isoformat()},
        )
