"""Every date that the law, a contract or the house sets, found from what the rooms have recorded."""

from datetime import date, timedelta
from typing import Any

import pytest

from service.clearance import operations as clearance
from service.deadlines.operations import import_holidays, tell
from service.deadlines.queries import deadlines
from service.deadlines.rules import Deadline
from service.deadlines.sources import SOURCES
from service.designation import operations as designation
from service.designation.queries import reviews_due
from service.designation.reasons import Grounds
from service.need_to_know import operations as need_to_know
from service.need_to_know.operations import Target
from service.provision import operations as provision
from service.provision.rules import CONTRACT_ITEMS
from service.statute.holidays import Holiday
from service.statute.periods import day_start
from tests.builders import law
from tests.builders.personnel import employee
from tests.builders.site import Site, notice

D = date.fromisoformat
FAR = D("2100-01-01")


def found(site: Site, day: str, *, until: date = FAR, **words: Any) -> list[Deadline]:
    return site.ask(deadlines, at=day_start(D(day)), until=until, **words)  # type: ignore[no-any-return]  # what the query returns


def dates(site: Site, day: str, sort: str) -> list[date]:
    return [one.on for one in found(site, day) if one.sort.code == sort and not one.silent]


@pytest.fixture
def ministry(organ: Site) -> Site:
    law.organizations(organ)
    law.designated(organ)
    employee(organ, "ueda", "meti")
    return organ


def test_a_clearance_ends_ten_years_after_the_day_of_the_notice(ministry: Site) -> None:
    law.cleared(ministry, "ueda", on=D("2026-06-15"))
    assert dates(ministry, "2026-07-01", "clearance_ends") == [D("2036-06-15")]
    assert dates(ministry, "2026-07-01", "reassessment_begins") == [D("2035-06-15")]


def test_a_recognised_assessment_ends_after_five_years_and_an_own_one_displaces_it(ministry: Site) -> None:
    given = {"person_id": "ueda", "head_id": "meti", "outcome": "positive"}
    ministry.act(clearance.record_result, day=D("2026-06-15"), law="sds", notified_on=D("2026-06-15"), **given)
    assert dates(ministry, "2026-07-01", "clearance_ends") == [D("2031-06-15")]
    law.cleared(ministry, "ueda", on=D("2026-08-03"))
    assert dates(ministry, "2026-09-01", "clearance_ends") == [D("2036-08-03")]


@pytest.mark.parametrize("outcome", ["negative", "refused", "withdrawn"])
def test_results_that_give_no_clearance_leave_as_many_dates_and_nobody_is_told(ministry: Site, outcome: str) -> None:
    employee(ministry, "mori", "meti")
    law.cleared(ministry, "ueda")
    law.cleared(ministry, "mori", outcome=outcome)
    of = {name: [one for one in found(ministry, "2026-07-01") if one.person_id == name] for name in ("ueda", "mori")}
    assert [(one.sort.code, one.on) for one in of["ueda"]] == [(one.sort.code, one.on) for one in of["mori"]]
    assert [one.silent for one in of["ueda"]] == [False, False]
    assert [one.silent for one in of["mori"]] == [True, True]


def test_a_later_negative_result_ends_the_telling(ministry: Site) -> None:
    law.cleared(ministry, "ueda")
    law.cleared(ministry, "ueda", on=D("2027-03-01"), outcome="negative")
    assert dates(ministry, "2027-03-02", "clearance_ends") == []


def test_a_refused_reassessment_displaces_nothing(ministry: Site) -> None:
    law.cleared(ministry, "ueda")
    law.cleared(ministry, "ueda", on=D("2027-03-01"), outcome="refused")
    assert dates(ministry, "2027-03-02", "clearance_ends") == [D("2036-06-15")]


def test_a_doubt_is_outstanding_until_an_assessment_is_carried_out(ministry: Site) -> None:
    law.cleared(ministry, "ueda")
    ministry.act(clearance.record_doubt_notice, day=D("2027-01-15"), person_id="ueda", head_id="meti", notified_on=D("2027-01-15"))
    # 30 days is the house's own; 14 February 2027 is a Sunday.
    assert dates(ministry, "2027-02-01", "doubt_outstanding") == [D("2027-02-12")]
    law.cleared(ministry, "ueda", on=D("2027-03-01"), outcome="refused")
    assert dates(ministry, "2027-03-02", "doubt_outstanding") != []
    law.cleared(ministry, "ueda", on=D("2027-04-01"), outcome="negative")
    assert dates(ministry, "2027-04-02", "doubt_outstanding") == []


def test_an_exempt_office_ends_with_its_last_day(ministry: Site) -> None:
    words = {"person_id": "ueda", "office": "nra_member", "from_on": D("2026-07-01"), "last_day": D("2028-06-30")}
    ministry.act(clearance.record_office, day=D("2026-07-01"), **words)
    assert dates(ministry, "2026-07-02", "office_ends") == [D("2028-06-30")]


