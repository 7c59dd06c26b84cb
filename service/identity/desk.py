"""What every door for people needs: the deployment, the instant, the cookie, and who is signed in."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from service.database import transaction
from service.identity.members import Member
from service.identity.oidc import Providers
from service.identity.sessions import Found, session_of
from service.ledger import Log

LONGEST_TOKEN = 128
COOKIE, SECURE_COOKIE = "sekisho", "__Host-sekisho"


@dataclass(frozen=True, slots=True)
class Desk:
    """One deployment, as the doors of people see it."""

    engine: Engine
    log: Log
    clock: Callable[[], datetime]
    public_url: str | None = None
    demo: bool = False
    providers: Providers | None = None
    mail_domains: tuple[str, ...] | None = None
    """The domains to which mails go, empty for any; None where nobody is written to."""
    data_dir: Path | None = None
    """Where keys, certificates and the floor of the log lie; None where nobody said."""
    letters: Path | None = None
    """The site's own folder of templates and fonts for letters."""

    def secure(self, request: Request) -> bool:
        """Say whether the browser speaks to us over TLS."""
        return request.url.scheme == "https" or (self.public_url or "").startswith("https:")

    def cookie(self, request: Request) -> str:
        """Return the name of the session's cookie; over TLS no other host can set it (RFC 6265bis, `__Host-`)."""
        return SECURE_COOKIE if self.secure(request) else COOKIE

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


def from_here(request: Request) -> bool:
    """Say whether a browser sent a request from our own pages; a program that is no browser sends neither header."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        # A browser of today says so itself; our pages send no referrer, and then the origin of a form is `null`.
        return site == "same-origin"
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    return origin is None or hmac.compare_digest(origin.partition("://")[2].encode(), host.encode())
