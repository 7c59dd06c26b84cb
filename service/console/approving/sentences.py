"""An act in a sentence: what it does, with whom and what it is about, in the reader's language and calendar."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from service.console.act_words import VERBS, said
from service.console.act_words.sentences import SENTENCES
from service.console.area_words.approving import FROM, FROM_TO, PERSON_CALLED
from service.console.dates import shown_day
from service.console.values import Reader

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_WORD = re.compile(r"\{(\w+)\}")
ABOUT = (
    "information_id",
    "document_id",
    "target_id",
    "contract_id",
    "operator_id",
    "organ_id",
    "organization_id",
    "account_id",
    "post_id",
    "result_id",
    "listing_id",
    "line_id",
    "incident_id",
    "title",
    "name",
)
"""Words that say what an act is about, where it has no sentence of its own."""
MOST_TOLD = 3


def sentence_of(act: Mapping[str, Any], reader: Reader) -> str:
    """Return an act in a sentence; to whoever does not see its words, its name."""
    words = act["words"]
    place = 0 if reader.language == "ja" else 1
    parts = {name: reader.told(value, name) for name, value in words.items() if value not in (None, "", [])}
    parts |= {"who": _who(words, reader), "days": _days(words, reader), "days_": parts.get("days", "")}
    parts |= {name: _day(words[name], reader) for name in ("on", "until", "notified_on") if words.get(name)}
    parts = {name: value for name, value in parts.items() if value}
    template = SENTENCES.get(act["verb"])
    chosen = None if template is None else _OPTIONAL.sub(lambda found: found[1] if _has_all(found[1], parts) else "", template[place])
    whole = None if chosen is None else _filled(chosen, parts)
    return whole or _told_in_turn(act, parts, reader)


def _filled(template: str, parts: Mapping[str, str]) -> str | None:
    """Return a sentence with its words in it, None where one is not there. What is filled in is never looked at again."""
    if not _has_all(template, parts):
        return None
    return _WORD.sub(lambda found: parts[found[1]], template)


def _has_all(template: str, parts: Mapping[str, str]) -> bool:
    return all(name in parts for name in _WORD.findall(template))


def _told_in_turn(act: Mapping[str, Any], parts: Mapping[str, str], reader: Reader) -> str:
    told = [parts[name] for name in ("who", *ABOUT) if name in parts][:MOST_TOLD]
    told += [parts["days"]] if "days" in parts else [parts["on"]] if "on" in parts else []
    verb = said(VERBS, act["verb"], reader.language)
    colon, comma = (":", "、") if reader.language == "ja" else (": ", ", ")
    return f"{verb}{colon}{comma.join(told)}" if told else verb


def _who(words: Mapping[str, Any], reader: Reader) -> str:
    """Return whom an act is about: a person with さん, a unit, or a post."""
    person = words.get("person_id")
    if person:
        return PERSON_CALLED[0 if reader.language == "ja" else 1].format(name=reader.told(person, "person_id"))
    return next((reader.told(words[name], name) for name in ("unit_id", "post") if words.get(name)), "")


def _days(words: Mapping[str, Any], reader: Reader) -> str:
    place = 0 if reader.language == "ja" else 1
    first, last = words.get("from_on"), words.get("last_day")
    if not first:
        return ""
    days = {"first": _day(first, reader), "last": _day(last, reader)}
    return (FROM_TO if last else FROM)[place].format(**days)


def _day(value: object, reader: Reader) -> str:
    return shown_day(str(value) if value else None, reader.language, reader.calendar)


def named_in(acts: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what acts themselves call what they make: somebody new has no other name yet."""
    found = {}
    for act in acts:
        words = act["words"]
        for made, name in (("person_id", "legal_name"), ("unit_id", "name"), ("organization_id", "name")):
            if act["verb"].startswith("register_") and words.get(made) and words.get(name):
                found[str(words[made])] = str(words[name])
    return found
