"""Who is signed in at the management API: found by the cookie, and by the form token for whatever changes something."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from service.acts.asking import UnfitError
from service.acts.once import Once, Terms
from service.identity.desk import Desk, Seated, from_here
from service.identity.sessions import SignedOutError, is_form_token

FORM_HEADER = "x-csrf-token"
ONCE_HEADER, MATCH_HEADER = "Idempotency-Key", "If-Match"
KEY_FORM, ETAG_FORM = re.compile(r"[\x21-\x7e]{1,255}"), re.compile(r'"\d{1,15}"')
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


async def on_terms(request: Request) -> "Sent":
    """Return the key and the index that came with a request, and which request it is. Raises UnfitError."""
    key = request.headers.get(ONCE_HEADER)
    if key is not None and not KEY_FORM.fullmatch(key):
        message = f"{ONCE_HEADER}: 1 to 255 visible characters"
        raise UnfitError(message)
    match = request.headers.get(MATCH_HEADER)
    if match is not None and not ETAG_FORM.fullmatch(match):
        message = f'{MATCH_HEADER}: an entity tag that came from here, such as "123"'
        raise UnfitError(message)
    whole = b"\n".join((request.method.encode(), request.url.path.encode(), await request.body()))
    return Sent(key, sha256(whole).digest(), None if match is None else int(match.strip('"')))


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a request beside its body."""

    key: str | None
    digest: bytes
    unless_changed_after: int | None

    def terms(self, seated: Seated) -> Terms:
        """Return the terms on which somebody asks."""
        once = None if self.key is None else Once(seated.member.account_id, self.key, self.digest)
        return Terms(once, self.unless_changed_after)


TERMS_HEADERS = {
    ONCE_HEADER: "The same request under the same key is done once and answered alike, for 24 hours.",
    MATCH_HEADER: "The ETag of what the act is about: nothing is done where something of it changed since (412).",
}


ETAG_HEADER = {"ETag": {"description": "For If-Match: the entry that last changed what is shown.", "schema": {"type": "string"}}}
TAGGED: dict[int | str, dict[str, Any]] = {200: {"headers": ETAG_HEADER}}


def tag(response: Response, index: int) -> None:
    """Give an answer its entity tag: the index of the entry that last changed what it shows."""
    response.headers["etag"] = f'"{max(index, 0)}"'


Asking = Annotated[Sent, Depends(on_terms)]
