"""A permit means that every condition of Article 11, the channel and the listing holds; and where all hold, there is a permit.

Judged is the whole space of facts of one channel (`space` says why it is the whole), by the compiled policies; the Rust engine
is asked about points strewn over it.
"""

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from service.decision.answers import POLICY_ERROR, Answer
from service.decision.judge import best_of, combine
from service.decision.policyset import PolicySet
from tests.builders.share import share_of
from tests.proofs.conditions import CLOSED, CONDITIONS, STANDS
from tests.proofs.judged import Judged, with_policy, without
from tests.proofs.space import Space, is_about_areas

SHIPPED = PolicySet.load()
CLEARED = "the_person_is_cleared_or_exempt"
STATES = {
    "act-3-unknown": "the_designation_has_begun",
    "act-3-not-yet": "the_designation_has_begun",
    "act-3-care": "the_information_is_not_only_expected_to_be_designated",
    "act-3-unknown-person": "the_person_is_known",
    "act-3-ambiguous": "the_workplace_is_one",
    "act-3-works-nowhere": "it_is_known_for_whom",
    "act-5-released-to": "the_originator_lets_them",
    "act-6-not-provided": "they_hold_it",
    "act-6-returned": "they_did_not_give_it_back",
    "act-6-giver": "the_giver_held_it",
    "act-6-consultation": "they_were_consulted_before",
    "act-6-consent": "the_designating_head_consented",
    "act-10-consent": "the_designating_head_consented",
    "act-10-not-certified": "an_operator_is_certified",
    "act-10-certification-ended": "an_operator_is_certified",
    "act-10-no-contract": "an_operator_has_a_contract",
    "act-10-contract-over": "an_operator_has_a_contract",
    "act-10-units": "the_person_is_of_the_contract_s_units",
    **{f"act-{article}-not-listed": "the_person_is_listed" for article in ("5-1", "5-3", "6-3", "10-4")},
    **{f"act-{article}-action": "the_listing_grants_it" for article in ("5-1", "5-3", "6-3", "10-4")},
    "order-11-1-approval": "the_document_is_approved_for_it",
    # Who is not cleared is permitted by nothing but the giving back after a contract.
    "act-11-1-none": CLEARED,
    "act-11-1-negative": CLEARED,
    "act-11-1-expired": CLEARED,
    "act-11-1-doubt": CLEARED,
    "act-11-2-expired": CLEARED,
    "act-11-2-doubt": CLEARED,
    "act-12-3-refused": CLEARED,
}
"""What is missing from some permit when a policy is gone."""
ANSWERED_AS_IF_IT_STOOD = ("act-4-lifted", "act-4-expired", "act-4-extension-expired")
OPENS = ("act-11-1", "act-11-2", "act-11-1-office", "order-18", "order-7-closed")


def test_a_permit_implies_every_condition_of_the_law(shipped: Judged) -> None:
    assert shipped.unlawful() == {}


def test_who_meets_every_condition_of_the_law_is_permitted(shipped: Judged) -> None:
    assert shipped.refused_lawful() == 0


def test_there_is_much_on_both_sides(shipped: Judged) -> None:
    counts = shipped.counts()
    # docs/policies.md names these.
    assert counts["choices"] == 199_680
    assert 17 * 10**17 < counts["points"] < 18 * 10**17
    assert 0.06 < counts["permits"] / counts["points"] < 0.08
    assert all(len(table.permits["return"]) >= len(table.permits["make"]) > 0 for table in shipped.tables)


ROUTES = {
    "act-5-1-not-listed": "own",
    "act-5-1-action": "own",
    "act-5-3-not-listed": "police",
    "act-5-3-action": "police",
    "act-6-3-not-listed": "received",
    "act-6-3-action": "received",
    "act-6-not-provided": "none",
    "act-3-works-nowhere": "unknown",
}
"""Where a mutant shows, if not at an operator's."""


def mutants(*policies: str) -> list[object]:
    """Those that ask thousands of assessments or designations anew belong to the long form, but for some."""
    return [
        pytest.param(one, marks=pytest.mark.long) if one.startswith(("act-11", "act-12", "act-4", "order")) else one for one in policies
    ]


