"""Who is signed in at the management API: found by the cookie, and by the form token for whatever changes something."""

from typing import Annotated

from fastapi import Depends, Request, Response

from service.identity.desk import Desk, Seated, from_here
from service.identity.sessions import SignedOutError, is_form_token

FORM_HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def desk_of(request: Request) -> Desk:
    """Return the desk of the application that a request came to."""
    desk: Desk = request.app.state.desk
    return desk


def seated(request: Request, response: Response) -> Seated:
    """Return who is signed in. Raises SignedOutError; for anything that changes something the form token must come along."""
    desk = desk_of(request)
    at = desk.clock()
    found = desk.found(request, at)
    if found is None:
        message = "sign in first"
        raise SignedOutError(message)
    if request.method not in SAFE:
        sent = request.cookies.get(desk.cookie(request), "")
        given = request.headers.get(FORM_HEADER, "")
        if not (is_form_token(sent, given) and from_here(request)):
            message = "the form token is missing, or that of another sign-in"
            raise SignedOutError(message)
    if found.renewed:
        desk.give_cookie(request, response, found.token)
    return Seated(desk, found.member, at, found.token)


At = Annotated[Seated, Depends(seated)]
