"""The one file that knows both our errors and HTTP: refusals and conflicts as problem documents (RFC 9457)."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from service.statute.refusals import Conflict, Refusal

MEDIA_TYPE = "application/problem+json"


def problem(status: int, *, slug: str, title: str, detail: str, **extensions: object) -> JSONResponse:
    """Return a problem document; its type is a path below /problems/ of this service."""
    body = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail, **extensions}
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let an application answer every error of ours as a problem; what nobody foresaw says nothing of itself."""

    @app.exception_handler(Refusal)
    async def refused(_request: Request, refusal: Refusal) -> JSONResponse:
        return problem(403, slug=refusal.slug, title="Refused by law", detail=str(refusal), citation=[str(one) for one in refusal.basis])

    @app.exception_handler(Conflict)
    async def conflicting(_request: Request, conflict: Conflict) -> JSONResponse:
        return problem(409, slug=conflict.slug, title="Conflict", detail=str(conflict))

    @app.exception_handler(RequestValidationError)
    async def malformed(_request: Request, invalid: RequestValidationError) -> JSONResponse:
        errors = [{"pointer": "/" + "/".join(str(part) for part in error["loc"]), "detail": error["msg"]} for error in invalid.errors()]
        return problem(422, slug="malformed", title="Malformed request", detail="The request is not of the form.", errors=errors)

    @app.exception_handler(HTTPException)
    async def plain(_request: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, slug=f"http-{error.status_code}", title=str(error.detail), detail=str(error.detail))

    @app.exception_handler(Exception)
    async def unforeseen(_request: Request, _error: Exception) -> JSONResponse:
        return problem(500, slug="defect", title="Internal error", detail="Something went wrong here; nothing was changed.")
