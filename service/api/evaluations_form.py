"""The body of a batch of checks, read strictly: defaults, items in their order, and how far the answer goes (AuthZEN 1.0).

A member of an item stands in place of the default of that name as a whole; nothing is merged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar, get_args

import msgspec

from service.api.evaluation_form import (
    LONGEST_NAME,
    NO_PURPOSE,
    OF_CONTEXT,
    OF_MEMBER,
    BadRequestError,
    Question,
    is_purpose,
    question_of,
    request_of,
    require_json,
)
from service.api.preparing import STOPS, Asked, Semantic

LARGEST_BATCH_BODY = 262_144
MEMBERS = ("subject", "resource", "action", "context")
One = TypeVar("One")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Batch(Generic[One]):
    """Checks in their order. `single`: there was no list, and the answer is that of a single check."""

    items: Sequence[One | BadRequestError]
    """Each a check, or what is wrong with it: then it is denied in its place and not decided."""
    semantic: Semantic
    single: bool = False

    @property
    def decidable(self) -> list[One]:
        """What is to be decided: the checks of the form, up to the first that is not where a denial ends the answer."""
        found: list[One] = []
        for item in self.items:
            if not isinstance(item, BadRequestError):
                found.append(item)
            elif STOPS[self.semantic] is False:
                break
        return found

    def in_place(self, answers: Sequence[tuple[bool, Answer]]) -> list[Answer | BadRequestError]:
        """Return the answers to what is decidable, and what is wrong with the other items, in the order of the items.

        `answers`: decision and answer of each, at most up to the first that ends the answer; nothing behind it is returned.
        """
        found: list[Answer | BadRequestError] = []
        coming = iter(answers)
        for item in self.items:
            if isinstance(item, BadRequestError):
                permitted = False
                found.append(item)
            else:
                permitted, answer = next(coming)
                found.append(answer)
            if permitted is STOPS[self.semantic]:
                break
        return found


def parse_batch(body: bytes, *, content_type: bytes, key: str, request_id: str | None) -> Batch[Asked]:
    """Return the checks that a body asks of the Act. Raises BadRequestError for what is wrong with all of it."""
    require_json(content_type)
    plain = _plain(body, key, request_id)
    if plain is not None:
        return plain
    asked = batch_of(request_of(body))
    return Batch([_asked(one, key, request_id) for one in asked.items], asked.semantic, asked.single)


def batch_of(request: Mapping[str, Any]) -> Batch[Question]:
    """Return the checks that an object asks. Raises BadRequestError for what is wrong with all of it, or with a single check."""
    semantic = _semantic(request.get("options", {}))
    items = request.get("evaluations", [])
    if not isinstance(items, list):
        message = "evaluations must be an array"
        raise BadRequestError(message)
    if not items:
        return Batch([question_of(request)], semantic, single=True)
    defaults = {name: request[name] for name in MEMBERS if name in request}
    for name, value in defaults.items():
        if not isinstance(value, dict):
            message = f"{name} must be an object"
            raise BadRequestError(message)
    return Batch([_question(defaults, item) for item in items], semantic)


def _semantic(options: Any) -> Semantic:
    if not isinstance(options, dict):
        message = "options must be an object"
        raise BadRequestError(message)
    named = options.get("evaluations_semantic", "execute_all")
    semantic: Semantic | None = next((one for one in get_args(Semantic) if one == named), None)
    if semantic is None:
        message = f"options.evaluations_semantic must be one of {', '.join(STOPS)}"
        raise BadRequestError(message)
    return semantic


def _question(defaults: Mapping[str, Any], item: Any) -> Question | BadRequestError:
    if not isinstance(item, dict):
        return BadRequestError("an evaluation must be an object")
    try:
        return question_of({**defaults, **item})
    except BadRequestError as bad:
        return bad


def _asked(one: Question | BadRequestError, key: str, request_id: str | None) -> Asked | BadRequestError:
    if isinstance(one, BadRequestError):
        return one
    try:
        return one.asked(key=key, request_id=request_id)
    except BadRequestError as bad:
        return bad


_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]


class _Thing(msgspec.Struct, forbid_unknown_fields=True):
    type: _Name
    id: _Name


class _Action(msgspec.Struct, forbid_unknown_fields=True):
    name: _Name


class _Context(msgspec.Struct, forbid_unknown_fields=True):
    on_behalf_of: _Name | msgspec.UnsetType = msgspec.UNSET
    purpose: str | msgspec.UnsetType = msgspec.UNSET


class _Item(msgspec.Struct, forbid_unknown_fields=True):
    subject: _Thing | msgspec.UnsetType = msgspec.UNSET
    resource: _Thing | msgspec.UnsetType = msgspec.UNSET
    action: _Action | msgspec.UnsetType = msgspec.UNSET
    context: _Context | msgspec.UnsetType = msgspec.UNSET


class _Options(msgspec.Struct, forbid_unknown_fields=True):
    evaluations_semantic: Semantic


class _Plain(_Item, forbid_unknown_fields=True):
    """The form that nearly every batch has."""

    evaluations: tuple[_Item, ...] = ()
    options: _Options | msgspec.UnsetType = msgspec.UNSET


_decode_plain = msgspec.json.Decoder(_Plain).decode
OF_THING, OF_ONE_NAME, OF_LIST = 10, 6, 2
"""Quotation marks of a subject or resource; of an action or the options; and of the name of the list."""


def _plain(body: bytes, key: str, request_id: str | None) -> Batch[Asked] | None:
    """Return the checks of a batch of the plain form, or None for whatever needs the strict reading.

    Without an escape each name and value has two quotation marks, so a key that stands twice would show in their number.
    """
    if not body.isascii() or b"\\" in body:
        return None
    try:
        found = _decode_plain(body)
    except msgspec.MsgspecError:
        return None
    if not found.evaluations:
        return None
    quotes = OF_LIST + _quotes(found) + (0 if found.options is msgspec.UNSET else OF_ONE_NAME)
    items: list[Asked | BadRequestError] = []
    for item in found.evaluations:
        quotes += _quotes(item)
        items.append(_one(found, item, key, request_id))
    if quotes != body.count(b'"'):
        return None
    return Batch(items, "execute_all" if found.options is msgspec.UNSET else found.options.evaluations_semantic)


def _quotes(item: _Item) -> int:
    return (
        (item.subject is not msgspec.UNSET) * OF_THING
        + (item.resource is not msgspec.UNSET) * OF_THING
        + (item.action is not msgspec.UNSET) * OF_ONE_NAME
        + (0 if item.context is msgspec.UNSET else _quotes_of(item.context))
    )


def _quotes_of(context: _Context) -> int:
    return OF_CONTEXT + ((context.on_behalf_of is not msgspec.UNSET) + (context.purpose is not msgspec.UNSET)) * OF_MEMBER


def _one(plain: _Plain, item: _Item, key: str, request_id: str | None) -> Asked | BadRequestError:
    subject = item.subject if item.subject is not msgspec.UNSET else plain.subject
    resource = item.resource if item.resource is not msgspec.UNSET else plain.resource
    action = item.action if item.action is not msgspec.UNSET else plain.action
    context = item.context if item.context is not msgspec.UNSET else plain.context
    if subject is msgspec.UNSET:
        return BadRequestError("subject is missing")
    if resource is msgspec.UNSET:
        return BadRequestError("resource is missing")
    if action is msgspec.UNSET:
        return BadRequestError("action is missing")
    of = purpose = None
    if context is not msgspec.UNSET:
        of = None if context.on_behalf_of is msgspec.UNSET else context.on_behalf_of
        purpose = None if context.purpose is msgspec.UNSET else context.purpose
        if purpose is not None and not is_purpose(purpose):
            return BadRequestError(NO_PURPOSE)
    return Asked(key, subject.type, subject.id, resource.type, resource.id, action.name, of, request_id, purpose)
