"""What must be settled before something is provided: safeguards, the contents of a contract, papers."""

from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.personnel.rules import AlreadyRecordedError, UnknownIdError
from service.provision import operations, owed, queries
from service.provision.model import Contract
from service.provision.rules import (
    ALL_SAFEGUARDS,
    CONDITIONS,
    CONTRACT_ITEMS,
    READINESS_ITEMS,
    ROUTES,
    Conditions,
    ContractItem,
    ProvisionRefusedError,
    Under,
    missing_items,
    missing_safeguards,
)
from service.provision.rules.checklists import ORDER_15
from service.statute.citations import cite
from service.statute.periods import day_start
from tests.builders.law import CERTIFIED_ON, CONTRACT_FROM, designated, organizations
from tests.builders.personnel import organization
from tests.builders.site import Site, world_of

ON = date(2026, 7, 10)
AT = day_start(date(2030, 1, 1))
GENERATED_ONLY = "hand_over"
days = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31))


def lay_site(organ: Site) -> None:
    organizations(organ)
    organization(organ, "kokkai", "diet")
    organization(organ, "shinsakai", "review_board")
    designated(organ)


@pytest.fixture
def site(organ: Site) -> Site:
    return organ


WORLDS = {"site": world_of("organ", lay_site)}


def provide(site: Site, receiver: str, under: str, *, on: date = ON, **conditions: Any) -> str:
    return str(
        site.act(
            operations.provide,
            day=on,
            information_id="d1",
            giver_id="meti",
            receiver_id=receiver,
            under=under,
            on=on,
            conditions=Conditions(**conditions),
        )
    )


def refusal(site: Site, receiver: str, under: str, *, on: date = ON, **conditions: Any) -> ProvisionRefusedError:
    with pytest.raises(ProvisionRefusedError) as refused:
        provide(site, receiver, under, on=on, **conditions)
    return refused.value


def contract(site: Site, *settled: Any, information: str = "d1") -> str:
    site.act(operations.certify, day=CERTIFIED_ON, operator_id="denryoku", organ_id="meti", on=CERTIFIED_ON)
    terms = operations.Terms(informations=[information], from_on=CONTRACT_FROM, settled=settled)
    return str(site.act(operations.conclude_contract, day=CONTRACT_FROM, operator_id="denryoku", organ_id="meti", terms=terms))


def test_every_way_and_every_code_stands_on_its_list_once() -> None:
    assert get_args(Under) == tuple(ROUTES)
    assert get_args(ContractItem) == tuple(CONTRACT_ITEMS)
    assert len(ORDER_15) == 10
    assert len(CONTRACT_ITEMS) == 18
    for citation in (*CONTRACT_ITEMS.values(), *READINESS_ITEMS.values()):
        cite(citation)
    assert len(set(CONDITIONS)) == len(CONDITIONS)


@pytest.mark.parametrize("left_out", sorted(ORDER_15 | {"no_grave_harm"}))
def test_each_of_the_ten_safeguards_is_needed_for_an_investigation_and_so_is_the_finding_of_no_grave_harm(
    site: Site, left_out: str
) -> None:
    there = [code for code in ALL_SAFEGUARDS if code != left_out]
    refused = refusal(site, "npa", "Act 9(1)(i)", safeguards=there)
    assert (refused.reason, refused.facts["missing"]) == ("safeguards_missing", [left_out])


def test_the_diet_has_measures_of_its_own_and_the_cabinet_a_locked_container(site: Site) -> None:
    assert refusal(site, "kokkai", "Act 9(1)(i)", safeguards=sorted(ORDER_15 | {"no_grave_harm"})).facts["missing"] == ["diet_measures"]
    assert provide(site, "kokkai", "Act 9(1)(i)", safeguards=["diet_measures", "no_grave_harm"])
    assert refusal(site, "kakugi", "Act 4(5)", safeguards=sorted(ORDER_15)).facts["missing"] == ["locked_container"]
    assert provide(site, "kakugi", "Act 4(5)", safeguards=["locked_container"])


