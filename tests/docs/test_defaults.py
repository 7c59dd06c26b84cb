"""The page of defaults says what the code says."""

from pathlib import Path

from tools import defaults

PAGE = Path(__file__).parents[2] / "docs" / "defaults.md"


def test_the_page_of_defaults_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == defaults.page(), "run: .venv/bin/python -m tools.defaults > docs/defaults.md"
