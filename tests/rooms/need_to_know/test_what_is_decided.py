"""What the decision makes of lists: the instant of an emergency holds by itself, and a sub-unit is another unit."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.types.json import set_json_loads

from service.actor import Actor
from service.database import transaction
from service.decision.facts import facts_for, segment_at
from service.decision.snapshot import REFRESH, Snapshot
from service.decision.world import World
from service.ledger import RowSeals
from service.need_to_know import operations
from service.need_to_know.model import Listing
from service.need_to_know.operations import Target
from service.personnel import operations as personnel
from service.provision import operations as provision
from service.provision.rules import CONTRACT_ITEMS
from service.statute.periods import JAPAN, day_start, instant_ms
from tests.builders.law import CONTRACT_FROM, designated
from tests.builders.site import Site
from tests.rooms.need_to_know.conftest import ON, put

NIGHT = datetime(2026, 7, 10, 23, 30, tzinfo=JAPAN)


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


def world_of(site: Site, url: str) -> World:
    snapshot = Snapshot(RowSeals(site.log.keyring))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set time zone 'UTC'")
        set_json_loads(msgspec.json.decode, connection)
        snapshot.take(connection.execute(REFRESH, {"since": snapshot.since}).fetchall())
    assert not snapshot.world.suspects
    return snapshot.world


def listed(world: World, person: str, at: datetime, *, organization: str = "meti") -> bool:
    facts = facts_for(world, person=person, information="d1", organization=organization)
    return any("listing" in channel for channel in segment_at(facts, instant_ms(at))["channels"])


def in_emergency(site: Site, person_id: str, *, acting: str, organization_id: str = "meti", now: datetime = NIGHT) -> None:
    words: dict[str, Any] = {"organization_id": organization_id, "person_id": acting, "from_on": ON, "last_day": date(2027, 1, 1)}
    site.act(operations.name_acting_manager, day=ON, **words)
    actor = Actor("x", "person", person_id=acting)
    given: dict[str, Any] = {"information_id": "d1", "organization_id": organization_id, "person_id": person_id, "ground": "night"}
    with transaction(site.engine) as session:
        operations.list_in_emergency(session, log=site.log, actor=actor, at=now, **given)


def test_a_listing_of_hours_ends_at_its_instant_though_no_job_runs(kept: Site, url: str) -> None:
    in_emergency(kept, "sato", acting="officer")
    world, end = world_of(kept, url), NIGHT + timedelta(hours=72)
    assert listed(world, "sato", NIGHT)
    assert listed(world, "sato", end - timedelta(milliseconds=1))
    # Later on the same day, which as a day the row still holds.
    assert not listed(world, "sato", end)
    assert not listed(world, "sato", end + timedelta(days=400))


def test_after_the_contract_s_end_hours_are_not_read_as_of_its_last_day(kept: Site, url: str) -> None:
    """For return and disposal the list stands as on the last day: an emergency of that day must not stand with it."""
    designated(kept, "d2")
    last = date(2026, 7, 11)
    terms = provision.Terms(
        informations=["d1"],
        settled=tuple(CONTRACT_ITEMS),
        from_on=CONTRACT_FROM,
        last_day=last,
        return_by=date(2026, 12, 31),
        units=["hoan"],
    )
    kept.act(provision.end_contract, day=ON, contract_id="c-denryoku", last_day=ON)
    kept.act(provision.conclude_contract, day=ON, operator_id="denryoku", organ_id="meti", terms=terms, contract_id="c-2")
    in_emergency(kept, "moriya", acting="nishi", organization_id="denryoku")
    world = world_of(kept, url)
    assert listed(world, "moriya", day_start(last), organization="denryoku")
    assert not listed(world, "moriya", day_start(date(2026, 7, 20)), organization="denryoku")


def test_a_line_by_name_is_read_as_of_the_last_day(kept: Site, url: str) -> None:
    """The other side of the same rule: what two people decided stands for the return."""
    terms = provision.Terms(
        informations=["d1"], settled=tuple(CONTRACT_ITEMS), from_on=CONTRACT_FROM, last_day=date(2026, 7, 11), return_by=date(2026, 12, 31)
    )
    kept.act(provision.end_contract, day=ON, contract_id="c-denryoku", last_day=ON)
    kept.act(provision.conclude_contract, day=ON, operator_id="denryoku", organ_id="meti", terms=terms, contract_id="c-2")
    put(kept, "moriya", "denryoku")
    assert listed(world_of(kept, url), "moriya", day_start(date(2026, 7, 20)), organization="denryoku")


def test_confirmed_by_two_it_stands_until_its_day(kept: Site, url: str) -> None:
    in_emergency(kept, "sato", acting="officer")
    (line,) = kept.ask(lambda session: [row.id for row in session.query(Listing)])
    kept.act(operations.confirm_emergency, day=date(2026, 7, 12), listing_id=line, on=date(2026, 7, 12))
    world = world_of(kept, url)
    assert listed(world, "sato", day_start(date(2027, 7, 9)))
    assert not listed(world, "sato", day_start(date(2027, 7, 11)))


def test_a_scope_by_unit_reaches_the_unit_and_not_what_lies_below_it(kept: Site, url: str) -> None:
    line: dict[str, Any] = {"information_id": "d1", "organization_id": "meti", "from_on": ON}
    for unit, above in (("kyoku", None), ("ka", "kyoku")):
        kept.act(personnel.register_unit, day=ON, organization_id="meti", name=unit, unit_id=unit, parent_id=above)
    for person, unit in (("sato", "kyoku"), ("ito", "ka")):
        kept.act(personnel.take_post, day=ON, person_id=person, organization_id="meti", unit_id=unit)
    kept.act(operations.list_handler, day=ON, target=Target(unit_id="kyoku"), **line)
    world = world_of(kept, url)
    assert listed(world, "sato", day_start(ON))
    assert not listed(world, "ito", day_start(ON))


def test_who_is_taken_off_after_the_contract_s_end_is_off_at_once(kept: Site, url: str) -> None:
    """For return and disposal the list stands as on the last day; but whoever is removed must not wait until the term is over."""
    last, removed = date(2026, 7, 20), date(2026, 7, 25)
    put(kept, "moriya", "denryoku")
    kept.act(provision.end_contract, day=ON, contract_id="c-denryoku", last_day=last, return_by=date(2026, 12, 31))
    target = Target(person_id="moriya")
    kept.act(operations.remove_handler, day=removed, information_id="d1", organization_id="denryoku", target=target, on=removed)
    world = world_of(kept, url)
    assert listed(world, "moriya", day_start(removed) - timedelta(seconds=1), organization="denryoku")
    assert not listed(world, "moriya", day_start(removed), organization="denryoku")
