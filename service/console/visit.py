"""A visit to a page: who, in which language, with what form; and what a visitor is told when something is refused."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.acts.asking import UnfitError
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError, StepUpError
from service.acts.hindrances import PROBLEMS
from service.acts.hindrances import told as why
from service.console.act_words import CODES, FIELDS
from service.console.act_words import said as said_in
from service.console.act_words import said as said_in_words
from service.console.pages import TEMPLATES, render
from service.console.people_words import people_words
from service.console.words import Language, language_of
from service.database import transaction
from service.identity.desk import Desk, from_here
from service.identity.entitlements import PURPOSES
from service.identity.factors.passwords import BusyError, WeakPasswordError
from service.identity.members import Member
from service.identity.roles import ROLES
from service.identity.sessions import Found, SignedOutError, end_session, form_token, is_form_token
from service.ledger import ClockUnsureError, RecordMismatchError
from service.statute.refusals import Conflict, Refusal

FORM_LIMIT, MOST_FIELDS = 65_536, 200
LANGUAGE_COOKIE = "lang"


def _called(value: object, names: Mapping[str, str]) -> object:
    """Return a value with what its ids are called before them."""
    if isinstance(value, list):
        return ", ".join(str(_called(one, names)) for one in value)
    name = names.get(value) if isinstance(value, str) else None
    return value if name is None or name == value else f"{name} ({value})"


KEEPERS = frozenset({"administrator", "approver", "auditor"})
"""Roles that see accounts and roles."""
OF_ONE_SELF = {"person": ("本人", "The person")}
TEMPLATES.filters["role"] = lambda code, language: said_in({**ROLES, **OF_ONE_SELF}, code, language)
TEMPLATES.filters["field"] = lambda code, language: said_in(FIELDS, code, language)
TEMPLATES.filters["purpose"] = lambda code, language: said_in(PURPOSES, code, language)
TEMPLATES.filters["called"] = _called
TEMPLATES.filters["keeps"] = lambda roles: bool(KEEPERS & set(roles))


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a page of people who sign in."""

    request: Request
    desk: Desk
    at: datetime
    language: Language
    found: Found | None
    form: Mapping[str, list[str]]

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
        shown = {"member": member, "form_token": token, "here": self.request.url.path, "said": told, "demo": self.desk.demo}
        response = render(template, self.language, status=status, script=script, **{**shown, **values})
        if self.found is not None and self.found.renewed:
            self.desk.give_cookie(self.request, response, self.found.token)
        asked = self.request.query_params.get("lang")
        if asked in {"ja", "en"}:
            response.set_cookie(LANGUAGE_COOKIE, asked, path="/", secure=self.desk.secure(self.request), httponly=True, samesite="strict")
        return response

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


_OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f-\xa0\\]{0,500}")


def own_path(path: str) -> str:
    """Return a path of ours, or that of one's home; browsers leave tabs and line ends out, and read a backslash as a slash."""
    return path if _OWN_PATH.fullmatch(path) else "/home"


Page = Callable[[Visit], Response]


def door(desk: Desk, page: Page, *, open_to_all: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a page; unless it is open to all, only for who is signed in, and forms only with their token."""

    async def endpoint(request: Request) -> Response:
        form = await read_form(request) if request.method == "POST" else {}
        return await run_in_threadpool(_answer, desk, page, request, form, open_to_all=open_to_all)

    return endpoint


async def read_form(request: Request) -> Mapping[str, list[str]]:
    """Return the fields of a form, or none where it is too large or no form."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_LIMIT:
            return {}
    try:
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    # Nobody types a NUL, and no database takes one.
    return {name: [value.replace("\x00", "") for value in values] for name, values in form.items()}


def _answer(desk: Desk, page: Page, request: Request, form: Mapping[str, list[str]], *, open_to_all: bool) -> Response:
    at = desk.clock()
    language = language_of(request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE))
    found = desk.found(request, at)
    visit = Visit(request, desk, at, language, found, form)
    try:
        if not open_to_all:
            _ = visit.member
        if request.method == "POST":
            _require_own_form(visit, open_to_all=open_to_all)
        return page(visit)
    except SignedOutError:
        return visit.goes_to(f"/sign-in?next={quote(_back(request))}")
    except StepUpError:
        return visit.goes_to(f"/confirm?next={quote(_back(request))}")
    except (
        OutsideError,
        NotAllowedError,
        Refusal,
        Conflict,
        UnfitError,
        WeakPasswordError,
        BusyError,
        ClockUnsureError,
        RecordMismatchError,
    ) as problem:
        return trouble(visit, problem)


def _back(request: Request) -> str:
    """Return the page to come back to: that of a form stands where the form does."""
    path = request.url.path
    page, _slash, step = path.rpartition("/")
    # /proposals/ID/approve is a step of the page /proposals/ID; /acts/VERB is a page itself.
    is_step = request.method == "POST" and page.count("/") > 1
    return page if is_step and step else path


def _require_own_form(visit: Visit, *, open_to_all: bool) -> None:
    """Refuse a form that another site sent, or one that was made for another session. Raises SignedOutError."""
    own = from_here(visit.request)
    if visit.found is not None and not open_to_all:
        sent = visit.request.cookies.get(visit.desk.cookie(visit.request), "")
        own = own and is_form_token(sent, visit.one("form_token"))
    if not own:
        message = "the form belongs to another sign-in"
        raise SignedOutError(message)


def trouble(visit: Visit, problem: Exception) -> Response:  # noqa: PLR0911 - a table
    """Return the page that says what could not be done, and why."""
    told = people_words(visit.language)
    match problem:
        case OutsideError():
            return visit.page("trouble.html", status=404, title=told["not_found"], text=told["not_found_text"], citations=[])
        case NotAllowedError():
            return visit.page("trouble.html", status=403, title=told["not_allowed"], text=str(problem), citations=[])
        case Refusal():
            text = why(problem, visit.language)
            cited = [one.ja() if visit.language == "ja" else str(one) for one in problem.basis]
            return visit.page("trouble.html", status=403, title=told["refused"], text=text, citations=cited, facts=_facts(visit, problem))
        case Conflict():
            text = PROBLEMS[problem.slug][0] if visit.language == "ja" else str(problem)
            return visit.page("trouble.html", status=409, title=told["conflict"], text=text, citations=[])
        case RecordMismatchError():
            return visit.page("trouble.html", status=503, title=told["unavailable_now"], text=told["mismatch"], citations=[])
        case ClockUnsureError() | BusyError():
            return visit.page("trouble.html", status=503, title=told["unavailable_now"], text="", citations=[])
        case _:
            return visit.page("trouble.html", status=422, title=told["malformed"], text=str(problem), citations=[])


def _facts(visit: Visit, refusal: Refusal) -> list[tuple[str, str]]:
    """Return what a refusal turned on, as far as a reader can use it: by its name, codes in words."""
    told = people_words(visit.language)
    return [
        (told[f"fact_{name}"], ", ".join(said_in_words(CODES, str(one), visit.language) for one in _listed(refusal.facts[name])))
        for name in ("latest", "missing")
        if refusal.facts.get(name)
    ]


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else [value]
