"""How many pages of searches a caller is answered in an hour: a search tells at once what checks tell one by one.

In memory, for each process by itself. A page counts also where it was refused or its token opened nothing.
"""

import math
import time
from collections import deque
from collections.abc import Callable

HOUR = 3600.0


class PageBudget:
    """The pages of all callers. `most` is the number that an hour allows each."""

    def __init__(self, most: int, *, now: Callable[[], float] = time.monotonic, seconds: float = HOUR) -> None:
        """Take the budget and a clock that only runs forward."""
        self._most, self._now, self._seconds = most, now, seconds
        self._pages: dict[str, deque[float]] = {}
        self._callers: dict[str, str] = {}

    def wait(self, key: str) -> int | None:
        """Return after how many seconds to ask again with a key, or None if a page may be made."""
        caller = self._callers.get(key)
        return None if caller is None else self._wait_of(caller)

    def count(self, key: str, caller: str) -> int | None:
        """Count a page; return after how many seconds to ask again where its answer must not leave, else None."""
        # Only a key that has asked before is known by its caller, so the first page with a further key is looked at here.
        self._callers[key] = caller
        wait = self._wait_of(caller)
        if wait is None:
            self._pages.setdefault(caller, deque()).append(self._now())
        return wait

    def _wait_of(self, caller: str) -> int | None:
        pages, now = self._pages.get(caller, deque()), self._now()
        while pages and pages[0] + self._seconds <= now:
            pages.popleft()
        return max(1, math.ceil(pages[0] + self._seconds - now)) if len(pages) >= self._most else None
