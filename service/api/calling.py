"""How a request to a door beside the hot one says who sends it: the same keys, tokens and proofs as checks."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from service.api.admission import Admission
from service.api.entrance import Entrance
from service.api.exchange import Head
from service.identity.callers import hash_of
from service.identity.on_record import Named


async def named_by(request: Request, admission: Admission) -> Named:
    """Return how a request names its sender; whether that is anybody is settled where the rows are read.

    Raises NotValidError for what is no key and no valid token, UnavailableError where tokens cannot be verified now.
    """
    head = Head(request.scope["headers"])
    if head.bearer is not None and b"." not in head.bearer:
        return Named(hash_of(head.bearer))
    admitted = await Entrance(admission).admit(head, path=request.url.path, method=request.method)
    return Named(None, admitted.client, admitted.until)


def unauthorized(request: Request, admission: Admission) -> JSONResponse:
    """Return what says how to come in."""
    message, challenges = Entrance(admission).refusal(Head(request.scope["headers"]))
    answer = JSONResponse({"message": message}, 401)
    answer.raw_headers.extend(challenges)
    return answer
