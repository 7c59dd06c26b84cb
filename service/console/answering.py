"""The endpoint of a page: who asks, whether they may, the page, or what stood in its way."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.acts.asking import UnfitError
from service.acts.attempts import keep_attempt
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError, StepUpError
from service.console.doorway import Doorway
from service.console.forms import Form, FormTooLargeError, read_files, read_form
from service.console.trouble import trouble
from service.console.visit import LANGUAGE_COOKIE, Visit
from service.console.words import language_of
from service.identity.desk import Desk, from_here
from service.identity.entitlements import PurposeNeededError
from service.identity.factors.passwords import BusyError, WeakPasswordError
from service.identity.sessions import SignedOutError, is_form_token
from service.ledger import ClockUnsureError, RecordMismatchError
from service.statute.refusals import Conflict, Refusal

Page = Callable[[Visit], Response]

AUDITOR = "auditor"
"""Whose pages nobody else opens unnoticed."""


def door(desk: Desk, page: Page) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a page that is open to all."""

    async def endpoint(request: Request) -> Response:
        form = await _sent(request)
        return await run_in_threadpool(_answer, desk, page, request, form)

    return endpoint


def inner_door(desk: Desk, doorway: Doorway, doorways: tuple[Doorway, ...]) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a page for whoever is signed in and holds one of its roles; forms only with their token."""

    async def endpoint(request: Request) -> Response:
        form = await _sent(request, megabytes=doorway.uploads)
        return await run_in_threadpool(_answer, desk, doorway.page, request, form, doorway=doorway, doorways=doorways)

    return endpoint


async def _sent(request: Request, *, megabytes: int = 0) -> Form | FormTooLargeError:
    """Return what came with a request; what is too large is told on a page, so it is carried on and not raised."""
    if request.method != "POST":
        return Form()
    try:
        return await read_files(request, megabytes=megabytes) if megabytes else Form(await read_form(request))
    except FormTooLargeError as problem:
        return problem


def _answer(
    desk: Desk,
    page: Page,
    request: Request,
    sent: Form | FormTooLargeError,
    *,
    doorway: Doorway | None = None,
    doorways: tuple[Doorway, ...] = (),
) -> Response:
    at = desk.clock()
    language = language_of(request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE))
    found = desk.found(request, at)
    visit = Visit(request, desk, at, language, found, sent if isinstance(sent, Form) else Form(), doorway, doorways)
    if isinstance(sent, FormTooLargeError):
        return trouble(visit, sent)
    try:
        if request.method == "POST":
            _require_own_form(visit, open_to_all=doorway is None)
        if doorway is not None:
            _require_doorway(visit, doorway)
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
        PurposeNeededError,
    ) as problem:
        return trouble(visit, problem)


def _require_doorway(visit: Visit, doorway: Doorway) -> None:
    """Refuse a page of the other seat, and one for other roles. Raises SignedOutError, OutsideError, NotAllowedError."""
    member = visit.member
    if doorway.seat is not None and doorway.seat != visit.desk.log.seat:
        word = "page"
        raise OutsideError(word)
    if doorway.roles is not None and not doorway.roles & member.role_names:
        message = f"it takes {' or '.join(sorted(doorway.roles))}"
        refused = NotAllowedError(message, roles=doorway.roles)
        if AUDITOR in doorway.roles:
            keep_attempt(visit.seated, f"page:{doorway.path}", refused)
        raise refused


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
