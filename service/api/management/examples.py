"""Examples for the OpenAPI document, made from the kinds of the words; plainly fictional."""

import types
import typing
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from service.acts.table import NEW, Known
from service.acts.words import Word, words_of

ID = "5f0c2f6d9b7e4a5c8d1e3f2a4b6c8d0e"
ORGAN, OPERATOR = "0c7a9e2b4d6f4813a5b7c9d1e3f50617", "7d3b5f9a1c2e4068b4d6f8a0c2e4f618"
ANOTHER = "2e4f60817b9d4c5ea6f8091b3d5c7e9f"
DAY, LATER = "2026-11-24", "2027-11-23"
SIGN_IN = {"name": "hanako", "password": "mikan-to-cha-no-aru-heya", "code": "123456"}
ENROLMENT = SIGN_IN | {"first_half": "ABCD-EFGH", "second_half": "JKLM-NPQR", "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}
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
    "policy": "quorum none",
    "verb": "provide",
    "marking": "marking",
    "information_class": "vulnerability",
    "post": "課長補佐",
    "second": "approver",
    "sign_in_name": "hanako",
    "issuer": "https://id.example.jp",
    "subject": "hanako",
    "purpose_code": "night_watch",
    "purpose_name": "架空の夜間対応",
    "purpose_name_en": "Night work",
}
"""What a text word may look like; any other looks like a number of a file."""
OTHER = "架空第1号"


BY_WORD: dict[str, str] = dict.fromkeys(("organ_id", "head_id", "giver_id"), ORGAN) | dict.fromkeys(
    ("operator_id", "receiver_id", "employer_id", "party_id"), OPERATOR
)
BY_WORD |= dict.fromkeys(("witness_id", "inspector_id"), ANOTHER)
"""Whom a word names, so that no example lets somebody deal with themselves."""
ENDS = frozenset({"until", "last_day", "planned_on", "due_on", "return_by"})
LETTER = ("document_number", "letter_on", "arrived_on")
BESIDE: Mapping[str, tuple[str, ...]] = {
    "record_name": ("legal_name",),
    "designate": ("until",),
    "register_document": ("carries", "title"),
    "list_handler": ("person_id", "last_day"),
    "remove_handler": ("person_id",),
    "grant_role": ("person_id",),
    "record_result": ("notified_on", *LETTER),
    "record_doubt_notice": ("notified_on", *LETTER),
    "record_contract": ("number", "last_day"),
    "conclude_contract": ("number", "last_day"),
    "lend_document": ("person_id",),
    "destroy_in_emergency": ("paper",),
}
"""By act what its example says beside what it cannot do without: one of several words, or a letter."""


IN_ACT: Mapping[tuple[str, str], str] = {
    ("extend", "until"): "2028-11-23",
    ("record_extension", "until"): "2028-11-23",
    ("grant_resource_alias", "target_kind"): "document",
    ("grant_resource_alias", "namespace"): "dms",
    ("grant_resource_alias", "value"): "2026-0017",
    ("grant_area_alias", "namespace"): "gate",
    ("grant_area_alias", "value"): "7",
    ("request_listing", "purpose"): "assigned_work",
    ("provide", "under"): "Act 10(1)",
    ("record_provision", "under"): "Act 10(1)",
    ("disclose", "receiver_id"): ORGAN,
}
"""Words that mean something else in an act than elsewhere."""


def example_of(known: Known) -> dict[str, Any]:
    """Return an example of an act's body: what it cannot do without, and what makes sense of it."""
    words = words_of(known.operation())
    beside = BESIDE.get(known.verb, ())
    if known.verb.startswith("correct_"):
        # What is put right: of the words that need not be said a day, or else the first.
        free = [name for name, word in words.items() if not word.needed]
        beside = tuple(([name for name in free if _is_day(words[name])] or free)[:1])
    wanted = (name for name, word in words.items() if (word.needed or name in beside) and (known.verb, name) not in NEW)
    return {name: IN_ACT.get((known.verb, name)) or _of(name, words[name]) for name in wanted}


def _is_day(word: Word) -> bool:
    return date in (word.kind, *typing.get_args(word.kind))


def _of(name: str, word: Word) -> Any:  # noqa: PLR0911 - a table
    kind = word.kind
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        kind = next(option for option in typing.get_args(kind) if option is not type(None))
    origin = typing.get_origin(kind)
    if origin is typing.Literal:
        return typing.get_args(kind)[0]
    if kind in (date, datetime):
        day = LATER if name in ENDS else DAY
        return day if kind is date else f"{day}T09:00:00+09:00"
    if kind is bool:
        return True
    if kind is int:
        return 5
    if isinstance(origin, type) and issubclass(origin, Collection):
        inside = typing.get_args(kind)[0]
        return [_of(name.removesuffix("s"), Word(inside, needed=True))]
    if name.endswith(("_id", "information", "carrie", "listing")):
        return BY_WORD.get(name, ID)
    return TEXTS.get(name, OTHER)
