"""At night or in a disaster one person named in advance lists somebody cleared for hours; two confirm it or it lapses."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from service.actor import Actor
from service.clearance import operations as clearance
from service.database import transaction
from service.ledger import RecordMismatchError
from service.need_to_know import operations, queries
from service.need_to_know.correcting import correct_listing
from service.need_to_know.operations import Target
from service.need_to_know.rules import ListingRefusedError
from service.personnel.corrections import Grounds
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError
from service.provision import operations as provision
from service.registers.duties.operations import report_event
from service.statute.periods import JAPAN, day_start
from tests.builders.law import cleared
from tests.builders.site import ACTOR, Site
from tests.rooms.need_to_know.conftest import ON, put

NIGHT = datetime(2026, 7, 10, 23, 30, tzinfo=JAPAN)
HOURS = timedelta(hours=72)


def name(site: Site, person_id: str = "officer", at: str = "meti", *, from_on: date = ON, last_day: date = date(2026, 12, 31)) -> str:
    facts = {"organization_id": at, "person_id": person_id, "from_on": from_on, "last_day": last_day}
    return str(site.act(operations.name_acting_manager, day=ON, **facts))


def at_night(site: Site, person_id: str = "sato", at: str = "meti", *, now: datetime = NIGHT, actor: Actor = ACTOR, **facts: Any) -> str:
    words = {"information_id": "d1", "organization_id": at, "person_id": person_id, "ground": "night"} | facts
    with transaction(site.engine) as session:
        return operations.list_in_emergency(session, log=site.log, actor=actor, at=now, **words)


def refused(site: Site, reason: str, *args: Any, **facts: Any) -> None:
    before = site.size()
    with pytest.raises(ListingRefusedError, match=reason):
        at_night(site, *args, **facts)
    assert site.size() == before


def newest(site: Site) -> bytes:
    with site.engine.connect() as connection:
        return bytes(connection.execute(text("select body from ledger.entries order by index desc limit 1")).scalar_one())


def test_who_is_named_lists_somebody_cleared_for_hours_and_loudly(kept: Site) -> None:
    name(kept)
    line = at_night(kept)
    assert b'"kind":"need_to_know:handler:listed_in_emergency"' in newest(kept)
    (row,) = kept.ask(queries.listings_naming, person_id="sato", at=NIGHT)
    assert (row.id, row.until_at, row.until_on, row.ground) == (line, NIGHT + HOURS, date(2026, 7, 14), "night")
    (one,) = kept.ask(queries.emergencies, organization_id="meti", at=NIGHT)
    assert (one.state, one.hour) == ("open", 23)
    (one,) = kept.ask(queries.emergencies, organization_id="meti", at=NIGHT + HOURS)
    assert one.state == "lapsed"
    assert kept.ask(queries.running, organization_id="meti", on=date(2026, 7, 13), at=NIGHT + HOURS) == []


def test_nobody_who_is_not_named_for_that_day_and_place(kept: Site) -> None:
    refused(kept, "not_named_in_advance")
    name(kept, from_on=date(2026, 7, 11))
    refused(kept, "not_named_in_advance")
    ended = name(kept, last_day=ON)
    refused(kept, "not_named_in_advance", now=NIGHT - timedelta(days=1))
    refused(kept, "not_named_in_advance", at="denryoku")
    for nobody in (Actor("x", "person"), Actor("officer", "person"), Actor("x", "person", person_id="sato")):
        refused(kept, "not_named_in_advance", actor=nobody)
    kept.act(operations.end_acting_manager, day=ON, acting_id=ended, on=ON)
    refused(kept, "not_named_in_advance")


def test_nobody_lists_themselves(kept: Site) -> None:
    name(kept)
    refused(kept, "own_listing", "officer")


def test_no_emergency_replaces_a_clearance_or_anything_else_that_the_law_asks(kept: Site) -> None:
    name(kept)
    refused(kept, "not_cleared", "ito")
    refused(kept, "requirement_not_met", "moriya")
    cleared(kept, "ito", head_id="mof")
    refused(kept, "not_cleared", "ito")
    kept.act(clearance.record_doubt_notice, day=ON, person_id="sato", head_id="meti", notified_on=ON)
    refused(kept, "not_cleared", "sato")


def test_only_somebody_who_could_handle_it_is_named(kept: Site) -> None:
    with pytest.raises(ListingRefusedError, match="not_cleared") as uncleared:
        name(kept, "ito")
    assert "NPSC Rule 8/2025 3(4)" in {str(each) for each in uncleared.value.basis}
    with pytest.raises(ListingRefusedError, match="requirement_not_met"):
        name(kept, "moriya")
    name(kept, "moriya", "denryoku")


def test_who_could_not_handle_it_any_more_acts_no_more(kept: Site) -> None:
    name(kept)
    kept.act(clearance.record_doubt_notice, day=ON, person_id="officer", head_id="meti", notified_on=ON)
    refused(kept, "not_cleared")


def test_it_never_outlives_contract_or_clearance(kept: Site) -> None:
    kept.act(provision.end_contract, day=ON, contract_id="c-denryoku", last_day=date(2026, 7, 11))
    name(kept, "nishi", "denryoku")
    at_night(kept, "moriya", "denryoku", actor=Actor("x", "person", person_id="nishi"))
    (row,) = kept.ask(queries.listings_naming, person_id="moriya", at=NIGHT)
    assert row.until_at == day_start(date(2026, 7, 12))


def test_hours_are_not_followed_by_more_hours(kept: Site) -> None:
    name(kept)
    at_night(kept)
    refused(kept, "emergency_repeated", now=NIGHT + HOURS)
    refused(kept, "emergency_repeated", now=NIGHT + timedelta(days=30) - timedelta(hours=1))
    at_night(kept, now=NIGHT + timedelta(days=30))


def test_whom_somebody_took_off_the_list_comes_back_by_two_only(kept: Site) -> None:
    name(kept)
    put(kept, on=date(2026, 7, 1))
    kept.act(operations.remove_handler, day=ON, information_id="d1", organization_id="meti", target=Target(person_id="sato"), on=ON)
    refused(kept, "was_removed")


def test_who_stands_there_needs_none(kept: Site) -> None:
    name(kept)
    put(kept)
    with pytest.raises(AlreadyRecordedError):
        at_night(kept)


def test_two_confirm_it_and_it_becomes_a_listing_like_any_other(kept: Site) -> None:
    name(kept)
    line = at_night(kept)
    on = date(2026, 7, 12)
    kept.act(operations.confirm_emergency, day=on, listing_id=line, on=on)
    (row,) = kept.ask(queries.listings_naming, person_id="sato", at=NIGHT)
    assert (row.until_at, row.until_on) == (None, date(2027, 7, 10))
    (one,) = kept.ask(queries.emergencies, organization_id="meti", at=NIGHT + HOURS)
    assert one.state == "confirmed"
    with pytest.raises(AlreadyEndedError):
        kept.act(operations.confirm_emergency, day=on, listing_id=line, on=on)


def test_what_lapsed_or_was_removed_or_lost_its_ground_is_not_confirmed(kept: Site) -> None:
    name(kept)
    line = at_night(kept)
    late = date(2026, 7, 14)
    with pytest.raises(AlreadyEndedError):
        kept.act(operations.confirm_emergency, day=late, listing_id=line, on=date(2026, 7, 12))
    on = date(2026, 7, 12)
    kept.act(clearance.record_doubt_notice, day=on, person_id="sato", head_id="meti", notified_on=on)
    with pytest.raises(ListingRefusedError, match="not_cleared"):
        kept.act(operations.confirm_emergency, day=on, listing_id=line, on=on)
    kept.act(operations.remove_handler, day=on, information_id="d1", organization_id="meti", target=Target(person_id="sato"), on=on)
    with pytest.raises(AlreadyEndedError):
        kept.act(operations.confirm_emergency, day=on, listing_id=line, on=on)
    (one,) = kept.ask(queries.emergencies, organization_id="meti", at=day_start(on))
    assert one.state == "ended"


def test_an_inspection_does_not_stand_in_for_the_two(kept: Site) -> None:
    name(kept)
    line = at_night(kept, now=datetime(2026, 9, 30, 23, 0, tzinfo=JAPAN))
    on = date(2026, 10, 1)
    assert kept.ask(queries.portions, organization_id="meti", on=on, at=day_start(on)) == []
    with pytest.raises(AlreadyEndedError):
        kept.act(operations.confirm_listings, day=on, organization_id="meti", listings=(line,), on=on)


def test_a_naming_that_was_edited_behind_the_service_s_back_lets_nobody_act(kept: Site) -> None:
    name(kept, last_day=date(2026, 7, 9) + timedelta(days=1))
    with kept.engine.begin() as connection:
        connection.execute(text("update need_to_know.acting_managers set until_on = until_on + 100"))
    with pytest.raises(RecordMismatchError):
        at_night(kept)


SHOWN = Grounds("wrong_record", "訂正1号")


def test_hours_that_never_were_are_hours_all_the_same(kept: Site) -> None:
    """One person may find their own line never to have been: that brings no more hours."""
    name(kept)
    line = at_night(kept)
    kept.act(correct_listing, day=date(2026, 7, 11), listing_id=line, grounds=SHOWN, never_was=True)
    refused(kept, "emergency_repeated", now=NIGHT + HOURS)


def test_a_removal_is_not_undone_by_finding_the_line_never_to_have_been(kept: Site) -> None:
    name(kept)
    line = put(kept, on=date(2026, 7, 1))
    kept.act(operations.remove_handler, day=ON, information_id="d1", organization_id="meti", target=Target(person_id="sato"), on=ON)
    kept.act(correct_listing, day=ON, listing_id=line, grounds=SHOWN, never_was=True)
    refused(kept, "was_removed")


def test_whom_a_report_took_off_comes_back_by_two_only(kept: Site) -> None:
    name(kept)
    put(kept, on=date(2026, 7, 1))
    words = {"person_id": "sato", "organization_id": "meti", "code": "arrest", "on": ON, "reported_on": ON, "reported_by": "superior"}
    kept.act(report_event, day=ON, **words)
    refused(kept, "was_removed")


def test_two_who_put_a_removal_right_bring_the_line_back_whole(kept: Site) -> None:
    line = put(kept, on=date(2026, 7, 1))
    kept.act(operations.remove_handler, day=ON, information_id="d1", organization_id="meti", target=Target(person_id="sato"), on=ON)
    kept.act(correct_listing, day=ON, listing_id=line, grounds=SHOWN, last_day=date(2027, 1, 1))
    (row,) = kept.ask(queries.listings_naming, person_id="sato", at=NIGHT)
    assert (row.until_on, row.removed_on) == (date(2027, 1, 2), None)
