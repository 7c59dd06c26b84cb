"""What is known of an act: its operation, seat, entry, who does it, and who must approve it (決裁規程).

An act that widens what somebody may do waits for a second person; one that narrows it works at once. The second persons
given here are the defaults; a site sets its own lines with `set_decision_rule`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Any

from sqlalchemy.orm import Session

from service.ledger import Kind, Seat
from service.statute.periods import legal_day
from service.statute.refusals import Conflict, Refusal

HR, MANAGER, CUSTODIAN, APPROVER, ADMINISTRATOR = "hr_officer", "information_manager", "custodian", "approver", "administrator"
ASSESSOR, COMPLAINTS = "assessment_officer", "complaint_officer"
PERSON = "person"
"""Whoever the act is about, for themselves: everybody who signs in, on their own record alone, and nobody else's."""
APPROVAL = (APPROVER,)


@dataclass(frozen=True, slots=True)
class Known:
    """One act of a room.

    `seat` is None where both seats perform it alike. `roles` may do it. `seconds` may approve it: empty for an act that
    narrows. `narrow_when` names a word and the values with which a widening act narrows all the same, `wide_with` a word
    that makes a narrowing act widen, `wide_before` a day that does so when it lies in the past (after a contract's end its
    lists are read as of the last day). `own` is the word that names the organization whose act it is. `only` names a word and
    the values that it may have at a door. `judged_by` names a function of the room that tells from what is recorded whether the
    act widens; where it is not asked, it does. `makes` is the word by which it may name what it makes: nobody at a door chooses it.
    """

    verb: str
    room: str
    kind: Kind
    seat: Seat | None = None
    roles: tuple[str, ...] = ()
    seconds: tuple[str, ...] = ()
    own: str | None = None
    narrow_when: tuple[str, frozenset[str]] | None = None
    wide_with: str | None = None
    wide_before: str | None = None
    step_up: bool = False
    makes: str | None = None
    only: tuple[str, frozenset[str]] | None = None
    judged_by: str | None = None

    def operation(self) -> Callable[..., object]:
        """Return the operation of the room."""
        found: Callable[..., object] = getattr(import_module(f"service.{self.room}"), self.verb)
        return found

    def widens(self, values: Mapping[str, Any], *, on: date | None = None) -> bool:
        """Say whether the act, with these words and asked for on a day, lets somebody do more than before."""
        if self.wide_with is not None:
            day = None if self.wide_before is None or on is None else values.get(self.wide_before)
            return values.get(self.wide_with) is not None or (day is not None and on is not None and str(day) < on.isoformat())
        if self.narrow_when is not None and values.get(self.narrow_when[0]) in self.narrow_when[1]:
            return False
        return bool(self.seconds)

    def widens_as_recorded(self, session: Session, values: Mapping[str, Any], *, at: datetime) -> bool:
        """Say whether the act, as things are recorded, lets somebody do more than before. What cannot be told widens."""
        on = legal_day(at)
        if self.judged_by is None or not self.widens(values, on=on):
            return self.widens(values, on=on)
        judged: Callable[..., bool] = getattr(import_module(f"service.{self.room}"), self.judged_by)
        try:
            return judged(session, at=at, **values)
        except (Refusal, Conflict, ValueError):
            # What the act itself will refuse, in its own words, to whoever it reaches.
            return True
