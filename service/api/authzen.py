"""POST /access/v1/evaluation of the OpenID Authorization API 1.0 (AuthZEN), as plain ASGI: the hot door.

Bad input is 400 with a message, never 422; 401 says how to authenticate; a denial is 200. Properties and context that a
caller sends can only narrow an answer, and the caller cannot choose the instant.
"""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import msgspec

from service.api.admission import Admission, NotValidError
from service.api.budget import Budget
from service.api.evaluation_form import BadRequestError, parse
from service.api.gateway import Gateway, UnavailableError
from service.api.limits import REQUEST_ID, Headers, Receive, Scope, Send, secure
from service.api.preparing import Asked, Outcome
from service.identity.callers import hash_of
from service.ledger import instant

PATH = "/access/v1/evaluation"
LARGEST_BODY = 65_536
NO_KEY = b"."
"""No API key has a point; every token has."""
DENIAL_SECONDS = 0.01
"""A denial leaves this long after its check arrived, or twice, thrice as long; a permit leaves at once."""
TOO_MANY = "too many names that are not known here were asked for; no decision was made"
DENIED = {
    "ja": "この操作は許可されていません。照会番号 {reference} を情報管理者にお知らせください。",
    "en": "This is not permitted. Please give the reference {reference} to the information manager.",
}

encode = msgspec.json.Encoder().encode
stamp = lru_cache(maxsize=16)(instant)
"""All answers of a batch carry one instant."""


class Evaluation:
    """The door of single checks."""

    def __init__(self, gateway: Gateway, admission: Admission, budget: Budget) -> None:
        """Take the gateway that answers, what verifies tokens, and how much guessing is answered."""
        self._gateway, self._admission, self._budget = gateway, admission, budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        arrived = asyncio.get_running_loop().time()
        headers = _Headers(scope["headers"])
        echoed, always = headers.request_id, secure(scope)
        if echoed is not None:
            always = (*always, (b"x-request-id", echoed))
        if scope["method"] != "POST":
            await _reply(send, 405, {"message": "only POST is answered here"}, always, ((b"allow", b"POST"),))
            return
        try:
            body = await _body(receive, headers)
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
            await self._unauthorized(send, headers, always)
            return
        except BadRequestError as bad:
            await _reply(send, 400, {"message": str(bad)}, always)
            return
        except UnavailableError as unavailable:
            await _reply(send, 503, {"message": str(unavailable)}, always, ((b"retry-after", b"1"),))
            return
        if wait is not None:
            await _reply(send, 429, {"message": TOO_MANY}, always, ((b"retry-after", str(wait).encode()),))
            return
        if outcome is None:
            await self._unauthorized(send, headers, always)
            return
        if not outcome.answer.api:
            await _until_the_next_stroke(arrived)
        await _reply(send, 200, answer_body(outcome), always)

    async def _asked_with_token(self, headers: "_Headers", body: bytes) -> Asked:
        """Return the check that a request with a token asks. Raises NotValidError, BadRequestError, UnavailableError."""
        credentials = headers.all(b"authorization")
        scheme, _space, token = credentials[0].partition(b" ") if len(credentials) == 1 else (b"", b"", b"")
        if scheme.lower() not in {b"bearer", b"dpop"}:
            raise NotValidError
        bound, proofs = scheme.lower() == b"dpop", headers.all(b"dpop")
        admitted = await self._admission.admit(token.strip(), bound=bound, proofs=proofs, method="POST", path=PATH)
        client, echoed = admitted.client, headers.request_id
        asked = parse(body, content_type=headers.content_type, key=client.name, request_id=echoed.decode() if echoed else None)
        return replace(asked, client=client, until=admitted.until)

    async def _unauthorized(self, send: Send, headers: "_Headers", always: Headers) -> None:
        """Say how to come in, and of what came no more than that it is not valid."""
        challenges, message = self._admission.challenges, "an API key or a token is needed: Authorization: Bearer KEY"
        if headers.bearer is not None:
            message = "this token is not valid" if b"." in headers.bearer else "this API key is not valid"
            scheme = b"dpop " if any(one[:5].lower() == b"dpop " for one in headers.all(b"authorization")) else b"bearer "
            chosen = next((one for one in challenges if one.lower().startswith(scheme)), challenges[0])
            challenges = (chosen + b', error="invalid_token"',)
        await _reply(send, 401, {"message": message}, always, [(b"www-authenticate", one) for one in challenges])


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
        message = {language: text.format(reference=outcome.reference) for language, text in DENIED.items()}
        context = {"reference": outcome.reference, "code": outcome.code, "message": message}
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


class _Headers:
    """The few headers that matter, read once; what tokens alone need is looked up when it is asked for."""

    __slots__ = ("_pairs", "bearer", "content_type", "length", "request_id")

    def __init__(self, pairs: Sequence[tuple[bytes, bytes]]) -> None:
        self._pairs = pairs
        self.bearer: bytes | None = None
        self.content_type = b""
        self.length = 0
        self.request_id: bytes | None = None
        for name, value in pairs:
            if name == b"authorization":
                # Whatever is not one single bearer is no key, and is looked at more closely where tokens are.
                self.bearer = value[7:].strip() if self.bearer is None and value[:7].lower() == b"bearer " else NO_KEY
            elif name == b"content-type":
                self.content_type = value.strip()
            elif name == b"content-length" and value.isdigit():
                self.length = int(value)
            elif name == b"x-request-id" and REQUEST_ID.fullmatch(value):
                self.request_id = value

    def all(self, name: bytes) -> list[bytes]:
        """Return every value that came under a name."""
        return [value.strip() for given, value in self._pairs if given == name]


async def _body(receive: Receive, headers: _Headers) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            gone = "the caller left"
            raise BadRequestError(gone)
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY or headers.length > LARGEST_BODY:
            large = f"the body is larger than {LARGEST_BODY} bytes"
            raise BadRequestError(large)
        parts.append(part)
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def _until_the_next_stroke(arrived: float) -> None:
    """Wait until a whole number of strokes has passed since a check arrived: how long it took to deny tells nothing of why.

    Both instants are those of the loop, whose timers end on its own milliseconds, so the end does not depend on the work.
    """
    loop = asyncio.get_running_loop()
    passed = loop.time() - arrived
    stroke = math.floor(passed / DENIAL_SECONDS) + 1
    await asyncio.sleep(arrived + stroke * DENIAL_SECONDS - loop.time())


async def _reply(send: Send, status: int, value: Any, always: Headers, extra: Headers = ()) -> None:
    body = encode(value)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *always, *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
