"""The first page: one question asked as an application would ask it, and the whole answer shown."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.console.choices import ACTIONS, Choices, Stories, read_choices
from service.console.proof import Proof, prove
from service.console.words import Language, language_of, reason_words, words
from service.database import read, transaction
from service.decision.judge import Answer
from service.ledger import Log
from service.statute.citations import cite

JAPAN = ZoneInfo("Asia/Tokyo")
FORM_LIMIT = 4096


class Asked(Protocol):
    """What a check gives: the whole answer, what an application hears of it, and its entry."""

    @property
    def answer(self) -> Answer:
        """The whole answer."""
        ...

    @property
    def body(self) -> Mapping[str, object]:
        """What an application hears of it."""
        ...

    @property
    def mark(self) -> Mapping[str, object] | None:
        """The mark to be seen with the record (Order 4), or the end mark; None for a denial."""
        ...

    @property
    def index(self) -> int:
        """The index of its entry."""
        ...

    @property
    def at(self) -> datetime:
        """When it was decided."""
        ...


Ask = Callable[["Question"], Awaitable[Asked]]


class UnavailableError(Exception):
    """No answer is possible at present; nothing was permitted."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the form asks."""

    person: str = ""
    kind: str = "document"
    name: str = ""
    action: str = "handle"

    @property
    def resource(self) -> str:
        """Return the resource as the form writes it."""
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was verified, in words."""

    holds: bool
    words: str


@dataclass(frozen=True, slots=True)
class Console:
    """The console's pages over one deployment; `ask` is None where there is nothing to be asked here."""

    engine: Engine
    log: Log
    ask: Ask | None
    stories: Stories = field(default_factory=dict)

    async def first(self, request: Request) -> Response:
        """Answer GET and POST of `/`: the form, and with a question its answer."""
        language = language_of(request.query_params.get("lang"))
        if self.ask is None:
            return RedirectResponse("/home", status_code=303)
        if not from_this_machine(request):
            return render("closed.html", language, status=200)
        choices = await run_in_threadpool(self._choices, language)
        if request.method != "POST":
            return render("first.html", language, choices=choices, question=_chosen(request), shown=None, trouble=None)
        if not same_origin(request):
            return render("closed.html", language, status=403)
        question = await read_question(request)
        return await self._answered(question, choices, language)

    async def _answered(self, question: Question, choices: Choices, language: Language) -> Response:
        said = words(language)
        person, resource = choices.person(question.person), choices.resource(question.kind, question.name)
        if person is None or resource is None or question.action not in ACTIONS:
            page: dict[str, Any] = {"choices": choices, "question": Question(), "shown": None, "trouble": said["bad_choice"]}
            return render("first.html", language, status=400, **page)
        assert self.ask is not None
        try:
            asked = await self.ask(question)
        except UnavailableError:
            page = {"choices": choices, "question": question, "shown": None, "trouble": said["unavailable"]}
            return render("first.html", language, status=503, **page)
        proof = await run_in_threadpool(self._proof, asked.index)
        shown = show(asked, proof, language, origin=self.log.origin)
        shown |= {"person": person.label, "resource": resource.label}
        return render("first.html", language, choices=choices, question=question, shown=shown, trouble=None)

    def _choices(self, language: Language) -> Choices:
        with read(self.engine) as session:
            return read_choices(session, language=language, stories=self.stories)

    def _proof(self, index: int) -> Proof:
        with transaction(self.engine) as session:
            return prove(session, log=self.log, index=index)


TEMPLATES = Environment(
    loader=PackageLoader("service.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""What every page is sent with: no script at all, nothing from elsewhere, nothing kept."""


SCRIPTED = {
    "content-security-policy": HEADERS["content-security-policy"].replace(
        "default-src 'none';", "default-src 'none'; script-src 'self'; connect-src 'self';"
    )
}
"""For the pages of passkeys, which no browser does without a script: ours, from its own file."""


def render(template: str, language: Language, *, status: int = 200, script: bool = False, **values: object) -> Response:
    """Return a page in a language, with the headers that every page has."""
    html = TEMPLATES.get_template(template).render(lang=language, words=words(language), **values)
    headers = HEADERS | {"content-language": language} | (SCRIPTED if script else {})
    return HTMLResponse(html, status_code=status, headers=headers)


def from_this_machine(request: Request) -> bool:
    """Tell whether a request came over the loopback and under a name of it.

    The name is checked too: a page elsewhere may let its own name lead to the loopback.
    """
    host = request.url.hostname or ""
    caller = request.client.host if request.client is not None else ""
    return caller in LOOPBACK and host in LOOPBACK


LOOPBACK = frozenset(("127.0.0.1", "::1", "localhost"))


def same_origin(request: Request) -> bool:
    """Tell whether a form was sent by this page itself; a browser of any age says so."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or origin == f"{request.url.scheme}://{request.headers.get('host', '')}"


async def read_question(request: Request) -> Question:
    """Return the question of a form; what is missing or too long is left empty, which matches nothing."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_LIMIT:
            return Question()
    form = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    kind, _, name = form.get("resource", [""])[0].partition("/")
    return Question(form.get("person", [""])[0], kind, name, form.get("action", [""])[0])


def _chosen(request: Request) -> Question:
    """Return what a link to the page chose beforehand; an empty choice shows the first option."""
    query = request.query_params
    kind, _, name = query.get("resource", "").partition("/")
    return Question(query.get("person", ""), kind, name, query.get("action", "handle"))


def show(asked: Asked, proof: Proof, language: Language, *, origin: str) -> dict[str, object]:
    """Return everything that the page tells of an answer."""
    answer = asked.answer
    at = asked.at.astimezone(JAPAN)
    return {
        "decision": answer.decision,
        "reason": answer.reason,
        "reason_words": reason_words(answer.reason, language),
        "sentence": answer.ja if language == "ja" else answer.en,
        "basis": [cite(text).ja() if language == "ja" else text for text in answer.basis],
        "mark": None if asked.mark is None else mark(asked.mark),
        "api": answer.api,
        "at": f"{at:%Y-%m-%d %H:%M:%S} ({words(language)['jst']})",
        "index": asked.index,
        "application_view": _pretty(asked.body),
        "entitled_view": _pretty(
            {
                "decision": answer.decision,
                "reason": answer.reason,
                "basis": list(answer.basis),
                "policies": list(answer.policies),
                "api": answer.api,
            }
        ),
        "entry": proof.body.decode("ascii"),
        "proof": proof_lines(proof, language, origin=origin),
    }


def mark(sent: Mapping[str, object]) -> dict[str, str]:
    """Return the mark as it is shown, in Japanese in either language: it is what Order 4 lays down."""
    details = [part for key in ("number", "originator") for part in _several(sent.get(key))]
    return {"text": str(sent.get("text") or ""), "details": " / ".join(details)}


def _several(value: object) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)] if value else []


def proof_lines(proof: Proof, language: Language, *, origin: str) -> list[Line]:
    """Return what was verified, each with the sentence that fits how it came out."""
    said = words(language)
    numbers = {"index": f"{proof.index:,}", "size": f"{proof.size:,}", "steps": proof.steps, "origin": origin}
    checked = (("proof_signed", proof.signed), ("proof_leaf", proof.leaf_holds), ("proof_included", proof.included))
    return [Line(holds, said[name if holds else f"{name}_bad"].format(**numbers)) for name, holds in checked]


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
