"""How many names that are nobody's and nothing's a caller may ask for in an hour: guessing is answered with nothing at all.

In memory, for each process by itself. The exact number is drawn anew for each caller's hour from the last tenth of the
budget, so that nobody can find out by counting whether the last name was known.
"""

import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from service.api.preparing import Asked, Outcome

HOUR = 3600.0
UNKNOWN = {"unknown_person": True, "unknown_information": False}
"""The reasons that are counted, and whether the name was the subject's."""


@dataclass(slots=True)
class _Guesses:
    """The unknown names of one caller, each with the time until which it counts; the oldest comes first."""

    most: int
    until: dict[int, float] = field(default_factory=dict)
    spent: bool = False


class Budget:
    """The guesses of all callers. `most` is the number of distinct unknown names that an hour allows."""

    def __init__(self, most: int, *, now: Callable[[], float] = time.monotonic, seconds: float = HOUR) -> None:
        """Take the budget and a clock that only runs forward."""
        self._most, self._now, self._seconds = most, now, seconds
        self._callers: dict[str, _Guesses] = {}
        self._spent_keys: dict[str, str] = {}

    def wait(self, asked: Asked) -> int | None:
        """Return after how many seconds to ask again, or None if the check may be decided."""
        if not self._spent_keys or asked.key not in self._spent_keys:
            return None
        wait = self._wait_of(self._spent_keys[asked.key])
        if wait is None:
            del self._spent_keys[asked.key]
        return wait

    def count(self, asked: Asked, outcome: Outcome) -> int | None:
        """Count an outcome; return after how many seconds to ask again where its answer must not leave, else None."""
        of_subject = UNKNOWN.get(outcome.answer.reason)
        caller = outcome.caller.id
        if of_subject is None:
            if not self._callers:
                return None
        else:
            name = (asked.subject_type, asked.subject) if of_subject else (asked.resource_type, asked.resource)
            self._guess(caller, hash((of_subject, *name)))
        wait = self._wait_of(caller)
        if wait is not None and asked.key is not None:
            self._spent_keys[asked.key] = caller
        return wait

    def _guess(self, caller: str, name: int) -> None:
        guesses = self._callers.get(caller)
        if guesses is None:
            guesses = self._callers[caller] = _Guesses(self._draw())
        self._forget(guesses)
        if name in guesses.until:
            return
        if len(guesses.until) >= guesses.most:
            guesses.spent = True
        else:
            guesses.until[name] = self._now() + self._seconds

    def _wait_of(self, caller: str) -> int | None:
        guesses = self._callers.get(caller)
        if guesses is None or not guesses.spent or not self._is_still_spent(guesses):
            return None
        return max(1, math.ceil(next(iter(guesses.until.values()), 0.0) - self._now()))

    def _is_still_spent(self, guesses: _Guesses) -> bool:
        self._forget(guesses)
        return guesses.spent

    def _forget(self, guesses: _Guesses) -> None:
        """Let go of names whose hour is over; room for a tenth of the budget lets the caller ask again."""
        now = self._now()
        for name in [name for name, until in guesses.until.items() if until <= now]:
            del guesses.until[name]
        if guesses.spent and len(guesses.until) <= guesses.most - max(1, guesses.most // 10):
            guesses.spent, guesses.most = False, self._draw()

    def _draw(self) -> int:
        return self._most - secrets.randbelow(self._most // 10 + 1)
