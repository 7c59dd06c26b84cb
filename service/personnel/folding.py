"""How names are compared where somebody looks for one: small kana as large ones, without the marks that lengthen a sound.

The key that is stored keeps what was written; only the comparison is loose, so that a search never needs a record to change.
"""

from sqlalchemy import ColumnElement, func

from service.personnel.model import Person
from service.personnel.rules import search_key

SMALL, LARGE = "ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ"
LENGTHENS = "ー-‐‑–—―−~"
"""Marks that a searcher leaves out, or types as another."""
_LOOSE = str.maketrans(SMALL, LARGE, LENGTHENS)


def loosened(words: str) -> str:
    """Return words as names are looked for: folded like a search key, without blanks, small kana and lengthening marks."""
    return search_key(words).replace(" ", "").translate(_LOOSE)


def loose_key() -> ColumnElement[str]:
    """Return the search key of a person as it is compared with `loosened` words."""
    # What of the first list has no counterpart in the second is left out.
    return func.translate(Person.search_key, SMALL + LENGTHENS, LARGE)


def begins_with(text: str) -> str:
    """Return a LIKE pattern for what begins with a text."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
