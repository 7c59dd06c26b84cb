"""The one file that knows both our errors and HTTP: refusals and conflicts as problem documents (RFC 9457)."""

import json
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from service.acts.asking import UnfitError
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError, StepUpError
from service.acts.hindrances import PROBLEMS, Language
from service.acts.hindrances import told as why
from service.acts.once import ChangedSinceError, KeyReusedError
from service.evidence.package.asking import UnwitnessedError
from service.identity.entitlements import PurposeNeededError
from service.identity.factors.passwords import BusyError, WeakPasswordError
from service.identity.sessions import SignedOutError
from service.ledger import ClockUnsureError, RecordMismatchError, TileMissingError
from service.ledger.floor import BelowFloorError
from service.personnel.rules import UnknownIdError
from service.statute.refusals import Conflict, Refusal

Page = Callable[[MutableMapping[str, Any], int], Response | None]
"""What a browser is shown of a status; None where a program asked."""
MEDIA_TYPE = "application/problem+json"
HOUSE = ["House rules"]
"""What says no where no law does: who may do what, and what takes a fresh sign-in, are rules of the house."""


EXPLAINED = (
    '<!doctype html>\n<html lang="ja"><head><meta charset="utf-8"><title>{slug}</title></head>'
    '<body><h1>{slug}</h1><p>{ja}</p><p lang="en">{en}</p></body></html>\n'
)


def language_of(request: Request) -> Language:
    """Return the language that a reader prefers of the two there are: Japanese where they say so, English otherwise."""
    weighed = {"ja": 0.0, "en": 0.0}
    for part in request.headers.get("accept-language", "").lower().split(","):
        name, _semicolon, weight = part.strip().partition(";q=")
        spoken = name.partition("-")[0]
        if spoken in weighed:
            with suppress(ValueError):
                weighed[spoken] = max(weighed[spoken], float(weight or 1))
    return "ja" if weighed["ja"] > weighed["en"] else "en"


def plain_fact(value: object) -> object:
    """Return what a refusal turned on as JSON has it."""
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else str(value)


class _Told(JSONResponse):
    """A problem that may repeat what was sent, whatever that was."""

    def render(self, content: Any) -> bytes:
        """Return the document; half a character (a lone surrogate) is shown as a question mark."""
        return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


def problem(status: int, *, slug: str, title: str, detail: str, **extensions: object) -> JSONResponse:
    """Return a problem document; its type is a path below /problems/ of this service."""
    body = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail, **extensions}
    return _Told(body, status_code=status, media_type=MEDIA_TYPE)


def cited(refusal: Refusal) -> list[str]:
    """Return the citations of a refusal; where no law says no, the house's own rules do."""
    return [str(one) for one in refusal.basis] or HOUSE


def install(app: FastAPI, *, page: Page = lambda _scope, _status: None) -> None:
    """Let an application answer every error of ours as a problem, and a browser at an address that is none by its page.

    What nobody foresaw says nothing of itself.
    """

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> JSONResponse:
        facts = {name: plain_fact(value) for name, value in refusal.facts.items()}
        more: dict[str, object] = {"reason": refusal.reason, "citation": cited(refusal)} | ({"facts": facts} if facts else {})
        return problem(403, slug=refusal.slug, title="Refused by law", detail=why(refusal, language_of(request)), **more)

    @app.get("/problems/{slug}", include_in_schema=False)
    async def explained(slug: str) -> HTMLResponse:
        if slug not in PROBLEMS:
            raise HTTPException(404, "Not Found")
        ja, en = PROBLEMS[slug]
        return HTMLResponse(EXPLAINED.format(slug=slug, ja=ja, en=en))

    @app.exception_handler(Conflict)
    async def conflicting(_request: Request, conflict: Conflict) -> JSONResponse:
        return problem(409, slug=conflict.slug, title="Conflict", detail=str(conflict))

    _install_for_people(app)
    _install_for_later(app)

    @app.exception_handler(RequestValidationError)
    async def malformed(_request: Request, invalid: RequestValidationError) -> JSONResponse:
        errors = [{"pointer": "/" + "/".join(str(part) for part in error["loc"]), "detail": error["msg"]} for error in invalid.errors()]
        return problem(422, slug="malformed", title="Malformed request", detail="The request is not of the form.", errors=errors)

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> Response:
        return page(request.scope, error.status_code) or problem(
            error.status_code, slug=f"http-{error.status_code}", title=str(error.detail), detail=str(error.detail)
        )

    @app.exception_handler(BelowFloorError)
    @app.exception_handler(TileMissingError)
    async def below(_request: Request, error: BelowFloorError | TileMissingError) -> JSONResponse:
        return problem(503, slug="entries-missing", title="Entries are missing", detail=str(error))

    @app.exception_handler(Exception)
    async def unforeseen(_request: Request, _error: Exception) -> JSONResponse:
        return problem(500, slug="defect", title="Internal error", detail="Something went wrong here; nothing was changed.")


