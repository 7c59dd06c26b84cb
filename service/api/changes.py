"""GET /access/v1/changes?after=INDEX: an application learns that something within its reach changed, and asks again.

The answer is the same for every cause and tells nothing of what or whom. `after` is the least `ledger_index` of the permits
that the application holds, later the index of the answer before. What is told is what was recorded: a date that comes by
itself is no change, and `recheck_at` of a permit never lies beyond it by more than its minute.
"""

import asyncio
import contextlib
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl

from service.api.admission import Admission, NotValidError
from service.api.entrance import Entrance
from service.api.evaluation_form import BadRequestError
from service.api.exchange import Head, carried_by, reply
from service.api.gateway import DEADLINE_SECONDS, UnavailableError
from service.api.limits import Receive, Scope, Send
from service.api.watching import CANNOT_LOOK, Watch
from service.identity.callers import Caller, Named

CHANGES = "/access/v1/changes"
LONGEST_SECONDS = 25
"""Less than any proxy waits for an answer."""
MOST_WAITING, MOST_OF_ONE, MOST_UNKNOWN = 1_024, 32, 64
"""How many may wait in this process: in all, of one application, and of those whose key is not known yet."""
LARGEST_INDEX = 2**53 - 1
NUMBER = re.compile(r"[0-9]{1,16}")
USAGE = f"the query is after=INDEX, a number from 0 on, and if you like wait=SECONDS from 1 to {LONGEST_SECONDS}; each once"


class TooManyError(Exception):
    """One application waits in too many places at once."""


class Changes:
    """The door of those who wait for changes."""

    def __init__(self, watch: Watch, admission: Admission) -> None:
        """Take what looks at the log, and what verifies tokens."""
        self._watch, self._entrance = watch, Entrance(admission)
        self._waiting: Counter[str] = Counter()
        self._unknown = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, at once where something changed already."""
        head = Head(scope["headers"])
        always = carried_by(scope, head)
        if scope["method"] != "GET":
            await reply(send, 405, {"message": "only GET is answered here"}, always, ((b"allow", b"GET"),))
            return
        try:
            after, seconds = _asked(scope["query_string"])
            index = await self._answer(head, after, seconds, receive)
        except NotValidError:
            await self._entrance.refuse(send, head, always)
        except BadRequestError as bad:
            await reply(send, 400, {"message": str(bad)}, always)
        except TooManyError as many:
            await reply(send, 429, {"message": str(many)}, always, ((b"retry-after", b"1"),))
        except UnavailableError as unavailable:
            await reply(send, 503, {"message": str(unavailable)}, always, ((b"retry-after", b"1"),))
        except _GoneError:
            return
        else:
            await reply(send, 200, {"changed": index is not None, "index": after if index is None else index}, always)

    async def _answer(self, head: Head, after: int, seconds: int, receive: Receive) -> int | None:
        """Return the index of the newest change behind `after`, or None if there was none."""
        who = await self._entrance.named(head, path=CHANGES, method="GET")
        caller = self._watch.caller(who) or await self._looked_for(who)
        if self._waiting[caller.id] >= MOST_OF_ONE:
            message = f"this application waits in {MOST_OF_ONE} places already"
            raise TooManyError(message)
        if self._waiting.total() >= MOST_WAITING:
            message = "too many are waiting for changes"
            raise UnavailableError(message)
        self._waiting[caller.id] += 1
        try:
            return await self._until_told(who, caller, after, seconds, receive)
        finally:
            self._waiting[caller.id] -= 1
            if not self._waiting[caller.id]:
                del self._waiting[caller.id]

    async def _looked_for(self, who: Named) -> Caller:
        """Return who that is once this process knows all changes, for the key may be new. Raises NotValidError."""
        if self._unknown >= MOST_UNKNOWN:
            raise NotValidError
        self._unknown += 1
        try:
            await self._watch.fresh()
        finally:
            self._unknown -= 1
        caller = self._watch.caller(who)
        if caller is None:
            raise NotValidError
        return caller

    def _require_still(self, who: Named) -> None:
        """Return if that is somebody still, for keys and tokens end while one waits. Raises NotValidError."""
        if self._watch.caller(who) is None:
            raise NotValidError

    async def _until_told(self, who: Named, caller: Caller, after: int, seconds: int, receive: Receive) -> int | None:
        if after >= self._watch.size and after >= await self._watch.fresh():
            # Permits from an index that this log never reached are another log's: whoever holds them asks again.
            return self._watch.newest(caller)
        self._require_still(who)
        if self._watch.newest(caller) > after:
            return self._watch.newest(caller)
        # Nothing may be awaited here, or what is told meanwhile would be missed.
        waiting = self._watch.enter(who, after)
        gone = asyncio.ensure_future(_until_gone(receive))
        either: set[asyncio.Future[Any]] = {waiting.told, gone}
        try:
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if waiting.told.done():
                index = waiting.told.result()
            elif gone.done():
                raise _GoneError
            elif asyncio.get_running_loop().time() - self._watch.seen > DEADLINE_SECONDS:
                raise UnavailableError(CANNOT_LOOK)
            else:
                self._require_still(who)
                return None
        finally:
            self._watch.leave(waiting)
            gone.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gone
        if index is None:
            raise NotValidError
        return index


class _GoneError(Exception):
    """The caller left while it waited."""


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _asked(query: bytes) -> tuple[int, int]:
    """Return the index and how many seconds to wait. Raises BadRequestError."""
    try:
        given = parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=2)
    except ValueError as bad:
        raise BadRequestError(USAGE) from bad
    words = dict(given)
    if len(words) != len(given) or not {"after"} <= words.keys() <= {"after", "wait"}:
        raise BadRequestError(USAGE)
    after, wait = words["after"], words.get("wait", str(LONGEST_SECONDS))
    if not NUMBER.fullmatch(after) or not NUMBER.fullmatch(wait):
        raise BadRequestError(USAGE)
    if int(after) > LARGEST_INDEX or not 1 <= int(wait) <= LONGEST_SECONDS:
        raise BadRequestError(USAGE)
    return int(after), int(wait)
