"""POST /access/v1/evaluations of the OpenID Authorization API 1.0 (AuthZEN): many checks in one request, decided together.

What is wrong with one check is answered in its place, denied and not decided; what is wrong with all of it is 400.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from msgspec import structs

from service.api.admission import Admission, NotValidError
from service.api.authzen import TOO_MANY, answer_written, until_the_next_stroke
from service.api.budget import Budget
from service.api.entrance import Entrance
from service.api.evaluation_form import BadRequestError
from service.api.evaluations_form import LARGEST_BATCH_BODY, Batch, parse_batch
from service.api.exchange import Head, answer, body_of, carried_by, reply
from service.api.gateway import Gateway, UnavailableError
from service.api.limits import Receive, Scope, Send
from service.api.preparing import Asked, Outcome
from service.identity.callers import Caller, Named, caller_named

PATH = "/access/v1/evaluations"


class _NobodyError(Exception):
    """A key or a client that is nobody's."""


class _SpentError(Exception):
    """Too many unknown names were asked for; ask again after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(TOO_MANY)
        self.seconds = seconds


class Evaluations:
    """The door of batches of checks."""

    def __init__(self, gateway: Gateway, admission: Admission, budget: Budget, clock: Callable[[], datetime]) -> None:
        """Take the gateway that answers, what verifies tokens, how much guessing is answered, and the clock."""
        self._gateway, self._entrance, self._budget, self._clock = gateway, Entrance(admission), budget, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        arrived = asyncio.get_running_loop().time()
        head = Head(scope["headers"])
        always = carried_by(scope, head)
        if scope["method"] != "POST":
            await reply(send, 405, {"message": "only POST is answered here"}, always, ((b"allow", b"POST"),))
            return
        try:
            body = await body_of(receive, head, largest=LARGEST_BATCH_BODY)
            named = await self._entrance.named(head, path=PATH)
            batch = _batch(head, body, named)
            outcomes = await self._decided(batch, named)
        except (NotValidError, _NobodyError):
            await self._entrance.refuse(send, head, always)
        except BadRequestError as bad:
            await reply(send, 400, {"message": str(bad)}, always)
        except UnavailableError as unavailable:
            await reply(send, 503, {"message": str(unavailable)}, always, ((b"retry-after", b"1"),))
        except _SpentError as spent:
            await reply(send, 429, {"message": TOO_MANY}, always, ((b"retry-after", str(spent.seconds).encode()),))
        else:
            # One denial among many lets the whole answer wait: how long it took tells nothing of why.
            if not all(outcome.answer.api for outcome in outcomes):
                await until_the_next_stroke(arrived)
            await answer(scope, send, _body(batch, outcomes), always)

    async def _decided(self, batch: Batch[Asked], named: Named) -> list[Outcome]:
        """Return the outcomes of what is decidable. Raises BadRequestError beyond the caller's limit, and what a check raises."""
        asked, caller = batch.decidable, caller_named(self._gateway.snapshot.world, named=named, at=self._clock())
        if caller is not None:
            _require_within(batch, caller)
        if not asked:
            if caller is None:
                raise _NobodyError
            return []
        wait = self._budget.wait(asked[0])
        if wait is not None:
            raise _SpentError(wait)
        outcomes = await self._gateway.check_all(asked, semantic=batch.semantic)
        if outcomes is None:
            raise _NobodyError
        # A caller that this process did not know until now; what was decided beyond its limit is not told.
        _require_within(batch, outcomes[0].caller)
        for one, outcome in zip(asked, outcomes, strict=False):
            wait = self._budget.count(one, outcome) or wait
        if wait is not None:
            raise _SpentError(wait)
        return list(outcomes)


def _batch(head: Head, body: bytes, named: Named) -> Batch[Asked]:
    request_id = head.request_id.decode() if head.request_id else None
    batch = parse_batch(body, content_type=head.content_type, key=named.key, request_id=request_id)
    if named.client is None:
        return batch
    return replace(
        batch,
        items=[
            one if isinstance(one, BadRequestError) else structs.replace(one, client=named.client, until=named.until) for one in batch.items
        ],
    )


def _require_within(batch: Batch[Asked], caller: Caller) -> None:
    if len(batch.items) > caller.batch_limit:
        message = f"evaluations has {len(batch.items)} members; this application may ask {caller.batch_limit} in one request"
        raise BadRequestError(message)


def _body(batch: Batch[Asked], outcomes: list[Outcome]) -> Any:
    if batch.single:
        return answer_written(outcomes[0])
    answers = batch.in_place([(outcome.answer.api, answer_written(outcome)) for outcome in outcomes])
    return {"evaluations": [_wrong(one) if isinstance(one, BadRequestError) else one for one in answers]}


def _wrong(bad: BadRequestError) -> dict[str, Any]:
    return {"decision": False, "context": {"error": {"status": 400, "message": str(bad)}}}