def _install_for_people(app: FastAPI) -> None:
    """Let the errors of people's acts be answered; what is out of reach and what does not exist are the same bytes."""

    @app.exception_handler(OutsideError)
    async def outside(_request: Request, error: OutsideError) -> JSONResponse:
        return problem(404, slug="not-found", title="Not found", detail=str(error), pointer=f"/{error.word}")

    @app.exception_handler(UnknownIdError)
    async def unknown(_request: Request, error: UnknownIdError) -> JSONResponse:
        return await outside(_request, OutsideError(next(iter(error.facts), "id")))

    @app.exception_handler(SignedOutError)
    async def signed_out(_request: Request, error: SignedOutError) -> JSONResponse:
        return problem(401, slug="signed-out", title="Sign in", detail=str(error))

    @app.exception_handler(NotAllowedError)
    async def not_allowed(_request: Request, error: NotAllowedError) -> JSONResponse:
        return problem(403, slug="not-allowed", title="Not for your roles", detail=str(error), citation=HOUSE)

    @app.exception_handler(StepUpError)
    async def step_up(_request: Request, error: StepUpError) -> JSONResponse:
        return problem(403, slug="step-up", title="Sign in again", detail=str(error), citation=HOUSE)

    @app.exception_handler(KeyReusedError)
    async def reused(_request: Request, error: KeyReusedError) -> JSONResponse:
        return problem(422, slug="idempotency-key-reused", title="Another request under the same key", detail=str(error))

    @app.exception_handler(ChangedSinceError)
    async def changed(_request: Request, error: ChangedSinceError) -> JSONResponse:
        return problem(412, slug="changed-since", title="Changed since", detail=str(error))

    @app.exception_handler(UnfitError)
    @app.exception_handler(PurposeNeededError)
    @app.exception_handler(WeakPasswordError)
    async def unfit(_request: Request, error: ValueError) -> JSONResponse:
        word = str(error).partition(":")[0]
        errors = [{"pointer": f"/{word}" if word.isidentifier() else "/", "detail": str(error)}]
        return problem(422, slug="malformed", title="Malformed request", detail=str(error), errors=errors)


def _install_for_later(app: FastAPI) -> None:
    """Let what cannot be done at present be answered as that."""

    @app.exception_handler(BusyError)
    async def busy(_request: Request, error: BusyError) -> JSONResponse:
        answer = problem(503, slug="overloaded", title="Overloaded", detail=str(error))
        answer.headers["retry-after"] = "1"
        return answer

    @app.exception_handler(UnwitnessedError)
    async def unwitnessed(_request: Request, error: UnwitnessedError) -> JSONResponse:
        answer = problem(503, slug="unwitnessed", title="Not witnessed yet", detail=str(error))
        answer.headers["retry-after"] = "30"
        return answer

    @app.exception_handler(ClockUnsureError)
    async def unsure(_request: Request, _error: ClockUnsureError) -> JSONResponse:
        return problem(503, slug="clock-unsure", title="The clock is unsure", detail="Nothing can be recorded until the clock is right.")

    @app.exception_handler(RecordMismatchError)
    async def mismatch(_request: Request, _error: RecordMismatchError) -> JSONResponse:
        detail = "A record is not as the service wrote it. Nothing was done; tell the auditor."
        return problem(503, slug="record-mismatch", title="A record was edited", detail=detail)
