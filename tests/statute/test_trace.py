"""The trace of an answer: it agrees with the decision, names what is missing and no more, and cites what the policies cite."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.decision.area_steps import BY_NAME_OF_AREA
from service.decision.judge import ACTIONS, judge
from service.decision.policyset import PolicySet
from service.decision.steps import BY_NAME, Moment, Step
from service.decision.trace import HOUSE, ChannelTrace, Trace, Tracer
from service.statute.citations import cite
from service.statute.policies import PolicyTexts, read_policies
from tests.builders.questions import Question
from tests.builders.share import share_of
from tests.statute.test_mutations import SHIPPED, questions

TRACER = Tracer(SHIPPED)
NOW = 1_800_000_000_000
KINDS = (None, "organ", "police", "operator")
SOON, LATE = NOW - 1_000, NOW + 1_000


def near() -> st.SearchStrategy[int]:
    return st.sampled_from((NOW - 2_000, SOON, NOW, LATE))


def maybe(record: dict[str, st.SearchStrategy[Any]], optional: dict[str, st.SearchStrategy[Any]] | None = None) -> Any:
    return st.none() | st.fixed_dictionaries({**record, "index": st.just(7)}, optional=optional or {})


ASSESSED = maybe({"outcome": st.sampled_from(("positive", "negative")), "notified_at": near(), "ends_at": near()})
HOLDING = st.fixed_dictionaries(
    {
        "route": st.sampled_from(("own", "received", "police", "operator")),
        "under": st.sampled_from(("Act 3(1)", "Act 6(1)", "Act 5(2)", "Act 10(1)")),
        "giver": st.sampled_from(("meti", "mof")),
        "designator": st.just("meti"),
        "giver_holds": st.booleans(),
        "consented_by": st.sampled_from(([], ["meti"])),
        "from_at": st.just(SOON),
        "index": st.just(5),
    },
    optional={"returned_at": near(), "consulted_at": near()},
)
CHANNEL = st.fixed_dictionaries(
    {
        "person_known": st.booleans(),
        "works_there": st.booleans(),
        "designation": maybe(
            {"organ": st.just("meti"), "from_at": near(), "until_at": near(), "extended": st.booleans()},
            {"lifted_at": near(), "closed_at": near(), "released_to": st.sampled_from(([], ["here"]))},
        ),
        "care": maybe({}),
        "holding": st.none() | HOLDING,
        "certification": maybe({}, {"until_at": near()}),
        "contract": maybe({"units": st.sampled_from(([], ["u1"]))}, {"until_at": near(), "return_until_at": near()}),
        "office": maybe({"by_order": st.booleans()}),
        "assessment": ASSESSED,
        "sds_assessment": ASSESSED,
        "refusal": maybe({}),
        "doubt": maybe({"notified_at": near()}),
        "sds_doubt": maybe({"notified_at": near()}),
        "units": st.sampled_from(([], ["u1"], ["u2"])),
        "listing": maybe({"actions": st.sampled_from((["read"], ["make", "read"], ["return"]))}),
        "place": st.sampled_from(("one", "one", "one", "several", "none")),
    }
)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """Facts as they are built: what hangs on a designation or an organization is there only with it."""
    channels = []
    for drawn in draw(st.lists(CHANNEL, min_size=1, max_size=2)):
        place = drawn["place"]
        channel = {name: value for name, value in drawn.items() if name != "place"}
        channel |= {"ambiguous": place == "several", "organization": "here" if place == "one" else None}
        if place != "one":
            channel |= dict.fromkeys(("holding", "assessment", "sds_assessment", "refusal", "doubt", "sds_doubt", "listing"))
            channel["works_there"] = False
        if channel["designation"] is not None:
            channel["care"] = None
        else:
            channel["holding"] = None
        if channel["holding"] is None or channel["holding"]["route"] != "operator":
            channel |= {"certification": None, "contract": None}
        channels.append({name: value for name, value in channel.items() if value is not None})
    return {"person": "p", "information": "d", "organization": "here", "segments": [{"from": None, "to": None, "channels": channels}]}


def of(facts: dict[str, Any]) -> Mapping[str, Step]:
    """The steps that are asked here: those of an area, or those of an information."""
    return BY_NAME_OF_AREA if "area" in facts else BY_NAME


def fulfilled(facts: dict[str, Any], place: int, names: set[str], moment: Moment) -> dict[str, Any]:
    """The facts of one channel alone, in which these steps hold."""
    segments = [one for one in facts["segments"] if one["to"] is None or moment.now_ms < one["to"]]
    channel = segments[0]["channels"][place]
    for name, step in of(facts).items():
        if name in names:
            channel = step.fulfil(channel, moment)
    return {**facts, "segments": [{"from": None, "to": None, "channels": [channel]}]}


def require_true(facts: dict[str, Any], traced: Trace, moment: Moment, policies: PolicySet = SHIPPED) -> None:
    """Hold a trace against the judge, who knows nothing of steps."""

    def permitted(place: int, names: set[str]) -> bool:
        return judge(policies, fulfilled(facts, place, names, moment), action=moment.action, now_ms=moment.now_ms).api

    assert traced.answer == judge(policies, facts, action=moment.action, now_ms=moment.now_ms)
    assert sum(channel.answered for channel in traced.channels) == 1
    for place, channel in enumerate(traced.channels):
        waiting = {step.name for step in channel.steps if step.state == "open"}
        missing = set(channel.changes)
        assert channel.answer.api == (not missing and not waiting)
        if HOUSE in missing:
            assert not permitted(place, set(of(facts)))
            continue
        # What is named suffices, and each of it is needed.
        assert permitted(place, missing | waiting)
        for name in missing:
            assert not permitted(place, (missing | waiting) - {name}), name
        require_reason(channel)


def require_reason(channel: ChannelTrace) -> None:
    """The policy whose reason is told stands at a step that is missing, with its citations."""
    if channel.answer.decision != "deny":
        return
    first = min(
        (one for one in SHIPPED.policies.values() if one.id in channel.answer.policies and one.effect == "forbid"),
        key=lambda one: (one.rank, one.id),
    )
    (step,) = [one for one in channel.steps if one.state == "missing" and first.id in one.policies][:1]
    assert set(first.citations) <= set(step.basis)
    assert first.reason == channel.answer.reason


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts=worlds(), action=st.sampled_from(ACTIONS), kind=st.sampled_from(KINDS))
def test_a_trace_agrees_with_the_decision_and_names_what_is_missing_and_no_more(facts: dict[str, Any], action: str, kind: str) -> None:
    require_true(facts, TRACER.trace(facts, action=action, now_ms=NOW, kind=kind), Moment(NOW, action, kind))


@pytest.mark.long
@settings(max_examples=len(share_of(range(3_000))), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts=worlds(), action=st.sampled_from(ACTIONS), kind=st.sampled_from(KINDS))
def test_the_same_on_many_worlds(facts: dict[str, Any], action: str, kind: str) -> None:
    require_true(facts, TRACER.trace(facts, action=action, now_ms=NOW, kind=kind), Moment(NOW, action, kind))


PARTS, ALWAYS = 24, 2


@pytest.mark.parametrize("part", [pytest.param(part, marks=[] if part < ALWAYS else pytest.mark.long) for part in range(PARTS)])
def test_every_legal_case_is_explained_without_contradiction(part: int) -> None:
    asked = questions()[part::PARTS]
    assert len(asked) > 10
    for question in asked:
        require_explained(question)


def require_explained(question: Question) -> None:
    """What the trace says of a question is the answer's own, names every step, and cites as citations are written."""
    traced = TRACER.trace(question.facts, action=question.action, now_ms=question.now_ms, kind="operator")
    assert traced.answer == question.answer
    require_true(question.facts, traced, Moment(question.now_ms, question.action, "operator"))
    for channel in traced.channels:
        assert [step.name for step in channel.steps if step.name in of(question.facts)] == list(of(question.facts))
        for step in channel.steps:
            assert step.state == "not_asked" or (step.ja and step.en)
            assert all(str(cite(one)) == one for one in step.basis)


