"""What applications report that was done on a permit, judged over plain values. Pure.

A report is evidence, so nothing of it is refused for what it says: a use without a permit is one, and says so.
NPSC Rule 8/2025 36 asks for a line of each handling of a document; the codes here are defaults of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal, get_args

from service.statute.periods import day_start, legal_day

Reported = Literal["opened", "closed", "printed", "written", "entered", "left"]
REPORTED: tuple[str, ...] = get_args(Reported)
Medium = Literal["removable_media", "optical_disc", "external_disk", "computer", "other_medium"]
MEDIA: tuple[str, ...] = get_args(Medium)
MOST_COPIES = 9_999
Standing = Literal["permitted", "denied", "other_action", "before_permit", "after_permit", "unknown_permit", "no_permit"]
STANDINGS: tuple[str, ...] = get_args(Standing)

ACTIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "opened": frozenset({"read", "handle"}),
        "closed": frozenset({"read", "handle"}),
        "printed": frozenset({"make"}),
        "written": frozenset({"make", "transmit", "carry_out"}),
        "entered": frozenset({"read", "handle"}),
        "left": frozenset({"read", "handle"}),
    }
)
"""What must have been permitted for a use: looking at something permits no print of it (DESIGN: `make` is its own action)."""
ENDING = frozenset({"closed", "left"})
"""Uses that end something: they may follow a permit by any time."""
SKEW = timedelta(seconds=5)
"""How far the clock of an application may differ from ours before its times contradict the ledger."""
LINE_CODES: Mapping[str, str] = MappingProxyType({"written": "written_out"})
"""How a register names a use, where it has the word for something else: `written` is there what was added by hand."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it stands on record: the check of an entry, who asked, what was answered. Ids are as registered."""

    index: int
    check: int
    application: str
    at: datetime
    permit: bool
    action: str
    person: str | None = None
    object: str | None = None
    organization: str | None = None
    hold_seconds: int = 0
    reference: str | None = None
    """What a denial was told under."""


@dataclass(frozen=True, slots=True)
class ReportedAs:
    """One use as it is to be recorded. `use_id` is the application's own name for it, `digest` what it said."""

    use_id: str
    digest: bytes
    use: str
    at: datetime
    standing: str
    late: bool
    index: int | None = None
    check: int | None = None
    person_id: str | None = None
    document_id: str | None = None
    information_id: str | None = None
    area_id: str | None = None
    organization_id: str | None = None
    copies: int | None = None
    medium: str | None = None


def standing_of(*, use: str, at: datetime, named: bool, decided: Decided | None, application: str, reach: timedelta) -> Standing:
    """Return on what a use rests: a permit of this application, for this, then; or what is wrong with it.

    `named` says whether a permit was named; `reach` is how long after a permit something may begin on it without asking
    again (its `recheck_at`), beside what the application may hold. Another application's decision is no decision at all.
    """
    if not named:
        return "no_permit"
    if decided is None or decided.application != application:
        return "unknown_permit"
    if not decided.permit:
        return "denied"
    if decided.action not in ACTIONS[use]:
        return "other_action"
    if at < decided.at - SKEW:
        return "before_permit"
    return "after_permit" if use not in ENDING and at > end_of(decided, reach=reach) + SKEW else "permitted"


def end_of(decided: Decided, *, reach: timedelta) -> datetime:
    """Return until when something may begin on a permit: its `recheck_at` and what may be held, never past midnight in Japan."""
    midnight = day_start(legal_day(decided.at) + timedelta(days=1))
    return min(decided.at + reach + timedelta(seconds=decided.hold_seconds), midnight)


def is_late(*, at: datetime, told_at: datetime, late: timedelta) -> bool:
    """Say whether a use was reported later than the house wants it."""
    return told_at - at > late
