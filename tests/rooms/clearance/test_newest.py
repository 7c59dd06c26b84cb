"""Which assessment is the newest where days leave it open, and what a correction may not lose (Act 11, 12(8), 13(2))."""

from datetime import date
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.types.json import set_json_loads

from service.clearance import correcting, operations, queries
from service.clearance.operations import Reuse
from service.clearance.rules import ClearanceRefusedError
from service.decision.facts import facts_for, segment_at
from service.decision.snapshot import REFRESH, Snapshot
from service.designation.operations import record_designation
from service.ledger import RowSeals
from service.personnel.corrections import Grounds
from service.statute.periods import day_start, instant_ms
from tests.builders.law import cleared, designated, organizations
from tests.builders.personnel import employee
from tests.builders.site import Site, notice, world_of

ON, LATER = date(2027, 3, 1), date(2030, 1, 1)
SHOWN = Grounds("mistyped", "訂正1号")


def assessment(site: Site, url: str, on: date = LATER) -> Any:
    """The assessment that the decision goes by."""
    snapshot = Snapshot(RowSeals(site.log.keyring))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set time zone 'UTC'")
        set_json_loads(msgspec.json.decode, connection)
        snapshot.take(connection.execute(REFRESH, {"since": snapshot.since}).fetchall())
    facts = facts_for(snapshot.world, person="sato", information="d1", organization="meti")
    (channel,) = segment_at(facts, instant_ms(day_start(on)))["channels"]
    return channel["assessment"]


def in_force(site: Site, on: date = LATER) -> bool:
    return bool(site.ask(queries.clearance_in_force, person_id="sato", head_id="meti", on=on, at=day_start(LATER)))


def lay_site(organ: Site) -> None:
    organizations(organ)
    employee(organ, "sato", "meti")
    designated(organ)


@pytest.fixture
def site(organ: Site) -> Site:
    return organ


def lay_firm(operator: Site) -> None:
    organizations(operator)
    employee(operator, "sato", "meti")
    words = {"organ_id": "meti", "on": date(2026, 6, 1), "until": date(2031, 5, 31), "notice": notice(date(2026, 6, 1))}
    operator.act(record_designation, day=date(2026, 6, 1), information_id="d1", **words)


@pytest.fixture
def firm(operator: Site) -> Site:
    return operator


WORLDS = {"site": world_of("organ", lay_site), "firm": world_of("operator", lay_firm)}


@pytest.mark.parametrize("order", [("positive", "negative"), ("negative", "positive")])
def test_of_two_results_of_one_day_the_negative_one_counts(site: Site, database_url: str, order: tuple[str, str]) -> None:
    """Whichever was recorded last: of two orders of one day the narrower is assumed."""
    for outcome in order:
        cleared(site, "sato", on=ON, outcome=outcome)
    assert assessment(site, database_url)["outcome"] == "negative"
    assert not in_force(site)


@pytest.mark.parametrize("first", [None, date(2022, 5, 1)])
def test_of_two_positive_ones_of_one_day_the_one_whose_years_began_first_counts(site: Site, database_url: str, first: date | None) -> None:
    for original_on in (first, date(2022, 5, 1) if first is None else None):
        words = {"person_id": "sato", "head_id": "meti", "outcome": "positive", "notified_on": ON}
        reuse = None if original_on is None else Reuse(original_on=original_on)
        site.act(operations.record_result, day=ON, reuse=reuse, **words)
    assert assessment(site, database_url)["ends_at"] == instant_ms(day_start(date(2032, 5, 2)))
    assert not in_force(site, date(2032, 6, 1))


def test_a_reused_result_comes_after_what_its_letter_came_after(firm: Site, database_url: str) -> None:
    """Its original day says when the years began, and nothing about which assessment was carried out last."""
    words: dict[str, Any] = {"person_id": "sato", "head_id": "meti"}
    firm.act(operations.record_result, day=ON, outcome="positive", notified_on=date(2024, 3, 1), notice=notice(date(2024, 3, 1)), **words)
    again = Reuse(original_on=date(2022, 5, 1))
    firm.act(operations.record_result, day=ON, outcome="negative", notified_on=None, notice=notice(ON), reuse=again, **words)
    assert assessment(firm, database_url)["outcome"] == "negative"
    assert not in_force(firm)


def test_what_a_reused_result_uncovers_takes_a_second_person(firm: Site) -> None:
    """Its own years began long ago: moved to an earlier day, it would uncover one whose years last longer."""
    words: dict[str, Any] = {"person_id": "sato", "head_id": "meti", "outcome": "positive"}
    again = Reuse(original_on=date(2022, 5, 1))
    reused = firm.act(operations.record_result, day=ON, notified_on=None, notice=notice(ON), reuse=again, **words)
    with pytest.raises(ClearanceRefusedError, match="later_day_widens"):
        firm.act(operations.record_notice_day, day=LATER, result_id=reused, notified_on=date(2022, 4, 1))


def test_the_corrected_original_day_is_not_lost_when_the_notice_becomes_known(firm: Site) -> None:
    words: dict[str, Any] = {"person_id": "sato", "head_id": "meti", "outcome": "positive"}
    again = Reuse(original_on=date(2024, 5, 1))
    made = firm.act(operations.record_result, day=ON, notified_on=None, notice=notice(ON), reuse=again, **words)
    made = firm.act(correcting.correct_result, day=LATER, result_id=made, grounds=SHOWN, original_on=date(2021, 5, 1))
    firm.act(operations.record_notice_day, day=LATER, result_id=made, notified_on=ON, widening=True)
    (row,) = firm.ask(queries.results_of, person_id="sato", at=day_start(date(2031, 1, 1)))
    assert row.counted_on == date(2021, 5, 1)


@pytest.mark.parametrize("outcome", ["refused", "withdrawn"])
def test_no_correction_tells_an_operator_what_it_is_never_told(firm: Site, outcome: str) -> None:
    words: dict[str, Any] = {"person_id": "sato", "head_id": "meti", "outcome": "not_carried_out"}
    made = firm.act(operations.record_result, day=ON, notified_on=ON, notice=notice(ON), **words)
    with pytest.raises(ClearanceRefusedError, match="outcome_of_other_seat"):
        firm.act(correcting.correct_result, day=LATER, result_id=made, grounds=SHOWN, outcome=outcome)
