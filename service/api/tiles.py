"""The doors under /ledger/v1/: the log in the layout of C2SP tlog-tiles, and two proofs of our own.

Whoever may not read it hears what somebody hears who asks for a tile that does not exist. Nothing is compressed: a tile is
hashes, and a bundle is small.
"""

import re
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from service.acts.reading.tiles import NotThereError, checkpoint_for, consistency_for, proof_for, require_reader, tile_for
from service.api.management.desk import desk_of
from service.identity.desk import Seated
from service.identity.sessions import SignedOutError

PREFIX = "/ledger/v1"
TEXT, BYTES = "text/plain; charset=utf-8", "application/octet-stream"
IMMUTABLE = {"cache-control": "private, max-age=31536000, immutable"}
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


def routes() -> list[BaseRoute]:
    """Return the doors."""
    doors: tuple[tuple[str, Callable[[Request], Response]], ...] = (
        ("/checkpoint", checkpoint),
        ("/tile/{path:path}", tile),
        ("/proof", proof),
        ("/consistency", consistency),
    )
    return [Route(PREFIX + path, door, methods=["GET"], include_in_schema=False) for path, door in doors]


def checkpoint(request: Request) -> Response:
    """Return the published checkpoint."""
    return _answer(lambda seated: Response(checkpoint_for(seated), media_type=TEXT), request)


def tile(request: Request) -> Response:
    """Return a tile or bundle; what was published once never changes, so it may be kept."""

    def found(seated: Seated) -> Response:
        content = tile_for(seated, path=f"tile/{request.path_params['path']}")
        return Response(content.raw, media_type=BYTES, headers=IMMUTABLE)

    return _answer(found, request)


def proof(request: Request) -> Response:
    """Return a tlog-proof: `index` of an entry, `size` of a checkpoint."""

    def found(seated: Seated) -> Response:
        require_reader(seated)
        return Response(proof_for(seated, index=_number(request, "index"), size=_size(request)), media_type=TEXT)

    return _answer(found, request)


def consistency(request: Request) -> Response:
    """Return a consistency proof as witnesses take it: from `old` entries to `size`."""

    def found(seated: Seated) -> Response:
        require_reader(seated)
        return Response(consistency_for(seated, old=_number(request, "old"), size=_size(request)), media_type=TEXT)

    return _answer(found, request)


def _answer(found: Callable[[Seated], Response], request: Request) -> Response:
    """Return what is found for whoever is signed in. Raises SignedOutError, HTTPException."""
    desk = desk_of(request)
    at = desk.clock()
    session = desk.found(request, at)
    if session is None:
        message = "sign in first"
        raise SignedOutError(message)
    try:
        response = found(Seated(desk, session.member, at, session.token))
    except NotThereError as absent:
        raise HTTPException(404, "Not Found") from absent
    if session.renewed:
        desk.give_cookie(request, response, session.token)
    return response


def _number(request: Request, word: str) -> int:
    given = request.query_params.getlist(word)
    if len(given) != 1 or not _NUMBER.fullmatch(given[0]):
        raise HTTPException(400, f"{word}: one number without leading zeros")
    return int(given[0])


def _size(request: Request) -> int | None:
    return _number(request, "size") if "size" in request.query_params else None
