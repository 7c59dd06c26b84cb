"""What every door of the management API needs: the deployment, the instant, and who is signed in."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from sqlalchemy import Engine

from service.database import transaction
from service.identity.members import Member
from service.identity.sessions import Found, SignedOutError, is_form_token, session_of
from service.ledger import Log

FORM_HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_TOKEN = 128


@dataclass(frozen=True, slots=True)
class Desk:
    """One deployment, as the doors of people see it."""

    engine: Engine
    log: Log
    clock: Callable[[], datetime]
    public_url: str | None = None
    demo: bool = False

    def secure(self, request: Request) -> bool:
        """Say whether the browser speaks to us over TLS."""
        return request.url.scheme == "https" or (self.public_url or "").startswith("https:")

    def cookie(self, request: Request) -> str:
        """Return the name of the session's cookie; over TLS no other host can set it (RFC 6265bis, `__Host-`)."""
        return "__Host-sekisho" if self.secure(request) else "sekisho"

    def found(self, request: Request, at: datetime) -> Found | None:
        """Return the live session of a request, or None."""
        token = request.cookies.get(self.cookie(request), "")
        if not token or len(token) > LONGEST_TOKEN or not token.isascii():
            return None
        with transaction(self.engine) as session:
            return session_of(session, token=token, at=at)

    def give_cookie(self, request: Request, response: Response, token: str) -> None:
        """Put a session's id into the browser, for as long as it is open."""
        response.set_cookie(self.cookie(request), token, path="/", secure=self.secure(request), httponly=True, samesite="strict")

    def take_cookie(self, request: Request, response: Response) -> None:
        """Take it away."""
        response.delete_cookie(self.cookie(request), path="/", secure=self.secure(request), httponly=True, samesite="strict")


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody signed in at a desk, at an instant."""

    desk: Desk
    member: Member
    at: datetime
    token: str


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
            message = "the form token is missing or not this session's"
            raise SignedOutError(message)
    if found.renewed:
        desk.give_cookie(request, response, found.token)
    return Seated(desk, found.member, at, found.token)


def from_here(request: Request) -> bool:
    """Say whether a browser sent a request from our own pages; a program that is no browser sends neither header."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    return origin is None or hmac.compare_digest(origin.partition("://")[2].encode(), host.encode())


At = Annotated[Seated, Depends(seated)]
