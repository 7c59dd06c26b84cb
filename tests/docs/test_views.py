"""The page about views names every column, in its order and with its Japanese heading, and every format."""

import re
from pathlib import Path

import pytest

from service.evidence.rendering.columns import COLUMNS
from service.evidence.rendering.formats import RENDERERS
from service.evidence.view_files import FORMATS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ("views.md", "views.ja.md")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_column_is_told_in_its_order_with_its_heading(name: str) -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \| ([^|`]+) \| [^|]+ \|$", page(name).split("\n## ")[3], re.MULTILINE)) == COLUMNS


@pytest.mark.parametrize("name", PAGES)
def test_every_format_is_told_with_its_version(name: str) -> None:
    told = re.findall(r"^\| `(\w+)` \| `(\w+/\d+)` \|", page(name), re.MULTILINE)
    assert tuple(form for form, _version in told) == FORMATS
    assert {version for _form, version in told} == {*RENDERERS, "xlsx/1"}


def test_both_languages_have_the_same_parts() -> None:
    first, second = (re.findall(r"^(#+) ", page(name), re.MULTILINE) for name in PAGES)
    assert first == second
