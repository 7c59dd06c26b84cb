"""The dates of everybody, found once for all who ask while nothing changes.

Where there are very many people, finding every date takes longer than somebody waits for a page. What was found is kept
under the index of the last change and the day; after a change it is found anew beside, and whoever does not wait is shown
what was known before, with the hour as of which it was.
"""

import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

KEPT = 16
"""For how many people in different roles what was found is kept."""
PATIENCE_SECONDS, HURRY_SECONDS = 5.0, 0.05
"""How long somebody who does not wait is kept waiting all the same: where searches are known to be quick, and where not."""
SLOW_SECONDS = 0.3
INTERVAL_SECONDS = 0.0005
"""How long a search computes at a stretch: whoever answers beside it gets their turn, again and again on one page, ten times sooner."""
USUAL_SECONDS = sys.getswitchinterval()
_LAST_CHANGE = text("select changed_index from ledger.batches order by first_index desc limit 1")


@dataclass(frozen=True, slots=True)
class Known:
    """What was found, and the instant as of which it was."""

    found: Any
    as_of: datetime


class Board:
    """What was found on one deployment: one search at a time, the newest kept."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._kept: OrderedDict[Hashable, tuple[Hashable, Known]] = OrderedDict()
        self._shared: tuple[Hashable, Any] | None = None
        self._under_way: dict[Hashable, Future[Known]] = {}
        self._lock = threading.Lock()
        self._searching = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dates")
        self._slow = False
        self.tried = False
        """Whether anything was ever found: until then nobody knows how long it takes."""

    def expect(self, *, slow: bool) -> None:
        """Take it that searches take long, or not, before the first one tells."""
        if not self.tried:
            self._slow, self.tried = slow, True

    def ask(self, who: Hashable, *, version: Hashable, at: datetime, find: Callable[[], Any], wait: bool) -> Known | None:
        """Return what is found for somebody at a version; where they do not wait, what was found before, or None for nothing yet."""
        with self._lock:
            kept = self._kept.get(who)
            if kept is not None and kept[0] == version:
                self._kept.move_to_end(who)
                return kept[1]
            future = self._under_way.get((who, version))
            if future is None:
                future = self._under_way[who, version] = self._searching.submit(self._find, who, version, at, find)
        try:
            return future.result(timeout=None if wait else HURRY_SECONDS if self._slow else PATIENCE_SECONDS)
        except NotYetError:
            return None if kept is None else kept[1]

    def _find(self, who: Hashable, version: Hashable, at: datetime, find: Callable[[], Any]) -> Known:
        begun = time.perf_counter()
        sys.setswitchinterval(INTERVAL_SECONDS)
        try:
            known = Known(find(), at)
            with self._lock:
                self._kept[who] = (version, known)
                self._kept.move_to_end(who)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return known
        finally:
            sys.setswitchinterval(USUAL_SECONDS)
            with self._lock:
                self._under_way.pop((who, version), None)
                self._slow = time.perf_counter() - begun > SLOW_SECONDS or (self._slow and who is not None)

    def shared(self, version: Hashable, find: Callable[[], Any]) -> Any:
        """Return what all searches begin with, found once at a version. Called within a search, so by one at a time."""
        if self._shared is None or self._shared[0] != version:
            self._shared = (version, find())
        return self._shared[1]


_BOARDS: WeakKeyDictionary[Engine, Board] = WeakKeyDictionary()
_MAKING = threading.Lock()


def board_of(engine: Engine) -> Board:
    """Return the board of a deployment, as this process knows it."""
    with _MAKING:
        return _BOARDS.setdefault(engine, Board())


def last_change(session: Session) -> int:
    """Return the index of the last change that the log holds."""
    return int(session.execute(_LAST_CHANGE).scalar() or 0)
