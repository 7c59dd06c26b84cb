"""POST /access/v1/evaluation of the OpenID Authorization API 1.0 (AuthZEN), as plain ASGI: the hot door.

Bad input is 400 with a message, never 422; 401 says how to authenticate; a denial is 200. Properties and context that a
caller sends can only narrow an answer, and the caller cannot choose the instant.
"""

import asyncio
import math
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from service.api.admission import Admission, NotValidError
from service.api.budget import Budget
from service.api.entrance import Entrance
from service.api.evaluation_form import BadRequestError, parse
from service.api.exchange import Head, answer, body_of, carried_by, reply
from service.api.gateway import Gateway, UnavailableError
from service.api.limits import Receive, Scope, Send
from service.api.preparing import Asked, Outcome
from service.identity.callers import hash_of
from service.ledger import instant

PATH = "/access/v1/evaluation"
DENIAL_SECONDS = 0.005
"""A denial leaves this long after its check arrived, or twice, thrice as long; a permit leaves at once."""
TOO_MANY = "too many names that are not known here were asked for; no decision was made"
DENIED = {
    "ja": "この操作は許可されていません。照会番号 {reference} を情報管理者にお知らせください。",
    "en": "This is not permitted. Please give the reference {reference} to the information manager.",
}
AROUND = [(language, *text.split("{reference}")) for language, text in DENIED.items()]
"""The same, as what stands before and behind the reference."""

stamp = lru_cache(maxsize=16)(instant)
"""All answers of a batch carry one instant."""


class Evaluation:
    """The door of single checks."""

    def __init__(self, gateway: Gateway, admission: Admission, budget: Budget) -> None:
        """Take the gateway that answers, what verifies tokens, and how much guessing is answered."""
        self._gateway, self._entrance, self._budget = gateway, Entrance(admission), budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        arrived = asyncio.get_running_loop().time()
        headers = Head(scope["headers"])
        echoed, always = headers.request_id, carried_by(scope, headers)
        if scope["method"] != "POST":
            await reply(send, 405, {"message": "only POST is answered here"}, always, ((b"allow", b"POST"),))
            return
        try:
            body = await body_of(receive, headers)
            key = headers.bearer
            if key is None or b"." in key:
                asked = await self._asked_with_token(headers, body)
            else:
                asked = parse(body, content_type=headers.content_type, key=hash_of(key), request_id=echoed.decode() if echoed else None)
            wait = self._budget.wait(asked)
            outcome = await self._gateway.check(asked) if wait is None else None
            if outcome is not None:
                wait = self._budget.count(asked, outcome)
        except NotValidError:
            await self._entrance.refuse(send, headers, always)
            return
        except BadRequestError as bad:
            await reply(send, 400, {"message": str(bad)}, always)
            return
        except UnavailableError as unavailable:
            await reply(send, 503, {"message": str(unavailable)}, always, ((b"retry-after", b"1"),))
            return
        if wait is not None:
            await reply(send, 429, {"message": TOO_MANY}, always, ((b"retry-after", str(wait).encode()),))
            return
        if outcome is None:
            await self._entrance.refuse(send, headers, always)
            return
        if not outcome.answer.api:
            await until_the_next_stroke(arrived)
        await answer(scope, send, answer_body(outcome), always)

    async def _asked_with_token(self, headers: Head, body: bytes) -> Asked:
        """Return the check that a request with a token asks. Raises NotValidError, BadRequestError, UnavailableError."""
        admitted = await self._entrance.admit(headers, path=PATH)
        client, echoed = admitted.client, headers.request_id
        asked = parse(body, content_type=headers.content_type, key=client.name, request_id=echoed.decode() if echoed else None)
        return replace(asked, client=client, until=admitted.until)


def answer_body(outcome: Outcome) -> dict[str, Any]:
    """Return what the caller may know of an outcome, as the body of the answer."""
    context: dict[str, Any]
    if outcome.answer.api:
        context = {"ledger_index": outcome.index, "recheck_at": stamp(outcome.recheck_at), "mark": outcome.mark}
        if outcome.obligations:
            context["obligations"] = list(outcome.obligations)
        if outcome.caller.hold_seconds:
            context["hold_seconds"] = outcome.caller.hold_seconds
    else:
        reference = outcome.reference
        message = {language: f"{before}{reference}{behind}" for language, before, behind in AROUND}
        context = {"reference": reference, "code": outcome.code, "message": message}
    if outcome.caller.trial:
        answer = outcome.answer
        context["trial"] = {
            "decision": answer.decision,
            "reason": answer.reason,
            "basis": list(answer.basis),
            "ja": answer.ja,
            "en": answer.en,
            "ledger_index": outcome.index,
        }
    return {"decision": outcome.answer.api, "context": context}


async def until_the_next_stroke(arrived: float, *, seconds: float = DENIAL_SECONDS) -> None:
    """Wait until a whole number of strokes has passed since a check arrived: how long it took to deny tells nothing of why.

    Both instants are those of the loop, whose timers end on its own milliseconds, so the end does not depend on the work.
    """
    loop = asyncio.get_running_loop()
    passed = loop.time() - arrived
    stroke = math.floor(passed / seconds) + 1
    await asyncio.sleep(arrived + stroke * seconds - loop.time())
