"""Japanese eras: in which one a day lies, and how it is written (元号を改める政令)."""

from datetime import date

ERAS = {
    "令和": (date(2019, 5, 1), 2018),
    "平成": (date(1989, 1, 8), 1988),
    "昭和": (date(1926, 12, 25), 1925),
    "大正": (date(1912, 7, 30), 1911),
    "明治": (date(1868, 1, 25), 1867),
}
"""The first day of each era, and the western year before its first; the newest first."""
LETTERS = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}
ENGLISH = {"令和": "Reiwa", "平成": "Heisei", "昭和": "Showa", "大正": "Taisho", "明治": "Meiji"}


def era_of(day: date) -> tuple[str, int] | None:
    """Return the era in which a day lies and its year in it, the first being 1; None before Meiji."""
    return next(((era, day.year - before) for era, (first, before) in ERAS.items() if first <= day), None)


def in_era(day: date) -> str:
    """Return a day as 和暦 (令和8年11月28日, 令和元年5月1日); before Meiji the western form."""
    found = era_of(day)
    if found is None:
        return f"{day.year}年{day.month}月{day.day}日"
    era, year = found
    return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def short_in_era(day: date) -> str:
    """Return a day as 和暦 in short (R8.11.28); before Meiji the western form."""
    found = era_of(day)
    if found is None:
        return day.isoformat()
    era, year = found
    letter = next(letter for letter, name in LETTERS.items() if name == era)
    return f"{letter}{year}.{day.month}.{day.day}"
