"""What a report says back, in both languages."""

import pytest

from service.console.act_words import CODES
from service.console.act_words.duties import TOLD, told
from service.registers.events import CHOSEN, DEFAULT, EVENT_CODES, EVENTS, REPORTERS


def test_every_code_of_a_report_has_its_words() -> None:
    assert {*EVENT_CODES, *REPORTERS, *CHOSEN} <= set(CODES)
    assert {code for line in EVENTS for code in (*line.tell, *line.follow_up)} | {DEFAULT} <= set(TOLD)


@pytest.mark.parametrize(
    ("language", "first", "basis"), [("ja", "名簿から外した登載: a, b", "根拠: 既定"), ("en", "Lines ended: a, b", "Basis: Default")]
)
def test_what_was_ended_is_said_a_line_a_part(language: str, first: str, basis: str) -> None:
    lines = told({"ended": ["a", "b"], "remaining": [], "excluded": None, "basis": "default"}, language)
    assert lines[0] == first
    assert lines[1].startswith(basis)
    assert len(lines) == 2
