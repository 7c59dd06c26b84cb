"""How a request says at the doors of programs who sends it, and what one is told that does not come in."""

from service.api.admission import Admission, Admitted, NotValidError
from service.api.exchange import Head, reply
from service.api.limits import Headers, Send
from service.identity.callers import Named


class Entrance:
    """Looks at what a request says about who sends it."""

    def __init__(self, admission: Admission) -> None:
        """Take what verifies tokens."""
        self._admission = admission

    async def named(self, head: Head, *, path: str, method: str = "POST") -> Named:
        """Return how a request names its sender: by a key, whosever it is, or by a token that is valid.

        Raises NotValidError, UnavailableError.
        """
        if head.bearer is not None and b"." not in head.bearer:
            return Named(head.key)
        admitted = await self.admit(head, path=path, method=method)
        return Named(None, admitted.client, admitted.until)

    async def admit(self, head: Head, *, path: str, method: str = "POST") -> Admitted:
        """Return who sent the one token of a request to this path. Raises NotValidError, UnavailableError."""
        credentials = head.all(b"authorization")
        scheme, _space, token = credentials[0].partition(b" ") if len(credentials) == 1 else (b"", b"", b"")
        if scheme.lower() not in {b"bearer", b"dpop"}:
            raise NotValidError
        bound, proofs = scheme.lower() == b"dpop", head.all(b"dpop")
        return await self._admission.admit(token.strip(), bound=bound, proofs=proofs, method=method, path=path)

    def refusal(self, head: Head) -> tuple[str, Headers]:
        """Return how to come in, and of what came no more than that it is not valid: a message, and the headers of a 401."""
        challenges, message = self._admission.challenges, "an API key or a token is needed: Authorization: Bearer KEY"
        if head.bearer is not None:
            message = "this token is not valid" if b"." in head.bearer else "this API key is not valid"
            scheme = b"dpop " if any(one[:5].lower() == b"dpop " for one in head.all(b"authorization")) else b"bearer "
            chosen = next((one for one in challenges if one.lower().startswith(scheme)), challenges[0])
            challenges = (chosen + b', error="invalid_token"',)
        return message, [(b"www-authenticate", one) for one in challenges]

    async def refuse(self, send: Send, head: Head, always: Headers) -> None:
        """Answer with that."""
        message, challenges = self.refusal(head)
        await reply(send, 401, {"message": message}, always, challenges)
