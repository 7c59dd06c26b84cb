"""Acts, their words and the states of proposals as people read them, in Japanese and English; a test holds them complete."""

from collections.abc import Mapping
from types import MappingProxyType

from service.console.act_words import (
    assessment,
    authority,
    clearance,
    deadlines,
    designation,
    duties,
    need_to_know,
    people,
    privacy,
    provision,
    registers,
    values,
)
from service.console.act_words.hints import HINTS
from service.console.act_words.tables import COLUMNS, TABLES
from service.console.words import Language
from service.registers.declared import REGISTERS

__all__ = [
    "CODES",
    "COLUMNS",
    "FIELDS",
    "FOOTINGS",
    "HINTS",
    "OUTCOME_WORDS",
    "STATES",
    "STEPS",
    "TABLES",
    "VERBS",
    "said",
]
_ROOMS = (people, designation, provision, clearance, assessment, need_to_know, registers, duties, deadlines, authority, privacy)
VERBS: Mapping[str, tuple[str, str]] = MappingProxyType({verb: said for room in _ROOMS for verb, said in room.VERBS.items()})
"""Each act's name."""
FIELDS: Mapping[str, tuple[str, str]] = MappingProxyType({word: said for room in _ROOMS for word, said in room.FIELDS.items()})
"""Each word that an act takes."""
_REGISTERS = {one.kind: (one.ja, one.en) for one in REGISTERS}
_RESOURCES = {"information": ("情報", "Information"), "document": ("文書等", "Document"), "area": ("区域・容器・電子計算機", "Area")}
CODES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {**_REGISTERS, **_RESOURCES, **values.CODES, **{code: said for room in _ROOMS for code, said in room.CODES.items()}}
)
"""Each value that a word has from a closed list."""

STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "open": ("決裁待ち", "Waiting"),
        "sent_back": ("差戻し", "Sent back"),
        "withdrawn": ("取下げ", "Withdrawn"),
        "rejected": ("否決", "Rejected"),
        "approved": ("決裁済み", "Approved"),
        "expired": ("期限切れ", "Expired"),
    }
)

STEPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "made": ("起案", "Proposed"),
        "made again": ("再起案", "Proposed again"),
        "sent back": ("差戻し", "Sent back"),
        "withdrawn": ("取下げ", "Withdrawn"),
        "rejected": ("否決", "Rejected"),
        "approved": ("決裁", "Approved"),
        "viewed": ("後閲", "Viewed later"),
    }
)

FOOTINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "own": ("本人の職務", "By own office"),
        "head": ("行政機関の長", "The head"),
        "delegation": ("権限の委任(法第17条)", "Delegation (Act 17)"),
        "standing": ("専決", "Standing authority"),
        "absence": ("代決", "In absence"),
        "resolution": ("合議体の議決", "A board's resolution"),
    }
)

OUTCOME_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "positive": ("漏らすおそれがないと認められた", "Positive"),
        "negative": ("漏らすおそれがないと認められなかった", "Negative"),
        "refused": ("同意がなく実施されなかった", "Not carried out: no consent"),
        "withdrawn": ("同意が取り下げられ実施されなかった", "Not carried out: consent withdrawn"),
        "not_carried_out": ("実施されなかった", "Not carried out"),
    }
)


def said(table: Mapping[str, tuple[str, str]], code: str, language: Language) -> str:
    """Return a code in a language, or the code where the table has no words for it."""
    both = table.get(code)
    return code if both is None else both[0 if language == "ja" else 1]
