"""Why decisions were denied, counted by code: as far as somebody may see reasons, and the look an entry before."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from json import loads
from typing import Any

from service.acts.reading.auditors import look_everywhere
from service.database import read
from service.evidence import searches
from service.evidence.searches import Search
from service.evidence.view_export import Answers, answers_named
from service.identity.desk import Seated
from service.identity.entitlements import seen
from service.tlog.salted import decode

AUDITORS = frozenset({"auditor"})


@dataclass(slots=True)
class Denials:
    """Denials by code; an empty code stands for those whose reason cannot be read any more."""

    codes: Counter[str] = field(default_factory=Counter)
    daily: Counter[tuple[date, str]] = field(default_factory=Counter)


def denials_by_code(seated: Seated, search: Search, *, purpose: str | None, most: int) -> Denials:
    """Return the denials of a search among its newest `most` entries. Raises NotAllowedError, PurposeNeededError, OutsideError."""
    held = look_everywhere(seated, AUDITORS, ("denial_reason",), purpose=purpose, what="denials")
    roles = {one.role for one in held}
    counted = Denials()
    with read(seated.desk.engine) as session:
        rows = searches.answers_of(session, search, most=most)
        # The answer is what an entry of a decision names last, or before what was asked in other words.
        named = {name for _day, digests, _number in rows for name in loads(digests)[-2:]}
        answers = answers_named(session, log=seated.desk.log, digests={decode(name) for name in named})
    for day, digests, number in rows:
        code = _code(answers, loads(digests), roles, purpose)
        counted.codes[code] += number
        counted.daily[day, code] += number
    return counted


def _code(answers: Answers, digests: list[str], roles: set[str], purpose: str | None) -> str:
    """Return the reason that the answer among some disclosures gives, as somebody in these roles may know it."""
    found = next((one for name in reversed(digests) if (one := answers.find(name)) is not None), None)
    shown: Any = None if found is None else seen("answer", found.value, roles, purpose=purpose)
    return str(shown.get("reason", "")) if isinstance(shown, dict) else ""
