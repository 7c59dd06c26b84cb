"""Every act is on the page that says how what it recorded is put right, or what one does instead, in both languages."""

import re
from pathlib import Path

import pytest

from service.acts.balance.registers import NEEDED, STAY
from service.acts.table import ACTS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["corrections.md", "corrections.ja.md"])
def test_what_every_act_recorded_can_be_put_right_or_has_its_way(page: str) -> None:
    rows = [line for line in (DOCS / page).read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    recorded = [verb for line in rows for verb in re.findall(r"`(\w+)`", line.split("|")[1])]
    assert sorted(recorded) == sorted(verb for verb in ACTS if not verb.startswith("correct_"))
    named = {verb for line in rows for verb in re.findall(r"`(\w+)`", line.split("|", 2)[2])}
    assert {verb for verb in ACTS if verb.startswith("correct_")} <= named <= set(ACTS)


def test_both_pages_have_the_same_rows() -> None:
    def rows(page: str) -> list[list[str]]:
        return [re.findall(r"`\w+`", line) for line in (DOCS / page).read_text(encoding="utf-8").splitlines() if line.startswith("| `")]

    assert [one[:1] for one in rows("corrections.md")] == [one[:1] for one in rows("corrections.ja.md")]


@pytest.mark.parametrize("page", ["registers.md", "registers.ja.md"])
def test_every_register_is_told_to_come_along_or_to_stay(page: str) -> None:
    told = (DOCS / page).read_text(encoding="utf-8")
    named = [line.split("`")[1] for line in told.splitlines() if line.startswith("| `")]
    assert named == [*NEEDED, *STAY]
