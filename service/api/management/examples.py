"""Examples for the OpenAPI document, made from the kinds of the words; plainly fictional."""

import types
import typing
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from service.acts.table import NEW, Known
from service.acts.words import Word, words_of

ID = "5f0c2f6d9b7e4a5c8d1e3f2a4b6c8d0e"
DAY = "2026-11-24"
TEXTS: Mapping[str, str] = {
    "legal_name": "架空 花子",
    "kana": "かくう はなこ",
    "name": "架空電力株式会社",
    "name_en": "Kakuu Electric Power",
    "title": "架空の情報1",
    "kind": "operator",
    "outline": "架空の事業に関する情報",
    "document_number": "経保第12号",
    "under": "Act 10(1)",
    "role": "information_manager",
    "namespace": "employee",
    "value": "00123",
    "outcome": "positive",
    "law": "iesi",
    "investigated_by": "prime_minister",
    "office": "minister_of_state",
    "target_kind": "person",
    "footing": "own",
    "profile": "standard",
    "verb": "provide",
    "marking": "marking",
    "information_class": "vulnerability",
    "post": "課長補佐",
}
"""What a text word may look like; any other looks like a number of a file."""
OTHER = "架空第1号"


def example_of(known: Known) -> dict[str, Any]:
    """Return an example of an act's body: what it cannot do without."""
    words = words_of(known.operation())
    return {name: _of(name, word) for name, word in words.items() if word.needed and (known.verb, name) not in NEW}


def _of(name: str, word: Word) -> Any:
    kind = word.kind
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        kind = next(option for option in typing.get_args(kind) if option is not type(None))
    origin = typing.get_origin(kind)
    if origin is typing.Literal:
        return typing.get_args(kind)[0]
    if kind in (date, datetime):
        return DAY if kind is date else f"{DAY}T09:00:00+09:00"
    if kind is bool:
        return True
    if kind is int:
        return 5
    if isinstance(origin, type) and issubclass(origin, Collection):
        inside = typing.get_args(kind)[0]
        return [_of(name.removesuffix("s"), Word(inside, needed=True))]
    return ID if name.endswith(("_id", "information", "carry")) else TEXTS.get(name, OTHER)
