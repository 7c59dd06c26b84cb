"""What is seen on paper and read by machines: three marks, one label, and other regimes beside it."""

import json
from dataclasses import replace
from datetime import date
from typing import get_args
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.designation.labels import NAMESPACE, Label, as_json, as_xmp, values_of
from service.designation.marks import SIZES_MM, TEXTS, State, as_html, as_text, mark, sheet

STATES: tuple[State, ...] = get_args(State)
LABEL = Label("designated", ["経保第1号"], ["meti"], date(2031, 9, 30), ["vulnerability"])
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def test_the_marks_say_what_the_law_wants_and_differ() -> None:
    assert TEXTS["designated"][0] == "重要経済安保情報"
    assert TEXTS["expired"][0] == "重要経済安保情報指定有効期間満了"
    assert TEXTS["lifted"][0] == "重要経済安保情報指定解除"
    assert SIZES_MM == {"designated": (12, 42), "expired": (18, 42), "lifted": (18, 42)}
    assert {mark(state).colour for state in STATES} == {"red"}
    assert all(mark(state).frame for state in STATES)


def test_an_end_mark_stands_beside_the_struck_mark() -> None:
    assert mark("designated").struck is None
    for state in ("expired", "lifted"):
        one = mark(state)
        assert one.struck == "重要経済安保情報"
        assert '<s class="struck">重要経済安保情報</s>' in as_html(one)
        assert "== 重要経済安保情報 ==" in as_text(one)
    assert "<s " not in as_html(mark("designated"))


def test_a_mark_names_number_designator_and_foreign_originator() -> None:
    one = mark("designated", number=["経保第1号"], originator=["経済産業省"], foreign=["Alpha"])
    for said in (as_text(one), as_html(one), sheet([one], title="表紙")):
        assert all(word in said for word in ("経保第1号", "経済産業省", "Alpha"))
    assert one.plain() == {
        "text": "重要経済安保情報",
        "text_en": "Important economic security information",
        "colour": "red",
        "frame": True,
        "originator": ["経済産業省"],
        "number": ["経保第1号"],
    }


def test_the_frame_of_text_is_straight() -> None:
    lines = as_text(mark("lifted", number=["経保第1号"])).split("\n")
    assert len({sum(1 if ord(char) < ord("\u2e80") else 2 for char in line) for line in lines}) == 1


@given(words=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30))
def test_no_word_on_a_mark_becomes_markup(words: str) -> None:
    page = as_html(mark("designated", number=[words], originator=[words], foreign=[words]))
    plain = as_html(mark("designated", number=["x"], originator=["x"], foreign=["x"]))
    assert page.count("<") == plain.count("<")
    assert page.count('"') == plain.count('"')


def test_a_label_is_the_same_text_for_the_same_label() -> None:
    assert as_json(LABEL) == as_json(replace(LABEL, numbers=["経保第1号", "経保第1号"]))
    assert json.loads(as_json(LABEL)) == {
        "schema": "sekisho-label/1",
        "regime": "jp-act-2024-27",
        "state": "designated",
        "text": "重要経済安保情報",
        "text_en": "Important economic security information",
        "numbers": ["経保第1号"],
        "organs": ["meti"],
        "last_day": "2031-09-30",
        "classes": ["vulnerability"],
    }


def test_labels_of_other_regimes_stand_beside_and_never_instead() -> None:
    both = replace(LABEL, others={"contract-nda": "社外秘", "jp-defence-kit": "装備品等秘密"})
    assert values_of(both)["text"] == "重要経済安保情報"
    assert values_of(both)["others"] == {"contract-nda": "社外秘", "jp-defence-kit": "装備品等秘密"}
    for regime in ("jp-act-2024-27", " JP-Act-2024-27 "):
        with pytest.raises(ValueError, match="own regime"):
            replace(LABEL, others={regime: "公開"})
    with pytest.raises(ValueError, match="names the designation"):
        replace(LABEL, numbers=[])


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=20)


@given(number=words, organ=words, other=words)
def test_xmp_says_what_json_says(number: str, organ: str, other: str) -> None:
    label = Label("lifted", [number], [organ], others={"nda": other})
    root = ET.fromstring(as_xmp(label).encode())
    (described,) = root.iter(f"{RDF}Description")
    values = values_of(label)
    for name in ("schema", "regime", "state", "text", "text_en"):
        assert described.get(f"{{{NAMESPACE}}}{name}") == values[name]
    for name in ("numbers", "organs"):
        found = [item.text for item in described.iterfind(f"{{{NAMESPACE}}}{name}/{RDF}Bag/{RDF}li")]
        assert found == values[name]
    beside = [item.text for item in described.iterfind(f"{{{NAMESPACE}}}others/{RDF}Bag/{RDF}li")]
    assert beside == [f"nda: {other}"]
