"""The reference of a denial: of one length, without letters that are mistaken for others, never the same twice."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.api.authzen import answer_body, answer_written
from service.api.exchange import encode
from service.api.preparing import Outcome
from service.api.settled import DRAWN_AT_ONCE, REFERENCE_ALPHABET, References, new_reference
from service.decision.decide import RECORD_MISMATCH
from service.decision.judge import visible_reason
from service.identity.callers import local_caller


def test_every_reference_has_eight_letters_that_cannot_be_mistaken_and_none_comes_twice() -> None:
    made = [new_reference() for _ in range(20 * DRAWN_AT_ONCE)]
    assert len(set(made)) == len(made)
    assert {len(one) for one in made} == {8}
    assert not set("".join(made)) & set("01IO")


def test_every_letter_stands_equally_often_in_every_place() -> None:
    made = [References().new() for _ in range(50)] + [new_reference() for _ in range(32_000)]
    for place in range(8):
        found = Counter(one[place] for one in made)
        assert set(found) == set(REFERENCE_ALPHABET)
        # A thousand of each are expected; six standard deviations either way.
        assert all(800 < count < 1_200 for count in found.values())


def test_two_processes_draw_differently() -> None:
    assert References().new() != References().new()


@pytest.mark.parametrize("trial", [False, True])
def test_a_denial_is_written_as_its_body_says(trial: bool) -> None:
    now, caller = datetime(2026, 11, 24, tzinfo=UTC), replace(local_caller("application"), trial=trial)
    for code in (*sorted({visible_reason(RECORD_MISMATCH), "denied", "not_in_force"}), 'a_code\\of@@"any'):
        outcome = Outcome(caller, RECORD_MISMATCH, 7, now, new_reference(), code, now, None, "0" * 64)
        assert encode(answer_written(outcome)) == encode(answer_body(outcome))
