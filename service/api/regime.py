"""The AuthZEN doors of another regime: evaluation, evaluations, three searches and metadata, by one API key.

The form of requests and answers is that of the Act's doors; nothing is recorded, and a decision is told without a reason.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from service.api.evaluation_form import BadRequestError, Question, question_of, request_of, require_json
from service.api.evaluations_form import LARGEST_BATCH_BODY, Batch, batch_of
from service.api.exchange import LARGEST_BODY, Head, body_of, carried_by, reply
from service.api.limits import Application, Headers, Receive, Scope, Send
from service.api.metadata import Metadata
from service.api.preparing import STOPS
from service.api.search_form import PATHS, Entity, SearchRequest, parse_search, search_body
from service.api.search_tokens import Place, TokenRefusedError, Tokens
from service.decision.regime import Named, Regime, UnreadableError

EVALUATION, EVALUATIONS = "/access/v1/evaluation", "/access/v1/evaluations"
MOST_IN_A_BATCH = 100
PAGE, LARGEST_PAGE = 100, 1_000
"""How many results a page holds where a caller wishes no number, and at most."""
CALLER = "the key"
Answering = Callable[[bytes, Head], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class _Door:
    """What answers the body of a POST, and how large that may be."""

    answer: Answering
    largest: int = LARGEST_BODY


class RegimeDoors:
    """The doors of one regime, as one ASGI application."""

    def __init__(self, regime: Regime, *, key: str, page_key: bytes, address: str, clock: Callable[[], datetime]) -> None:
        """Take the regime, the API key that lets callers in, 32 bytes that seal page tokens, the public address and the clock."""
        self._regime, self._clock = regime, clock
        self._key, self._tokens = sha256(key.encode()).digest(), Tokens(page_key)
        self._doors = {EVALUATION: _Door(self._evaluation), EVALUATIONS: _Door(self._evaluations, LARGEST_BATCH_BODY)}
        self._doors |= {path: _Door(self._search(path)) for path in PATHS}
        described = Metadata(address, self._doors)
        self._others: Mapping[str, Application] = dict.fromkeys(described.paths, described)

    @property
    def paths(self) -> frozenset[str]:
        """The paths whose doors limit their bodies themselves."""
        return frozenset(self._doors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live as long as the server does."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        head = Head(scope["headers"])
        always = carried_by(scope, head)
        door, other = self._doors.get(scope["path"]), self._others.get(scope["path"])
        if other is not None:
            await other(scope, receive, send)
        elif door is None:
            await reply(send, 404, {"message": "there is no door here"}, always)
        elif scope["method"] != "POST":
            await reply(send, 405, {"message": "only POST is answered here"}, always, ((b"allow", b"POST"),))
        elif not self._lets_in(head):
            await _refuse(send, head, always)
        else:
            try:
                answer = await door.answer(await body_of(receive, head, largest=door.largest), head)
            except (BadRequestError, UnreadableError) as bad:
                await reply(send, 400, {"message": str(bad)}, always)
            else:
                await reply(send, 200, answer, always)

    def _lets_in(self, head: Head) -> bool:
        return head.bearer is not None and hmac.compare_digest(sha256(head.bearer).digest(), self._key)

    async def _evaluation(self, body: bytes, head: Head) -> Mapping[str, Any]:
        require_json(head.content_type)
        return {"decision": self._decide(question_of(request_of(body)))}

    async def _evaluations(self, body: bytes, head: Head) -> Mapping[str, Any]:
        require_json(head.content_type)
        request = request_of(body)
        batch = batch_of(request)
        if len(batch.items) > MOST_IN_A_BATCH:
            message = f"evaluations has {len(batch.items)} members; {MOST_IN_A_BATCH} may be asked in one request"
            raise BadRequestError(message)
        if batch.single:
            return {"decision": self._decide(question_of(request))}
        return {"evaluations": await asyncio.to_thread(self._all, batch)}

    def _all(self, batch: Batch[Question]) -> list[Mapping[str, Any]]:
        """Return the answers of a batch in their places, up to the one that ends it."""
        found: list[Mapping[str, Any]] = []
        for item in batch.items:
            found.append(self._told(item))
            if found[-1]["decision"] is STOPS[batch.semantic]:
                break
        return found

    def _told(self, item: Question | BadRequestError) -> Mapping[str, Any]:
        try:
            if not isinstance(item, BadRequestError):
                return {"decision": self._decide(item)}
            bad: Exception = item
        except UnreadableError as unreadable:
            bad = unreadable
        return {"decision": False, "context": {"error": {"status": 400, "message": str(bad)}}}

    def _decide(self, asked: Question) -> bool:
        subject, resource = (Named(one["type"], one["id"], one.get("properties", {})) for one in (asked.subject, asked.resource))
        action = Named("", asked.action["name"], asked.action.get("properties", {}))
        return self._regime.decide(subject, action, resource, asked.context)

    def _search(self, path: str) -> Answering:
        async def search(body: bytes, head: Head) -> Mapping[str, Any]:
            asked = parse_search(body, content_type=head.content_type, searched=PATHS[path])
            place = self._place(asked)
            # A scan of many entities takes its time, and the other callers need not wait for it.
            found = await asyncio.to_thread(lambda: list(islice(self._permitted(asked, place.after), place.limit + 1)))
            more = len(found) > place.limit
            names = found[: place.limit]
            token = self._sealed(asked, Place(names[-1], place.limit)) if more else ""
            return search_body([_result(asked, name) for name in names], next_token=token)

        return search

    def _place(self, asked: SearchRequest) -> Place:
        """Return where a page begins and how many results it has at most. Raises BadRequestError for a token of another request."""
        if asked.token is None:
            return Place("", min(asked.limit or PAGE, LARGEST_PAGE))
        try:
            place = self._tokens.open(asked.token, caller=CALLER, request=asked.digest(), at=self._clock())
        except TokenRefusedError as refused:
            message = "page.token is not one of this request, or is too old: begin anew without it"
            raise BadRequestError(message) from refused
        return place if asked.limit is None else Place(place.after, min(asked.limit, LARGEST_PAGE))

    def _sealed(self, asked: SearchRequest, place: Place) -> str:
        return self._tokens.seal(place, caller=CALLER, request=asked.digest(), at=self._clock())

    def _permitted(self, asked: SearchRequest, after: str) -> Iterator[str]:
        """Yield, in their order, the names behind `after` for which the same check would permit; none where a name is unknown.

        Of the searched entity, properties are what it must have: by the facts, not by the caller's word.
        """
        known = {"subject": asked.subject, "resource": asked.resource}
        if all(self._regime.knows(_of(one)) for member, one in known.items() if member != asked.searched):
            yield from (name for name in self._candidates(asked) if name > after and self._permits(asked, name))

    def _permits(self, asked: SearchRequest, name: str) -> bool:
        """Say whether a candidate is what the search says of it, and the check with it permits."""
        checked = {"subject": _of(asked.subject), "resource": _of(asked.resource), "action": _of(asked.action or Entity("", None, {}))}
        checked[asked.searched] = candidate = checked[asked.searched]._replace(id=name)
        agrees = asked.searched == "action" or self._regime.agrees(candidate)
        return agrees and self._regime.decide(checked["subject"], checked["action"], checked["resource"], asked.context)

    def _candidates(self, asked: SearchRequest) -> Sequence[str]:
        if asked.searched == "action":
            return self._regime.actions
        return self._regime.ids(asked.subject.type if asked.searched == "subject" else asked.resource.type)


def _of(one: Entity) -> Named:
    return Named(one.type, one.id or "", one.properties)


def _result(asked: SearchRequest, name: str) -> Mapping[str, str]:
    if asked.searched == "action":
        return {"name": name}
    return {"type": asked.subject.type if asked.searched == "subject" else asked.resource.type, "id": name}


async def _refuse(send: Send, head: Head, always: Headers) -> None:
    challenge, message = b'Bearer realm="sekisho"', "an API key is needed: Authorization: Bearer KEY"
    if head.bearer is not None:
        challenge, message = challenge + b', error="invalid_token"', "this API key is not valid"
    await reply(send, 401, {"message": message}, always, ((b"www-authenticate", challenge),))


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})
