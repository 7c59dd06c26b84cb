"""The doors under /ledger/v1/: the log in the layout of C2SP tlog-tiles, and two proofs of our own.

A person comes with a session, a program with its key or token. A person who may not read it hears what somebody hears who asks
for a tile that does not exist. Nothing is compressed: a tile is hashes, and a bundle is small.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from service.acts.reading.tiles import (
    NobodyError,
    NotGrantedError,
    NotThereError,
    Reading,
    reading_of_person,
    reading_of_program,
)
from service.api.admission import Admission, NotValidError
from service.api.calling import named_by, unauthorized
from service.api.gateway import UnavailableError
from service.api.management.desk import desk_of
from service.identity.callers import Named
from service.identity.desk import Seated
from service.identity.sessions import SignedOutError
from service.ledger import ClockUnsureError, Log, RecordMismatchError, RowSeals

PREFIX = "/ledger/v1"
TEXT, BYTES = "text/plain; charset=utf-8", "application/octet-stream"
IMMUTABLE = {"cache-control": "private, max-age=31536000, immutable"}
PROGRAMS = frozenset({"bearer", "dpop"})
"""The schemes by which a program says who it is."""
NOT_GRANTED = "this application may not read the ledger"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
Found = Callable[[Reading, Request], Response]
Answers = Callable[[Request], Awaitable[Response]]


class Tiles:
    """The doors. One for each process."""

    def __init__(self, *, engine: Engine, log: Log, admission: Admission, clock: Callable[[], datetime]) -> None:
        """Take the database, the log, what verifies tokens, and the clock."""
        self._engine, self._log, self._admission, self._clock = engine, log, admission, clock
        self._seals = RowSeals(log.keyring)

    def routes(self) -> list[BaseRoute]:
        """Return the doors."""
        doors: tuple[tuple[str, Found], ...] = (
            ("/checkpoint", checkpoint),
            ("/tile/{path:path}", tile),
            ("/proof", proof),
            ("/consistency", consistency),
        )
        return [Route(PREFIX + path, self._door(found), methods=["GET"], include_in_schema=False) for path, found in doors]

    def _door(self, found: Found) -> Answers:
        async def door(request: Request) -> Response:
            scheme = request.headers.get("authorization", "").partition(" ")[0].lower()
            if scheme in PROGRAMS:
                return await self._for_program(found, request)
            return await run_in_threadpool(_for_person, found, request)

        return door

    async def _for_program(self, found: Found, request: Request) -> Response:
        try:
            named = await named_by(request, self._admission)
            return await asyncio.to_thread(self._read, found, request, named)
        except (NotValidError, NobodyError):
            return unauthorized(request, self._admission)
        except NotGrantedError:
            return JSONResponse({"message": NOT_GRANTED}, 403)
        except (UnavailableError, ClockUnsureError, RecordMismatchError, SQLAlchemyError):
            return JSONResponse({"message": "this cannot be answered now"}, 503, {"retry-after": "1"})

    def _read(self, found: Found, request: Request, named: Named) -> Response:
        reading = reading_of_program(self._engine, log=self._log, seals=self._seals, at=self._clock(), named=named)
        return _told(found, reading, request)


def checkpoint(reading: Reading, _request: Request) -> Response:
    """Return the published checkpoint."""
    return Response(reading.checkpoint(), media_type=TEXT)


def tile(reading: Reading, request: Request) -> Response:
    """Return a tile or bundle; what was published once never changes, so it may be kept."""
    return Response(reading.tile(f"tile/{request.path_params['path']}"), media_type=BYTES, headers=IMMUTABLE)


def proof(reading: Reading, request: Request) -> Response:
    """Return a tlog-proof: `index` of an entry, `size` of a checkpoint."""
    return Response(reading.proof(index=_number(request, "index"), size=_size(request)), media_type=TEXT)


def consistency(reading: Reading, request: Request) -> Response:
    """Return a consistency proof as witnesses take it: from `old` entries to `size`."""
    return Response(reading.consistency(old=_number(request, "old"), size=_size(request)), media_type=TEXT)


def _for_person(found: Found, request: Request) -> Response:
    """Return what is found for whoever is signed in. Raises SignedOutError, HTTPException."""
    desk = desk_of(request)
    at = desk.clock()
    session = desk.found(request, at)
    if session is None:
        message = "sign in first"
        raise SignedOutError(message)
    try:
        reading = reading_of_person(Seated(desk, session.member, at, session.token))
    except NotThereError as refused:
        raise HTTPException(404, "Not Found") from refused
    response = _told(found, reading, request)
    if session.renewed:
        desk.give_cookie(request, response, session.token)
    return response


def _told(found: Found, reading: Reading, request: Request) -> Response:
    """Return what is found. Raises HTTPException where it is not there, or not asked for in its form."""
    try:
        return found(reading, request)
    except NotThereError as absent:
        raise HTTPException(404, "Not Found") from absent


def _number(request: Request, word: str) -> int:
    given = request.query_params.getlist(word)
    if len(given) != 1 or not _NUMBER.fullmatch(given[0]):
        raise HTTPException(400, f"{word}: one number without leading zeros")
    return int(given[0])


def _size(request: Request) -> int | None:
    return _number(request, "size") if "size" in request.query_params else None
