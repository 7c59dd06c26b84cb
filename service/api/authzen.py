"""POST /access/v1/evaluation of the OpenID Authorization API 1.0 (AuthZEN), as plain ASGI: the hot door.

Bad input is 400 with a message, never 422; 401 says how to authenticate; a denial is 200. Properties and context that a
caller sends can only narrow an answer, and the caller cannot choose the instant.
"""

import asyncio
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from msgspec import Raw
from msgspec.structs import replace

from service.api.admission import Admission, NotValidError
from service.api.budget import Budget
from service.api.direct import Direct
from service.api.entrance import Entrance
from service.api.evaluation_form import BadRequestError, parse
from service.api.exchange import Head, answer, body_of, carried_by, encode, reply
from service.api.gateway import Gateway, UnavailableError
from service.api.limits import Headers, Receive, Scope, Send
from service.api.preparing import Asked, Outcome
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

    path = PATH.encode()

    def __init__(self, gateway: Gateway, admission: Admission, budget: Budget) -> None:
        """Take the gateway that answers, what verifies tokens, and how much guessing is answered."""
        self._gateway, self._entrance, self._budget = gateway, Entrance(admission), budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        arrived = asyncio.get_running_loop().time()
        headers = Head(scope["headers"])
        always = carried_by(scope, headers)
        if scope["method"] != "POST":
            await reply(send, 405, {"message": "only POST is answered here"}, always, ((b"allow", b"POST"),))
            return
        try:
            body = await body_of(receive, headers)
            key = headers.bearer
            asked = await self._asked_with_token(headers, body) if key is None or b"." in key else _asked_with_key(headers, body)
            wait = self._budget.wait(asked)
            outcome = await self._gateway.check(asked) if wait is None else None
        except NotValidError:
            await self._entrance.refuse(send, headers, always)
        except BadRequestError as bad:
            await reply(send, 400, {"message": str(bad)}, always)
        except UnavailableError as unavailable:
            await _unavailable(send, unavailable, always)
        else:
            wait = self._budget.count(asked, outcome) if outcome is not None else wait
            if wait is not None or outcome is None:
                await self._turn_away(send, headers, always, wait)
                return
            if not outcome.answer.api:
                await until_the_next_stroke(arrived)
            await answer(scope, send, answer_written(outcome), always)

    def ask(self, direct: Direct) -> bool:
        """Let a check that came the short way wait for its entry, or return False, with nothing done, for any other answer than that."""
        head = direct.head
        try:
            asked = direct.asked = _asked_with_key(head, direct.body)
            if self._budget.wait(asked) is not None:
                return False
            self._gateway.check_for(asked, direct)
        except (BadRequestError, UnavailableError):
            return False
        return True

    def tell(self, direct: Direct, outcomes: Sequence[Outcome] | None) -> None:
        """Answer a check that came the short way: a permit at once, a denial on the next stroke."""
        head, asked = direct.head, direct.asked
        assert asked is not None
        outcome = None if outcomes is None else outcomes[0]
        wait = None if outcome is None else self._budget.count(asked, outcome)
        always = carried_by(direct.scope, head)
        if outcome is None or wait is not None:
            direct.go_on(lambda _scope, _receive, send: self._turn_away(send, head, always, wait))
            return
        body = encode(answer_written(outcome))
        if outcome.answer.api:
            direct.answer(always, body)
        else:
            loop = asyncio.get_running_loop()
            loop.call_at(next_stroke(direct.arrived, loop.time()), direct.answer, always, body)

    def refuse(self, direct: Direct, failed: BaseException) -> None:
        """Say to a check that came the short way that no durable answer can be given."""
        always = carried_by(direct.scope, direct.head)
        direct.go_on(lambda _scope, _receive, send: _unavailable(send, failed, always))

    async def _turn_away(self, send: Send, head: Head, always: Headers, wait: int | None) -> None:
        """Answer a key that is nobody's, or a caller that has to wait so many seconds."""
        if wait is None:
            await self._entrance.refuse(send, head, always)
        else:
            await reply(send, 429, {"message": TOO_MANY}, always, ((b"retry-after", str(wait).encode()),))

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
        context = _denied(outcome.code, outcome.reference)
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


def _denied(code: str, reference: str) -> dict[str, Any]:
    message = {language: f"{before}{reference}{behind}" for language, before, behind in AROUND}
    return {"reference": reference, "code": code, "message": message}


CUT = "@@@@@@@@"


@lru_cache(maxsize=64)
def _around_reference(code: str) -> Sequence[bytes]:
    """Return a denial as it is written, cut where its reference stands."""
    return encode({"decision": False, "context": _denied(code, CUT)}).split(CUT.encode())


def answer_written(outcome: Outcome) -> Any:
    """Return the same to be written: a denial, which nothing but its code and reference tells from others, as it is written already."""
    if outcome.answer.api or outcome.caller.trial:
        return answer_body(outcome)
    return Raw(outcome.reference.encode().join(_around_reference(outcome.code)))


def next_stroke(arrived: float, now: float, *, seconds: float = DENIAL_SECONDS) -> float:
    """Return when a whole number of strokes will have passed since a check arrived: how long it took to deny tells nothing of why.

    All instants are those of the loop, whose timers end on its own milliseconds, so the end does not depend on the work.
    """
    return arrived + (math.floor((now - arrived) / seconds) + 1) * seconds


async def until_the_next_stroke(arrived: float, *, seconds: float = DENIAL_SECONDS) -> None:
    """Wait for that."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(next_stroke(arrived, loop.time(), seconds=seconds) - loop.time())


def _asked_with_key(head: Head, body: bytes) -> Asked:
    """Return the check that a request with a key asks. Raises BadRequestError."""
    echoed = head.request_id
    return parse(body, content_type=head.content_type, key=head.key, request_id=echoed.decode() if echoed else None)


async def _unavailable(send: Send, failed: BaseException, always: Headers) -> None:
    await reply(send, 503, {"message": str(failed)}, always, ((b"retry-after", b"1"),))
