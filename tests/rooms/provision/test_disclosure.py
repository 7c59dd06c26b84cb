"""What an operator may pass on itself: hand over on demand, investigators with consent, court and board; nothing else."""

from datetime import date
from typing import Any

import pytest

from service.designation import operations as designation
from service.designation.rules import WrongSeatError
from service.personnel.rules import UnknownIdError
from service.provision import operations, queries
from service.provision.rules import ALL_SAFEGUARDS, ARTICLES, CONTRACT_ITEMS, Conditions, ProvisionRefusedError
from service.provision.rules.disclosing import WAYS
from service.statute.periods import day_start
from service.statute.refusals import Refusal
from tests.builders.law import CERTIFIED_ON, CONTRACT_FROM, contracted, designated, operators_world, organizations
from tests.builders.personnel import organization
from tests.builders.site import Site, notice, world_of

ON = date(2027, 1, 10)
AT = day_start(date(2030, 1, 1))
RECEIVERS = {
    "Act 9(1)(i)": "npa",
    "Act 9(1)(ii)": "chisai",
    "Act 9(1)(iii)": "shinsakai",
    "Act 9(1)(iv)": "shinsakai",
    "Act 4(5)": "kakugi",
    "Act 5(2)": "keishicho",
    "Act 7(1)": "keishicho",
    "Act 8": "alpha",
    "Act 9(2)": "chisai",
    "Act 10(1)": "kinzoku",
    "Act 10(2)": "kinzoku",
}


def lay_site(operator: Site) -> None:
    operators_world(operator)
    organization(operator, "shinsakai", "review_board")
    organization(operator, "kokkai", "diet")


@pytest.fixture
def site(operator: Site) -> Site:
    return operator


WORLDS = {"site": world_of("operator", lay_site)}


def disclose(site: Site, receiver: str, under: str, *, on: date = ON, information: str = "d1", **conditions: Any) -> str:
    """Return `accepted`, or the reason with its citations."""
    entries = site.size()
    words = {"information_id": information, "operator_id": "denryoku", "receiver_id": receiver, "under": under, "on": on}
    try:
        site.act(operations.disclose, day=on, **words, conditions=Conditions(**conditions))
    except Refusal as refusal:
        assert site.size() == entries
        return f"{refusal.reason} {', '.join(map(str, refusal.basis))}"
    return "accepted"


def test_investigators_get_it_with_the_consent_of_who_designated_it_and_the_ten_safeguards(site: Site) -> None:
    assert disclose(site, "npa", "Act 9(1)(i)", safeguards=ALL_SAFEGUARDS) == "consent_of_designator_missing Act 9(1)(i), Act 10(6)"
    assert (
        disclose(site, "npa", "Act 9(1)(i)", safeguards=ALL_SAFEGUARDS, consented_by=["mof"])
        == "consent_of_designator_missing Act 9(1)(i), Act 10(6)"
    )
    assert disclose(site, "npa", "Act 9(1)(i)", consented_by=["meti"]) == "safeguards_missing Act 9(1)(i), Act 10(6)"
    assert disclose(site, "npa", "Act 9(1)(i)", consented_by=["meti"], safeguards=ALL_SAFEGUARDS[:10]) == "accepted"
    assert disclose(site, "kokkai", "Act 9(1)(i)", consented_by=["meti"], safeguards=["diet_measures"]) == "accepted"


def test_every_head_who_designated_it_must_agree(site: Site) -> None:
    words = {"organ_id": "mof", "on": date(2026, 8, 1), "until": date(2031, 7, 31), "notice": notice(date(2026, 8, 1))}
    site.act(designation.record_designation, day=date(2026, 8, 1), **words, information_id="d1", designation_id="d1-mof")
    assert disclose(site, "npa", "Act 9(1)(i)", safeguards=ALL_SAFEGUARDS, consented_by=["meti"]).startswith(
        "consent_of_designator_missing"
    )
    assert disclose(site, "npa", "Act 9(1)(i)", safeguards=ALL_SAFEGUARDS, consented_by=["meti", "mof"]) == "accepted"