def test_safeguards_that_are_only_taken_later_are_missing(site: Site) -> None:
    late = refusal(site, "npa", "Act 9(1)(i)", safeguards=ALL_SAFEGUARDS, safeguards_on=date(2026, 7, 11))
    assert late.reason == "safeguards_missing"
    assert provide(site, "npa", "Act 9(1)(i)", safeguards=ALL_SAFEGUARDS, safeguards_on=ON)


@given(st.sets(st.sampled_from(ALL_SAFEGUARDS)), days, days, st.sampled_from(["organ", "diet", "court", "police"]))
def test_safeguards_suffice_exactly_if_all_that_are_asked_for_were_there_in_time(there: set[str], taken: date, on: date, kind: str) -> None:
    needed = {"diet_measures", "no_grave_harm"} if kind == "diet" else ORDER_15 | {"no_grave_harm"}
    missing = missing_safeguards(under="Act 9(1)(i)", receiver_kind=kind, there=there, taken_on=taken, on=on)
    assert set(missing) == (needed - there if taken <= on else needed)


def test_showing_to_a_court_or_board_asks_for_no_safeguards(site: Site) -> None:
    assert provide(site, "chisai", "Act 9(1)(ii)")
    assert provide(site, "shinsakai", "Act 9(1)(iii)")
    assert provide(site, "shinsakai", "Act 9(1)(iv)")


def test_each_condition_is_kept_with_its_day_and_its_papers(site: Site) -> None:
    safeguards = {"safeguards": sorted(ORDER_15 | {"no_grave_harm"}), "safeguards_on": date(2026, 7, 6)}
    provision = provide(site, "npa", "Act 9(1)(i)", **safeguards, papers="経保第31号")
    kept = site.ask(owed.conditions_met, provision_id=provision)
    assert {row.what for row in kept} == ORDER_15 | {"no_grave_harm"}
    assert {(row.met_on, row.papers) for row in kept} == {(date(2026, 7, 6), "経保第31号")}
    consulted = provide(site, "mof", "Act 6(1)", consulted_on=date(2026, 7, 3), consented_by=["npa"])
    assert [(row.what, row.met_on, row.by_id) for row in site.ask(owed.conditions_met, provision_id=consulted)] == [
        ("consent", ON, "npa"),
        ("consultation", date(2026, 7, 3), "mof"),
    ]
    told = provide(site, "keishicho", "Act 7(1)", instructed_on=date(2026, 7, 9))
    assert [(row.what, row.met_on) for row in site.ask(owed.conditions_met, provision_id=told)] == [("instruction", date(2026, 7, 9))]
    abroad = provide(site, "alpha", "Act 8", equivalence=True)
    assert [row.what for row in site.ask(owed.conditions_met, provision_id=abroad)] == ["equivalence"]


def test_papers_have_a_number_or_none() -> None:
    with pytest.raises(ValueError, match="papers is blank"):
        Conditions(papers=" ")


@pytest.mark.parametrize("left_out", [item for item in CONTRACT_ITEMS if item != GENERATED_ONLY])
def test_nothing_is_provided_while_a_contract_leaves_out_one_of_its_items(site: Site, left_out: str) -> None:
    contract(site, *(item for item in CONTRACT_ITEMS if item != left_out))
    refused = refusal(site, "denryoku", "Act 10(1)")
    assert (refused.reason, refused.facts["missing"]) == ("contract_incomplete", [left_out])
    assert {str(one) for one in refused.basis} == {"Act 10(1)", "Act 10(3)", "Order 17"}


