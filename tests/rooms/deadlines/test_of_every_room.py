"""What lists, provisions, registers and people's duties still ask for, each settled by the act that does it."""

from datetime import date, timedelta
from typing import Any

import pytest

from service.database import transaction
from service.deadlines.queries import deadlines
from service.deadlines.rules import Deadline
from service.designation import operations as designation
from service.need_to_know import operations as need_to_know
from service.provision import operations as provision
from service.provision import owed
from service.provision.queries import is_certified
from service.registers import operations as registers
from service.registers.duties import operations as duties
from service.statute.periods import day_start
from tests.builders import law
from tests.builders.registers import area, organs_registers
from tests.builders.site import ACTOR, Site
from tests.rooms.duties import conftest as of_duties
from tests.rooms.duties.conftest import LISTED_ON, firm
from tests.rooms.need_to_know import conftest as of_lists
from tests.rooms.need_to_know.conftest import kept, put
from tests.rooms.need_to_know.test_emergency import NIGHT, at_night, name

__all__ = ["firm", "kept"]
WORLDS = of_duties.WORLDS | of_lists.WORLDS
D = date.fromisoformat
FAR = D("2100-01-01")


def found(site: Site, day: str, sort: str, **words: Any) -> list[Deadline]:
    every = site.ask(deadlines, at=day_start(D(day)), until=FAR, **words)
    return [one for one in every if one.sort.code == sort]


def dates(site: Site, day: str, sort: str) -> list[date]:
    return [one.on for one in found(site, day, sort)]


def test_a_list_is_due_until_its_lines_are_confirmed_and_then_not_for_a_year(kept: Site) -> None:
    line = put(kept)
    assert dates(kept, "2026-07-11", "list_confirmation") == []
    (one,) = found(kept, "2026-10-05", "list_confirmation")
    # 180 days from 1 October end on Monday 29 March.
    assert (one.on, one.information_id, one.organizations) == (D("2027-03-29"), "d1", frozenset({"meti"}))
    kept.act(need_to_know.confirm_listings, day=D("2026-10-06"), organization_id="meti", listings=(line,), on=D("2026-10-06"))
    assert dates(kept, "2026-10-06", "list_confirmation") == []
    assert dates(kept, "2027-04-01", "list_confirmation") == []


def test_a_list_that_was_missed_was_due_in_the_half_before(kept: Site) -> None:
    put(kept)
    # The 31st of March 2027 is a Wednesday.
    assert dates(kept, "2027-04-05", "list_confirmation") == [D("2027-03-31")]


def test_what_one_person_listed_alone_waits_for_two_until_its_day_and_is_no_other_date(kept: Site) -> None:
    naming = name(kept, last_day=D("2026-12-31"))
    line = at_night(kept)
    (acting,) = found(kept, "2026-07-11", "acting_manager_ends")
    assert (acting.on, acting.person_id, acting.source_id) == (D("2026-12-31"), "officer", naming)
    (one,) = found(kept, "2026-07-11", "emergency_listing_ends")
    assert (one.on, one.person_id, one.sort.lapses) == (D("2026-07-13"), "sato", True)
    assert "listing_ends" not in {each.sort.code for each in kept.ask(deadlines, at=day_start(D("2026-07-11")), until=FAR)}
    with transaction(kept.engine) as session:
        at = NIGHT + timedelta(hours=12)
        need_to_know.confirm_emergency(session, log=kept.log, actor=ACTOR, at=at, listing_id=line, on=D("2026-07-11"))
    assert dates(kept, "2026-07-12", "emergency_listing_ends") == []
    assert dates(kept, "2026-07-12", "listing_ends") != []


def test_who_stands_on_a_list_is_trained_once_a_year_and_pledges_to_each_head(firm: Site) -> None:
    assert dates(firm, "2026-07-09", "training_due") == dates(firm, "2026-07-09", "pledge_missing") == []
    (training,) = found(firm, "2026-07-10", "training_due")
    assert (training.on, training.person_id, training.sort.shows) == (LISTED_ON, "sato", "listing")
    assert dates(firm, "2026-07-10", "pledge_missing") == [LISTED_ON]
    course = firm.act(duties.record_training, day=LISTED_ON, organization_id="denryoku", name="保護教育", on=LISTED_ON)
    firm.act(duties.record_attendance, day=LISTED_ON, training_id=course, person_id="sato")
    assert dates(firm, "2026-07-10", "training_due") == [D("2027-07-10")]
    for head_id, still in (("meti", [LISTED_ON]), ("mof", [])):
        words = {"person_id": "sato", "organization_id": "denryoku", "head_id": head_id, "on": LISTED_ON}
        firm.act(duties.record_pledge, day=LISTED_ON, **words)
        assert dates(firm, "2026-07-10", "pledge_missing") == still


