"""What the compiled form means is what Cedar means: construct by construct, and on questions made by chance."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest

from service.decision.compiled.admission import Admission, Compiled, MismatchError, UnsupportedError, admit, compiled_of
from service.decision.compiled.compiler import compile_policies
from service.decision.compiled.values import LAST_MS, LEAST, MOST, duration_of, instant_of, pattern, whole
from service.decision.engine import Question, Verdict, ask_engine
from service.decision.policyset import GROUPS, PolicySet
from tests.builders.share import share_of
from tests.decision.sets import SCHEMA, chance_set, texts, when

NOW = instant_of("2026-09-21T16:53:20Z")
SHIPPED = PolicySet.load()
CHANNEL: dict[str, Any] = {
    "yes": True,
    "text": "one",
    "long": 5,
    "set": ["one", "two", "one"],
    "longs": [1, 5],
    "begun_at": NOW - 1,
    "record": {"text": "x", "long": MOST, "set": [], "inner": {"long": 1, "text": "one"}},
}
BARE: dict[str, Any] = {
    **{name: value for name, value in CHANNEL.items() if name != "record"},
    "yes": False,
    "maybe": LEAST,
    "ended_at": NOW,
    "words": ["one"],
}
ASKED = Question("read", "read", NOW, "one", "d1")
CONDITIONS = {
    "and stops at the first that is false": "context.yes && context.long + 1 > 0",
    "and goes on": "context.yes && 9223372036854775807 + context.long > 0",
    "or stops at the first that is true": "context.yes || 9223372036854775807 + context.long > 0",
    "if evaluates one branch alone": "if context.yes then true else 9223372036854775807 + context.long > 0",
    "if over numbers": "(if context.yes then context.long else 0 - context.long) < 0",
    "has": "context has record && context.record has inner",
    "has over several steps": "context has record.inner.text && context.record.inner.text == context.text",
    "has of what lies in something absent": "context has record.ended_at || context has maybe",
    "has within a known record": "context has record && context.record has ended_at",
    "a number above 64 bits": "context.long + 9223372036854775803 > 0",
    "the greatest number": "context.long + 9223372036854775802 == 9223372036854775807",
    "below 64 bits": "-9223372036854775808 - context.long < 0",
    "a product too large": "context.long * 9223372036854775807 > 0",
    "the negation of the least": "context has maybe && -context.maybe > 0",
    "a record's number": "context has record && context.record.long - 1 > context.long",
    "equal texts": 'context.text == "one"',
    "unequal numbers": "context.long != 6",
    "equal instants": 'context.now == datetime("2026-09-22T01:53:20+0900")',
    "equal sets, whatever the order": '["two", "one"] == context.set',
    "a set with a computed element": '[context.text, "two"] == context.set',
    "contains": 'context.set.contains("two")',
    "contains a number": "context.longs.contains(context.long)",
    "containsAll": 'context.set.containsAll(["one", "three"])',
    "containsAny": 'context.set.containsAny(["one", "three"])',
    "isEmpty": "context.set.isEmpty() || (context has record && context.record.set.isEmpty())",
    "in a group": 'action in Sekisho::Action::"handling"',
    "in one of several groups": 'action in [Sekisho::Action::"ending", Sekisho::Action::"read"]',
    "in another group": 'action in Sekisho::Action::"ending"',
    "the action itself": 'action == Sekisho::Action::"read"',
    "a person": 'principal == Sekisho::Person::"one" && resource != Sekisho::Information::"d2"',
    "in a person": 'principal in [Sekisho::Person::"two", Sekisho::Person::"one"]',
    "is": "principal is Sekisho::Person",
    "is in": 'resource is Sekisho::Information in Sekisho::Information::"d2"',
    "like from the start": 'context.text like "o*"',
    "like in the middle": 'context.text like "*n*"',
    "like without an asterisk": 'context.text like "on"',
    "like with overlapping ends": 'context.text like "one*ne"',
    "like an escaped asterisk": 'context.text like "\\*"',
    "before an instant": 'context.now < context.begun_at.offset(duration("2ms"))',
    "at an instant": 'context.now <= context.begun_at.offset(duration("1ms"))',
    "an offset too far": 'context.begun_at.offset(duration("106751991167d")).offset(duration("106751991167d")) > context.now',
    "the time between": 'context.now.durationSince(context.begun_at) == duration("1ms")',
    "whole days of the time before": 'datetime("1969-12-30T00:00:00.001Z").durationSince(datetime("1970-01-01T00:00:00Z")).toDays() == -1',
    "seconds, towards zero": 'duration("-1500ms").toSeconds() == -1 && duration("1m59s").toMinutes() == 1 && duration("90m").toHours() == 1',
    "the time of a duration": 'duration("1d2h3m4s5ms").toMilliseconds() == 93784005',
}


def both(
    policies: PolicySet, channel: dict[str, Any], asked: Question = ASKED, compiled: Compiled | None = None
) -> tuple[Verdict, Verdict]:
    compiled = compiled or compiled_of(policies)
    reading = compiled.read(channel)
    assert reading is not None
    return ask_engine(policies, channel, asked), compiled.ask(reading, asked)


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS.keys())
def test_a_construct_means_what_it_means_to_the_engine(condition: str) -> None:
    policies = PolicySet.load(texts(when(condition), when(condition, "forbid").replace("when {", "unless {")))
    for channel in (CHANNEL, BARE):
        for action in ("read", "return", "after_closing"):
            expected, found = both(policies, channel, dataclasses.replace(ASKED, action=action))
            assert found == expected


def test_the_conditions_above_are_met_both_ways_and_fail_where_numbers_overflow() -> None:
    """A table whose every line were false would show little."""
    found = [ask_engine(PolicySet.load(texts(when(one))), CHANNEL, ASKED) for one in CONDITIONS.values()]
    assert 10 < sum(one.permitted for one in found) < len(found) - 5
    assert sum(one.failed for one in found) >= 3


def test_a_failing_policy_is_skipped_and_reported_beside_those_that_decide() -> None:
    overflow = "context.long + 9223372036854775807 > 0"
    policies = PolicySet.load(texts(when("true"), when(overflow, "forbid"), when("context.yes", "forbid"), when("context.yes", "forbid")))
    assert both(policies, CHANNEL) == (Verdict(permitted=False, determining=frozenset({"policy2", "policy3"}), failed=True),) * 2
    assert both(policies, BARE) == (Verdict(permitted=True, determining=frozenset({"policy0"}), failed=True),) * 2


def test_an_attribute_that_is_absent_and_not_guarded_fails_its_policy() -> None:
    """The engine's validator refuses such a policy, so the tree comes past it."""
    tree = PolicySet.load(texts(when("context has maybe && context.maybe > 0"))).tree
    (policy,) = tree.static_policies.values()
    bare = dataclasses.replace(policy, clauses=(dataclasses.replace(policy.clauses[0], expr=policy.clauses[0].expr.right),))
    compiled = compile_policies(dataclasses.replace(tree, static_policies={"policy0": bare}), SCHEMA, GROUPS)
    reading = compiled.read(CHANNEL)
    assert reading is not None
    assert compiled.ask(reading, ASKED) == Verdict(permitted=False, determining=frozenset(), failed=True)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ('ip("10.0.0.1").isLoopback()', "operator is_loopback"),
        ('decimal("1.0").lessThan(decimal("2.0"))', "operator decimal_less_than"),
        ("context has record && context.record == context.record", "context.record, a record"),
        ("{a: 1}.a == 1", "attribute of anything but the context"),
        ("[true].contains(context.yes)", "a set of other than texts or numbers"),
        ("[[1]].contains([1])", "a set of other than texts or numbers"),
        ("principal in resource", "in something other than named entities"),
    ],
)
def test_what_is_not_compiled_is_said_with_the_policy_and_never_guessed(condition: str, said: str) -> None:
    policies = PolicySet.load(texts(when("true"), when(condition)))
    with pytest.raises(UnsupportedError, match=f"^p1: .*{said}"):
        compiled_of(policies)


