from datetime import date

import pytest

from service.designation import operations as designation
from service.designation.rules import WrongSeatError
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, UnknownIdError
from service.provision import operations, queries
from service.provision.rules import ALL_SAFEGUARDS, CONTRACT_ITEMS, Conditions
from service.statute.periods import day_start
from service.statute.refusals import Refusal
from tests.builders.law import CERTIFIED_ON, CONTRACT_FROM, PROVIDED_ON, contracted, designated, operators_world, organizations, provided
from tests.builders.site import Site, notice, world_of

ON = date(2026, 7, 10)
AT = day_start(date(2030, 1, 1))


def lay_site(organ: Site) -> None:
    organizations(organ)
    designated(organ)


@pytest.fixture
def site(organ: Site) -> Site:
    return organ


WORLDS = {"site": world_of("organ", lay_site)}


def provide(site: Site, giver: str, receiver: str, under: str, *, on: date = ON, **conditions: object) -> str:
    """Return `accepted`, or the reason with its citations."""
    entries = site.size()
    facts = {"information_id": "d1", "giver_id": giver, "receiver_id": receiver, "under": under, "on": on}
    try:
        site.act(operations.provide, day=on, **facts, conditions=Conditions(**conditions))
    except Refusal as refusal:
        assert site.size() == entries
        return f"{refusal.reason} {', '.join(map(str, refusal.basis))}"
    assert site.size() == entries + 1
    return "accepted"


def test_another_organ_is_consulted_before(site: Site) -> None:
    assert provide(site, "meti", "mof", "Act 6(1)") == "consultation_missing Act 6(1), Act 6(2)"
    assert provide(site, "meti", "mof", "Act 6(1)", consulted_on=date(2026, 7, 11)) == "consultation_missing Act 6(1), Act 6(2)"
    assert provide(site, "meti", "mof", "Act 6(1)", consulted_on=ON) == "accepted"


def test_who_borrowed_it_passes_it_on_with_the_consent_of_who_designated_it(site: Site) -> None:
    contracted(site, organ_id="mof")
    assert provide(site, "mof", "denryoku", "Act 10(1)", consented_by=["meti"]) == "requirement_not_met Act 10(1)"
    provide(site, "meti", "mof", "Act 6(1)", consulted_on=ON)
    assert provide(site, "mof", "denryoku", "Act 10(1)") == "consent_of_designator_missing Act 10(1)"
    assert provide(site, "mof", "denryoku", "Act 10(1)", consented_by=["npa"]) == "consent_of_designator_missing Act 10(1)"
    assert provide(site, "mof", "denryoku", "Act 10(1)", consented_by=["meti"]) == "accepted"


def test_a_lender_asks_no_consent_of_its_borrower(site: Site) -> None:
    provide(site, "meti", "mof", "Act 6(1)", consulted_on=ON)
    site.act(designation.designate, day=date(2026, 8, 1), organ_id="mof", on=date(2026, 8, 1), years=1, information_id="d1")
    on = date(2026, 9, 1)
    assert provide(site, "meti", "alpha", "Act 8", on=on, equivalence=True) == "accepted"
    assert provide(site, "mof", "alpha", "Act 8", on=on, equivalence=True) == "consent_of_designator_missing Act 8"


def test_an_operator_needs_certification_and_contract_by_the_same_organ(site: Site) -> None:
    assert provide(site, "meti", "denryoku", "Act 10(1)") == "not_certified Act 10(1)"
    site.act(operations.certify, day=CERTIFIED_ON, operator_id="denryoku", organ_id="meti", on=CERTIFIED_ON)
    assert provide(site, "meti", "denryoku", "Act 10(1)") == "no_contract Act 10(1)"
    terms = operations.Terms(informations=["d1"], from_on=CONTRACT_FROM, last_day=date(2027, 3, 31), settled=tuple(CONTRACT_ITEMS))
    site.act(operations.conclude_contract, day=CONTRACT_FROM, operator_id="denryoku", organ_id="meti", terms=terms)
    assert provide(site, "meti", "denryoku", "Act 10(1)", on=date(2026, 6, 30)) == "no_contract Act 10(1)"
    assert provide(site, "meti", "denryoku", "Act 10(1)", on=date(2027, 4, 1)) == "no_contract Act 10(1)"
    assert provide(site, "meti", "denryoku", "Act 10(1)", on=date(2027, 3, 31)) == "accepted"


