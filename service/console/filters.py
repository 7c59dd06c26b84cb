"""How templates write values: codes in words, ids by name, days in the reader's calendar."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from jinja2 import pass_context

from service.acts.sane import LONGEST
from service.console.act_words import TABLES, VERBS, said
from service.console.act_words.tables import TECHNICAL
from service.console.dates import short_day, shown_day, shown_moment
from service.console.pages import TEMPLATES
from service.console.people_words import people_words
from service.console.values import NAMES, VALUES, Reader
from service.console.words import Language
from service.decision.change_words import DIFFERS, EFFECTS, SORTS
from service.identity.entitlements import PURPOSES
from service.identity.roles import ROLES
from service.statute.citations import cite
from service.statute.policies import SCHEMA, from_bundle

HOLDERS: Mapping[str, tuple[str, str]] = {**ROLES, "person": ("本人", "The person")}
"""Every role, and whoever it is about."""


def called(value: object, names: Mapping[str, str]) -> object:
    """Return a value with its ids replaced by what they are called."""
    if isinstance(value, list | tuple):
        return [called(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def in_words(value: object, language: Language) -> str:
    """Return a value as people read it: codes by their names, yes and no, several with commas."""
    if isinstance(value, bool):
        return people_words(language)["yes" if value else "no"]
    if isinstance(value, list | tuple):
        return ("、" if language == "ja" else ", ").join(in_words(one, language) for one in value)
    if isinstance(value, Mapping):
        joined = ((said(NAMES, str(name), language), in_words(one, language)) for name, one in value.items() if one is not None)
        return ("、" if language == "ja" else ", ").join(f"{name}: {one}" for name, one in joined)
    return said(VALUES, str(value), language)


def policy_files(bundle: str) -> list[tuple[str, str]]:
    """Return the files of a policy set, each with its text, the schema last."""
    texts = from_bundle(bundle)
    return [*sorted(texts.files.items()), (SCHEMA, texts.schema)]


def cited(place: str, language: Language) -> str:
    """Return a citation as a reader writes it; what is none stays as it is."""
    try:
        return cite(place).ja() if language == "ja" else place
    except ValueError:
        return place


@pass_context
def as_read(context: Any, value: object, names: Mapping[str, str], column: str = "") -> str:
    """Return a value of a column as the reader of a page reads it."""
    return Reader(context["lang"], context["calendar"], names).told(value, column)


def without(query: str, name: str) -> str:
    """Return the words of an address without one of them."""
    return "&".join(one for one in query.split("&") if one and one.partition("=")[0] != name)


TEMPLATES.filters["role"] = lambda code, language: said(HOLDERS, code, language)
TEMPLATES.filters["field"] = lambda code, language: said(NAMES, code, language)
TEMPLATES.filters["table_name"] = lambda code, language: said(TABLES, code, language)
TEMPLATES.filters["act_name"] = lambda verb, language: said(VERBS, verb, language)
TEMPLATES.filters["day_before"] = lambda day: day - timedelta(days=1)
TEMPLATES.filters["purpose"] = lambda code, language: said(PURPOSES, code, language)
TEMPLATES.filters["code"] = lambda code, language: said(VALUES, str(code), language)
TEMPLATES.filters["called"] = called
TEMPLATES.filters["cited"] = cited
TEMPLATES.filters["policy_files"] = policy_files
TEMPLATES.filters["policy_word"] = lambda code, language: said({**SORTS, **EFFECTS, **DIFFERS}, code, language)
TEMPLATES.filters["in_words"] = in_words
TEMPLATES.filters["as_read"] = as_read
TEMPLATES.filters["day"] = pass_context(lambda context, value: shown_day(value, context["lang"], context["calendar"]))
TEMPLATES.filters["short_day"] = pass_context(lambda context, value: short_day(value, context["calendar"]))
TEMPLATES.filters["moment"] = pass_context(lambda context, value: shown_moment(value, context["calendar"]))
TEMPLATES.globals["without"] = without
TEMPLATES.globals["longest"] = LONGEST
TEMPLATES.globals["technical"] = TECHNICAL