def lawful() -> dict[str, Any]:
    """Somebody at an operator who may handle it."""
    channel = {
        "ambiguous": False,
        "person_known": True,
        "works_there": True,
        "organization": "here",
        "head": "meti",
        "units": [],
        "designation": {"organ": "meti", "from_at": SOON, "until_at": NOW * 2, "extended": False, "index": 1},
        "holding": {
            "route": "operator",
            "under": "Act 10(1)",
            "giver": "meti",
            "designator": "meti",
            "giver_holds": True,
            "consented_by": [],
            "from_at": SOON,
            "index": 2,
        },
        "certification": {"index": 3},
        "contract": {"units": [], "index": 4},
        "assessment": {"outcome": "positive", "notified_at": SOON, "ends_at": NOW * 2, "index": 5},
        "listing": {"actions": ["read"], "index": 6},
    }
    return {"person": "p", "information": "d", "organization": "here", "segments": [{"from": None, "to": None, "channels": [channel]}]}


def without(facts: dict[str, Any], *names: str, **values: Any) -> dict[str, Any]:
    (segment,) = facts["segments"]
    (channel,) = segment["channels"]
    changed = {name: value for name, value in channel.items() if name not in names} | values
    return {**facts, "segments": [{**segment, "channels": [changed]}]}


def states(facts: dict[str, Any], *, policies: PolicySet = SHIPPED, action: str = "read", kind: str = "operator") -> dict[str, str]:
    (channel,) = Tracer(policies).trace(facts, action=action, now_ms=NOW, kind=kind).channels
    return {step.name: step.state for step in channel.steps}


