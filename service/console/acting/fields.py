"""The fields of an act's form: from the words that the act takes, with what may be chosen for each."""

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from service.acts.table import NEW, Known
from service.acts.words import Word, words_of
from service.console.act_words import CODES, FIELDS, HINTS, said
from service.console.words import Language
from service.personnel.roster.eras import parse_day

Options = tuple[tuple[str, str], ...]
Widget = Literal["text", "long", "day", "moment", "number", "yes", "choice", "checks", "search"]
LONG = frozenset({"outline", "evidence", "bundle"})
MOST_CHOSEN = 60
"""Choices that a plain list shows; where there are more, one searches."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it is shown: its widget, its choices, what was typed, what is wrong with it, and the label of a given id."""

    name: str
    label: str
    widget: Widget
    needed: bool
    options: Options = ()
    values: tuple[str, ...] = ()
    problem: str = ""
    hint: str = ""
    fixed: str = ""

    @property
    def value(self) -> str:
        """The first value, or an empty text."""
        return self.values[0] if self.values else ""


def fields_of(known: Known) -> list[str]:
    """Return the words that somebody fills in."""
    return [name for name in words_of(known.operation()) if (known.verb, name) not in NEW]


def widget_of(word: Word, *, name: str, options: Options, several: bool) -> Widget:
    """Return how a word is asked for."""
    kinds = typing.get_args(word.kind) if _is_union(word.kind) else (word.kind,)
    if several and options:
        return "checks"
    if options:
        return "choice" if len(options) <= MOST_CHOSEN else "search"
    for kind, widget in _WIDGETS:
        if kind in kinds:
            return widget
    return "long" if name in LONG else "text"


_WIDGETS: tuple[tuple[type, Widget], ...] = ((datetime, "moment"), (date, "day"), (bool, "yes"), (int, "number"))


def takes_several(kind: object) -> bool:
    """Say whether a word takes several values."""
    parts = typing.get_args(kind) if _is_union(kind) else (kind,)
    return any(isinstance(typing.get_origin(one), type) and typing.get_origin(one) is not typing.Literal for one in parts)


def codes_of(kind: object, language: Language) -> Options:
    """Return the choices of a word that has its values from a closed list, wherever in its type that stands."""
    literal = _literal(kind)
    return tuple((str(code), said(CODES, str(code), language)) for code in typing.get_args(literal))


def _literal(kind: object) -> object | None:
    if typing.get_origin(kind) is typing.Literal:
        return kind
    return next((found for part in typing.get_args(kind) if (found := _literal(part)) is not None), None)


def _is_union(kind: object) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType)


def words_sent(known: Known, form: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the words of a form as an act takes them: what was left empty was not given, days may be written by era."""
    found = words_of(known.operation())
    given: dict[str, Any] = {}
    for name in fields_of(known):
        values = [value.strip() for value in form.get(name, []) if value.strip()]
        if not values:
            continue
        if takes_several(found[name].kind) and (len(values) > 1 or codes_of(found[name].kind, "en")):
            given[name] = values
        else:
            given[name] = _western(values[0]) if _takes_day(found[name].kind) else values[0]
    return given


def _takes_day(kind: object) -> bool:
    return date in (typing.get_args(kind) or (kind,)) or kind is date


def _western(value: str) -> str:
    """Return a day in western form; what is no day stays for the act to refuse in its own words."""
    try:
        return parse_day(value).isoformat()
    except ValueError:
        return value


def field_of(
    known: Known, name: str, *, language: Language, options: Options, values: tuple[str, ...], problem: str = "", fixed: str = ""
) -> Field:
    """Return one field of an act's form."""
    word = words_of(known.operation())[name]
    options = options or codes_of(word.kind, language)
    widget = widget_of(word, name=name, options=options, several=takes_several(word.kind))
    return Field(
        name=name,
        label=said(FIELDS, name, language),
        widget=widget,
        needed=word.needed,
        options=options,
        values=values,
        problem=problem,
        hint=said(HINTS, name, language) if name in HINTS else "",
        fixed=fixed,
    )
