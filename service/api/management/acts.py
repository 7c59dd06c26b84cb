"""POST /api/v1/acts/{verb} for every act of this seat: 200 when it was done, 202 when it waits for a second person."""

from collections.abc import Callable
from inspect import getdoc
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.responses import JSONResponse

from service.acts import asking
from service.acts.once import Terms
from service.acts.table import ACTS, Known
from service.api.lanes import lanes_of
from service.api.management.desk import TERMS_HEADERS, Asking, At, seated
from service.api.management.forms import ActFile, Done, Problem, Waiting, body_of, words_in
from service.identity.desk import Seated
from service.ledger import Seat


def _told(description: str) -> dict[str, Any]:
    # By its name, once in the document: written out at every answer of every door it made two megabytes.
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}},
    }


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: _told("The request is not of the form."),
    401: _told("Nobody is signed in, or the form token is missing."),
    403: _told("Refused by law or by the house's rules, with its citation; or a role is missing."),
    404: _told("Nothing within your reach has this id."),
    409: _told("What is asked does not fit what is recorded."),
    413: _told("The body is larger than this door takes."),
    422: _told("A word is missing, unknown, or not of its kind."),
    503: _told("Nothing can be recorded at present; nothing was changed."),
}


def files(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """Return what a door tells of the files that it answers with, beside or instead of JSON."""
    return {200: {"description": "What was asked for.", "content": {kind.partition(";")[0]: {} for kind in kinds}}}


TERMS: dict[str, Any] = {
    "parameters": [
        {"name": name, "in": "header", "required": False, "description": told, "schema": {"type": "string", "maxLength": 255}}
        for name, told in TERMS_HEADERS.items()
    ]
}
CHANGED: dict[int | str, dict[str, Any]] = {
    412: _told("What the act is about has changed since its ETag was given out; nothing was done."),
}
BOTH: dict[int | str, dict[str, Any]] = REFUSALS | CHANGED | {202: {"model": Waiting, "description": "It waits for a second person."}}


def routes(seat: Seat) -> APIRouter:
    """Return the doors of the acts of a seat; those of the other exist nowhere."""
    router = APIRouter(prefix="/acts", tags=["acts"])
    router.add_api_route("", ask_many, methods=["POST"], response_model=Done, responses=BOTH, name="ask_many", openapi_extra=TERMS)
    for known in ACTS.values():
        if known.seat in (None, seat):
            router.add_api_route(
                f"/{known.verb}",
                _door(known),
                methods=["POST"],
                name=known.verb,
                operation_id=f"act_{known.verb}",
                summary=(getdoc(known.operation()) or known.verb).partition("\n")[0],
                response_model=Done,
                responses=BOTH,
                openapi_extra=TERMS,
            )
    return router


def _door(known: Known) -> Callable[..., Any]:
    body_kind: type[BaseModel] = body_of(known)

    async def door(request: Request, response: Response, sent: Asking, words: BaseModel) -> Any:
        given = words_in(words)

        def act() -> Any:
            at_desk = seated(request, response)
            acts = [asking.Asked(known.verb, given)]
            desk, terms = at_desk.desk, sent.terms(at_desk)
            return _answer(asking.ask(desk.engine, log=desk.log, member=at_desk.member, at=at_desk.at, acts=acts, terms=terms))

        # Taking something away never waits behind those who ask for more.
        return await lanes_of(request).run(act, narrowing=not known.widens(given))

    door.__annotations__["words"] = body_kind
    return door


def ask_many(seated: At, sent: Asking, body: ActFile) -> Any:
    """Do several acts in one, or propose them as one file."""
    return _answer(asked(seated, body, terms=sent.terms(seated)))


def asked(seated: Seated, body: ActFile, *, terms: Terms, again: str | None = None) -> asking.Done | asking.Waiting:
    """Ask for the acts of a body; `again` names the proposal that they take the place of."""
    acts = [asking.Asked(one.verb, one.words) for one in body.acts]
    desk = seated.desk
    return asking.ask(desk.engine, log=desk.log, member=seated.member, at=seated.at, acts=acts, words=body.words, again=again, terms=terms)


def _answer(outcome: asking.Done | asking.Waiting) -> Any:
    if isinstance(outcome, asking.Done):
        return Done(first_index=outcome.first_index, made=list(outcome.made))
    waiting = Waiting(proposal=outcome.proposal, foreseen=[dict(one) for one in outcome.foreseen])
    return JSONResponse(waiting.model_dump(mode="json"), status_code=202)