def test_a_permit_shows_each_thing_that_the_law_asked_with_its_citation() -> None:
    (channel,) = TRACER.trace(lawful(), action="read", now_ms=NOW).channels
    told = {step.name: (step.state, step.basis) for step in channel.steps}
    assert told["certification"] == ("holds", ("Act 10(1)", "Act 10(2)"))
    assert told["clearance"] == ("holds", ("Act 11(1)",))
    assert told["listing"] == ("holds", ("Act 10(4)",))
    assert (told["unit"][0], told["originator"][0]) == ("not_asked", "not_asked")
    assert (channel.changes, channel.permits) == ((), ("act-11-1",))
    facts = {step.name: step.facts for step in channel.steps}
    assert facts["listing"] == {"listing": {"actions": ["read"], "index": 6}}


def test_several_things_may_be_missing_and_each_is_named_in_the_order_of_the_law() -> None:
    facts = without(
        lawful(), "certification", "listing", assessment={"outcome": "negative", "notified_at": SOON, "ends_at": NOW, "index": 5}
    )
    (channel,) = TRACER.trace(facts, action="make", now_ms=NOW).channels
    assert channel.changes == ("certification", "clearance", "listing")
    assert channel.answer.reason == "not_certified"
    policies = {step.name: step.policies for step in channel.steps}
    assert policies["clearance"] == ("act-11-1-negative",)
    assert policies["listing"] == ("act-10-4-not-listed",)


def test_who_works_elsewhere_and_who_is_on_no_list_are_told_apart_though_one_policy_says_both() -> None:
    assert states(without(lawful(), works_there=False))["work"] == "missing"
    assert states(without(lawful(), works_there=False))["listing"] == "holds"
    assert states(without(lawful(), "listing"))["work"] == "holds"
    assert states(without(lawful(), "listing"))["listing"] == "missing"


