"""What the plain ASGI doors under /access/v1/ share: the head of a request read once, who may come in, and how it is answered."""

from collections.abc import Sequence
from typing import Any

import msgspec

from service.api.admission import Admission, Admitted, NotValidError
from service.api.limits import REQUEST_ID, Headers, Scope, Send, secure

NO_KEY = b"."
"""No API key has a point; every token has."""
encode = msgspec.json.Encoder().encode


class RequestHead:
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


def carried_by(scope: Scope, head: RequestHead) -> Headers:
    """Return the headers that every answer to this request carries, the caller's own request id among them."""
    return secure(scope) if head.request_id is None else (*secure(scope), (b"x-request-id", head.request_id))


async def admitted(admission: Admission, head: RequestHead, *, method: str, path: str) -> Admitted:
    """Return who sent the token of a request to a door. Raises NotValidError, UnavailableError."""
    credentials = head.all(b"authorization")
    scheme, _space, token = credentials[0].partition(b" ") if len(credentials) == 1 else (b"", b"", b"")
    if scheme.lower() not in {b"bearer", b"dpop"}:
        raise NotValidError
    return await admission.admit(token.strip(), bound=scheme.lower() == b"dpop", proofs=head.all(b"dpop"), method=method, path=path)


async def unauthorized(send: Send, admission: Admission, head: RequestHead, carried: Headers) -> None:
    """Say how to come in, and of what came no more than that it is not valid."""
    challenges, message = admission.challenges, "an API key or a token is needed: Authorization: Bearer KEY"
    if head.bearer is not None:
        message = "this token is not valid" if b"." in head.bearer else "this API key is not valid"
        scheme = b"dpop " if any(one[:5].lower() == b"dpop " for one in head.all(b"authorization")) else b"bearer "
        chosen = next((one for one in challenges if one.lower().startswith(scheme)), challenges[0])
        challenges = (chosen + b', error="invalid_token"',)
    await reply(send, 401, {"message": message}, carried, [(b"www-authenticate", one) for one in challenges])


async def reply(send: Send, status: int, value: Any, carried: Headers, extra: Headers = ()) -> None:
    """Send a JSON answer."""
    body = encode(value)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *carried, *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