def test_whoever_is_on_no_list_by_name_has_no_date_of_duty_whatever_their_assessment_was(kept: Site) -> None:
    law.cleared(kept, "ito", outcome="refused")
    for person in ("ito", "moriya", "nishi"):
        assert found(kept, "2026-08-01", "training_due", person_id=person) == []
        assert found(kept, "2026-08-01", "pledge_missing", person_id=person) == []


@pytest.fixture
def giver(kept: Site) -> Site:
    """METI provided d1 to Denryoku without its letter of Order 13."""
    return kept


def test_a_letter_is_owed_until_it_is_sent_and_its_receipt_until_it_comes(giver: Site) -> None:
    (one,) = found(giver, "2026-07-10", "letter_owed")
    # 3 July and 14 days.
    assert (one.on, one.period, one.organizations, [str(each) for each in one.basis]) == (
        D("2026-07-17"),
        "letter_days",
        frozenset({"meti"}),
        ["Order 13"],
    )
    words = {"information_id": "d1", "giver_id": "meti", "receiver_id": "denryoku", "about": "validity", "number": "第1号"}
    message = giver.act(provision.send_notice, day=D("2026-07-10"), on=D("2026-07-10"), **words)
    assert dates(giver, "2026-07-10", "letter_owed") == []
    # 9 August is a Sunday, and the 10th would be too late.
    assert dates(giver, "2026-07-11", "receipt_missing") == [D("2026-08-07")]
    giver.act(provision.record_receipt, day=D("2026-07-20"), message_id=message, on=D("2026-07-20"))
    assert dates(giver, "2026-07-20", "receipt_missing") == []
    giver.act(designation.lift, day=D("2026-09-01"), information_id="d1", on=D("2026-09-01"))
    (lifted,) = found(giver, "2026-09-01", "letter_owed")
    assert [str(each) for each in lifted.basis] == ["Order 10"]
    room = giver.ask(owed.messages_owed, information_id="d1", giver_id="meti", giver_kind="organ", on=D("2026-09-01"), at=day_start(FAR))
    assert [(each.about, each.since) for each in room] == [("lifted", D("2026-09-01"))]


def test_an_operator_keeps_no_count_of_what_its_organs_owe(firm: Site) -> None:
    for day in ("2026-07-10", "2031-07-01"):
        assert dates(firm, day, "letter_owed") == dates(firm, day, "receipt_missing") == []


def test_what_is_held_without_contract_or_certification_is_to_go_back(giver: Site) -> None:
    assert dates(giver, "2029-06-30", "to_be_returned") == []
    # The contract sets no term: 14 days after 1 July 2029, a Sunday.
    (one,) = found(giver, "2029-07-02", "to_be_returned")
    assert (one.on, one.contract_id, one.organizations) == (D("2029-07-13"), "c-denryoku", frozenset({"meti", "denryoku"}))
    assert dates(giver, "2029-07-02", "return_by") == []
    giver.act(provision.record_return, day=D("2029-07-04"), provision_id="p-denryoku", on=D("2029-07-04"))
    assert dates(giver, "2029-07-04", "to_be_returned") == []


