"""What a document is, by all the lines that may be entered about it in any order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.registers import declared
from service.registers.model import Line
from service.registers.operations import __all__ as operations
from service.registers.rules import GONE, RegisterRefusedError, Step, require_state, state_of

FIRST = date(2026, 4, 1)
STEPS = st.builds(
    Step,
    kind=st.sampled_from(["document", "loan", "storage", "handling", "finding", "incident", "delivery", "disposal", "emergency"]),
    on=st.integers(0, 300).map(lambda day: FIRST + timedelta(days=day)),
    ended_on=st.none() | st.just(FIRST + timedelta(days=400)),
    found=st.none() | st.booleans(),
)


@given(st.lists(STEPS, max_size=12))
def test_what_is_gone_on_loan_or_lost_is_never_at_hand(steps: list[Step]) -> None:
    """An oracle that reads the lines backwards, apart from the product's own order of questions."""
    entered = "document" in [step.kind for step in steps]
    gone = [step for step in steps if step.kind in GONE]
    away = [step for step in steps if step.kind == "loan" and step.ended_on is None]
    last = next((step.found for step in reversed(steps) if step.found is not None), True)
    at_hand = entered and not gone and not away and last
    assert (state_of(steps) == "held") is at_hand
    if at_hand:
        require_state(steps)
    else:
        with pytest.raises(RegisterRefusedError):
            require_state(steps)


@given(st.lists(STEPS, max_size=8), st.sampled_from(GONE), st.lists(STEPS, max_size=8))
def test_nothing_that_comes_later_brings_back_what_is_gone(before: list[Step], end: str, after: list[Step]) -> None:
    life = [Step("document", FIRST), *before, Step(end, FIRST), *after]
    assert state_of(life) == "no_longer_held"


# Declarations.


def test_every_register_declares_columns_that_are_there() -> None:
    for register in declared.REGISTERS:
        names = set(Line.__table__.columns.keys())
        needed = {need for need in register.needs if not need.startswith("details.")}
        assert needed <= names, register.kind
        sources = [column.source for column in register.columns]
        assert len(set(sources)) == len(sources), register.kind
        assert sources[-1] == "struck_on", register.kind
        assert not register.operator_columns or set(register.operator_columns) == set(sources), register.kind
        assert all(column.ja and column.en for column in register.columns)
        assert set(register.verbs) <= set(operations), register.kind


NO_LINES = {"approve_document", "end_approval", "grant_area_alias", "set_approval_rule", "set_register_period"}
"""What has tables of its own: none of it enters a line."""


def test_every_verb_but_striking_belongs_to_a_register() -> None:
    assert {verb for register in declared.REGISTERS for verb in register.verbs} == set(operations) - {"strike_line"} - NO_LINES


def test_every_code_of_an_act_has_words_in_both_languages() -> None:
    import typing

    from service.registers import rules

    codes = {
        code
        for name in (
            "Form",
            "Use",
            "Way",
            "Substance",
            "Method",
            "Prior",
            "Told",
            "AreaKind",
            "Network",
            "Occasion",
            "Found",
            "Incident",
            "Outcome",
            "Slip",
        )
        for code in typing.get_args(getattr(rules, name))
    }
    assert codes <= set(declared.CODES)


def test_a_form_that_changes_is_a_new_dated_line() -> None:
    first = declared.register("document", on=date(2020, 1, 1))
    assert first is declared.register("document", on=date(2030, 1, 1))
    with pytest.raises(ValueError, match="no register"):
        declared.register("nothing", on=FIRST)
