"""The guide says what the pages say, in both languages, and each step leads to a page that there is."""

from pathlib import Path

import pytest

from service.console.doors import DOORWAYS
from service.console.guide.articles import ARTICLES
from service.console.guide.days import DAYS
from service.console.visit import anchor_of
from service.statute.citations import cite
from tools.guide import FOLDER, LANGUAGES, pages, picture


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_site_is_what_the_console_says(name: str) -> None:
    """`.venv/bin/python -m tools.guide` writes it anew."""
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name]


def test_every_step_leads_to_a_page_and_has_its_picture() -> None:
    paths = {one.path for one in DOORWAYS if "GET" in one.methods}
    for day in DAYS:
        for step in day.steps:
            assert step.path in paths, step.path
            for language in LANGUAGES:
                assert (FOLDER / "pictures" / picture(day, step, language)).stat().st_size > 5_000


def test_every_citation_of_a_page_is_a_place_whose_article_the_guide_explains() -> None:
    explained = {one.citation for one in ARTICLES}
    for doorway in DOORWAYS:
        for citation in doorway.basis:
            found = cite(citation)
            assert f"{found.law} {found.article}" in explained, (doorway.path, citation)


def test_a_page_of_the_menu_that_rests_on_the_act_says_on_what() -> None:
    bare = {"today", "oneself", "keeping", "help", "deciding", "auditing"}
    missing = [one.path for one in DOORWAYS if one.menu is not None and one.menu not in bare and not one.basis]
    assert missing == []


def test_anchors_of_places_are_plain() -> None:
    assert anchor_of("Act 11(1)") == "act-11-1"
    assert anchor_of("Order 16") == "order-16"


def test_no_picture_is_left_over() -> None:
    wanted = {picture(day, step, language) for day in DAYS for step in day.steps for language in LANGUAGES}
    assert {one.name for one in Path(FOLDER / "pictures").glob("*.png")} == wanted
