"""Days as rosters write them: western in many forms, by era, in full-width digits; stored as western dates."""

import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache

from service.statute.eras import ERAS, LETTERS

ORDER = list(ERAS)
_ERA = re.compile(r"(令和|平成|昭和|大正|明治|[RHSTM])\.?(元|\d{1,2})[年./-](\d{1,2})[月./-](\d{1,2})日?", re.IGNORECASE)
_WESTERN = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?")
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00(\.0+)?)?$")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")


def parse_day(value: str | date) -> date:
    """Return the day that a cell writes. Raises ValueError for what is no day, or lies outside the era it names."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return _parsed(value)


@lru_cache(maxsize=4096)
def _parsed(value: str) -> date:
    """Return the day that a text writes; the days of a roster repeat."""
    # Full-width digits, and the one-character eras (㋿), become what they stand for; exports add midnight to a day.
    text = _MIDNIGHT.sub("", unicodedata.normalize("NFKC", value).strip()).replace(" ", "")
    by_era = _ERA.fullmatch(text)
    if by_era is not None:
        return _of_era(value, *by_era.groups())
    western = _WESTERN.fullmatch(text) or _DIGITS.fullmatch(text)
    if western is None:
        message = f"{value!r} is no day; one is written like 2025-04-01, 2025/4/1, R7.4.1 or 令和7年4月1日"
        raise ValueError(message)
    return date(*(int(part) for part in western.groups()))


def _of_era(value: str, name: str, year: str, month: str, day: str) -> date:
    era = LETTERS.get(name.upper(), name)
    first, before = ERAS[era]
    found = date(before + (1 if year == "元" else int(year)), int(month), int(day))
    place = ORDER.index(era)
    over = ERAS[ORDER[place - 1]][0] if place else date.max
    if not first <= found < over:
        message = f"{value!r} does not lie in the era it names"
        raise ValueError(message)
    return found
