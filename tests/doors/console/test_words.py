"""Everything that a person reads stands in both languages, and nowhere but in the catalogue."""

import re
from pathlib import Path

import pytest

from service.acts.table import ACTS
from service.acts.words import words_of
from service.clearance.rules import LAWS, OFFICES
from service.console.act_words import CODES, COLUMNS, FIELDS, HINTS, TABLES, VERBS
from service.console.acting.fields import codes_of
from service.console.area_words import PARTS, WORDS
from service.console.doors import DOORWAYS
from service.console.people_words import people_words
from service.identity.roles import PROFILES
from service.need_to_know.rules import ACTIONS
from service.personnel.rules import ORGANIZATION_KINDS

TEMPLATES = Path(__file__).resolve().parents[3] / "service/console/templates"
JAPANESE = re.compile(r"[぀-ヿ㐀-鿿]")
EXPRESSIONS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
ATTRIBUTES = re.compile(r"\{% (?:set attributes|macro told_wrong\(name\)) %\}.*?\{% end(?:set|macro) %\}", re.DOTALL)
COMMANDS = re.compile(r"<(pre|code)\b.*?</\1>", re.DOTALL)
"""What is typed at a terminal is the same in every language."""
TAGS = re.compile(r"<[^>]*>", re.DOTALL)
ENTITIES = re.compile(r"&[a-z]+;|&#\d+;")
SAID = re.compile(r"""\bsaid(?:\.([a-z_0-9]+)\b|\["([a-z_0-9]+)"\])""")
OWN_NAMES = frozenset({"日本語", "English", "JSON", "CSV", "xlsx", "PDF", "ICS", "UTC", "JSONL", "JST", "ID", "SHA", "QR", "OK"})
"""Names that are the same in every language."""
AS_JAPANESE = frozenset({"dsg_eg_number", "dsg_eg_document_number", "audit_bad_day", "audit_bad_date"})
"""Words that show how something is written in Japanese."""
EVERY = {
    "words": WORDS,
    "verbs": VERBS,
    "fields": FIELDS,
    "codes": CODES,
    "hints": HINTS,
    "tables": TABLES,
    "columns": COLUMNS,
    "pages": {one.path: one.says for one in DOORWAYS},
}


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("template", templates(), ids=lambda one: str(one.relative_to(TEMPLATES)))
def test_a_template_holds_no_words_of_its_own(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    source = COMMANDS.sub(" ", source)
    bare = ENTITIES.sub(" ", TAGS.sub(" ", EXPRESSIONS.sub(" ", ATTRIBUTES.sub(" ", source))))
    left = [word for word in re.findall(r"[^\W\d_]{2,}", bare) if word not in OWN_NAMES]
    assert left == []


@pytest.mark.parametrize("template", templates(), ids=lambda one: str(one.relative_to(TEMPLATES)))
def test_every_word_that_a_template_says_is_in_the_catalogue(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    said = {first or second for first, second in SAID.findall(source)}
    known = people_words("ja")
    assert {word for word in said if word not in known} == set()


def test_no_key_stands_in_two_parts() -> None:
    keys = [key for part in PARTS for key in part.WORDS]
    assert sorted(keys) == sorted(set(keys))
    for language in ("ja", "en"):
        assert set(people_words(language)) >= set(keys)


@pytest.mark.parametrize("kind", EVERY)
def test_everything_is_said_in_both_languages(kind: str) -> None:
    for key, (ja, en) in EVERY[kind].items():
        assert bool(ja) == bool(en), key
        assert key in AS_JAPANESE or JAPANESE.search(en) is None, (key, en)
        placed = [sorted(re.findall(r"\{(\w*)\}", one)) for one in (ja, en)]
        assert placed[0] == placed[1], key


def test_every_value_of_a_closed_list_that_an_act_takes_is_said_in_words() -> None:
    lists = {
        word: [code for code, _label in codes_of(one.kind, "ja")]
        for known in ACTS.values()
        for word, one in words_of(known.operation()).items()
    }
    lists |= {
        "kind": list(ORGANIZATION_KINDS),
        "office": list(OFFICES),
        "law": list(LAWS),
        "profile": list(PROFILES),
        "actions": list(ACTIONS),
    }
    assert {(word, code) for word, codes in lists.items() for code in codes if code not in CODES} == set()