def test_a_provisional_result_asks_for_the_day_of_the_notice(operator: Site) -> None:
    law.operators_world(operator)
    letter = notice(D("2026-07-01"), D("2026-07-06"))
    given = {"person_id": "sato", "head_id": "meti", "outcome": "positive", "notified_on": None, "notice": letter}
    operator.act(clearance.record_result, day=D("2026-07-06"), **given)
    (one,) = [each for each in found(operator, "2026-07-07") if each.sort.code == "notice_day_unknown"]
    assert (one.on, one.period, one.sort.set_by) == (D("2026-08-05"), "provisional_days", "house")
    (ends,) = [each for each in found(operator, "2026-07-07") if each.sort.code == "clearance_ends"]
    assert (ends.on, ends.provisional) == (D("2036-07-01"), True)
    assert ends.organizations == {"denryoku", "meti"}


def test_a_designation_has_its_validity_its_caps_and_its_reviews(ministry: Site) -> None:
    assert dates(ministry, "2026-07-01", "designation_ends") == [D("2031-05-31")]
    assert dates(ministry, "2026-07-01", "thirty_years") == [D("2056-05-31")]
    assert dates(ministry, "2026-07-01", "sixty_years") == [D("2086-05-31")]
    # Three months before 31 May is the last day of February, a Friday.
    assert dates(ministry, "2026-07-01", "extension_decision") == [D("2031-02-28")]


def test_an_extension_moves_the_validity_and_cites_its_paragraph(ministry: Site) -> None:
    ministry.act(designation.extend, day=D("2031-04-01"), information_id="d1", until=D("2036-05-31"), on=D("2031-04-01"))
    (one,) = [each for each in found(ministry, "2031-04-02") if each.sort.code == "designation_ends"]
    assert (one.on, [str(citation) for citation in one.basis]) == (D("2036-05-31"), ["Act 4(2)"])


def test_reasons_are_reviewed_within_a_year_of_the_last_review_and_stay_due_until_they_are(ministry: Site) -> None:
    # A year after 1 June 2026 is a Tuesday, a year after 3 June 2027 a Saturday.
    assert dates(ministry, "2026-07-01", "reasons_review") == [D("2027-06-01")]
    assert dates(ministry, "2027-06-03", "reasons_review") == [D("2027-06-01")]
    words = {"information_id": "d1", "finding": "met", "on": D("2027-06-03")}
    ministry.act(designation.review_reasons, day=D("2027-06-03"), **words)
    assert dates(ministry, "2027-06-03", "reasons_review") == [D("2028-06-02")]
    (room,) = ministry.ask(reviews_due, organ_id="meti", on=D("2027-06-03"), at=day_start(D("2027-06-03")))
    assert room.due_on == D("2028-06-03")
    ministry.act(designation.lift, day=D("2027-09-01"), information_id="d1", on=D("2027-09-01"))
    assert dates(ministry, "2027-09-01", "reasons_review") == []


def test_an_operator_decides_on_no_extension_and_reviews_no_reasons(operator: Site) -> None:
    law.operators_world(operator)
    sorts = {one.sort.code for one in found(operator, "2026-07-10")}
    assert "designation_ends" in sorts
    assert not sorts & {"extension_decision", "reasons_review", "thirty_years", "sixty_years"}


def test_after_the_end_each_holder_owes_its_closing(ministry: Site) -> None:
    law.contracted(ministry)
    law.provided(ministry)
    assert dates(ministry, "2026-08-01", "closing_owed") == []
    ministry.act(designation.lift, day=D("2026-09-01"), information_id="d1", on=D("2026-09-01"))
    owed = {min(one.organizations): one for one in found(ministry, "2026-09-02") if one.sort.code == "closing_owed"}
    assert {name: [str(citation) for citation in one.basis] for name, one in owed.items()} == {
        "meti": ["Order 10"],
        "denryoku": ["Order 17"],
    }
    # 31 August and 14 days.
    assert {one.on for one in owed.values()} == {D("2026-09-14")}
    ministry.act(designation.close, day=D("2026-09-03"), information_id="d1", on=D("2026-09-03"), organization_id="denryoku")
    assert [min(one.organizations) for one in found(ministry, "2026-09-04") if one.sort.code == "closing_owed"] == ["meti"]


def test_an_expiry_is_closed_by_its_own_articles(ministry: Site) -> None:
    (one,) = [each for each in found(ministry, "2031-06-02") if each.sort.code == "closing_owed"]
    assert [str(citation) for citation in one.basis] == ["Order 7"]


