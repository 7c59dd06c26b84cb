"""No cell of a CSV is run by a spreadsheet, in whatever width and behind whatever its sign stands; and every text comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.evidence.rendering.cells import plain_cell, safe_cell

SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\u2212", "﹢", "﹣", "﹦", "﹫", "⁺", "⁻", "⁼", "₊", "₋", "₌", "\t", "\r", "\n", "\0"]
UNSEEN = [" ", "　", "\u00a0", "\u200b", "\ufeff", "\u2028", "\u2029", "\u00ad", "\u202e", "\x01", "\x1f", "\x85"]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", ["", *UNSEEN, "　\u200b "])
def test_a_sign_of_a_formula_is_quoted_in_every_width_and_behind_what_is_not_seen(sign: str, before: str) -> None:
    assert safe_cell(f"{before}{sign}1+1") == f"'{before}{sign}1+1"


@given(st.text(alphabet=st.sampled_from(UNSEEN), max_size=4), st.sampled_from(SIGNS), st.text(max_size=6))
def test_no_such_cell_is_left_as_it_is(before: str, sign: str, after: str) -> None:
    text = before + sign + after
    assert safe_cell(text)[0] == "'"
    assert plain_cell(safe_cell(text)) == text


@given(st.one_of(st.text(), st.text(alphabet=st.sampled_from([*SIGNS, *UNSEEN, "'", "a", "漢"]))))
def test_every_text_comes_back_and_two_texts_never_become_one_cell(text: str) -> None:
    cell = safe_cell(text)
    assert plain_cell(cell) == text
    assert cell in {text, "'" + text}


@pytest.mark.parametrize("text", ["", "a=1", "2026-04-01", "株式会社", "（=1）", "ー長音", "・中黒", "『=1』"])
def test_what_no_spreadsheet_runs_is_not_touched(text: str) -> None:
    assert safe_cell(text) == text
