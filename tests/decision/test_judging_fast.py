"""The answers of the compiled form are those of the engine, on real facts, and stand exactly until their horizon."""

from typing import Any

import cedarpy
import pytest

from service.decision import judge as judging
from service.decision.compiled.admission import Admitted, Compared, _distance, admit, compiled_of
from service.decision.compiled.requests import Requests
from service.decision.compiled.schema import context_type
from service.decision.decide import Decider
from service.decision.engine import ACTION, INFORMATION, PERSON, cedar_datetime, cedar_value
from service.decision.judge import ACTIONS, judge
from service.decision.judge_fast import Readings, judge_fast
from service.decision.policyset import PolicySet
from service.decision.shadow import Sample, difference
from service.decision.world import World
from service.evidence.findings import Findings
from service.evidence.rerun import Rerun
from service.statute.periods import next_midnight_ms
from tests.builders.questions import legal_questions
from tests.decision.sets import texts, when

NOW = 1_790_009_600_000
SHIPPED = PolicySet.load()
FAST = Admitted(SHIPPED, compiled_of(SHIPPED), Compared())


def facts_of(*channels: dict[str, Any], until: int | None = None) -> dict[str, Any]:
    segments = [{"from": None, "to": until, "channels": list(channels)}]
    if until is not None:
        segments.append({"from": until, "to": None, "channels": list(channels)})
    return {"person": "one", "information": "d1", "organization": None, "segments": segments}


def generated(count: int, seed: int) -> list[tuple[dict[str, Any], int]]:
    """Return facts and instants at the edges of what the policies compare; now and then of two channels."""
    requests = Requests(context_type(SHIPPED.texts.schema), SHIPPED.tree, ["read", "return"], now_ms=NOW, seed=seed)
    asked = list(requests.ask(count, lambda channel, question: _distance(FAST.compiled, channel, question)))
    pairs = zip(asked, [*asked[1:], asked[0]], strict=True)
    return [
        (
            facts_of(*([channel] if place % 3 else [channel, other]), until=question.now_ms + 2 * (place % 5) if place % 5 else None),
            question.now_ms,
        )
        for place, ((channel, question), (other, _question)) in enumerate(pairs)
    ]


def test_every_check_of_the_legal_cases_is_answered_alike_and_never_with_a_nearer_horizon() -> None:
    for one in legal_questions():
        slow = judge(SHIPPED, one.facts, action=one.action, now_ms=one.now_ms)
        readings: Readings = {}
        for _again in range(2):
            fast = judge_fast(FAST, one.facts, action=one.action, now_ms=one.now_ms, readings=readings)
            assert fast.same_as(slow)
            assert fast.horizon_ms >= slow.horizon_ms
        assert list(readings.values()) != [None], "facts of the service are read by the compiled form"
        valid = {
            "principal": {"type": PERSON, "id": "p"},
            "action": {"type": ACTION, "id": "read"},
            "resource": {"type": INFORMATION, "id": "i"},
        }
        for segment in one.facts["segments"]:
            assert FAST.read(segment["channels"]) is not None
        context = {
            **cedar_value(one.facts["segments"][-1]["channels"][0]),
            "now": cedar_datetime(one.now_ms),
            "asked": "read",
            "standing": False,
        }
        answer = cedarpy.is_authorized({**valid, "context": context}, SHIPPED.handle, SHIPPED.entities, schema=SHIPPED.texts.schema)
        assert answer.decision is not cedarpy.Decision.NoDecision, "what facts hold is what the schema states"


