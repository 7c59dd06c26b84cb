from datetime import date

import pytest

from service.clearance import operations as clearance
from service.designation import operations as designation
from service.need_to_know import operations, queries
from service.need_to_know.operations import Target
from service.personnel import operations as personnel
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, UnknownIdError
from service.provision import operations as provision
from service.provision.rules import Conditions
from service.statute.periods import day_start
from service.statute.refusals import Refusal
from tests.builders.law import (
    CONTRACT_TO,
    DESIGNATED_ON,
    PROVIDED_ON,
    cleared,
    contracted,
    designated,
    operators_world,
    organizations,
    provided,
)
from tests.builders.personnel import employee
from tests.builders.site import Site, notice, world_of

ON = date(2026, 7, 10)
AT = day_start(date(2030, 1, 1))


def lay_site(organ: Site) -> None:
    organizations(organ)
    for unit_id in ("hoan", "eigyo"):
        organ.act(personnel.register_unit, day=DESIGNATED_ON, organization_id="denryoku", name=unit_id, unit_id=unit_id)
    employee(organ, "sato", "meti")
    employee(organ, "moriya", "denryoku", unit_id="hoan")
    employee(organ, "kaji", "denryoku", unit_id="eigyo")
    designated(organ)


@pytest.fixture
def site(organ: Site) -> Site:
    return organ


WORLDS = {"site": world_of("organ", lay_site)}


def listed(site: Site, target: Target, at: str, *, on: date = ON, **facts: object) -> str:
    """Return `accepted`, or the reason with its citation."""
    entries = site.size()
    try:
        site.act(operations.list_handler, day=on, information_id="d1", organization_id=at, target=target, from_on=on, **facts)
    except Refusal as refusal:
        assert site.size() == entries
        return f"{refusal.reason} {refusal.basis[0]}"
    assert site.size() == entries + 1
    return "accepted"


def test_an_organ_lists_whom_its_own_head_cleared(site: Site) -> None:
    sato = Target(person_id="sato")
    assert listed(site, sato, "meti") == "not_cleared Act 11(1)"
    cleared(site, "sato", head_id="mof")
    assert listed(site, sato, "meti") == "not_cleared Act 11(1)"
    cleared(site, "sato")
    assert listed(site, sato, "meti") == "accepted"


def test_a_clearance_counts_on_the_day_of_the_listing(site: Site) -> None:
    cleared(site, "sato", on=date(2026, 7, 11))
    assert listed(site, Target(person_id="sato"), "meti") == "not_cleared Act 11(1)"
    assert listed(site, Target(person_id="sato"), "meti", on=date(2026, 7, 11)) == "accepted"


def test_a_doubt_notice_keeps_off_the_list(site: Site) -> None:
    cleared(site, "sato")
    site.act(clearance.record_doubt_notice, day=ON, person_id="sato", head_id="meti", notified_on=ON)
    assert listed(site, Target(person_id="sato"), "meti") == "not_cleared Act 11(1)"


def test_a_scope_by_unit_or_post_asks_nobodys_clearance(site: Site) -> None:
    site.act(personnel.register_unit, day=DESIGNATED_ON, organization_id="meti", name="経済安保課", unit_id="keizai-anpo")
    assert listed(site, Target(unit_id="keizai-anpo"), "meti") == "accepted"
    assert listed(site, Target(post="kacho"), "meti") == "accepted"


def test_an_operator_lists_whom_the_providing_head_cleared_in_the_units_of_the_contract(site: Site) -> None:
    contracted(site, units=["hoan"])
    provided(site)
    for person_id in ("moriya", "kaji"):
        assert listed(site, Target(person_id=person_id), "denryoku") == "not_cleared Act 11(1)"
        cleared(site, person_id)
    assert listed(site, Target(person_id="moriya"), "denryoku") == "accepted"
    assert listed(site, Target(person_id="kaji"), "denryoku") == "outside_contract_units Act 10(3)(i)"
    assert listed(site, Target(unit_id="eigyo"), "denryoku") == "outside_contract_units Act 10(3)(i)"
    assert listed(site, Target(unit_id="hoan"), "denryoku") == "accepted"


def test_the_head_that_provides_counts_and_not_the_one_that_designated(site: Site) -> None:
    contracted(site, organ_id="mof")
    on = PROVIDED_ON
    facts = {"information_id": "d1", "day": on, "on": on}
    site.act(provision.provide, giver_id="meti", receiver_id="mof", under="Act 6(1)", conditions=Conditions(consulted_on=on), **facts)
    site.act(
        provision.provide, giver_id="mof", receiver_id="denryoku", under="Act 10(1)", conditions=Conditions(consented_by=["meti"]), **facts
    )
    cleared(site, "moriya", head_id="meti")
    assert listed(site, Target(person_id="moriya"), "denryoku") == "not_cleared Act 11(1)"
    cleared(site, "moriya", head_id="mof")
    assert listed(site, Target(person_id="moriya"), "denryoku") == "accepted"


