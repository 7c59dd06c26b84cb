"""Two heads may designate the same information: while one designation stands the Act restricts, whichever ended (Act 4, 6(1), 10(1))."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.types.json import set_json_loads

from service.clearance import operations as clearance
from service.decision.judge import Answer
from service.decision.policies_in_force import activate_policies
from service.decision.snapshot import REFRESH, Snapshot
from service.designation import operations as designation
from service.ledger import RowSeals
from service.need_to_know import operations as need_to_know
from service.need_to_know.operations import Target
from service.provision import operations as provision
from service.provision.rules import Conditions
from service.statute.periods import day_start, instant_ms
from service.statute.refusals import Refusal
from tests.builders.law import CONTRACT_TO, PROVIDED_ON, operators_world, organizations
from tests.builders.personnel import employee
from tests.builders.site import Site, notice, world_of

D = date.fromisoformat
LISTED_ON = D("2026-07-10")


def lay_firm(site: Site) -> None:
    """Denryoku holds d1 of METI, designated until 2031; sato is cleared by METI and listed."""
    site.act(activate_policies, day=D("2026-05-31"))
    operators_world(site)
    letter = notice(D("2026-06-16"))
    words = {"person_id": "sato", "head_id": "meti", "outcome": "positive", "notified_on": D("2026-06-15")}
    site.act(clearance.record_result, day=D("2026-06-16"), notice=letter, **words)
    line = {"information_id": "d1", "organization_id": "denryoku", "target": Target(person_id="sato"), "last_day": CONTRACT_TO}
    site.act(need_to_know.list_handler, day=LISTED_ON, from_on=LISTED_ON, **line)


WORLDS = {"firm": world_of("operator", lay_firm)}


@pytest.fixture
def firm(operator: Site) -> Site:
    return operator


def also_designated(site: Site, on: str, until: str) -> None:
    words = {"organ_id": "mof", "on": D(on), "until": D(until), "notice": notice(D(on)), "information_id": "d1"}
    site.act(designation.record_designation, day=D(on), designation_id="d1-mof", **words)


def asked(site: Site, url: str, on: str, **words: Any) -> Answer:
    snapshot = Snapshot(RowSeals(site.log.keyring))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set time zone 'UTC'")
        set_json_loads(msgspec.json.decode, connection)
        snapshot.take(connection.execute(REFRESH, {"since": snapshot.since}).fetchall())
    told: dict[str, Any] = {"person": "sato", "kind": "information", "resource": "d1", "action": "read", "organization": "denryoku"}
    return snapshot.decider.decide(now_ms=instant_ms(day_start(D(on))), **told | words).answer


@pytest.fixture
def answer(firm: Site, database_url: str) -> Callable[..., Answer]:
    return partial(asked, firm, database_url)


@pytest.mark.parametrize("until", ["2027-07-31", "2031-07-31"])
def test_what_was_provided_stays_provided_when_another_head_designates_it_later(
    firm: Site, answer: Callable[..., Answer], until: str
) -> None:
    assert answer("2026-07-20").decision == "permit"
    also_designated(firm, "2026-08-01", until)
    assert answer("2026-09-01").reason == "clearance_valid"


def test_each_head_holds_what_it_designated_itself(firm: Site, answer: Callable[..., Answer]) -> None:
    assert answer("2026-07-20", organization="mof").reason == "not_provided"
    also_designated(firm, "2026-08-01", "2027-07-31")
    assert answer("2026-09-01", organization="mof").reason == "no_assessment"
    assert answer("2026-09-01", organization="meti").reason != "not_provided"


def test_while_one_designation_stands_the_end_of_another_opens_nothing(firm: Site, answer: Callable[..., Answer]) -> None:
    also_designated(firm, "2026-08-01", "2027-07-31")
    assert answer("2027-08-01").reason == "clearance_valid"
    assert (answer("2031-05-31").reason, answer("2031-06-01").reason) == ("no_contract", "designation_ended")


def test_what_was_closed_when_one_ended_is_not_closed_for_the_other(firm: Site, answer: Callable[..., Answer]) -> None:
    also_designated(firm, "2026-08-01", "2027-07-31")
    with pytest.raises(Refusal, match="requirement_not_met"):
        firm.act(designation.close, day=D("2027-08-02"), information_id="d1", organization_id="denryoku", on=D("2027-08-02"))
    firm.act(designation.close, day=D("2031-06-02"), information_id="d1", organization_id="denryoku", on=D("2031-06-02"))
    assert (answer("2031-06-01").api, answer("2031-06-02").api) == (False, True)


def test_who_had_designated_it_before_must_have_consented(firm: Site, answer: Callable[..., Answer]) -> None:
    also_designated(firm, "2026-06-10", "2027-07-31")
    assert answer("2026-07-20").reason == "not_provided"
    conditions = Conditions(consented_by=("mof",))
    words = {"information_id": "d1", "giver_id": "meti", "receiver_id": "denryoku", "under": "Act 10(1)", "on": PROVIDED_ON}
    firm.act(provision.record_provision, day=LISTED_ON, notice=notice(LISTED_ON), conditions=conditions, **words)
    assert answer("2026-07-20").reason == "clearance_valid"


def test_a_closing_counts_no_more_once_another_head_s_designation_is_known_late(operator: Site, database_url: str) -> None:
    operator.act(activate_policies, day=D("2026-05-31"))
    organizations(operator)
    employee(operator, "sato", "denryoku")
    also_designated(operator, "2026-08-01", "2027-07-31")
    operator.act(designation.close, day=D("2027-08-02"), information_id="d1", organization_id="denryoku", on=D("2027-08-02"))
    assert asked(operator, database_url, "2027-08-31").api is True
    words = {"organ_id": "meti", "on": D("2026-06-01"), "until": D("2031-05-31"), "notice": notice(D("2027-09-01")), "information_id": "d1"}
    operator.act(designation.record_designation, day=D("2027-09-01"), **words)
    assert asked(operator, database_url, "2027-09-02").decision == "deny"
    ended = asked(operator, database_url, "2031-06-02")
    assert (ended.reason, ended.api) == ("designation_ended", False)
