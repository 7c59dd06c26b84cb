"""Names and search keys, and the closed lists of this room; pure."""

import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

from service.statute.refusals import Conflict

ORGANIZATION_KINDS = (
    "organ",
    "operator",
    "police",
    "foreign_government",
    "international_organization",
    "cabinet",
    "diet",
    "court",
    "review_board",
    "dispatch_agency",
)
ALIAS_TARGETS = ("person", "information", "document", "area")
IMPORT_STATES = ("begun", "ended", "partial")

_OLD_KANJI = str.maketrans(
    "髙﨑𠮷邉邊濵濱德嶋嶌眞惠齋齊澤櫻廣國學彌瀨黑桒冨舘槇栁",
    "高崎吉辺辺浜浜徳島島真恵斎斉沢桜広国学弥瀬黒桑富館槙柳",
)
"""Forms of common name characters that Unicode keeps apart and a searcher does not."""

_VARIATION_SELECTORS = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}


class UnknownIdError(Conflict):
    """Something named by an id that nothing here has."""

    slug = "unknown-id"


class AlreadyRecordedError(Conflict):
    """Something recorded once already that can stand only once."""

    slug = "already-recorded"


class AlreadyEndedError(Conflict):
    """Something to be ended that has ended, or would end before it began."""

    slug = "already-ended"


class ConflictingPersonError(Conflict):
    """A record of one person named where another is meant."""

    slug = "conflicting-person"


def search_key(*words: str | None) -> str:
    """Return what names are searched by: folded width, case, kana, old kanji, no spaces.

    The names themselves are kept exactly as entered; variation selectors (IVS) choose a
    glyph, not a character, and are dropped from the key alone.
    """
    folded = (_fold(word) for word in words if word)
    return " ".join(word for word in folded if word)


def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKC", word).casefold()
    seen = "".join(char for char in plain if not char.isspace() and ord(char) not in _VARIATION_SELECTORS)
    return seen.translate(_OLD_KANJI).translate(_HIRAGANA_TO_KATAKANA)


def exclusive(last_day: date | None) -> date | None:
    """Return the first day after the last one, or None for an open end."""
    return None if last_day is None else last_day + timedelta(days=1)


def runs_on(*, from_on: date | None, until_on: date | None, on: date) -> bool:
    """Tell whether an interval holds a day; `until_on` is exclusive, an open end is None."""
    return (from_on is None or from_on <= on) and (until_on is None or on < until_on)


def first_recorded(replaces: Mapping[str, str | None], row_id: str) -> str:
    """Return the id under which a row was first recorded, before any correction."""
    before = replaces.get(row_id)
    while before is not None:
        row_id, before = before, replaces.get(before)
    return row_id


def require_order(*, from_on: date | None, until_on: date | None) -> None:
    """Raise ValueError for an interval that ends before it begins; `until_on` is exclusive."""
    if from_on is not None and until_on is not None and until_on < from_on:
        msg = f"an interval from {from_on} cannot end before {until_on}"
        raise ValueError(msg)


def require_words(**words: str | None) -> None:
    """Raise ValueError naming the first word that is given but blank or holds control characters."""
    for name, word in words.items():
        if word is None:
            continue
        if not word.strip():
            msg = f"{name} is blank"
            raise ValueError(msg)
        if any(unicodedata.category(char) in {"Cc", "Cs"} for char in word):
            msg = f"{name} holds a control character"
            raise ValueError(msg)
