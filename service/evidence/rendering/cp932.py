r"""CP932 (Windows' Shift_JIS) without silent loss: what it cannot hold is written `\u{20BB7}`, listed and counted."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

CODEC: Final = "cp932"
MOST_SUMMED: Final = 500
_ESCAPE = re.compile(r"\\u\{([0-9A-F]{1,6})\}")
_MARK = "\\u{"
_OUR_MARK = "\\u{5C}u{"
"""What stands for a mark that the text itself has, so that it is not taken for ours."""


class Unencodable:
    """The characters that CP932 cannot hold, how often each was met, and the index of the entry where it was met first."""

    def __init__(self) -> None:
        """Start with none."""
        self.counts: Counter[str] = Counter()
        self.first: dict[str, int] = {}

    @property
    def total(self) -> int:
        """Return how many characters were escaped."""
        return self.counts.total()

    def meet(self, character: str, index: int) -> None:
        """Count a character in a row of an entry; -1 for a heading."""
        self.counts[character] += 1
        self.first.setdefault(character, index)

    def summary(self) -> dict[str, object]:
        """Return the count, and how often each character was met, by its code; of very many the first alone."""
        counts = {f"U+{ord(one):04X}": count for one, count in sorted(self.counts.items())[:MOST_SUMMED]}
        return {"characters": counts, "total": self.total}

    def listed(self) -> dict[str, object]:
        """Return the count, and each character by its code, in order."""
        characters = [
            {"code": f"U+{ord(one):04X}", "count": count, "first": self.first[one]}
            | ({} if "\ud800" <= one <= "\udfff" else {"character": one})
            for one, count in sorted(self.counts.items())
        ]
        return {"characters": characters, "total": self.total}


def encode(text: str, *, unencodable: Unencodable, index: int) -> bytes:
    """Return a text in CP932; what CP932 cannot hold, or gives back as another character, is escaped and counted."""
    marked = text.replace(_MARK, _OUR_MARK)
    try:
        raw = marked.encode(CODEC)
        if raw.decode(CODEC) == marked:
            return raw
    except UnicodeError:
        pass
    return b"".join(_one(character, unencodable, index) for character in marked)


def _one(character: str, unencodable: Unencodable, index: int) -> bytes:
    try:
        raw = character.encode(CODEC)
        if raw.decode(CODEC) == character:
            return raw
    except UnicodeError:
        pass
    unencodable.meet(character, index)
    return f"\\u{{{ord(character):X}}}".encode("ascii")


def decode(raw: bytes) -> str:
    """Return the text that `encode` wrote. Raises UnicodeDecodeError for what is no CP932, ValueError for a code beyond Unicode."""
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), raw.decode(CODEC))


def unencodable_json(views: Mapping[str, Unencodable]) -> bytes:
    """Return what could not be encoded in each view, by its path, as one JSON object (`view/unencodable.json`)."""
    told = {"v": 1, "views": {path: found.listed() for path, found in views.items()}}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"
