"""How names are compared where somebody looks for one: small kana as large ones, with or without the marks that lengthen a sound.

The key that is stored keeps what was written; only the comparison is loose, so that a search never needs a record to change.
"""

import re

from sqlalchemy import ColumnElement

from service.personnel.model import Person
from service.personnel.rules import search_key

SMALL, LARGE = "ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ"
LENGTHENS = "ー‐‑–—―−~-"
"""Marks that a searcher leaves out, or types as another."""
_LOOSE = str.maketrans(SMALL, LARGE, LENGTHENS)
_EITHER = {one: f"[{small}{large}]" for small, large in zip(SMALL, LARGE, strict=True) for one in (small, large)}
_KATAKANA = re.compile("[ァ-ヺ]")


def loosened(words: str) -> str:
    """Return words as names are compared: folded like a search key, without blanks, small kana and lengthening marks."""
    return search_key(words).replace(" ", "").translate(_LOOSE)


def is_named(words: str) -> ColumnElement[bool]:
    """Return the condition that a person's name or kana holds some words, loosely compared."""
    pieces = [_EITHER.get(one, re.escape(one)) for one in loosened(words)]
    if not any(_KATAKANA.search(one) for one in pieces):
        # Nothing in it could be written in two ways.
        return Person.search_key.contains(loosened(words), autoescape=True)
    marks = f"[{LENGTHENS}]*"
    pattern = "".join(one + (marks if _KATAKANA.search(one) else "") for one in pieces[:-1]) + pieces[-1]
    return Person.search_key.regexp_match(pattern)


def begins_with(text: str) -> str:
    """Return a LIKE pattern for what begins with a text."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
