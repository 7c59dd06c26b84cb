"""The map of the statute: complete, resolved, and as the code says."""

from pathlib import Path

import pytest

from service.statute.citations import cite
from service.statute.places import paragraphs_of
from tools import statute_beyond, statute_map

PARAGRAPHS = {"19(1)": (19, 1), "19(2)": (19, 2)}
PAGE = Path(__file__).parents[2] / "docs" / "statute.md"


def test_every_place_of_the_act_and_the_order_is_on_a_list() -> None:
    told = [(law, article, paragraph) for law, article, paragraph, _status, _where in statute_map.lines()]
    assert told == [(law, *place) for law in ("Act", "Order") for place in paragraphs_of(law)]


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == statute_map.page(), "run: .venv/bin/python -m tools.statute_map > docs/statute.md"


def test_a_place_that_nothing_carries_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {place: why for place, why in statute_beyond.BEYOND.items() if place != ("Act", 22, None)}
    monkeypatch.setattr(statute_map, "BEYOND", without)
    with pytest.raises(LookupError, match="Act 22"):
        list(statute_map.lines())


def test_a_paragraph_is_not_carried_by_what_names_the_one_beside_it() -> None:
    where = {str(cite(f"Order {one}")): statute_map._where(statute_map.carried(), "Order", *one_of) for one, one_of in PARAGRAPHS.items()}
    assert "give_notice" in where["Order 19(1)"]["acts"]
    assert "give_notice" not in where["Order 19(2)"]["acts"]
    assert "record_consent" in where["Order 19(2)"]["acts"]


def test_an_act_is_credited_with_its_own_words_alone() -> None:
    assert "correct_office" not in statute_map.carried()["Act", 12, 8]["acts"]
    assert "provide" in statute_map.carried()["Act", 6, 1]["acts"]


@pytest.mark.parametrize("text", ["Act 29", "Act 4(8)", "Act 12(1)(iv)", "Order 23", "Order 15(2)", "NPSC Rule 8/2025 51"])
def test_a_citation_of_a_place_that_the_law_does_not_have_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="no place"):
        cite(text)


def test_a_mention_in_the_code_that_names_no_place_is_noticed() -> None:
    assert [str(one) for one in statute_map.mentions("as Act 10(3)(i), 10(4) and Order 16 say")] == [
        "Act 10(3)(i)",
        "Act 10(4)",
        "Order 16",
    ]
    with pytest.raises(ValueError, match="no place"):
        list(statute_map.mentions("as Act 4(9) says"))