def test_a_court_and_a_review_board_are_shown_it_without_anybody_s_consent(site: Site) -> None:
    assert disclose(site, "chisai", "Act 9(1)(ii)") == "accepted"
    assert disclose(site, "shinsakai", "Act 9(1)(iii)") == "accepted"


@pytest.mark.parametrize("under", [article for article in ARTICLES if article not in WAYS])
def test_every_other_way_is_banned_whoever_agrees_the_board_of_audit_s_board_among_them(site: Site, under: str) -> None:
    told = disclose(site, RECEIVERS.get(under, "mof"), under, consented_by=["meti"], safeguards=ALL_SAFEGUARDS, equivalence=True)
    assert told == f"not_allowed_to_disclose {under}, Act 10(7)"


@pytest.mark.parametrize(
    ("receiver", "under"), [("kinzoku", "Act 9(1)(i)"), ("npa", "Act 9(1)(ii)"), ("chisai", "Act 9(1)(iii)"), ("kinzoku", "Act 10(5)")]
)
def test_an_open_way_leads_only_to_whom_it_names(site: Site, receiver: str, under: str) -> None:
    told = disclose(site, receiver, under, consented_by=["meti"], safeguards=ALL_SAFEGUARDS)
    assert told.startswith(f"requirement_not_met {under}")


def test_what_an_operator_does_not_hold_it_does_not_disclose(site: Site) -> None:
    site.act(operations.record_return, day=ON, provision_id="p1", on=ON)
    assert disclose(site, "chisai", "Act 9(1)(ii)").startswith("requirement_not_met")
    assert disclose(site, "chisai", "Act 9(1)(ii)", on=date(2027, 1, 9)) == "accepted"


def test_what_is_no_longer_designated_is_not_disclosed_under_the_act(site: Site) -> None:
    assert disclose(site, "chisai", "Act 9(1)(ii)", on=date(2031, 6, 1)).startswith("not_in_force")


def test_what_was_received_is_given_back_and_not_handed_over_on_demand(site: Site) -> None:
    assert disclose(site, "meti", "Act 10(5)") == "requirement_not_met Act 10(5)"
    with pytest.raises(ProvisionRefusedError, match="requirement_not_met"):
        site.act(operations.record_demand, day=ON, information_id="d1", organ_id="meti", operator_id="denryoku", on=ON, number="経保第4号")


def test_who_was_shown_it_employs_no_handlers_and_holds_it_set_apart(site: Site) -> None:
    disclose(site, "npa", "Act 9(1)(i)", consented_by=["meti"], safeguards=ALL_SAFEGUARDS)
    asked = {"information_id": "d1", "organization_id": "npa", "on": ON, "at": AT}
    assert site.ask(queries.held_under, **asked) == {"Act 9(1)(i)": frozenset({"denryoku"})}
    assert not site.ask(queries.employs_handlers, **asked)


def generated(site: Site) -> None:
    """What arises at Denryoku under METI's contract, at the operator's own seat."""
    words = {"organ_id": "meti", "on": date(2026, 7, 1), "until": date(2031, 6, 30), "notice": notice(date(2026, 7, 1))}
    site.act(designation.record_designation, day=date(2026, 7, 1), **words, information_id="g1", designation_id="g1-meti")
    terms = operations.Terms(informations=["g1"], from_on=CONTRACT_FROM, settled=tuple(CONTRACT_ITEMS))
    site.act(operations.record_contract, day=CONTRACT_FROM, operator_id="denryoku", organ_id="meti", terms=terms)
    arises = {"information_id": "g1", "giver_id": "meti", "receiver_id": "denryoku", "under": "Act 10(2)", "on": date(2026, 7, 4)}
    site.act(operations.record_provision, day=date(2026, 7, 4), **arises, notice=notice(date(2026, 7, 4)))


