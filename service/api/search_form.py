"""The body of a search, read strictly, and the form of its answer (AuthZEN 1.0, the Search API).

Of the entity that is searched the type alone counts, and an action search has no action: what is sent there all the same is
ignored. Properties and context are kept for those who judge by them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, get_args

from service.api.evaluation_form import BadRequestError, object_of, purpose_of, request_of, require_json, text_of

Searched = Literal["subject", "resource", "action"]
SEARCHED: tuple[Searched, ...] = get_args(Searched)
PATHS: Mapping[str, Searched] = {f"/access/v1/search/{one}": one for one in SEARCHED}
"""Each door's path, and what it searches."""
LONGEST_TOKEN = 2_048
Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entity:
    """A subject or resource by type and id, or an action by its name as `id`; the searched one has no id."""

    type: str
    id: str | None
    properties: Object


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as it was asked: which door, the three entities (`action` None: it is searched), context, and which page."""

    searched: Searched
    subject: Entity
    resource: Entity
    action: Entity | None
    context: Object
    limit: int | None
    """How many results a page may hold at most, as the caller wishes; at least 1."""
    token: str | None
    """What an earlier answer gave for the page behind it."""

    def digest(self) -> str:
        """Return what stays the same from page to page: a digest of all that is asked but the page (SHA-256, hexadecimal)."""
        entities = [None if one is None else [one.type, one.id, one.properties] for one in (self.subject, self.resource, self.action)]
        whole = json.dumps([self.searched, *entities, self.context], sort_keys=True, separators=(",", ":"))
        return sha256(whole.encode()).hexdigest()


def parse_search(body: bytes, *, content_type: bytes, searched: Searched) -> SearchRequest:
    """Return the search that a body asks. Raises BadRequestError naming what is wrong and where."""
    require_json(content_type)
    request = request_of(body)
    page = _optional(request, "page", "page")
    return SearchRequest(
        searched,
        _entity(request, "subject", by_type_alone=searched == "subject"),
        _entity(request, "resource", by_type_alone=searched == "resource"),
        None if searched == "action" else _action(request),
        _optional(request, "context", "context"),
        _limit(page),
        _token(page),
    )


def on_behalf_of(request: SearchRequest) -> str | None:
    """Return the organization that a search names as acted for, or None. Raises BadRequestError."""
    return text_of(request.context, "context", "on_behalf_of") if "on_behalf_of" in request.context else None


def purpose_of_search(request: SearchRequest) -> str | None:
    """Return the purpose that a search names, or None. Raises BadRequestError."""
    return purpose_of(request.context)


def search_body(results: Sequence[Object], *, next_token: str) -> dict[str, Any]:
    """Return the body of an answer; `page` is its first member, and `next_token` is empty at the end."""
    return {"page": {"next_token": next_token}, "results": list(results)}


def _entity(request: Object, name: str, *, by_type_alone: bool) -> Entity:
    holder = object_of(request, name)
    found = text_of(holder, name, "type")
    return Entity(found, None if by_type_alone else text_of(holder, name, "id"), _optional(holder, "properties", f"{name}.properties"))


def _action(request: Object) -> Entity:
    holder = object_of(request, "action")
    return Entity("action", text_of(holder, "action", "name"), _optional(holder, "properties", "action.properties"))


def _limit(page: Object) -> int | None:
    limit = page.get("limit")
    if limit is None:
        return None
    # A truth value is a number to Python, not to JSON.
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        message = "page.limit must be a whole number of at least 1"
        raise BadRequestError(message)
    return limit


def _token(page: Object) -> str | None:
    token = page.get("token")
    if token is None:
        return None
    if not isinstance(token, str):
        message = "page.token must be a string"
        raise BadRequestError(message)
    if not token or len(token) > LONGEST_TOKEN:
        message = f"page.token must have 1 to {LONGEST_TOKEN} characters"
        raise BadRequestError(message)
    return token


def _optional(holder: Object, name: str, where: str) -> Object:
    return object_of(holder, name, where) if name in holder else {}
