"""A visit to a page: who, in which language, with what form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.console.dates import Calendar, calendar_of
from service.console.doorway import Doorway, Part, menu_for
from service.console.forms import Form
from service.console.pages import render
from service.console.people_words import people_words
from service.console.words import Language
from service.database import transaction
from service.identity.desk import Desk, Seated
from service.identity.members import Member
from service.identity.sessions import Found, SignedOutError, end_session, form_token
from service.statute.citations import cite

LANGUAGE_COOKIE, CALENDAR_COOKIE = "lang", "calendar"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a page of people who sign in."""

    request: Request
    desk: Desk
    at: datetime
    language: Language
    found: Found | None
    sent: Form = field(default_factory=Form)
    doorway: Doorway | None = None
    doorways: tuple[Doorway, ...] = ()

    @property
    def form(self) -> Mapping[str, list[str]]:
        """The fields of the form that was sent."""
        return self.sent.fields

    @property
    def calendar(self) -> Calendar:
        """How the visitor wants days to be written."""
        return calendar_of(self.request.cookies.get(CALENDAR_COOKIE))

    @property
    def seated(self) -> Seated:
        """Who is signed in, as queries that both doors share take it. Raises SignedOutError."""
        return Seated(self.desk, self.member, self.at, self.found.token if self.found is not None else "")

    def asked(self, name: str) -> str:
        """Return a word of the address, or an empty text."""
        return self.request.query_params.get(name, "").replace("\x00", "").strip()

    @property
    def member(self) -> Member:
        """Who is signed in. Raises SignedOutError."""
        if self.found is None:
            message = "sign in first"
            raise SignedOutError(message)
        return self.found.member

    @property
    def source(self) -> str:
        """Where the request came from, as the server saw it."""
        return self.request.client.host if self.request.client is not None else "unknown"

    def one(self, name: str) -> str:
        """Return a field of the form, or an empty text."""
        return self.form.get(name, [""])[0]

    def page(self, template: str, *, status: int = 200, script: bool = False, **values: object) -> Response:
        """Return a page in the visitor's language."""
        told = people_words(self.language)
        member = self.found.member if self.found is not None else None
        token = form_token(self.found.token) if self.found is not None else ""
        shown: dict[str, object] = {"member": member, "form_token": token, "here": self.request.url.path, "said": told}
        shown |= {"demo": self.desk.demo, "calendar": self.calendar, "flash": self._flash(), "menu": self._menu(), "basis": self._basis()}
        shown |= {"query": _query(self.request), "seat": self.desk.log.seat}
        script = script or member is not None
        response = render(template, self.language, status=status, script=script, **{**shown, **values})
        if self.found is not None and self.found.renewed:
            self.desk.give_cookie(self.request, response, self.found.token)
        asked = self.request.query_params.get("lang")
        if asked in {"ja", "en"}:
            self.remember(response, LANGUAGE_COOKIE, asked)
        return response

    def remember(self, response: Response, name: str, value: str) -> None:
        """Keep a choice of the visitor's in their browser, for a year."""
        secure = self.desk.secure(self.request)
        response.set_cookie(name, value, max_age=31_536_000, path="/", secure=secure, httponly=True, samesite="strict")

    def _menu(self) -> tuple[Part, ...]:
        member = self.found.member if self.found is not None else None
        return () if member is None else menu_for(self.doorways, member, seat=self.desk.log.seat, language=self.language)

    def _basis(self) -> tuple[tuple[str, str], ...]:
        """Return the citations that the page rests on, each with its anchor in the guide."""
        cited = [cite(one) for one in (self.doorway.basis if self.doorway is not None else ())]
        return tuple((one.ja() if self.language == "ja" else str(one), anchor_of(str(one))) for one in cited)

    def _flash(self) -> str:
        """Return the number of the entry that was just written, where the page was led to by an act."""
        told = self.request.query_params.get("done", "")
        return told if told.isascii() and told.isdigit() and len(told) <= LONGEST_INDEX else ""

    def signed_in(self, token: str, onward: str) -> Response:
        """Send the visitor on with a new session; the one that this browser had ends."""
        if self.found is not None:
            with transaction(self.desk.engine) as session:
                end_session(session, log=self.desk.log, member=self.found.member, at=self.at, token=self.found.token)
        response = self.goes_to(onward)
        self.desk.give_cookie(self.request, response, token)
        return response

    def goes_to(self, path: str) -> Response:
        """Send the visitor on to a page of ours."""
        return RedirectResponse(own_path(path), status_code=303)


LONGEST_INDEX = 16


def anchor_of(citation: str) -> str:
    """Return the anchor of a citation in the guide."""
    return re.sub(r"[^a-z0-9]+", "-", citation.lower()).strip("-")


def _query(request: Request) -> str:
    """Return the words of the address without the language and what was just done, to be put before others."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in {"lang", "done"}]
    return "&".join(f"{quote(name)}={quote(value)}" for name, value in kept)


_OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f-\xa0\\]{0,500}")


def own_path(path: str) -> str:
    """Return a path of ours, or that of one's home; browsers leave tabs and line ends out, and read a backslash as a slash."""
    return path if _OWN_PATH.fullmatch(path) else "/home"