def test_what_hangs_on_something_that_is_missing_stays_open() -> None:
    nothing = without(lawful(), "holding", "certification", "contract")
    assert {name for name, state in states(nothing).items() if state == "open"} == {"certification", "contract", "clearance", "doubt"}
    assert states(nothing, kind="organ")["clearance"] == "holds"
    unknown = states(without(lawful(), "designation", "holding", "certification", "contract", "listing"))
    assert (unknown["information"], unknown["holding"], unknown["listing"]) == ("missing", "open", "open")


def test_a_doubt_that_stands_in_the_way_of_what_hangs_on_something_missing_is_open_too() -> None:
    later = {"outcome": "positive", "notified_at": LATE, "ends_at": LATE + 5, "index": 7}
    facts = without(
        lawful(),
        *("designation", "holding", "certification", "contract", "assessment"),
        sds_assessment=later,
        sds_doubt={"notified_at": LATE, "index": 8},
    )
    assert states(facts, kind="organ")["doubt"] == "open"
    require_true(facts, TRACER.trace(facts, action="read", now_ms=NOW), Moment(NOW, "read", None))


def test_an_office_needs_no_assessment_and_is_what_the_clearance_rests_on() -> None:
    facts = without(lawful(), "assessment", office={"by_order": True, "index": 9}, doubt={"notified_at": NOW, "index": 8})
    (channel,) = TRACER.trace(facts, action="read", now_ms=NOW).channels
    told = {step.name: (step.state, step.policies) for step in channel.steps}
    assert told["clearance"] == ("holds", ("order-18",))
    assert told["doubt"][0] == "not_asked"


def test_an_ended_designation_is_told_as_such_and_the_rest_as_if_it_stood() -> None:
    lifted = lawful()["segments"][0]["channels"][0]["designation"] | {"lifted_at": SOON}
    assert states(without(lawful(), designation=lifted))["designation"] == "ended"
    assert states(without(lawful(), "listing", designation=lifted))["listing"] == "missing"
    closed = states(without(lawful(), "listing", designation=lifted | {"closed_at": SOON}))
    assert (closed["closing"], closed["listing"]) == ("holds", "not_asked")
    stranger = states(without(lawful(), designation=lifted | {"closed_at": SOON}, person_known=False))
    assert [name for name, state in stranger.items() if state == "missing"] == ["person"]


def test_a_policy_of_the_house_stands_as_a_step_of_its_own_that_nothing_of_the_law_satisfies() -> None:
    shipped = read_policies()
    text = '@id("house-night") @reason("house_rule") @rank("90") @citation("Act 5(1)") @ja("夜間は取り扱えません。") @en("Not at night.")\n'
    policies = PolicySet.load(
        PolicyTexts(shipped.schema, {**shipped.files, "house/night.cedar": text + "forbid (principal, action, resource);"})
    )
    (channel,) = Tracer(policies).trace(without(lawful(), "listing"), action="read", now_ms=NOW).channels
    assert channel.changes == ("listing", HOUSE)
    assert channel.steps[-1].policies == ("house-night",)
    (channel,) = Tracer(policies).trace(lawful(), action="read", now_ms=NOW).channels
    assert (channel.changes, channel.answer.api) == ((HOUSE,), False)


def test_where_the_engine_fails_nothing_is_traced() -> None:
    shipped = read_policies()
    text = (
        '@id("house-broken") @reason("house_rule") @rank("90") @citation("Act 5(1)") @ja("壊") @en("Broken.")\n'
        'forbid (principal, action in Sekisho::Action::"handling", resource) when { 9223372036854775807 + 1 > 0 };'
    )
    policies = PolicySet.load(PolicyTexts(shipped.schema, {**shipped.files, "house/broken.cedar": text}))
    (channel,) = Tracer(policies).trace(lawful(), action="read", now_ms=NOW).channels
    assert (channel.answer.reason, channel.steps, channel.changes) == ("policy_error", (), ())