def test_a_contract_ends_and_everything_is_returned(ministry: Site) -> None:
    ministry.act(provision.certify, day=law.CERTIFIED_ON, operator_id="denryoku", organ_id="meti", on=law.CERTIFIED_ON)
    terms = provision.Terms(
        informations=["d1"],
        from_on=law.CONTRACT_FROM,
        last_day=law.CONTRACT_TO,
        return_by=D("2029-07-31"),
        settled=tuple(CONTRACT_ITEMS),
    )
    parties = {"operator_id": "denryoku", "organ_id": "meti"}
    ministry.act(provision.conclude_contract, day=law.CONTRACT_FROM, terms=terms, contract_id="c1", **parties)
    law.provided(ministry)
    assert dates(ministry, "2026-08-01", "contract_ends") == [law.CONTRACT_TO]
    assert dates(ministry, "2026-08-01", "return_by") == [D("2029-07-31")]
    ministry.act(provision.record_return, day=D("2029-07-02"), provision_id="p-denryoku", on=D("2029-07-02"))
    assert dates(ministry, "2029-07-03", "return_by") == []


def test_a_listing_ends_and_a_list_is_confirmed_each_half_year(ministry: Site) -> None:
    law.cleared(ministry, "ueda")
    words = {"information_id": "d1", "organization_id": "meti", "target": Target(person_id="ueda"), "from_on": D("2026-07-01")}
    ministry.act(need_to_know.list_handler, day=D("2026-07-01"), last_day=D("2027-06-30"), **words)
    assert dates(ministry, "2026-07-02", "listing_ends") == [D("2027-06-30")]
    # What two people decided within the half waits for the next, and lapses on its 180th day unless somebody confirms it.
    assert dates(ministry, "2026-07-02", "list_confirmation") == []
    assert dates(ministry, "2026-10-01", "list_confirmation") == [D("2027-03-29")]
    ministry.act(
        need_to_know.remove_handler,
        day=D("2026-12-01"),
        information_id="d1",
        organization_id="meti",
        target=Target(person_id="ueda"),
        on=D("2026-12-01"),
    )
    assert dates(ministry, "2026-12-02", "list_confirmation") == []


def test_one_person_s_dates_are_theirs_alone(ministry: Site) -> None:
    employee(ministry, "mori", "meti")
    for name in ("ueda", "mori"):
        law.cleared(ministry, name)
    own = found(ministry, "2026-07-01", person_id="ueda")
    assert own
    assert {one.person_id for one in own} == {"ueda"}
    assert own == [one for one in found(ministry, "2026-07-01") if one.person_id == "ueda"]


def test_nothing_beyond_the_day_asked_for_is_found(ministry: Site) -> None:
    law.cleared(ministry, "ueda")
    everything = found(ministry, "2026-07-01")
    for limit in sorted({one.on for one in everything}):
        assert found(ministry, "2026-07-01", until=limit) == [one for one in everything if one.on <= limit]
        assert all(one.on < limit for one in found(ministry, "2026-07-01", until=limit - timedelta(days=1)))


def test_every_sort_of_deadline_speaks_both_languages_and_says_what_follows() -> None:
    sorts = [sort for source in SOURCES for sort in source.sorts]
    assert len({sort.code for sort in sorts}) == len(sorts)
    for sort in sorts:
        for ja, en in (sort.says, sort.then):
            assert ja
            assert en.isascii()
            assert not ja.isascii()


def test_a_holiday_moves_dates_of_the_house_to_earlier_days_and_no_date_of_law(ministry: Site) -> None:
    law.cleared(ministry, "ueda")
    before = {one.sort.code: one for one in found(ministry, "2026-07-01")}
    closed = [Holiday(one.on, "臨時の休日", "試験") for one in before.values()]
    ministry.act(import_holidays, day=D("2026-07-01"), found=sorted(set(closed), key=lambda one: one.on), digest="0")
    after = {one.sort.code: one for one in found(ministry, "2026-07-01")}
    for code, one in before.items():
        if one.sort.set_by == "house":
            assert after[code].on < one.on, code
        else:
            assert after[code].on == one.on, code


def test_a_date_is_told_once_and_not_before_it_has_come(ministry: Site) -> None:
    law.cleared(ministry, "ueda")
    everything = found(ministry, "2031-03-03")
    come = [one for one in everything if one.told_on() <= D("2031-03-03")]
    assert 0 < len(come) < len(everything)
    assert ministry.act(tell, day=D("2031-03-03"), found=everything) == len(come)
    size = ministry.size()
    assert ministry.act(tell, day=D("2031-03-03"), found=everything) == 0
    assert ministry.size() == size


def test_a_designation_without_its_reasons_asks_for_them_from_its_first_day_until_they_are_on_record(ministry: Site) -> None:
    (one,) = [each for each in found(ministry, "2026-07-01") if each.sort.code == "grounds_missing"]
    assert (one.on, [str(citation) for citation in one.basis]) == (law.DESIGNATED_ON, ["Act 3(1)"])
    reasons = Grounds("shows_a_weakness", "never_published", "helps_an_attack", "指定第1号")
    ministry.act(designation.record_grounds, day=D("2026-07-02"), information_id="d1", on=D("2026-07-02"), grounds=reasons)
    assert dates(ministry, "2026-07-03", "grounds_missing") == []
