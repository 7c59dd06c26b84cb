"""The order of the steps and the conditions of reuse, searched and held against the text of Act 12 and 13."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.assessment import rules
from service.assessment.rules import Assessed, AssessmentRefusedError, Done, Standing

DAY = date(2026, 7, 1)
STEPS = [step for step in rules.STEPS if step != "blank"]
MOVES = st.tuples(st.sampled_from(STEPS), st.booleans(), st.sampled_from(rules.OUTCOMES), st.integers(-1, 3))


def walked(moves: list[tuple[str, bool, rules.Outcome, int]]) -> list[Done]:
    """The steps that were let through, of those that were tried one after the other."""
    done: list[Done] = []
    day = DAY
    for step, reuse, outcome, later in moves:
        on = day + timedelta(days=later)
        try:
            rules.require_step(Standing(done), step, on=on, reuse=reuse, outcome=outcome if step == "decided" else None)
        except AssessmentRefusedError:
            continue
        answer = step in {"consented", "refused"}
        done.append(Done(step, on, reuse=reuse and answer, outcome=outcome if step == "decided" else None))
        day = max(day, on)
        if step in {"refused", "withdrawn"} and later == 3:
            break
    return done


def first(done: list[Done], *steps: str) -> int | None:
    return next((place for place, one in enumerate(done) if one.step in steps), None)


@settings(max_examples=1500, deadline=None)
@given(st.lists(MOVES, max_size=40))
def test_no_order_of_steps_leads_past_the_act(moves: list[tuple[str, bool, rules.Outcome, int]]) -> None:
    done = walked(moves)
    investigated = first(done, "requested", "own")
    if investigated is not None:
        before = done[:investigated]
        notice = first(before, "notified")
        # Act 12(3): told in advance, and then consent, to an investigation and not to a reused one alone.
        assert notice is not None
        assert any(one.step == "consented" and not one.reuse for one in before[notice:])
    if (reused := first(done, "reused")) is not None:
        assert any(one.step == "consented" for one in done[:reused])
    for place, one in enumerate(done):
        if one.step == "decided" and one.outcome in {"positive", "negative"}:
            # Act 12(2), 12(5): on an investigation, and where another made it on its result.
            assert first(done[:place], "own") is not None or first(done[:place], "opinion") is not None
            assert first(done[:place], "refused", "withdrawn") is None
        if one.step == "told":
            # Act 13(1), 13(2): once, of what was decided, and nothing of a person who took the consent back.
            outcome = next(each.outcome for each in reversed(done[:place]) if each.step == "decided")
            assert (outcome == "not_carried_out") == (first(done[:place], "refused", "withdrawn") is not None)
            assert {each.step for each in done[place + 1 :]} <= {"pledged", "notified", "consented", "refused"}
    assert sum(one.step == "withdrawn" for one in done) <= 1 or first(done, "notified", "consented") is not None


@settings(max_examples=400, deadline=None)
@given(st.lists(MOVES, max_size=25))
def test_whoever_consented_can_take_it_back_until_the_result_is_told(moves: list[tuple[str, bool, rules.Outcome, int]]) -> None:
    done = walked(moves)
    standing = Standing(done)
    if first(done, "consented") is None or standing.over or standing.not_carried_out:
        return
    rules.require_step(standing, "withdrawn", on=standing.last_on or DAY)


def test_every_step_leads_somewhere_and_an_unknown_one_is_a_slip_of_the_code() -> None:
    with pytest.raises(KeyError):
        rules.require_step(Standing(), "blank", on=DAY)
    for step in set(STEPS) - {"notified"}:
        with pytest.raises(AssessmentRefusedError) as refused:
            rules.require_step(Standing(), step, on=DAY, outcome="positive")
        assert refused.value.basis


HEADS = ("mof", "meti", "npa")
RESULTS = st.lists(
    st.builds(
        lambda head, outcome, investigated_by, reused, law, days, back: Assessed(
            "",
            head,
            law,
            outcome,
            investigated_by,
            reused,
            DAY + timedelta(days=days),
            DAY + timedelta(days=days - (back if reused else 0)),
        ),
        st.sampled_from(HEADS),
        st.sampled_from(("positive", "positive", "negative", "refused", "withdrawn")),
        st.sampled_from(("prime_minister", "prime_minister", "organ")),
        st.sampled_from((False, False, True)),
        st.sampled_from(("iesi", "iesi", "iesi", "sds")),
        st.integers(0, 5000),
        st.integers(0, 2000),
    ),
    min_size=1,
    max_size=6,
)


def reusable(chosen: Assessed, results: list[Assessed], on: date) -> bool:
    """Act 12(7), clause by clause and apart from the rule: by MOF."""
    others = []
    for one in results:
        if one.head_id == "mof" or one.law != "iesi" or one.outcome not in ("positive", "negative") or one.notified_on > on:
            continue
        if one.investigated_by != "prime_minister" or one.reused:
            continue
        try:
            last_day = one.notified_on.replace(year=one.notified_on.year + 10)
        except ValueError:
            last_day = date(one.notified_on.year + 10, 2, 28)
        if one.notified_on == date(one.notified_on.year, 2, 28) and last_day.year % 4 == 0:
            last_day = date(last_day.year, 2, 29)
        if on > last_day:
            continue
        others.append(one)
    own = [
        one
        for one in results
        if one.head_id == "mof" and one.law == "iesi" and one.outcome in ("positive", "negative") and one.notified_on <= on
    ]
    if chosen not in others or any(one.notified_on > chosen.notified_on for one in others):
        return False
    if any(one.outcome == "negative" and one.notified_on == chosen.notified_on for one in others):
        return False
    return chosen.outcome == "positive" and not any(one.notified_on >= chosen.notified_on for one in own)


@settings(max_examples=2000, deadline=None)
@given(RESULTS, st.integers(0, 8000))
def test_what_is_reused_is_what_the_act_opens(results: list[Assessed], days: int) -> None:
    on = DAY + timedelta(days=days)
    for chosen in results:
        if reusable(chosen, results, on):
            rules.require_reusable(chosen, results, head_id="mof", on=on)
        else:
            with pytest.raises(AssessmentRefusedError, match=r"not_reusable|own_later_assessment"):
                rules.require_reusable(chosen, results, head_id="mof", on=on)
