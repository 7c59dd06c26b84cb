"""GET /access/v1/self-test: an application looks at itself; `alias=NAMESPACE:VALUE`, repeated, asks whether that resolves."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from service.acts.self_test import MOST_ALIASES, Tested, self_test
from service.api.admission import Admission, NotValidError
from service.api.calling import named_by, unauthorized
from service.api.exchange import LARGEST_BODY
from service.api.gateway import UnavailableError
from service.database import read, transaction
from service.identity.callers import Caller, Named
from service.identity.on_record import callers_on_record
from service.ledger import ClockUnsureError, Log, RecordMismatchError, RowSeals, instant

PATH = "/access/v1/self-test"
HOUR = 3600.0
COST = 10
"""What a test costs of the budget beside its names: it is an act."""
LONGEST_ALIAS = 256


class Spent:
    """How much each application has asked for in an hour, known names and unknown alike. In memory, for each process by itself."""

    def __init__(self, most: int, *, now: Callable[[], float] = time.monotonic) -> None:
        """Take the budget of an hour and a clock that only runs forward."""
        self._most, self._now = most, now
        self._spent: dict[str, deque[tuple[float, int]]] = {}

    def wait(self, application: str, cost: int) -> int | None:
        """Spend and return None, or spend nothing and return after how many seconds there is room."""
        now = self._now()
        spent = self._spent.setdefault(application, deque())
        while spent and spent[0][0] <= now:
            spent.popleft()
        over = sum(one for _until, one in spent) + cost - max(self._most, cost)
        if over <= 0:
            spent.append((now + HOUR, cost))
            return None
        ends = [now]
        for until, one in spent:
            over -= one
            ends.append(until)
            if over <= 0:
                break
        return max(1, math.ceil(ends[-1] - now))


class SelfTest:
    """The door. One for each process."""

    def __init__(self, *, engine: Engine, log: Log, admission: Admission, clock: Callable[[], datetime], most: int) -> None:
        """Take the database, the log, what verifies tokens, and how many names an hour allows."""
        self._engine, self._log, self._admission, self._clock = engine, log, admission, clock
        self._seals, self._spent, self._most = RowSeals(log.keyring), Spent(most), most

    def route(self) -> Route:
        """Return the door."""
        return Route(PATH, self.answer, methods=["GET"], include_in_schema=False)

    async def answer(self, request: Request) -> JSONResponse:
        """Answer one request."""
        aliases = list(dict.fromkeys(request.query_params.getlist("alias")))
        try:
            named = await named_by(request, self._admission)
            wrong = _fault(request, aliases)
            caller = await asyncio.to_thread(self._caller, named)
            if caller is None:
                return unauthorized(request, self._admission)
            if wrong is not None:
                return JSONResponse({"message": wrong}, 400)
            wait = self._spent.wait(caller.id, COST + len(aliases))
            if wait is not None:
                return JSONResponse({"message": "this application looked at itself too often"}, 429, {"retry-after": str(wait)})
            tested = await asyncio.to_thread(self._tested, named, aliases)
        except NotValidError:
            return unauthorized(request, self._admission)
        except (UnavailableError, ClockUnsureError, RecordMismatchError, SQLAlchemyError):
            return JSONResponse({"message": "this cannot be answered now"}, 503, {"retry-after": "1"})
        return unauthorized(request, self._admission) if tested is None else JSONResponse(self._told(tested))

    def _caller(self, named: Named) -> Caller | None:
        with read(self._engine) as session:
            return callers_on_record(session, seals=self._seals, named={named}, at=self._clock()).get(named)

    def _tested(self, named: Named, aliases: list[str]) -> Tested | None:
        with transaction(self._engine) as session:
            return self_test(session, log=self._log, seals=self._seals, at=self._clock(), named=named, aliases=aliases)

    def _told(self, tested: Tested) -> dict[str, Any]:
        caller = tested.caller
        return {
            "application": caller.id,
            "organization": caller.organization,
            "organizations": sorted(caller.organizations),
            "any_organization": not caller.organizations,
            "resource_types": sorted(caller.resource_types),
            "namespaces": tested.counts,
            "search": caller.may_search,
            "ledger": caller.may_read_ledger,
            "hold_seconds": caller.hold_seconds,
            "trial": caller.trial,
            "key_expires_at": None if caller.expires_at is None else instant(caller.expires_at),
            "limits": {"body_bytes": LARGEST_BODY, "checks_a_request": caller.batch_limit, "unknown_names_an_hour": self._most},
            "aliases": [{"alias": one, "resolves": kind is not None, "type": kind} for one, kind in tested.named.items()],
            "ledger_index": tested.index,
        }


def _fault(request: Request, aliases: list[str]) -> str | None:
    """Say what of the query is not of the form, or None."""
    unknown = next((name for name in request.query_params if name != "alias"), None)
    if unknown is not None:
        return f"the query has a member that is not known here: {unknown[:64]!r}"
    if len(aliases) > MOST_ALIASES:
        return f"alias may stand {MOST_ALIASES} times"
    wrong = next((place for place, one in enumerate(aliases) if not 1 <= len(one) <= LONGEST_ALIAS or "\0" in one or ":" not in one), None)
    return None if wrong is None else f"alias[{wrong}] must be NAMESPACE:VALUE, at most {LONGEST_ALIAS} characters"
