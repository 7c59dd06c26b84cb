"""Lists are confirmed every half of a fiscal year; what is not confirmed warns, stops, and lapses by an act of its own."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from service.actor import SYSTEM
from service.database import transaction
from service.need_to_know import operations, queries
from service.need_to_know.model import Listing
from service.need_to_know.operations import Target
from service.need_to_know.operations.lapsing import lapse_unconfirmed
from service.need_to_know.rules import Due, ListingRefusedError, half_before, half_of, is_due, was_missed
from service.personnel import operations as personnel
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, UnknownIdError
from service.statute.periods import day_start
from tests.builders.law import CONTRACT_TO, designated
from tests.builders.site import Site
from tests.rooms.need_to_know.conftest import put

SECOND, THIRD, FOURTH = date(2026, 10, 1), date(2027, 4, 1), date(2027, 10, 1)


def portions(site: Site, on: date, at: str = "meti", **facts: object) -> list[tuple[tuple[str, ...], str]]:
    found = site.ask(queries.portions, organization_id=at, on=on, at=day_start(on), **facts)
    return [(one.listings, one.phase) for one in found]


def confirm(site: Site, *listings: str, on: date, at: str = "meti") -> None:
    site.act(operations.confirm_listings, day=on, organization_id=at, listings=tuple(listings), on=on)


def lapse(site: Site, on: date) -> tuple[str, ...]:
    with transaction(site.engine) as session:
        return lapse_unconfirmed(session, log=site.log, actor=SYSTEM, at=day_start(on), on=on)


def put_long(site: Site, person_id: str = "sato", at: str = "meti") -> str:
    return put(site, person_id, at, last_day=CONTRACT_TO)


def test_a_line_of_this_half_waits_for_the_next(kept: Site) -> None:
    line = put_long(kept)
    assert portions(kept, date(2026, 9, 30)) == []
    assert portions(kept, SECOND) == [((line,), "open")]
    confirm(kept, line, on=SECOND)
    assert portions(kept, SECOND) == []


def test_unchanged_lines_are_skipped_once_and_changed_ones_are_not(kept: Site) -> None:
    lines = [put_long(kept), put_long(kept, "officer")]
    confirm(kept, *lines, on=SECOND)
    kept.act(
        personnel.take_post, day=date(2026, 11, 1), person_id="officer", organization_id="meti", post="課長", from_on=date(2026, 11, 1)
    )
    assert portions(kept, THIRD) == [((lines[1],), "open")]
    confirm(kept, lines[1], on=THIRD)
    assert portions(kept, FOURTH) == [((lines[0],), "open")]


def test_a_list_may_have_more_lines_than_a_statement_takes_parameters(kept: Site) -> None:
    line = put_long(kept)
    confirm(kept, line, on=SECOND)
    with transaction(kept.engine) as session:
        recorded = session.get_one(Listing, line)
        many = [
            Listing(
                id=f"line-{n}",
                information_id=recorded.information_id,
                organization_id="meti",
                person_id=f"person-{n}",
                from_on=recorded.from_on,
                recorded_at=recorded.recorded_at,
                changed_index=recorded.changed_index,
            )
            for n in range(70_000)
        ]
        told = queries.standings_of(session, [recorded, *many], organization_id="meti", on=SECOND)
    assert [one.phase for one in told[:2]] == ["confirmed", "open"]
    assert len(told) == 70_001


def test_portions_are_small_and_by_list_and_empty_lists_have_none(kept: Site) -> None:
    designated(kept, "d2")
    lines = {put_long(kept), put_long(kept, "officer")}
    found = portions(kept, SECOND, size=1)
    assert {line for listings, _phase in found for line in listings} == lines
    assert [len(listings) for listings, _phase in found] == [1, 1]
    assert portions(kept, SECOND, at="denryoku") == []
    with pytest.raises(ValueError, match="between 1 and 50"):
        confirm(kept, on=SECOND)
    with pytest.raises(ValueError, match="between 1 and 50"):
        confirm(kept, *lines, *lines, on=SECOND)


def test_it_warns_then_takes_nothing_new_then_lapses(kept: Site) -> None:
    designated(kept, "d2")
    line = put_long(kept)
    days = {60: "warned", 119: "warned", 120: "stopped", 179: "stopped", 180: "lapsing"}
    for after, phase in days.items():
        assert portions(kept, SECOND + timedelta(days=after)) == [((line,), phase)]
    new = {"information_id": "d2", "organization_id": "meti", "target": Target(person_id="sato")}
    stopped, warned = SECOND + timedelta(days=120), SECOND + timedelta(days=119)
    with pytest.raises(ListingRefusedError, match="confirmation_overdue"):
        kept.act(operations.list_handler, day=stopped, from_on=stopped, **new)
    kept.act(operations.list_handler, day=warned, from_on=warned, **new)
    assert lapse(kept, SECOND + timedelta(days=179)) == ()
    assert lapse(kept, SECOND + timedelta(days=180)) == (line,)
    rows = {row.id: row for row in kept.ask(queries.listings_naming, person_id="sato", at=day_start(date(2030, 1, 1)))}
    assert rows[line].until_on == SECOND + timedelta(days=180)


def test_somebody_who_was_confirmed_may_be_given_something_new(kept: Site) -> None:
    designated(kept, "d2")
    confirm(kept, put_long(kept), on=SECOND)
    on = SECOND + timedelta(days=150)
    kept.act(operations.list_handler, day=on, from_on=on, information_id="d2", organization_id="meti", target=Target(person_id="sato"))


def test_a_lapse_is_an_entry_of_its_own_for_each_line_and_running_twice_changes_nothing(kept: Site) -> None:
    put_long(kept), put_long(kept, "officer"), put_long(kept, "moriya", "denryoku")
    on = SECOND + timedelta(days=180)
    before = kept.size()
    assert len(lapse(kept, on)) == 3
    assert kept.size() == before + 3
    with kept.engine.connect() as connection:
        bodies = connection.execute(text("select body from ledger.entries where index >= :before"), {"before": before}).scalars()
        assert all(b'"kind":"need_to_know:handler:lapsed"' in bytes(body) for body in bodies)
    assert lapse(kept, on) == ()
    assert kept.size() == before + 3


def test_a_job_that_did_not_run_in_time_lapses_in_the_next_half(kept: Site) -> None:
    line = put_long(kept)
    assert portions(kept, THIRD) == [((line,), "lapsing")]
    assert lapse(kept, THIRD) == (line,)


def test_a_confirmation_that_comes_late_still_counts(kept: Site) -> None:
    line = put_long(kept)
    confirm(kept, line, on=THIRD)
    assert lapse(kept, THIRD) == ()


def test_what_was_brought_forward_is_not_late_before_it_came(kept: Site) -> None:
    """A line recorded as older than the log is due in the first half that begins with it here."""
    line = put_long(kept)
    with kept.engine.begin() as connection:
        connection.execute(text("set session_replication_role = replica"))
        connection.execute(text("update ledger.batches set last_at = :opened where first_index = 0"), {"opened": day_start(FOURTH)})
    assert portions(kept, FOURTH) == []
    assert lapse(kept, FOURTH + timedelta(days=181)) == ()
    assert portions(kept, date(2028, 4, 1)) == [((line,), "open")]


def test_the_house_chooses_the_days(kept: Site) -> None:
    line = put_long(kept)
    facts = {"organization_id": "meti", "from_on": date(2026, 9, 1)}
    with pytest.raises(ValueError, match="first the warning"):
        kept.act(operations.set_list_number, day=SECOND, setting="confirm_lapse_days", amount=100, **facts)
    for setting, amount in (("confirm_warn_days", 10), ("confirm_stop_days", 20), ("confirm_lapse_days", 30)):
        kept.act(operations.set_list_number, day=SECOND, setting=setting, amount=amount, **facts)
    assert lapse(kept, SECOND + timedelta(days=29)) == ()
    assert lapse(kept, SECOND + timedelta(days=30)) == (line,)


def test_what_does_not_run_or_is_another_s_or_was_confirmed_is_not_confirmed(kept: Site) -> None:
    line, theirs = put_long(kept), put_long(kept, "moriya", "denryoku")
    with pytest.raises(UnknownIdError):
        confirm(kept, theirs, on=SECOND)
    with pytest.raises(UnknownIdError):
        confirm(kept, "none", on=SECOND)
    confirm(kept, line, on=SECOND)
    with pytest.raises(AlreadyRecordedError):
        confirm(kept, line, on=date(2026, 11, 1))
    on = date(2027, 1, 5)
    kept.act(operations.remove_handler, day=on, information_id="d1", organization_id="meti", target=Target(person_id="sato"), on=on)
    with pytest.raises(AlreadyEndedError):
        confirm(kept, line, on=THIRD)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dates(date(2025, 5, 16), date(2100, 1, 1)))
def test_halves_begin_in_april_and_october(day: date) -> None:
    half = half_of(day)
    assert (half.month, half.day) in {(4, 1), (10, 1)}
    assert half <= day
    assert half_of(half + timedelta(days=179)) == half
    assert half_of(half + timedelta(days=184)) > half
    assert half_before(half) < half
    assert half_of(half_before(half)) == half_before(half)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_whatever_happens_no_line_goes_a_year_without_being_looked_at(data: st.DataObject) -> None:
    """Two halves in a row are never both skipped."""
    half = half_of(data.draw(st.dates(date(2027, 1, 1), date(2040, 1, 1))))
    halves = [half, half_before(half), half_before(half_before(half))]
    confirmed = frozenset(data.draw(st.sets(st.sampled_from(halves))))
    line = Due(from_on=date(2025, 6, 1), recorded_on=date(2025, 6, 1), confirmed=confirmed, changed=data.draw(st.booleans()))
    if not is_due(line, half=half) and half not in confirmed:
        assert halves[1] in confirmed
    if was_missed(line, half=half):
        assert not confirmed
