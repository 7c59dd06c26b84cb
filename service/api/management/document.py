"""The OpenAPI document, completed with what the doors cannot say of themselves: sentences, how one signs in, the kinds of doors."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI

from service.api.management.desk import FORM_HEADER
from service.api.management.forms import Problem
from service.identity.desk import COOKIE, SECURE_COOKIE

Document = dict[str, Any]
ABOUT = (
    "Acts and records of one deployment. `POST /api/v1/session` signs in; whatever changes something carries `form_token` of its answer"
    " in the header X-CSRF-Token. An act that only takes something away is done at once (200); one that widens what somebody may do"
    " becomes a proposal (202), which a second person approves. Every refusal is a problem document (RFC 9457) with its `citation`."
    " Lists come in pages: `next` of one is the `cursor` of the page behind it, and is null on the last."
)
TAGS: Mapping[str, str] = MappingProxyType(
    {
        "session": "Signing in and out, and enrolling.",
        "acts": "The acts of this seat, each with the words that it takes.",
        "proposals": "What waits for a second person.",
        "auditing": "Queries of auditors, notes and findings, what was opened, and gaps of the log.",
        "balances": "Opening balances from spreadsheets.",
        "circle": "What the protection circle may read, for a purpose.",
        "deadlines": "Dates, periods of the house, and holidays.",
        "corrections": "What a fact known late would have changed.",
        "explanations": "Why a decision came out as it did, what the law answers and why, and who could handle something on a day.",
        "registers": "Registers in the columns of their forms.",
        "labels": "Marks and labels of informations and documents, and doubts of staff about them.",
        "reports": "The yearly report.",
        "reading": "One's own record, people, accounts and roles, the ledger.",
        "waiting": "What waits for somebody, as it stands.",
        "records": "Records in pages, within reach and entitlement.",
    }
)
WITHOUT_SESSION = frozenset({("/api/v1/session", "post"), ("/api/v1/enrolment", "post"), ("/health", "get")})
SCHEMES: Mapping[str, Any] = MappingProxyType(
    {
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": f"Over HTTPS its name is {SECURE_COOKIE}."},
        "form": {"type": "apiKey", "in": "header", "name": FORM_HEADER, "description": "`form_token` of the answer to signing in."},
    }
)


def complete_document(app: FastAPI) -> None:
    """Let an application show the completed document."""
    made: Callable[[], Document] = app.openapi
    app.openapi = cache(lambda: completed(made()))  # type: ignore[method-assign]  # the way that FastAPI documents


def completed(document: Document) -> Document:
    """Return a document in which every door has a sentence, what it takes to be let in, and its answers in order."""
    document["info"]["description"] = ABOUT
    document["tags"] = [{"name": name, "description": told} for name, told in TAGS.items()]
    components = document.setdefault("components", {})
    components["securitySchemes"] = dict(SCHEMES)
    components.setdefault("schemas", {})[Problem.__name__] = Problem.model_json_schema()
    for path, method, operation in operations(document):
        described = operation.get("description", "")
        if described:
            # A door with words of its own is summed up by the first of them, not by its name in the code.
            operation["summary"] = described.partition("\n")[0]
        if (path, method) in WITHOUT_SESSION:
            operation["security"] = []
        else:
            operation["security"] = [{"session": []} if method == "get" else {"session": [], "form": []}]
        operation["responses"] = dict(sorted(operation["responses"].items()))
    return document


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Yield path, method and operation of every door in a document."""
    for path, methods in document["paths"].items():
        yield from ((path, method, operation) for method, operation in methods.items())
