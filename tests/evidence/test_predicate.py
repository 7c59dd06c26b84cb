"""The predicate of a query: one form for what says the same, the same finding as a search of the log, and nothing makes it raise."""

import ast
import json
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.evidence import predicate as module
from service.evidence.conditions import Search, holds
from service.evidence.form import EntryV1, canonical_entry, decisions_of, read_entry
from service.evidence.predicate import PredicateError, lies_in, read_canonical, read_predicate
from service.ledger import canonical

AT = "2026-11-24T03:00:00.000000Z"
LATER = "2026-11-24T03:00:00.000001Z"
IDS = ("p_1", "p_2", "a_1", "d_1", "o_1", "佐藤")
KINDS = ("decision:access:decided", "evidence:disclosure:read", "designation:information:lifted")

ids = st.sampled_from(IDS)
some = st.lists(ids, min_size=1, max_size=3)
predicates = st.fixed_dictionaries(
    {"v": st.just(1)},
    optional={
        "from_at": st.just(AT),
        "to_at": st.just("2027-01-01T00:00:00.000000Z"),
        "kinds": st.lists(st.sampled_from(KINDS), min_size=1, max_size=2),
        "outcomes": st.lists(st.sampled_from(module.OUTCOMES), min_size=1, max_size=3),
        "actors": some,
        "people": some,
        "objects": some,
        "organizations": some,
        "actions": st.lists(st.sampled_from(("read", "make", "list")), min_size=1, max_size=2),
        "requests": some,
        "disclosed": st.fixed_dictionaries({"reasons": st.lists(ids, min_size=1)}, optional={"citations": st.just(["Act 11(1)"])}),
    },
)
optional_ids = dict.fromkeys(("person", "object", "for", "ref"), ids)
checks = st.fixed_dictionaries(
    {"_sd": st.just(["x" * 43]), "out": st.sampled_from(("permit", "deny")), "action": st.just("read")}, optional=optional_ids
)
times = st.sampled_from((AT, LATER, "2026-11-24T02:59:59.999999Z"))
alone = st.fixed_dictionaries(
    {"v": st.just(1), "kind": st.sampled_from(KINDS), "at": times, "out": st.sampled_from(module.OUTCOMES), "actor": ids},
    optional={**optional_ids, "action": st.just("make"), "req": ids, "second": ids, "proposal": ids},
)
together = st.fixed_dictionaries(
    {
        "v": st.just(2),
        "kind": st.just("decision:access:decided"),
        "at": times,
        "actor": ids,
        "_sd_alg": st.just("sha-256"),
        "checks": st.lists(checks, min_size=2, max_size=4),
    },
    optional={"req": ids, "for": ids},
)
entries = alone | together


def test_it_runs_on_a_machine_that_has_nothing_of_ours() -> None:
    tree = ast.parse(Path(module.__file__).read_text())
    named = {one.module for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)}
    named |= {alias.name for one in ast.walk(tree) if isinstance(one, ast.Import) for alias in one.names}
    assert {str(name).partition(".")[0] for name in named} <= sys.stdlib_module_names


@given(predicates)
def test_its_bytes_are_canonical_as_those_of_entries_are(value: dict[str, Any]) -> None:
    found = read_predicate(value)
    assert found.canonical == canonical(found.value)
    assert read_canonical(found.canonical) == found
    assert read_predicate(found.canonical.decode()).digest == found.digest


@given(predicates, st.randoms(use_true_random=False))
def test_what_says_the_same_has_one_digest(value: dict[str, Any], chance: Any) -> None:
    other = deepcopy(value)
    for listed in [*other.values(), *other.get("disclosed", {}).values()]:
        if isinstance(listed, list):
            listed.append(listed[0])
            chance.shuffle(listed)
    turned = dict(reversed(other.items()))
    assert read_predicate(json.dumps(turned, indent=1)).digest == read_predicate(value).digest


@given(predicates, entries)
def test_each_member_only_narrows(value: dict[str, Any], entry: dict[str, Any]) -> None:
    whole = read_predicate(value)
    for name in value:
        if name not in {"v", "disclosed"}:
            without = read_predicate({one: said for one, said in value.items() if one != name})
            assert without.matches(entry) or not whole.matches(entry)
    assert read_predicate({"v": 1}).matches(entry)


@given(predicates, together)
def test_one_of_several_decisions_satisfies_all_or_none_is_found(value: dict[str, Any], entry: dict[str, Any]) -> None:
    """Two halves of what is asked, in two decisions, are not one decision that has both."""
    wanted = read_predicate(value)
    common = {name: said for name, said in entry.items() if name != "checks"}
    by_hand = [place for place, check in enumerate(entry["checks"], 1) if wanted.matches({**common, **check})]
    assert wanted.checks_found(entry) == by_hand
    assert wanted.matches(entry) == bool(by_hand)


@given(predicates, entries)
def test_it_finds_what_a_search_of_the_log_finds(value: dict[str, Any], entry: dict[str, Any]) -> None:
    value = {name: said for name, said in value.items() if name in {"v", "kinds", "outcomes", "objects"}}
    told = read_entry(canonical(entry))
    parts: list[EntryV1] = list(decisions_of(told)) or [told]
    by_search = [
        place
        for place, one in enumerate(parts, 1)
        if any(
            holds(Search(kind=kind, outcome=out, items=()), one) and (not value.get("objects") or one.object in value["objects"])
            for kind in value.get("kinds", [""])
            for out in value.get("outcomes", [""])
        )
    ]
    assert read_predicate(value).checks_found(json.loads(canonical_entry(told))) == by_search