def test_without_certification_contract_or_holding_there_is_no_list(site: Site) -> None:
    cleared(site, "moriya")
    moriya = Target(person_id="moriya")
    assert listed(site, moriya, "denryoku") == "requirement_not_met Act 10(4)"
    contracted(site)
    provided(site)
    assert listed(site, moriya, "denryoku", on=date(2029, 7, 1)) == "no_contract Act 10(1)"
    assert listed(site, moriya, "denryoku", on=CONTRACT_TO) == "accepted"


def test_who_does_not_work_there_is_on_no_list_there(site: Site) -> None:
    cleared(site, "moriya")
    assert listed(site, Target(person_id="moriya"), "meti") == "requirement_not_met Act 5(1)"


def test_what_is_over_needs_no_new_handlers(site: Site) -> None:
    cleared(site, "sato")
    site.act(designation.lift, day=ON, information_id="d1", on=ON)
    assert listed(site, Target(person_id="sato"), "meti") == "not_in_force Act 5(1)"


def test_the_same_line_is_written_once_and_another_action_is_another_line(site: Site) -> None:
    cleared(site, "sato")
    sato = Target(person_id="sato")
    assert listed(site, sato, "meti", actions=["handle"]) == "accepted"
    with pytest.raises(AlreadyRecordedError, match="already on the list"):
        listed(site, sato, "meti", actions=["read"])
    assert listed(site, sato, "meti", actions=["make"]) == "accepted"
    rows = site.ask(queries.listings_of, information_id="d1", organization_id="meti", at=AT)
    assert [row.actions for row in sorted(rows, key=lambda row: str(row.actions))] == [["make"], ["read"]]


def test_a_removal_ends_every_line_that_names_them_and_keeps_it_on_record(site: Site) -> None:
    cleared(site, "sato")
    sato = Target(person_id="sato")
    listed(site, sato, "meti", actions=["read"])
    listed(site, sato, "meti", actions=["make"])
    on = date(2027, 5, 20)
    ended = site.act(operations.remove_handler, day=on, information_id="d1", organization_id="meti", target=sato, on=on)
    rows = site.ask(queries.listings_naming, person_id="sato", at=AT)
    assert {row.id for row in rows} == set(ended)
    assert {row.until_on for row in rows} == {on}
    with pytest.raises(AlreadyEndedError):
        site.act(operations.remove_handler, day=on, information_id="d1", organization_id="meti", target=sato, on=on)
    assert listed(site, sato, "meti", on=on) == "accepted"


def test_a_line_removed_before_it_begins_never_counts(site: Site) -> None:
    cleared(site, "sato")
    sato = Target(person_id="sato")
    listed(site, sato, "meti", on=date(2026, 12, 1))
    site.act(operations.remove_handler, day=ON, information_id="d1", organization_id="meti", target=sato, on=ON)
    (row,) = site.ask(queries.listings_naming, person_id="sato", at=AT)
    assert row.from_on == row.until_on == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"information_id": "d9"}, "there is no information 'd9'"),
        ({"organization_id": "x"}, "there is no organization 'x'"),
        ({"target": Target(person_id="nobody")}, "there is no person 'nobody'"),
        ({"target": Target(unit_id="soumu")}, "there is no unit 'soumu'"),
    ],
)
def test_an_unknown_id_is_named(site: Site, facts: dict[str, object], told: str) -> None:
    asked = {"information_id": "d1", "organization_id": "meti", "target": Target(person_id="sato"), "from_on": ON}
    with pytest.raises(UnknownIdError, match=told):
        site.act(operations.list_handler, day=ON, **asked | facts)


def test_a_line_names_exactly_one() -> None:
    for names in ({}, {"person_id": "sato", "post": "kacho"}):
        with pytest.raises(ValueError, match="exactly one"):
            Target(**names)


@pytest.mark.parametrize("actions", [[], ["shred"], ["read", "shred"]])
def test_an_unknown_action_is_refused(site: Site, actions: list[str]) -> None:
    cleared(site, "sato")
    with pytest.raises(ValueError, match="action"):
        listed(site, Target(person_id="sato"), "meti", actions=actions)


def test_an_operator_lists_on_what_it_recorded(operator: Site) -> None:
    operators_world(operator)
    sato = Target(person_id="sato")
    assert listed(operator, sato, "denryoku") == "not_cleared Act 11(1)"
    letter = notice(date(2026, 6, 20))
    operator.act(clearance.record_result, day=ON, person_id="sato", head_id="meti", outcome="positive", notified_on=None, notice=letter)
    assert listed(operator, sato, "denryoku") == "accepted"


def test_the_overseer_to_whom_it_was_handed_keeps_no_list_of_handlers(site: Site) -> None:
    employee(site, "arai", "npa")
    cleared(site, "arai", head_id="npa")
    site.act(provision.provide, day=ON, information_id="d1", giver_id="meti", receiver_id="npa", under="Act 18(4)", on=ON)
    assert listed(site, Target(person_id="arai"), "npa") == "requirement_not_met Act 6(3)"
    facts = {"information_id": "d1", "giver_id": "meti", "receiver_id": "npa", "on": ON}
    site.act(provision.provide, day=ON, under="Act 6(1)", conditions=Conditions(consulted_on=ON), **facts)
    assert listed(site, Target(person_id="arai"), "npa") == "accepted"