@pytest.mark.parametrize("seed", range(2))
def test_an_answer_stands_until_its_horizon_and_not_only_at_its_instant(seed: int) -> None:
    nearer = 0
    for place, (facts, now) in enumerate(generated(250, seed)):
        action = ACTIONS[place % len(ACTIONS)]
        slow = judge(SHIPPED, facts, action=action, now_ms=now)
        fast = judge_fast(FAST, facts, action=action, now_ms=now, readings={})
        assert fast.same_as(slow)
        assert now < slow.horizon_ms <= fast.horizon_ms <= next_midnight_ms(now)
        nearer += slow.horizon_ms < fast.horizon_ms
        last = fast.horizon_ms - 1
        for at in {last, (now + last) // 2}:
            assert judge(SHIPPED, facts, action=action, now_ms=at).same_as(slow)
            assert judge_fast(FAST, facts, action=action, now_ms=at, readings={}).same_as(slow)
    assert nearer > 10, "the compiled form looks at fewer instants"


def test_a_horizon_ends_where_a_comparison_flips_be_it_at_an_instant_or_behind_it() -> None:
    at = when("context has ended_at && context.now >= context.ended_at")
    behind = when("context has ended_at && context.now > context.ended_at")
    channel = {"yes": True, "text": "", "long": 1, "set": [], "longs": [], "begun_at": 0, "ended_at": NOW + 5}
    for policies, flip in ((texts(at), NOW + 5), (texts(behind), NOW + 6), (texts(at, behind), NOW + 5)):
        admitted = admit(PolicySet.load(policies), now_ms=NOW, questions=100)
        assert judge_fast(admitted, facts_of(channel), action="read", now_ms=NOW, readings={}).horizon_ms == flip
    assert judge_fast(admitted, facts_of(channel), action="read", now_ms=NOW + 5, readings={}).horizon_ms == NOW + 6
    computed = texts(when('context.now.offset(duration("1d")) > context.begun_at'))
    admitted = admit(PolicySet.load(computed), now_ms=NOW, questions=100)
    assert judge_fast(admitted, facts_of(channel), action="read", now_ms=NOW, readings={}).horizon_ms == NOW, (
        "it stands for its instant alone"
    )


def test_facts_in_another_form_are_judged_by_the_engine() -> None:
    whole, now = next((facts, now) for facts, now in generated(40, 3) if "holding" in facts["segments"][0]["channels"][0])
    channel = whole["segments"][0]["channels"][0]
    for change in ({"holding": {"route": "own"}}, {"units": [1]}, {"person_known": "yes"}, {"head": None}):
        facts = facts_of({**channel, **change})
        readings: Readings = {}
        slow = judge(SHIPPED, facts, action="read", now_ms=now)
        assert judge_fast(FAST, facts, action="read", now_ms=now, readings=readings) == slow
        assert readings == {None: None}


def test_an_unknown_action_is_a_defect_of_the_caller() -> None:
    with pytest.raises(KeyError):
        judge_fast(FAST, facts_of(), action="destroy", now_ms=NOW, readings={})


def test_a_failing_policy_denies_whatever_the_others_say() -> None:
    policies = PolicySet.load(texts(when("true"), when("context.long + 9223372036854775807 > 0", "forbid")))
    channel = {"yes": True, "text": "", "long": 1, "set": [], "longs": [], "begun_at": 0}
    admitted = admit(policies, now_ms=NOW, questions=100)
    for change, reason in (({}, "policy_error"), ({"long": -1}, "r1"), ({"long": -(2**63) + 1}, "r0")):
        facts = facts_of({**channel, **change})
        fast = judge_fast(admitted, facts, action="read", now_ms=NOW, readings={})
        assert fast.same_as(judge(policies, facts, action="read", now_ms=NOW))
        assert fast.reason == reason


def test_what_is_judged_again_from_the_ledger_is_judged_by_the_engine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every way to a compiled form is closed, and a decision is still judged again."""

    def closed(*_given: object, **_named: object) -> None:
        raise AssertionError

    one = legal_questions()[0]
    for place in ("judge_fast.judge_fast", "decide.judge_fast", "compiled.admission.compile_policies", "compiled.admission.admission_of"):
        monkeypatch.setattr(f"service.decision.{place}", closed)
    findings = Findings()
    rerun = Rerun(findings=findings, text_of=lambda _digest: SHIPPED.texts.bundle())
    out = "permit" if one.answer.api else "deny"
    entry: Any = type("Entry", (), {"policy": SHIPPED.digest, "action": one.action, "out": out})()
    told: dict[str, Any] = {"names": ["f"], "facts": [one.facts], "now_ms": one.now_ms}
    assert rerun.check(index=1, entry=entry, answer=one.answer.disclosed(), **told) is not None
    assert rerun.check(index=2, entry=entry, answer={**one.answer.disclosed(), "reason": "other"}, **told) is None


def test_what_was_asked_before_and_nothing_touched_since_looks_at_no_row_again(monkeypatch: pytest.MonkeyPatch) -> None:
    decider = Decider(World(), SHIPPED)
    asked: dict[str, Any] = {"person": "p", "kind": "information", "resource": "d", "action": "read", "organization": None, "now_ms": NOW}
    first = decider.decide(**asked)

    def looked(*_where: str) -> None:
        message = "a row was looked at"
        raise AssertionError(message)

    monkeypatch.setattr(decider.world, "of", looked)
    again = decider.decide(**asked)
    assert (again.answer, again.known[0]) == (first.answer, first.known[0])
    assert decider.judged == 1


def test_a_decider_changes_over_and_back_without_keeping_an_answer() -> None:
    decider = Decider(World(), SHIPPED)
    asked: dict[str, Any] = {"person": "p", "kind": "information", "resource": "d", "action": "read", "organization": None, "now_ms": NOW}
    slow = decider.decide(**asked)
    decider.admit(FAST)
    fast = decider.decide(**asked)
    assert fast.answer.same_as(slow.answer)
    assert fast.known[0].readings
    decider.engine_alone()
    assert not fast.known[0].answers
    assert decider.decide(**asked).answer == slow.answer
    assert decider.admitted is None
    decider.admit(FAST)
    decider.use(PolicySet.load(texts(when("true"))))
    assert decider.admitted is None
    with pytest.raises(ValueError, match="another set"):
        decider.admit(FAST)


def test_a_sample_that_was_answered_otherwise_is_told_and_one_over_broken_records_is_not_compared() -> None:
    one = next(one for one in legal_questions() if one.answer.decision == "permit")
    facts = [one.facts]
    assert difference(SHIPPED, Sample(facts, one.action, one.now_ms, one.answer)) is None
    assert difference(SHIPPED, Sample(facts, one.action, one.now_ms, one.answer.until(0))) is None
    said = difference(SHIPPED, Sample(facts, one.action, one.now_ms, one.answer.refused()))
    assert said is not None
    assert "the engine says permit/" in said
    assert difference(SHIPPED, Sample(facts, one.action, one.now_ms, judging.RECORD_MISMATCH)) is None
