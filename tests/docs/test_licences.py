"""Nothing runs here whose licence we have not read, and the list says what is so."""

from pathlib import Path

import pytest

from tools.licences import EXCEPTIONS, canonical, is_permissive, licence_of, page, runtime

ROOT = Path(__file__).resolve().parents[2]


def test_the_list_of_licences_is_what_is_installed() -> None:
    """`.venv/bin/python tools/licences.py > docs/licences.md` writes it anew."""
    assert (ROOT / "docs/licences.md").read_text(encoding="utf-8") == page()


def test_every_library_at_run_time_is_permissive_but_those_named() -> None:
    found = {canonical(one.metadata["Name"]): licence_of(one) for one in runtime()}
    assert len(found) > 30
    assert {name: licence for name, licence in found.items() if not is_permissive(licence)} == EXCEPTIONS


@pytest.mark.parametrize(
    ("licence", "permissive"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-only", False),
        ("", False),
        ("Apache-2.0 OR BSD-3-Clause", True),
    ],
)
def test_a_licence_is_judged_by_all_its_parts(licence: str, permissive: bool) -> None:
    assert is_permissive(licence) is permissive
