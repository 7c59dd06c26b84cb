"""How a cell is made safe for a spreadsheet, reversibly, and a line of CSV."""

import re
import unicodedata
from collections.abc import Sequence

FORMULA_STARTS = frozenset("=+-@\t\0\r\n\u2212")
"""What makes a spreadsheet read a cell as a formula (ASVS 1.2.10, OWASP), beside what NFKC makes of other forms of these."""
QUOTE = "'"
_UNSEEN = frozenset(("Zs", "Zl", "Zp", "Cf", "Cc"))


def safe_cell(text: str) -> str:
    """Return the text such that no spreadsheet runs it; `plain_cell` gives it back.

    A cell that already begins with the quote gets one more, so that this can be undone.
    """
    if text[:1].isalnum() or not text:
        return text
    return QUOTE + text if text.startswith(QUOTE) or _may_be_formula(text) else text


def _may_be_formula(text: str) -> bool:
    """Say whether a text begins as a formula does, in any width of its signs and behind whatever is not to be seen."""
    for character in text:
        form = unicodedata.normalize("NFKC", character)[:1]
        if character in FORMULA_STARTS or form in FORMULA_STARTS:
            return True
        if unicodedata.category(character) not in _UNSEEN:
            return False
    return False


def plain_cell(cell: str) -> str:
    """Return the text that `safe_cell` made safe."""
    return cell.removeprefix(QUOTE)


def csv_line(values: Sequence[str]) -> str:
    """Return one line of RFC 4180: every field quoted, CRLF at the end."""
    # Most cells are empty, or a letter or digit first and no quote within: nothing is to be done to these.
    fields = [value if not value or (value[0].isalnum() and '"' not in value) else safe_cell(value).replace('"', '""') for value in values]
    return '"' + '","'.join(fields) + '"\r\n'


_UNWRITABLE = re.compile("[\ud800-\udfff]")


def writable(text: str) -> str:
    r"""Return a text as UTF-8 can hold it: half of a character, which only a forger writes, as `\u{D800}`."""
    return text if text.isascii() else _UNWRITABLE.sub(lambda found: f"\\u{{{ord(found.group()):X}}}", text)
