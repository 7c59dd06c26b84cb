"""What is wrong with a word of an act, as people read it: the act's own message in English, and its sense in Japanese."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from service.console.words import Language

IN_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        r"missing\b.*": ("入力してください。", "Please fill this in."),
        r".* is no day\b.*": ("日付は 2026-11-28 または R8.11.28 のように入力してください。", "Write a day as 2026-11-28 or R8.11.28."),
        r".* is no instant\b.*": (
            "日時は 2026-11-28T09:00:00+09:00 のように入力してください。",
            "Write a time as 2026-11-28T09:00:00+09:00.",
        ),
        r".* is no whole number": ("整数を入力してください。", "Write a whole number."),
        r".* is neither true nor false": ("「はい」か「いいえ」を選んでください。", "Choose yes or no."),
        r".* is none of .*": ("選択肢から選んでください。", "Please choose from the list."),
        r"unknown\b.*": ("この手続では使えない項目です。", "This act does not take this."),
    }
)
"""By the form of a message what is said of it, Japanese and English."""


def said_plainly(problem: str, language: Language) -> tuple[str, str]:
    """Return the word that a message names, and what is to be said beside its field; the message itself where it is of no known form."""
    word, colon, message = problem.partition(": ")
    if not colon:
        word, message = "", problem
    both = next((both for form, both in IN_WORDS.items() if re.fullmatch(form, message, re.DOTALL)), None)
    return word, message if both is None else both[0 if language == "ja" else 1]