@pytest.mark.parametrize(
    ("giver", "receiver", "under", "conditions", "answer"),
    [
        ("meti", "alpha", "Act 8", {}, "equivalence_missing Act 8"),
        ("meti", "kakugi", "Act 4(5)", {}, "safeguards_missing Act 4(5)"),
        ("meti", "kakugi", "Act 4(5)", {"safeguards": ALL_SAFEGUARDS}, "accepted"),
        ("mof", "kakugi", "Act 4(5)", {"safeguards": ALL_SAFEGUARDS}, "requirement_not_met Act 4(5)"),
        ("meti", "chisai", "Act 9(1)(i)", {}, "safeguards_missing Act 9(1)(i)"),
        ("meti", "chisai", "Act 9(1)(ii)", {}, "accepted"),
        ("meti", "chisai", "Act 9(1)(iii)", {}, "requirement_not_met Act 9(1)(iii)"),
        ("meti", "npa", "Act 18(4)", {}, "accepted"),
        ("meti", "keishicho", "Act 18(4)", {}, "requirement_not_met Act 18(4)"),
        ("keishicho", "npa", "Act 18(4)", {}, "requirement_not_met Act 18(4)"),
        ("keishicho", "denryoku", "Act 10(1)", {}, "requirement_not_met Act 10(1)"),
        ("denryoku", "kinzoku", "Act 10(1)", {}, "requirement_not_met Act 10(1)"),
        ("meti", "meti", "Act 6(1)", {"consulted_on": ON}, "requirement_not_met Act 6(1)"),
        ("meti", "keishicho", "Act 7(1)", {}, "accepted"),
        ("meti", "keishicho", "Act 5(2)", {}, "accepted"),
        ("keishicho", "meti", "Act 7(3)", {}, "requirement_not_met Act 7(3)"),
    ],
)
def test_each_article_has_its_giver_receiver_and_conditions(
    site: Site, giver: str, receiver: str, under: str, conditions: dict[str, object], answer: str
) -> None:
    assert provide(site, giver, receiver, under, **conditions) == answer


def test_the_police_hand_over_what_they_hold_and_show_it_with_the_agencys_consent(site: Site) -> None:
    assert provide(site, "meti", "keishicho", "Act 5(2)") == "accepted"
    assert provide(site, "keishicho", "meti", "Act 7(3)") == "accepted"
    assert provide(site, "keishicho", "mof", "Act 7(3)") == "requirement_not_met Act 7(3)"
    assert provide(site, "keishicho", "chisai", "Act 9(2)") == "accepted"
    assert provide(site, "keishicho", "mof", "Act 9(2)", safeguards=ALL_SAFEGUARDS) == "consent_of_designator_missing Act 9(2)"
    assert provide(site, "keishicho", "mof", "Act 9(2)", safeguards=ALL_SAFEGUARDS, consented_by=["meti"]) == "accepted"


def test_what_is_over_is_provided_no_more(site: Site) -> None:
    designation_ends = date(2031, 6, 1)
    assert provide(site, "meti", "mof", "Act 6(1)", on=designation_ends, consulted_on=ON) == "not_in_force Act 6(1)"


def test_what_arises_at_an_operator_is_not_held_by_its_designator(site: Site) -> None:
    contracted(site)
    assert provide(site, "meti", "denryoku", "Act 10(2)") == "accepted"
    holds = {"information_id": "d1", "on": ON, "at": AT}
    assert site.ask(queries.holds, organization_id="denryoku", **holds)
    assert not site.ask(queries.holds, organization_id="meti", **holds)
    assert provide(site, "meti", "mof", "Act 6(1)", consulted_on=ON) == "requirement_not_met Act 6(1)"


def test_what_was_returned_is_held_no_more(site: Site) -> None:
    contracted(site)
    provision_id = provided(site)
    on = date(2027, 1, 10)
    site.act(operations.record_return, day=on, provision_id=provision_id, on=on)
    for day, held in ((date(2027, 1, 9), True), (on, False)):
        assert site.ask(queries.holds, information_id="d1", organization_id="denryoku", on=day, at=AT) is held
    with pytest.raises(AlreadyEndedError):
        site.act(operations.record_return, day=on, provision_id=provision_id, on=on)