def test_a_contract_is_recorded_incomplete_and_completed_later_from_a_day_on(site: Site) -> None:
    contract_id = contract(site, *(item for item in CONTRACT_ITEMS if item not in {"education", GENERATED_ONLY}))
    site.act(operations.complete_contract_item, day=ON, contract_id=contract_id, item="education", on=ON, clause="第8条")
    assert refusal(site, "denryoku", "Act 10(1)", on=date(2026, 7, 9)).reason == "contract_incomplete"
    assert provide(site, "denryoku", "Act 10(1)")
    with pytest.raises(AlreadyRecordedError, match="fixes education already"):
        site.act(operations.complete_contract_item, day=ON, contract_id=contract_id, item="education", on=ON)
    with pytest.raises(UnknownIdError):
        site.act(operations.complete_contract_item, day=ON, contract_id="c9", item="education", on=ON)


def test_only_what_arises_at_an_operator_needs_the_duty_to_hand_it_over(site: Site) -> None:
    contract_id = contract(site, *(item for item in CONTRACT_ITEMS if item != GENERATED_ONLY))
    assert refusal(site, "denryoku", "Act 10(2)").facts["missing"] == [GENERATED_ONLY]
    site.act(operations.complete_contract_item, day=ON, contract_id=contract_id, item=GENERATED_ONLY, on=ON)
    assert provide(site, "denryoku", "Act 10(2)")


def test_a_contract_that_was_brought_forward_is_taken_as_complete_and_cannot_be_completed_here(site: Site) -> None:
    site.act(operations.certify, day=CERTIFIED_ON, operator_id="denryoku", organ_id="meti", on=CERTIFIED_ON)
    from service.jobs.history import load_history
    from tests.builders.site import ACTOR

    def brought_forward(session: object, **told: object) -> object:
        given = {
            "organizations": [{"id": "jigyo", "kind": "operator"}, {"id": "sho", "kind": "organ"}],
            "designations": [{"id": "d7", "by": "sho", "on": date(2026, 6, 1), "years": 5}],
            "certifications": [{"operator": "jigyo", "by": "sho", "on": date(2026, 6, 1)}],
            "contracts": [
                {"id": "c7", "operator": "jigyo", "organ": "sho", "information": ["d7"], "from": date(2026, 6, 2), "to": date(2027, 3, 31)}
            ],
        }
        return load_history(session, log=told["log"], at=told["at"], actor=ACTOR, given=given)  # type: ignore[arg-type]

    site.act(brought_forward, day=ON)
    words = {"information_id": "d7", "giver_id": "sho", "receiver_id": "jigyo", "under": "Act 10(1)", "on": ON}
    assert site.act(operations.provide, day=ON, **words)
    with pytest.raises(UnknownIdError, match="contents of contract 'c7' are not kept here"):
        site.act(operations.complete_contract_item, day=ON, contract_id="c7", item="education", on=ON)


def test_one_complete_contract_of_several_is_enough(site: Site) -> None:
    contract(site, "education")
    terms = operations.Terms(informations=["d1"], from_on=CONTRACT_FROM, settled=tuple(CONTRACT_ITEMS))
    site.act(operations.conclude_contract, day=CONTRACT_FROM, operator_id="denryoku", organ_id="meti", terms=terms)
    assert provide(site, "denryoku", "Act 10(1)")


@given(st.dictionaries(st.sampled_from(list(CONTRACT_ITEMS)), st.none() | days), days, st.sampled_from(["Act 10(1)", "Act 10(2)"]))
def test_a_contract_is_complete_exactly_if_every_item_was_settled_by_the_day(settled: dict[str, date | None], on: date, under: str) -> None:
    needed = set(CONTRACT_ITEMS) - (set() if under == "Act 10(2)" else {GENERATED_ONLY})
    there = {item for item, day in settled.items() if day is not None and day <= on}
    assert set(missing_items(settled, under=under, on=on)) == needed - there
    assert missing_items(None, under=under, on=on) == ()


def test_the_contents_of_a_corrected_contract_are_those_of_the_first_row(site: Site) -> None:
    contract_id = contract(site, *CONTRACT_ITEMS)
    corrected = Contract(id="c1-corrected", operator_id="denryoku", organ_id="meti", replaces=contract_id)
    assert site.ask(queries.settled_items, contract=corrected) == dict.fromkeys(CONTRACT_ITEMS, CONTRACT_FROM)
