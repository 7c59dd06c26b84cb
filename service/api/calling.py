"""How a request to a door beside the hot one says who sends it: the same keys, tokens and proofs as checks."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from service.api.admission import Admission
from service.api.entrance import Entrance
from service.api.exchange import Head
from service.identity.callers import Named


async def named_by(request: Request, admission: Admission) -> Named:
    """Return how a request names its sender; whether that is anybody is settled where the rows are read.

    Raises NotValidError for what is no key and no valid token, UnavailableError where tokens cannot be verified now.
    """
    return await Entrance(admission).named(Head(request.scope["headers"]), path=request.url.path, method=request.method)


def unauthorized(request: Request, admission: Admission) -> JSONResponse:
    """Return what says how to come in."""
    message, challenges = Entrance(admission).refusal(Head(request.scope["headers"]))
    answer = JSONResponse({"message": message}, 401)
    answer.raw_headers.extend(challenges)
    return answer