def test_certification_and_contract_end_once_and_not_before_they_begin(site: Site) -> None:
    contract_id = contracted(site)
    with pytest.raises(AlreadyRecordedError, match="already certified"):
        site.act(operations.certify, day=ON, operator_id="denryoku", organ_id="meti", on=ON)
    with pytest.raises(AlreadyEndedError):
        site.act(operations.end_contract, day=ON, contract_id=contract_id, last_day=date(2029, 6, 30))
    with pytest.raises(ValueError, match="term for returning"):
        site.act(operations.end_contract, day=ON, contract_id=contract_id, last_day=ON, return_by=date(2026, 7, 9))
    site.act(operations.end_contract, day=ON, contract_id=contract_id, last_day=ON, return_by=date(2026, 8, 9))
    covering = {"operator_id": "denryoku", "information_id": "d1", "at": AT}
    assert len(site.ask(queries.contracts_covering, on=ON, **covering)) == 1
    assert site.ask(queries.contracts_covering, on=date(2026, 7, 11), **covering) == []


def test_only_a_certified_operator_gets_a_contract(site: Site) -> None:
    terms = operations.Terms(informations=["d1"], from_on=CONTRACT_FROM)
    for operator_id, reason in (("denryoku", "not_certified"), ("mof", "requirement_not_met")):
        with pytest.raises(Refusal) as refused:
            site.act(operations.conclude_contract, day=CONTRACT_FROM, operator_id=operator_id, organ_id="meti", terms=terms)
        assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({"informations": ["d9"]}, "there is no information 'd9'"),
        ({"informations": ["d1"], "units": ["hoan"]}, "there is no unit 'hoan'"),
    ],
)
def test_a_contract_names_what_there_is(site: Site, terms: dict[str, list[str]], told: str) -> None:
    site.act(operations.certify, day=CERTIFIED_ON, operator_id="denryoku", organ_id="meti", on=CERTIFIED_ON)
    asked = operations.Terms(from_on=CONTRACT_FROM, **terms)
    with pytest.raises(UnknownIdError, match=told):
        site.act(operations.conclude_contract, day=CONTRACT_FROM, operator_id="denryoku", organ_id="meti", terms=asked)


def test_an_operator_records_what_it_received_and_from_whom(operator: Site) -> None:
    operators_world(operator)
    assert operator.ask(queries.held_under, information_id="d1", organization_id="denryoku", on=ON, at=AT) == {
        "Act 10(1)": frozenset({"meti"})
    }


def test_an_operator_records_nothing_from_an_organ_without_contract(operator: Site) -> None:
    operators_world(operator)
    facts = {"information_id": "d1", "giver_id": "mof", "receiver_id": "denryoku", "under": "Act 10(1)", "on": ON}
    for consented, reason in ((), "consent_of_designator_missing"), (["meti"], "not_certified"):
        with pytest.raises(Refusal) as refused:
            operator.act(
                operations.record_provision, day=ON, **facts, conditions=Conditions(consented_by=consented), notice=notice(PROVIDED_ON)
            )
        assert refused.value.reason == reason


def test_no_provision_is_made_under_an_article_that_knows_none(site: Site) -> None:
    with pytest.raises(ValueError, match="no provision is made under 'Act 3'"):
        provide(site, "meti", "mof", "Act 3")


APPLIED = {"operator_id": "denryoku", "organ_id": "meti"}


def test_an_application_that_is_not_granted_is_recorded_once_and_certifies_nobody(organ: Site) -> None:
    organizations(organ)
    words = APPLIED | {"on": ON, "document_number": "認第3号"}
    organ.act(operations.refuse_certification, day=ON, **words)
    assert not organ.ask(queries.is_certified, on=ON, at=AT, **APPLIED)
    with pytest.raises(AlreadyRecordedError):
        organ.act(operations.refuse_certification, day=ON, **words)
    with pytest.raises(ValueError, match="has not come yet"):
        organ.act(operations.refuse_certification, day=ON, **words | {"on": date(2026, 7, 11)})
    with pytest.raises(Refusal, match="requirement_not_met"):
        organ.act(operations.refuse_certification, day=ON, **words | {"operator_id": "mof"})
    # Refused once, an operator may still be certified.
    organ.act(operations.certify, day=ON, on=ON, **APPLIED)
    assert organ.ask(queries.is_certified, on=ON, at=AT, **APPLIED)


def test_each_seat_has_its_own_form_of_a_refused_application(organ: Site) -> None:
    organizations(organ)
    with pytest.raises(WrongSeatError):
        organ.act(operations.record_certification_refusal, day=ON, on=ON, notice=notice(ON), **APPLIED)


def test_an_operator_records_the_organ_s_answer(operator: Site) -> None:
    organizations(operator)
    with pytest.raises(WrongSeatError):
        operator.act(operations.refuse_certification, day=ON, on=ON, **APPLIED)
    operator.act(operations.record_certification_refusal, day=ON, on=ON, notice=notice(ON), **APPLIED)