def test_readiness_is_looked_at_again_and_changes_are_reported_and_decided(firm: Site) -> None:
    words = {"operator_id": "denryoku", "item": "education", "met": True}
    firm.act(provision.record_readiness, day=LISTED_ON, on=LISTED_ON, review_on=D("2026-09-30"), **words)
    assert dates(firm, "2026-10-05", "readiness_review") == [D("2026-09-30")]
    firm.act(provision.record_readiness, day=D("2026-10-05"), on=D("2026-10-05"), **words)
    assert dates(firm, "2026-10-05", "readiness_review") == []
    change = {"operator_id": "denryoku", "organ_id": "meti", "matter": "place", "planned_on": D("2027-03-01"), "change_id": "ch-1"}
    firm.act(provision.plan_change, day=LISTED_ON, on=LISTED_ON, **change)
    # 30 days before, a default of ours.
    assert dates(firm, "2026-07-11", "change_report_due") == [D("2027-01-30")]
    firm.act(provision.report_change, day=D("2027-01-12"), change_id="ch-1", on=D("2027-01-12"))
    assert dates(firm, "2027-01-12", "change_report_due") == dates(firm, "2027-01-12", "change_decision") == []


def test_an_organ_decides_on_a_reported_change_before_it_takes_effect(kept: Site) -> None:
    parties = {"operator_id": "denryoku", "organ_id": "meti"}
    assert kept.ask(is_certified, on=D("2026-07-10"), at=day_start(FAR), **parties)
    words = parties | {"matter": "place", "planned_on": D("2027-03-01"), "change_id": "ch-1"}
    kept.act(provision.receive_change, day=D("2027-01-12"), on=D("2027-01-12"), number="第5号", **words)
    (one,) = found(kept, "2027-01-13", "change_decision")
    assert (one.on, one.organizations) == (D("2027-03-01"), frozenset({"meti"}))


@pytest.fixture
def office(organ: Site) -> Site:
    organs_registers(organ)
    return organ


def test_loans_permits_incidents_and_emergency_destructions_are_due_by_their_lines(office: Site) -> None:
    area(office, "meti")
    on = D("2026-08-04")
    lent = {"document_id": "doc-1", "organization_id": "meti", "person_id": "ono", "way": "carried"}
    loan = office.act(registers.lend_document, day=on, on=on, due_on=D("2026-08-21"), **lent)
    office.act(registers.permit_entry, day=on, area_id="safe", person_id="ono", from_on=on, last_day=D("2026-12-31"))
    gone = {"document_id": "doc-2", "organization_id": "meti", "person_id": "kato", "method": "burnt", "prior": "no_time"}
    office.act(registers.destroy_in_emergency, day=on, on=on, **gone)
    incident = office.act(registers.report_incident, day=on, organization_id="meti", person_id="mori", incident="leak_feared", on=on)
    day = "2026-08-05"
    assert dates(office, day, "loan_due") == [D("2026-08-21")]
    assert dates(office, day, "permit_ends") == [D("2026-12-31")]
    assert dates(office, day, "emergency_report_due") == [D("2026-08-11")]
    assert dates(office, day, "incident_due") == [on]
    (one,) = found(office, day, "loan_due")
    assert (one.information_id, one.person_id, one.organizations) == ("d1", None, frozenset({"meti"}))
    office.act(registers.return_loan, day=D(day), loan_id=loan, on=D(day))
    office.act(registers.tell_head_of_incident, day=D(day), incident_id=incident, paper="第3号", on=D(day))
    assert dates(office, day, "loan_due") == []
    assert dates(office, day, "incident_due") == [D("2026-09-04")]


def test_documents_are_inspected_twice_a_fiscal_year(office: Site) -> None:
    assert dates(office, "2026-08-04", "inspection_due") == [D("2026-09-30"), D("2027-03-31")]
    on, words = D("2026-09-01"), {"organization_id": "meti", "person_id": "kato", "inspector_id": "mori", "occasion": "regular"}
    area(office, "meti")
    inspection = office.act(registers.begin_inspection, day=on, on=on, **words)
    for document in ("doc-1", "doc-2"):
        office.act(registers.record_inspection, day=on, inspection_id=inspection, document_id=document, found="present", on=on)
    assert len(dates(office, "2026-09-01", "inspection_due")) == 2
    office.act(registers.end_inspection, day=on, inspection_id=inspection, on=on)
    assert dates(office, "2026-09-01", "inspection_due") == [D("2027-03-31")]
    area(office, "meti", "second", keeper_id="ono")
    # A second custodian has not been inspected at all.
    assert len(dates(office, "2026-09-02", "inspection_due")) == 2
    assert dates(office, "2027-04-01", "inspection_due") == [D("2027-09-30"), D("2028-03-31")]