def test_what_arose_at_the_operator_is_handed_over_to_the_head_whose_contract_it_is_and_nobody_else(site: Site) -> None:
    generated(site)
    demand = {"information_id": "g1", "operator_id": "denryoku", "on": ON, "number": "経保第4号"}
    site.act(operations.record_demand, day=ON, organ_id="meti", **demand, last_day=date(2027, 2, 10))
    with pytest.raises(ProvisionRefusedError, match="requirement_not_met"):
        site.act(operations.record_demand, day=ON, organ_id="mof", **demand)
    assert disclose(site, "mof", "Act 10(5)", information="g1").startswith("requirement_not_met")
    assert disclose(site, "meti", "Act 10(5)", information="g1") == "accepted"
    asked = {"information_id": "g1", "organization_id": "meti", "on": ON, "at": AT}
    assert site.ask(queries.holds, **asked)
    # The operator goes on holding it.
    assert site.ask(queries.holds, **asked | {"organization_id": "denryoku"})


def test_an_organ_that_demanded_it_holds_it_once_it_was_handed_over(organ: Site) -> None:
    organizations(organ)
    designated(organ)
    contracted(organ)
    arises = {"information_id": "d1", "giver_id": "meti", "receiver_id": "denryoku", "under": "Act 10(2)", "on": CONTRACT_FROM}
    asked = {"information_id": "d1", "organization_id": "meti", "on": ON, "at": AT}
    words = {"information_id": "d1", "organ_id": "meti", "operator_id": "denryoku", "on": ON}
    with pytest.raises(ProvisionRefusedError, match="requirement_not_met"):
        organ.act(operations.record_handover, day=ON, **words)
    organ.act(operations.provide, day=CONTRACT_FROM, **arises)
    organ.act(operations.demand_handover, day=ON, **words, number="経保第4号")
    assert not organ.ask(queries.holds, **asked)
    organ.act(operations.record_handover, day=ON, **words, number="電第7号")
    assert organ.ask(queries.holds, **asked)
    with pytest.raises(ProvisionRefusedError, match="requirement_not_met"):
        organ.act(operations.record_handover, day=ON, **words | {"operator_id": "kinzoku"})


def test_the_seats_are_kept_apart(site: Site) -> None:
    demand = {"information_id": "d1", "organ_id": "meti", "operator_id": "denryoku", "on": ON, "number": "1"}
    with pytest.raises(WrongSeatError):
        site.act(operations.demand_handover, day=ON, **demand)
    with pytest.raises(WrongSeatError):
        site.act(operations.record_handover, day=ON, **{key: demand[key] for key in ("information_id", "organ_id", "operator_id", "on")})


def test_a_disclosure_names_what_there_is_and_cites_a_law(site: Site) -> None:
    with pytest.raises(UnknownIdError):
        disclose(site, "nobody", "Act 9(1)(ii)")
    with pytest.raises(ValueError, match="is no citation"):
        disclose(site, "chisai", "Article nine")


def test_an_operator_s_disclosure_at_an_organ_is_no_way_to_provide(organ: Site) -> None:
    organizations(organ)
    designated(organ)
    words = {"information_id": "d1", "operator_id": "denryoku", "receiver_id": "chisai", "under": "Act 9(1)(ii)", "on": ON}
    with pytest.raises(WrongSeatError):
        organ.act(operations.disclose, day=ON, **words)
    organ.act(operations.certify, day=CERTIFIED_ON, operator_id="denryoku", organ_id="meti", on=CERTIFIED_ON)
    with pytest.raises(ProvisionRefusedError, match="requirement_not_met"):
        organ.act(operations.provide, day=ON, information_id="d1", giver_id="denryoku", receiver_id="chisai", under="Act 9(1)(ii)", on=ON)
