"""Places in a law, written as lawyers cite them: `Act 12(1)(iii)`, `Order 16`, `Civil Code 143(2)`."""

import re
from dataclasses import dataclass
from functools import cache

from service.statute.places import is_place

LAWS = {
    "Act": (
        "重要経済安保情報の保護及び活用に関する法律（令和6年法律第27号）",
        "Act on the Protection and Utilization of Important Economic Security Information (Act No. 27 of 2024)",
    ),
    "Order": ("同法施行令（令和7年政令第26号）", "Enforcement Order of the Act (Cabinet Order No. 26 of 2025)"),
    "Civil Code": ("民法（明治29年法律第89号）", "Civil Code (Act No. 89 of 1896)"),
    "SDS Act": (
        "特定秘密の保護に関する法律（平成25年法律第108号）",
        "Act on the Protection of Specially Designated Secrets (Act No. 108 of 2013)",
    ),
    "NPSC Rule 8/2025": ("国家公安委員会規則（令和7年第8号）", "National Public Safety Commission Rule No. 8 of 2025"),
}
SHORT_JA = {"Act": "法", "Order": "施行令", "Civil Code": "民法", "SDS Act": "特定秘密保護法", "NPSC Rule 8/2025": "国家公安委員会規則8号"}
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
KANJI = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
FORM = re.compile(rf"({'|'.join(map(re.escape, LAWS))}) ([1-9]\d*)(?:\(([1-9]\d*)\))?(?:\(({'|'.join(ROMAN)})\))?")


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a law: article, and where given paragraph and item."""

    law: str
    article: int
    paragraph: int | None = None
    item: int | None = None

    def __str__(self) -> str:
        """Return the citation as it is written in English."""
        paragraph = f"({self.paragraph})" if self.paragraph else ""
        item = f"({ROMAN[self.item - 1]})" if self.item else ""
        return f"{self.law} {self.article}{paragraph}{item}"

    def ja(self) -> str:
        """Return the citation as it is written in Japanese."""
        paragraph = f"第{self.paragraph}項" if self.paragraph else ""
        item = f"第{KANJI[self.item - 1]}号" if self.item else ""
        return f"{SHORT_JA[self.law]}第{self.article}条{paragraph}{item}"


@cache
def cite(text: str) -> Citation:
    """Return the citation that a text writes. Raises ValueError for any other text, and for a place that the law does not have."""
    match = FORM.fullmatch(text)
    if match is None:
        message = f"{text!r} is no citation; one is written like 'Act 12(1)(iii)', 'Order 16' or 'Civil Code 143(2)'"
        raise ValueError(message)
    law, article, paragraph, item = match.groups()
    found = Citation(law, int(article), int(paragraph) if paragraph else None, ROMAN.index(item) + 1 if item else None)
    if not is_place(found.law, found.article, found.paragraph, found.item):
        message = f"{text!r} is no place in that law"
        raise ValueError(message)
    return found
