"""A listing carries what for, who asked, why, and an end that is never later than the law allows."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.clearance import operations as clearance
from service.designation import operations as designation
from service.need_to_know import operations, queries, rules
from service.need_to_know.model import Listing
from service.need_to_know.operations import Cause, Target
from service.need_to_know.operations.listing import put_on_list
from service.need_to_know.rules import ListingRefusedError, last_day_of_months
from service.personnel.rules import AlreadyRecordedError
from service.statute.periods import day_start
from tests.builders.law import CONTRACT_TO
from tests.builders.site import Site
from tests.rooms.need_to_know.conftest import ON, put

LATER = day_start(date(2030, 1, 1))


def end_of(site: Site, person_id: str) -> date:
    rows = site.ask(queries.listings_naming, person_id=person_id, at=LATER)
    until_on = max(row.until_on for row in rows)
    assert isinstance(until_on, date)
    return until_on - timedelta(days=1)


def test_without_a_last_day_it_ends_after_a_year(kept: Site) -> None:
    put(kept)
    assert end_of(kept, "sato") == date(2027, 7, 9)


def test_it_ends_with_the_contract_where_that_is_earlier(kept: Site) -> None:
    put(kept, "moriya", "denryoku", on=date(2029, 1, 10))
    assert end_of(kept, "moriya") == CONTRACT_TO


def test_it_ends_with_the_designation_where_that_is_earlier(kept: Site) -> None:
    put(kept, on=date(2031, 1, 10))
    rows = kept.ask(queries.listings_naming, person_id="sato", at=day_start(date(2031, 2, 1)))
    assert [row.until_on for row in rows] == [date(2031, 6, 1)]


def test_it_ends_with_the_clearance_where_that_is_earlier(kept: Site) -> None:
    on = date(2026, 6, 16)
    kept.act(clearance.record_result, day=on, person_id="ito", head_id="meti", outcome="positive", law="sds", notified_on=date(2022, 1, 20))
    put(kept, "ito")
    assert end_of(kept, "ito") == date(2027, 1, 20)


def test_an_office_s_last_day_is_one_too(kept: Site) -> None:
    kept.act(clearance.record_office, day=ON, person_id="ito", office="nra_member", from_on=date(2026, 1, 1), last_day=date(2026, 12, 31))
    put(kept, "ito")
    assert end_of(kept, "ito") == date(2026, 12, 31)


def test_a_last_day_may_be_earlier_and_beyond_the_house_s_year_but_never_beyond_the_law(kept: Site) -> None:
    put(kept, last_day=date(2026, 7, 31))
    assert end_of(kept, "sato") == date(2026, 7, 31)
    put(kept, "moriya", "denryoku", last_day=CONTRACT_TO)
    assert end_of(kept, "moriya") == CONTRACT_TO
    with pytest.raises(ListingRefusedError, match="later_than_allowed") as refused:
        put(kept, "moriya", "denryoku", on=date(2026, 7, 11), last_day=CONTRACT_TO + timedelta(days=1))
    assert refused.value.facts == {"latest": "2029-06-30"}
    assert str(refused.value.basis[0]) == "Act 10(4)"
    with pytest.raises(ListingRefusedError, match="later_than_allowed"):
        put(kept, last_day=date(2031, 6, 1))


def test_an_extension_lets_a_later_listing_last_longer(kept: Site) -> None:
    on = date(2031, 5, 10)
    kept.act(designation.extend, day=on, information_id="d1", until=date(2034, 5, 31), on=on)
    put(kept, on=on)
    rows = kept.ask(queries.listings_naming, person_id="sato", at=day_start(on))
    assert [row.until_on for row in rows] == [date(2032, 5, 10)]


def test_the_house_may_set_fewer_months_from_a_day_on(kept: Site) -> None:
    facts = {"organization_id": "meti", "setting": "listing_months"}
    kept.act(operations.set_list_number, day=ON, amount=6, from_on=ON, **facts)
    put(kept)
    assert end_of(kept, "sato") == date(2027, 1, 9)
    shown = {one.name: one for one in kept.ask(queries.house_settings, organization_id="meti", on=ON)}
    assert (shown["listing_months"].value, shown["listing_months"].is_default) == (6, False)
    assert (shown["emergency_hours"].value, shown["emergency_hours"].is_default) == (72, True)
    with pytest.raises(ValueError, match="amount"):
        kept.act(operations.set_list_number, day=ON, amount=61, from_on=date(2026, 8, 1), **facts)
    with pytest.raises(AlreadyRecordedError):
        kept.act(operations.set_list_number, day=ON, amount=5, from_on=ON, **facts)


def test_the_same_line_again_is_a_renewal_only_where_it_lasts_longer(kept: Site) -> None:
    put(kept)
    with pytest.raises(AlreadyRecordedError):
        put(kept, last_day=date(2027, 7, 9))
    put(kept, on=date(2027, 1, 10))
    assert end_of(kept, "sato") == date(2028, 1, 9)


def test_the_acts_of_legal_cases_have_no_end_of_the_house(kept: Site) -> None:
    kept.act(put_on_list, day=ON, information_id="d1", organization_id="meti", target=Target(person_id="sato"), from_on=ON)
    (row,) = kept.ask(queries.listings_naming, person_id="sato", at=LATER)
    assert row.until_on is None


def test_a_listing_says_for_what_and_why_and_the_only_contract_is_told_by_itself(kept: Site) -> None:
    put(kept, "moriya", "denryoku", cause=Cause(task="業-12", purpose="contract_work", reference="保第3号"))
    (row,) = kept.ask(queries.listings_naming, person_id="moriya", at=LATER)
    assert (row.contract_id, row.task, row.purpose, row.reference) == ("c-denryoku", "業-12", "contract_work", "保第3号")
    assert kept.ask(queries.without_cause, organization_id="denryoku", on=ON, at=LATER) == []
    put(kept)
    assert len(kept.ask(queries.without_cause, organization_id="meti", on=ON, at=LATER)) == 1


@pytest.mark.parametrize("words", ["なぜなら必要だから", "because he asked", "1\n2", "1" * 65, " 1"])
def test_a_reason_in_words_has_no_place(words: str) -> None:
    with pytest.raises(ValueError, match="reference number"):
        Cause(reference=words)


def test_a_contract_that_does_not_cover_it_or_is_another_s_is_refused(kept: Site) -> None:
    for contract in ("c-other", "nothing"):
        with pytest.raises(ListingRefusedError, match="no_contract"):
            put(kept, "moriya", "denryoku", cause=Cause(contract_id=contract))
    with pytest.raises(ListingRefusedError, match="no_contract"):
        put(kept, cause=Cause(contract_id="c-denryoku"))


def test_the_table_of_purposes_is_the_organization_s_own(kept: Site) -> None:
    with pytest.raises(ValueError, match="purpose"):
        put(kept, cause=Cause(purpose="curiosity"))
    names = {"purpose_name": "研究", "purpose_name_en": "Research"}
    kept.act(operations.set_purpose, day=ON, organization_id="meti", purpose_code="research", on=ON, **names)
    put(kept, cause=Cause(purpose="research"))
    kept.act(operations.set_purpose, day=ON, organization_id="meti", purpose_code="research", on=date(2026, 8, 1), **names)
    kept.act(operations.end_purpose, day=ON, organization_id="meti", purpose_code="research", on=date(2026, 9, 1))
    kept.act(operations.end_purpose, day=ON, organization_id="meti", purpose_code="custody", on=date(2026, 9, 1))
    at_meti, elsewhere = (
        {line.code for line in kept.ask(queries.purpose_lines, organization_id=one, on=date(2026, 9, 1))} for one in ("meti", "denryoku")
    )
    assert elsewhere - at_meti == {"custody"}
    assert at_meti <= elsewhere
    before = {line.code for line in kept.ask(queries.purpose_lines, organization_id="meti", on=date(2026, 8, 15))}
    assert before - at_meti == {"custody", "research"}


def test_a_sub_unit_is_another_unit(kept: Site) -> None:
    """Neither the contract's unit nor a scope's takes in what lies below it."""
    with pytest.raises(ListingRefusedError, match="outside_contract_units"):
        put(kept, "nishi", "denryoku")
    place = {"information_id": "d1", "organization_id": "denryoku", "from_on": ON}
    with pytest.raises(ListingRefusedError, match="outside_contract_units"):
        kept.act(operations.list_handler, day=ON, target=Target(unit_id="hoan-2"), **place)
    kept.act(operations.list_handler, day=ON, target=Target(unit_id="hoan"), **place)


def test_the_roll_names_everybody_as_people_read_it(kept: Site) -> None:
    put(kept, "moriya", "denryoku", actions=["read", "make"], cause=Cause(task="業-12", purpose="contract_work"))
    kept.act(operations.list_handler, day=ON, information_id="d1", organization_id="denryoku", target=Target(unit_id="hoan"), from_on=ON)
    roll = kept.ask(queries.roll, information_id="d1", organization_id="denryoku", on=ON, at=LATER)
    by_name = {line.name: line for line in roll}
    assert set(by_name) == {"moriya 花子", ""}
    moriya = by_name["moriya 花子"]
    assert (moriya.units, moriya.actions, moriya.task, moriya.last_day) == ("hoan", "read,make", "業-12", date(2027, 7, 9))
    assert by_name[""].units == "hoan"
    assert kept.ask(queries.roll, information_id="d1", organization_id="denryoku", on=date(2027, 7, 10), at=LATER) == []


def test_lines_that_end_soon_and_lines_that_nobody_used_are_found(kept: Site) -> None:
    put(kept, last_day=date(2026, 7, 31))
    put(kept, "officer")
    soon = kept.ask(queries.ending_soon, organization_id="meti", on=ON, at=LATER)
    assert [row.person_id for row in soon] == ["sato"]
    facts = {"organization_id": "meti", "since": ON, "on": ON, "at": LATER}
    assert {row.person_id for row in kept.ask(queries.without_use, used=[("officer", "d1"), ("sato", "d2")], **facts)} == {"sato"}
    assert kept.ask(queries.without_use, used=[], **facts | {"since": date(2026, 7, 9)}) == []


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dates(date(2025, 5, 16), date(2080, 1, 1)), st.integers(1, 120))
def test_months_are_counted_as_the_civil_code_counts_them(first: date, months: int) -> None:
    """Against stepping day by day: the period ends right before the same day of its last month, or with that month."""
    last = last_day_of_months(first, months)
    after, turned = last + timedelta(days=1), (first.year * 12 + first.month - 1) + months
    if after.day == first.day:
        assert after.year * 12 + after.month - 1 == turned
    else:
        assert after.day == 1
        assert after.year * 12 + after.month - 1 == turned + 1
        assert last.day < first.day


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_no_end_is_later_than_every_limit(data: st.DataObject) -> None:
    days = st.dates(date(2026, 1, 1), date(2040, 1, 1))
    first = data.draw(days)
    limits = [max(first, data.draw(days)) for _ in range(2)]
    ways = [rules.Way("a", cleared=True, last_day=limits[0])]
    asked = rules.Asked("Act 5(1)", ways, True, "p", True, (), None, last_day=limits[1])  # noqa: FBT003 - in the order of the fields
    latest = rules.latest_day(asked, rules.require_listable(asked))
    months = data.draw(st.integers(1, 60))
    end = rules.default_end(from_on=first, latest=latest, months=months)
    assert end == min(*limits, last_day_of_months(first, months))


def test_every_line_of_a_door_has_an_end(kept: Site) -> None:
    put(kept)
    put(kept, "moriya", "denryoku")
    with kept.engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from need_to_know.listings where until_on is null").scalar_one() == 0
    assert Listing.__tablename__ == "listings"