def test_instants_are_known_by_name_so_a_type_that_says_otherwise_is_not_compiled() -> None:
    for attribute in ("begun_at: Long,", "begun: datetime,", "begun: Set<datetime>,", "begun: duration,"):
        schema = SCHEMA.replace("begun_at: datetime,", attribute)
        with pytest.raises(UnsupportedError, match="begun"):
            compiled_of(PolicySet.load(texts(when("context.yes"), schema=schema)))


def test_templates_and_contexts_of_several_types_are_not_compiled() -> None:
    tree = dataclasses.replace(SHIPPED.tree, templates={"t": next(iter(SHIPPED.tree.static_policies.values()))})
    with pytest.raises(UnsupportedError, match="templates"):
        compile_policies(tree, SHIPPED.texts.schema, GROUPS)
    other = SHIPPED.texts.schema.replace(
        "action after_closing appliesTo { principal: [Person], resource: [Information], context: Facts }",
        "action after_closing appliesTo { principal: [Person], resource: [Information], context: {now: datetime} }",
    )
    assert other != SHIPPED.texts.schema
    with pytest.raises(UnsupportedError, match="contexts"):
        compile_policies(SHIPPED.tree, other, GROUPS)


@pytest.mark.parametrize(
    "change",
    [
        {"yes": 1}, {"yes": None}, {"text": 1}, {"long": True}, {"long": 2**63}, {"long": 1.0}, {"set": "one"}, {"set": [1]}, {"set": [None]}, {"longs": [True]},
        {"longs": [2**63]}, {"begun_at": "2026-01-01"}, {"begun_at": LAST_MS + 1}, {"record": None}, {"record": []}, {"record": {}}, {"maybe": None},
        {"record": {"__extn": {"fn": "ip", "arg": "::1"}, "text": "", "long": 1, "set": []}}, {"record": {"text": "", "long": 1, "set": [], "flag": "yes"}},
    ],
    ids=str,
)  # fmt: skip
def test_facts_that_are_not_as_the_schema_says_are_not_read(change: dict[str, Any]) -> None:
    """The engine is asked about them; whatever it says of them, the compiled form does not say it."""
    compiled = compiled_of(PolicySet.load(texts(when("context.yes"))))
    assert compiled.read(CHANNEL) is not None
    assert compiled.read({**CHANNEL, **change}) is None
    for name in change.keys() & {"yes", "text", "long", "set", "longs", "begun_at"}:
        assert compiled.read({one: value for one, value in CHANNEL.items() if one != name}) is None


