"""What no act is about: characters that nobody can see, and days and numbers beyond all law; pure."""

import unicodedata
from datetime import date
from typing import Any

from service.decision.soundness import LARGEST_SET

LONGEST_WORD, FIRST_YEAR, LAST_YEAR, LARGEST_NUMBER = 2_000, 1868, 2200, 1_000
"""Words of an act: characters, and the days and numbers that an act can be about."""
LONGEST = {"bundle": LARGEST_SET}
"""The words that hold a whole text."""
LARGEST = dict.fromkeys(("serial", "numbers_to", "expected", "present", "missing"), 999_999) | {"index": 2**53 - 1}
"""The words that count papers, of which there may be more, and entries, of which there may be any number."""


def require_sane(word: str, value: Any) -> None:
    """Refuse what no act is about: characters that nobody can see, and days and numbers beyond all law. Raises ValueError."""
    if isinstance(value, str):
        unseen = any(unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} and character not in "\n\t" for character in value)
        longest = LONGEST.get(word, LONGEST_WORD)
        if unseen or len(value) > longest or (not value.strip() and value):
            message = f"{word}: at most {longest} visible characters"
            raise ValueError(message)
    elif isinstance(value, date):
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            message = f"{word}: {value} lies beyond {FIRST_YEAR} to {LAST_YEAR}"
            raise ValueError(message)
    elif isinstance(value, int) and not isinstance(value, bool):
        largest = LARGEST.get(word, LARGEST_NUMBER)
        if abs(value) > largest:
            message = f"{word}: at most {largest}"
            raise ValueError(message)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            require_sane(word, one)