@given(predicates, entries)
def test_what_is_withheld_never_changes_what_the_clear_part_finds(value: dict[str, Any], entry: dict[str, Any]) -> None:
    """Who verifies offline has the clear part alone, and must come to the same entries."""
    clear = {name: said for name, said in value.items() if name != "disclosed"}
    assert read_predicate(value).matches(entry) == read_predicate(clear).matches(entry)


@given(
    predicates,
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("checks", "at", "kind", "out", "actor")), inner),
        max_leaves=8,
    ),
    st.sampled_from(("checks", "at", "kind", "person", "out", "reason", "basis", "purpose")),
)
def test_no_forged_entry_makes_it_raise(value: dict[str, Any], forged: Any, name: str) -> None:
    wanted = read_predicate(value)
    assert wanted.matches({"at": AT, name: forged}) in {True, False}
    assert wanted.matches_disclosed({name: forged}, {name: forged}) in {True, False}


def test_a_time_is_half_open() -> None:
    wanted = read_predicate({"v": 1, "from_at": AT, "to_at": LATER})
    assert [wanted.matches({"at": at}) for at in ("2026-11-24T02:59:59.999999Z", AT, LATER)] == [False, True, False]


def test_who_approved_acted_too() -> None:
    assert read_predicate({"v": 1, "actors": ["a_2"]}).matches({"at": AT, "actor": "a_1", "second": "a_2"})


def test_a_citation_finds_its_paragraphs_and_no_other_article() -> None:
    wanted = read_predicate({"v": 1, "disclosed": {"citations": ["Act 11"]}})
    assert [lies_in(one, "Act 11") for one in ("Act 11", "Act 11(1)", f"Act 11{0}", "Act 1")] == [True, True, False, False]
    assert wanted.matches_disclosed({"basis": ["Order 18", "Act 11(1)(i)"]})
    assert not wanted.matches_disclosed({"basis": ["Act 12(3)"]})
    assert not wanted.matches_disclosed({})


def test_reason_and_purpose_are_judged_on_what_was_opened() -> None:
    wanted = read_predicate({"v": 1, "disclosed": {"reasons": ["not_listed"], "purposes": ["audit"]}})
    assert wanted.matches_disclosed({"reason": "not_listed", "purpose": "audit"})
    assert wanted.matches_disclosed({"reason": "not_listed"}, {"purpose": "audit"})
    assert not wanted.matches_disclosed({"reason": "not_listed"}, None)
    assert not wanted.matches_disclosed({"reason": "not_cleared", "purpose": "audit"})


@pytest.mark.parametrize(
    ("given_", "member"),
    [
        ({}, "v"),
        ({"v": 2}, "v"),
        ({"v": True}, "v"),
        ({"v": 1, "kind": "x"}, "kind"),
        ({"v": 1, "kinds": []}, "kinds"),
        ({"v": 1, "kinds": ["identity:"]}, "kinds"),
        ({"v": 1, "kinds": "decision:access:decided"}, "kinds"),
        ({"v": 1, "outcomes": ["permitted"]}, "outcomes"),
        ({"v": 1, "people": ['p_1","out":"permit']}, ""),
        ({"v": 1, "people": ["a b"]}, "people"),
        ({"v": 1, "people": ["\x00"]}, "people"),
        ({"v": 1, "people": ["\ud800"]}, "people"),
        ({"v": 1, "people": ["x" * 129]}, "people"),
        ({"v": 1, "people": [str(one) for one in range(1001)]}, "people"),
        ({"v": 1, "people": [1]}, "people"),
        ({"v": 1, "from_at": "2026-11-24"}, "from_at"),
        ({"v": 1, "from_at": "2026-02-30T00:00:00.000000Z"}, "from_at"),
        ({"v": 1, "from_at": "２026-11-24T00:00:00.000000Z"}, "from_at"),
        ({"v": 1, "from_at": AT, "to_at": AT}, "to_at"),
        ({"v": 1, "disclosed": {}}, "disclosed"),
        ({"v": 1, "disclosed": {"reason": ["x"]}}, "disclosed"),
        ('{"v":1,"v":1}', ""),
        ('{"v":1', ""),
        ("[" * 100_000, ""),
        ("[]", ""),
    ],
)
def test_what_is_no_predicate_is_refused_by_its_member(given_: Any, member: str) -> None:
    if member == "" and isinstance(given_, dict):
        # A quote is a character like another: it finds what has it, and nothing else.
        assert not read_predicate(given_).matches({"at": AT, "person": "p_1", "out": "permit"})
        return
    with pytest.raises(PredicateError) as refused:
        read_predicate(given_)
    assert refused.value.member == member


def test_a_package_carries_the_one_form_alone() -> None:
    with pytest.raises(PredicateError):
        read_canonical(b'{"v": 1}')
    assert read_canonical(b'{"v":1}').digest == "afbf9d0f3560b0fd7795e81c42a0a79ee6b6fc67e064f77826aee642cad28d91"


@pytest.mark.parametrize("named", ["answer", "note", "query"])
def test_what_is_opened_of_a_decision_an_act_or_a_search_is_looked_into_alike(named: str) -> None:
    wanted = read_predicate({"v": 1, "disclosed": {"purposes": ["audit"]}})
    assert wanted.matches_opened({named: {"purpose": "audit"}})
    assert not wanted.matches_opened({named: {"purpose": "assigned_work"}})
    assert not wanted.matches_opened({named: "audit"})
    assert wanted.matches_opened({"answer": {}, "asked": {"purpose": "audit"}})
    assert not wanted.matches_opened({})