def test_the_shipped_policies_answer_generated_questions_as_the_engine_does() -> None:
    compared = admit(SHIPPED, now_ms=NOW, questions=1_500).compared
    assert 0.4 < compared.permits / compared.questions < 0.6
    assert len(compared.determining) >= len(SHIPPED.policies) - 2, "nearly every policy decides something"


def test_sets_made_by_chance_answer_generated_questions_as_the_engine_does() -> None:
    compared = by_chance(range(40), questions=25)
    assert compared["questions"] > 700
    assert compared["failed"] > 5
    assert compared["permits"] > 150


@pytest.mark.long
@pytest.mark.parametrize("seed", share_of(range(4)))
def test_a_hundred_thousand_questions_are_answered_alike(seed: int) -> None:
    compared = admit(SHIPPED, now_ms=NOW + seed * 86_400_000, questions=25_000, seed=seed).compared
    assert compared.questions == 25_000
    assert compared.determining == {policy.id for policy in SHIPPED.policies.values()}, "every policy decides something"
    assert 0.4 < compared.permits / compared.questions < 0.6


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
def test_a_hundred_thousand_questions_on_sets_made_by_chance_are_answered_alike(part: int) -> None:
    """That is how many they are in the whole long form."""
    sets = share_of(range(1_000 + part * 500, 1_500 + part * 500))
    compared = by_chance(sets, questions=60)
    assert compared["questions"] > 50 * len(sets)


def by_chance(seeds: Sequence[int], *, questions: int) -> dict[str, int]:
    total = {"questions": 0, "failed": 0, "permits": 0}
    for seed in seeds:
        policies = chance_set(seed)
        if policies is not None:
            compared = admit(policies, now_ms=NOW, questions=questions, seed=seed).compared
            total = {name: count + getattr(compared, name) for name, count in total.items()}
    return total


def test_the_same_admission_goes_on_where_it_stopped_and_asks_the_same_questions() -> None:
    one, other = (Admission(SHIPPED, now_ms=NOW, questions=60) for _ in range(2))
    steps = 0
    while not one.step():
        steps += 1
        assert one.admitted is None
    assert steps >= 3
    while not other.step():
        pass
    assert (one.compared, one.refused) == (other.compared, None)
    one.refuse(MismatchError("an example"))
    assert one.decided
    assert one.admitted is None


def test_parts_of_a_pattern_stand_in_order_and_never_overlap() -> None:
    assert pattern(["", ""])("")
    assert pattern(["a", "b", "a"])("aba")
    assert not pattern(["ab", "ba"])("aba")
    assert not pattern(["a", "bc", "c"])("abc")
    assert pattern(["a", "", "c"])("abc")
    assert not pattern(["a"])("ab")


def test_times_are_read_as_cedar_writes_them_and_otherwise_refused() -> None:
    assert instant_of("1970-01-02") == 86_400_000
    assert instant_of("1969-12-31T23:59:59.999Z") == -1
    assert instant_of("1970-01-01T09:00:00+0900") == 0
    assert duration_of("-1h1ms") == -3_600_001
    assert (whole(-1500, 1000), whole(1500, 1000)) == (-1, 1)
    for wrong in ("", "1970-01-01T00:00:00", "1970-02-30", "1970-01-01T00:00:00+2400", "1970-01-01T00:00:00.1Z", " 1970-01-01"):
        with pytest.raises(ValueError, match=r".+"):
            instant_of(wrong)
    for wrong in ("", "-", "1", "1h1d", "1m 1s", "106751991168d", "1.5s"):
        with pytest.raises(ValueError, match="duration"):
            duration_of(wrong)