def mutant(policy: str, shipped: Judged, space: Space) -> Judged:
    return Judged(without(SHIPPED, policy), space, like=shipped, route=ROUTES.get(policy, "operator"))


@pytest.mark.parametrize("policy", mutants(*STATES))
def test_without_a_policy_some_permit_lacks_what_it_states(policy: str, shipped: Judged, space: Space) -> None:
    assert STATES[policy] in mutant(policy, shipped, space).unlawful()


def test_without_the_expiry_of_a_clearance_some_permit_lacks_it(shipped: Judged, space: Space) -> None:
    assert mutant("act-11-1-expired", shipped, space).unlawful().keys() == {CLEARED}


@pytest.mark.parametrize("policy", mutants(*OPENS, *ANSWERED_AS_IF_IT_STOOD))
def test_without_a_policy_somebody_who_meets_every_condition_is_refused(policy: str, shipped: Judged, space: Space) -> None:
    changed = mutant(policy, shipped, space)
    assert changed.unlawful() == {}
    assert changed.refused_lawful() > 0


@pytest.mark.parametrize("policy", [one for one in STATES if one.endswith("-not-listed")])
def test_a_listing_of_somebody_who_works_there_no_more_would_be_found(policy: str, shipped: Judged, space: Space) -> None:
    (name,) = (name for name, one in SHIPPED.policies.items() if one.id == policy)
    template = SHIPPED.tree.static_policies[name]
    when, unless = template.clauses
    listed = replace(template, clauses=(when, replace(unless, expr=unless.expr.left)))
    changed = Judged(with_policy(SHIPPED, name, listed), space, like=shipped, route=ROUTES.get(policy, "operator"))
    assert changed.unlawful().keys() == {"the_person_works_there"}


def test_every_policy_and_every_condition_has_its_mutant() -> None:
    repeated = {"act-10-return"}  # it gives the reason after a contract's end; who is cleared is permitted without it
    # Those about areas have their own (`test_areas`).
    handling = {SHIPPED.policies[name].id for name, one in SHIPPED.tree.static_policies.items() if not is_about_areas(one)}
    assert handling == {*STATES, *ANSWERED_AS_IF_IT_STOOD, *OPENS} | repeated
    # That one works there stands in the same policies as the listing, and has its mutants above.
    assert set(CONDITIONS) == {*STATES.values(), STANDS, CLOSED, "the_person_works_there"}


def test_the_rust_engine_answers_as_the_class_of_a_point_does(shipped: Judged) -> None:
    permitted = 0
    for points, action, expected in shipped.strewn(Random(11), 600):
        assert shipped.by_compiled(points, action) is expected, (points, action)
        assert shipped.by_engine(points, action) is expected, (points, action)
        permitted += expected
    assert 200 < permitted < 400


@pytest.mark.long
def test_the_rust_engine_answers_as_the_class_of_a_point_does_everywhere(shipped: Judged) -> None:
    permitted, points_in_all = 0, len(share_of(range(60_000)))
    for points, action, expected in shipped.strewn(Random(12), points_in_all):
        assert shipped.by_engine(points, action) is expected, (points, action)
        permitted += expected
    assert points_in_all < 3 * permitted < 2 * points_in_all


KINDS = [("permit", True), ("deny", False), ("not_controlled", True), ("not_controlled", False)]


def answers() -> list[Answer]:
    """One answer of each kind at each of two ranks."""
    made = []
    for (decision, api), rank in product(KINDS, (1, 2)):
        basis = (POLICY_ERROR.ja, POLICY_ERROR.en, 0)
        made.append(Answer(decision, "any", (), api, rank, None, (), *basis))
    return made


def test_one_channel_that_permits_is_enough_and_none_permits_nothing() -> None:
    for size in (1, 2, 3):
        for several in product(answers(), repeat=size):
            assert best_of(several).api is any(one.api for one in several)


def test_what_carries_several_is_permitted_where_all_are() -> None:
    for size in (1, 2, 3):
        for several in product(answers(), repeat=size):
            assert combine(several).api is all(one.api for one in several)
