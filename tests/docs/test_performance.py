"""The figures of both pages are those of one run, each told in the language of its page."""

import re
from pathlib import Path

from benchmarks.japanese import japanese

DOCS = Path(__file__).resolve().parents[2] / "docs"


def rows(name: str) -> list[list[str]]:
    """The cells of the measured table, without its head."""
    _before, _begin, rest = (DOCS / name).read_text(encoding="utf-8").partition("<!-- measured -->")
    lines = [line for line in rest.partition("<!-- /measured -->")[0].splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_both_pages_tell_the_same_figures_each_in_its_own_language() -> None:
    english, own = rows("performance.md"), rows("performance.ja.md")
    assert len(english) > 10
    assert [row[1:4] for row in own] == [row[1:4] for row in english]
    for row, twin in zip(english, own, strict=True):
        assert (twin[0], twin[4]) == (japanese(row[0]), japanese(row[4]))
        assert re.search("[ぁ-んァ-ヶ一-龠]", twin[0]), row[0]
        assert not re.search(r"[a-z]{4,}", re.sub("hello|Cerbos", "", twin[4])), "a detail that has no Japanese yet"
