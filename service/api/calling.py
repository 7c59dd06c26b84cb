"""How a request to a door beside the hot one says who sends it: the same keys, tokens and proofs as checks."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse

from service.api.admission import Admission, NotValidError
from service.identity.callers import hash_of
from service.identity.on_record import Named

MESSAGES = {"none": "an API key or a token is needed: Authorization: Bearer KEY", "key": "this API key is not valid"}
TOKEN = "this token is not valid"  # noqa: S105 - what is told of one


async def named_by(request: Request, admission: Admission) -> Named:
    """Return how a request names its sender; whether that is anybody is settled where the rows are read.

    Raises NotValidError for what is no key and no valid token, UnavailableError where tokens cannot be verified now.
    """
    scheme, credential = _credential(request)
    if scheme not in {"bearer", "dpop"} or not credential:
        raise NotValidError
    if scheme == "bearer" and b"." not in credential:
        return Named(hash_of(credential))
    admitted = await admission.admit(
        credential, bound=scheme == "dpop", proofs=_all(request, b"dpop"), method=request.method, path=request.url.path
    )
    return Named(None, admitted.client, admitted.until)


def unauthorized(request: Request, admission: Admission) -> JSONResponse:
    """Say how to come in, and of what came no more than that it is not valid."""
    scheme, credential = _credential(request)
    challenges = list(admission.challenges)
    message = MESSAGES["none"]
    if credential:
        message = TOKEN if b"." in credential else MESSAGES["key"]
        chosen = next((one for one in challenges if one.lower().startswith(scheme.encode() + b" ")), challenges[0])
        challenges = [chosen + b', error="invalid_token"']
    answer = JSONResponse({"message": message}, 401)
    answer.raw_headers.extend((b"www-authenticate", one) for one in challenges)
    return answer


def _credential(request: Request) -> tuple[str, bytes]:
    given = _all(request, b"authorization")
    scheme, _space, credential = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
    return scheme.decode("latin-1").lower(), credential.strip()


def _all(request: Request, name: bytes) -> Sequence[bytes]:
    """Return every value that came under a name."""
    return [value.strip() for given, value in request.scope["headers"] if given == name]
