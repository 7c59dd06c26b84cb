"""Values of columns and words as people read them: ids by name, days in their calendar, codes in words, typed words as typed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.console.act_words import CODES, COLUMNS, FIELDS, FOOTINGS, OUTCOME_WORDS, VERBS, said
from service.console.dates import Calendar, short_day, shown_moment
from service.console.people_words import people_words
from service.console.words import Language
from service.identity.roles import ROLES

VALUES: Mapping[str, tuple[str, str]] = {**OUTCOME_WORDS, **CODES}
"""Every value that is a code."""
NAMES: Mapping[str, tuple[str, str]] = {**COLUMNS, **FIELDS}
"""Every word and column."""
OF_COLUMN: Mapping[str, Mapping[str, tuple[str, str]]] = {"verb": VERBS, "footing": FOOTINGS, "role": ROLES, "seconds": ROLES}
"""Columns whose values have their words elsewhere than the codes."""
TYPED = frozenset(
    {
        "evidence",
        "kana",
        "label",
        "legal_name",
        "name_en",
        "outline",
        "reason",
        "sign_in_name",
        "task",
        "title",
        "value",
    }
)
"""Words that somebody typed: a name that happens to be a code stays what it is."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")


@dataclass(frozen=True, slots=True)
class Reader:
    """In which language and calendar values are told, and what ids are called."""

    language: Language
    calendar: Calendar
    names: Mapping[str, str]

    def told(self, value: object, column: str = "") -> str:
        """Return a value of a column in words; a dash for none."""
        if isinstance(value, bool):
            return people_words(self.language)["yes" if value else "no"]
        if not value and not isinstance(value, int):
            return "―"
        if isinstance(value, list | tuple):
            return self._joined(self.told(one, column) for one in value)
        if isinstance(value, Mapping):
            return self._joined(f"{said(NAMES, str(name), self.language)}: {self.told(one, str(name))}" for name, one in value.items())
        return self._text(str(value), column)

    def _joined(self, parts: Iterable[str]) -> str:
        return ("、" if self.language == "ja" else ", ").join(parts)

    def _text(self, value: str, column: str) -> str:
        if column in TYPED:
            return value
        if _DAY.fullmatch(value):
            return short_day(value, self.calendar)
        if _MOMENT.fullmatch(value):
            return shown_moment(value, self.calendar)
        return self.names.get(value) or said(OF_COLUMN.get(column, VALUES), value, self.language)
