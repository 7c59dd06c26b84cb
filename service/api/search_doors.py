"""POST /access/v1/search/subject, /resource and /action of the OpenID Authorization API 1.0 (AuthZEN), as plain ASGI.

A search answers what the caller's single checks would permit at that instant, and no more: who searches for people needs a grant
of its own, and what is not known here finds nothing, as whatever is not permitted does. Each page is one entry.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from service.api.admission import Admission, NotValidError
from service.api.authzen import until_the_next_stroke
from service.api.entrance import Entrance
from service.api.evaluation_form import BadRequestError
from service.api.exchange import Head, body_of, carried_by, reply
from service.api.gateway import Gateway, UnavailableError
from service.api.limits import Headers, Receive, Scope, Send
from service.api.page_budget import PageBudget
from service.api.preparing import Asked
from service.api.search_form import PATHS, SearchRequest, parse_search, search_body
from service.api.searching import Page, Searches
from service.decision.searching import MOST_JUDGED
from service.identity.callers import Named, caller_named

ANSWER_SECONDS = 0.05
"""A page leaves this long after it was asked for, or twice, thrice as long: how long it took tells little of who was judged."""
ASKED_AT_ONCE = 4
"""How often the policies are asked for a page before others have their turn."""
NOT_GRANTED = "this application may not search for people"
NO_TOKEN = "page.token: this token is not of this search, or is too old; search again from the first page"  # noqa: S105 - a sentence
TOO_MANY = "too many pages were asked for; nothing was searched"


class SearchDoors:
    """The doors of all searches."""

    def __init__(
        self, gateway: Gateway, admission: Admission, searches: Searches, budget: PageBudget, *, clock: Callable[[], datetime]
    ) -> None:
        """Take the gateway, what verifies tokens of callers, what makes pages, how many pages an hour allows, and the clock."""
        self._gateway, self._entrance, self._searches, self._budget = gateway, Entrance(admission), searches, budget
        self._clock, self._turn = clock, asyncio.Semaphore(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        arrived = asyncio.get_running_loop().time()
        head = Head(scope["headers"])
        always = carried_by(scope, head)
        if scope["method"] != "POST":
            await reply(send, 405, {"message": "only POST is answered here"}, always, ((b"allow", b"POST"),))
            return
        try:
            status, answer, extra = await self._answer(scope["path"], head, receive)
        except NotValidError:
            await self._entrance.refuse(send, head, always)
            return
        except BadRequestError as bad:
            status, answer, extra = 400, {"message": str(bad)}, ()
        except UnavailableError as unavailable:
            status, answer, extra = 503, {"message": str(unavailable)}, ((b"retry-after", b"1"),)
        if status == HTTPStatus.OK:
            await until_the_next_stroke(arrived, seconds=ANSWER_SECONDS)
        await reply(send, status, answer, always, extra)

    async def _answer(self, path: str, head: Head, receive: Receive) -> tuple[int, dict[str, Any], Headers]:
        """Return status, body and headers. Raises NotValidError, BadRequestError, UnavailableError."""
        body = await body_of(receive, head)
        named = await self._entrance.named(head, path=path)
        wait = self._budget.wait(named.key)
        page = None if wait is not None else await self._page(path, head, body, named)
        if page is not None:
            wait = self._budget.count(named.key, page.caller.id)
        if wait is not None:
            return 429, {"message": TOO_MANY}, ((b"retry-after", str(wait).encode()),)
        if page is None:
            raise NotValidError
        if not page.is_whole:
            raise BadRequestError(NO_TOKEN)
        if not page.granted:
            return 403, {"message": NOT_GRANTED}, ()
        return HTTPStatus.OK, search_body(page.results, next_token=page.next_token), ()

    async def _page(self, path: str, head: Head, body: bytes, named: Named) -> Page | None:
        request = parse_search(body, content_type=head.content_type, searched=PATHS[path])
        request_id = None if head.request_id is None else head.request_id.decode()
        sought = (request.subject.type, "", request.resource.type, "", "")
        who = Asked(named.key, *sought, request_id=request_id, client=named.client, until=named.until)
        makes = self._searches.page(request, request_id=request_id)
        await self._ready(request, named)
        page: Page | None = await self._gateway.enter(who, makes)
        return page

    async def _ready(self, request: SearchRequest, named: Named) -> None:
        """Judge ahead, a few candidates at a time and one search after another, so that no check waits for a page.

        What is decided here is remembered; what counts is decided when the page's entry is made.
        """
        async with self._turn:
            for _slice in range(MOST_JUDGED // ASKED_AT_ONCE):
                at, snapshot = self._clock(), self._gateway.snapshot
                found = caller_named(snapshot.world, named=named, at=at)
                if found is None or self._searches.is_ready(request, snapshot=snapshot, caller=found, at=at, asked=ASKED_AT_ONCE):
                    return
                await asyncio.sleep(0)
