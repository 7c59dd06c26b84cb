from datetime import date, timedelta
from typing import Any

import pytest

from service.designation import operations as designation
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, UnknownIdError
from service.registers import operations, queries
from service.registers.house import amount_of
from service.registers.rules import RegisterRefusedError, fiscal_days, fiscal_year
from tests.builders.registers import ON, area, operators_registers, organs_registers
from tests.builders.site import Site

LATER = ON + timedelta(days=10)
INSPECTION: dict[str, Any] = {
    "organization_id": "meti",
    "person_id": "kato",
    "inspector_id": "mori",
    "occasion": "regular",
    "on": ON,
}
INCIDENT: dict[str, Any] = {"organization_id": "meti", "person_id": "ono", "incident": "lost", "document_id": "doc-1", "on": ON}


def permit(site: Site, operation: Any = operations.permit_entry, **facts: Any) -> str:
    words: dict[str, Any] = {"area_id": "safe", "person_id": "mori", "from_on": ON, "last_day": LATER}
    return str(site.act(operation, day=ON, **words | facts))


def state(site: Site, document_id: str = "doc-1") -> str:
    return str(site.ask(queries.state_of, organization_id="meti", document_id=document_id))


# Areas and permits (NPSC Rule 19, 20, 23).


@pytest.mark.parametrize(("network", "reason"), [("online", "online_computer"), (None, None)])
def test_a_computer_is_not_on_the_internet(organ: Site, network: str | None, reason: str | None) -> None:
    organs_registers(organ)
    words: dict[str, Any] = {"organization_id": "meti", "area": "computer", "name": "端末1", "on": ON, "network": network}
    with pytest.raises(RegisterRefusedError if reason else ValueError) as refused:
        organ.act(operations.designate_area, day=ON, **words)
    assert reason is None or refused.value.reason == reason
    organ.act(operations.designate_area, day=ON, **words | {"network": "offline"})


def test_a_permit_is_for_one_person_and_one_device_until_its_last_day(organ: Site) -> None:
    organs_registers(organ)
    area(organ, "meti")
    permit(organ, operations.permit_device, device="録音機 A-12")
    asked = {"kind": "device", "of_id": "safe"}
    assert [row.label for row in organ.ask(queries.permits_of, **asked, person_id="mori", on=LATER)] == ["録音機 A-12"]
    for other in ({"person_id": "ono", "on": ON}, {"person_id": "mori", "on": LATER + timedelta(days=1)}):
        assert organ.ask(queries.permits_of, **asked, **other) == []
    assert organ.ask(queries.permits_of, kind="entry", of_id="safe", person_id="mori", on=ON) == []
    permit(organ, operations.permit_device, device="写真機 B-3")
    with pytest.raises(AlreadyRecordedError):
        permit(organ, operations.permit_device, device="写真機 B-3")


def test_a_permit_ends_at_once_and_one_to_come_never_begins(organ: Site) -> None:
    organs_registers(organ)
    area(organ, "meti")
    running, coming = permit(organ), permit(organ, person_id="ono", from_on=LATER)
    for one in (running, coming):
        organ.act(operations.end_permit, day=ON, permit_id=one, on=ON)
    for person in ("mori", "ono"):
        for day in (ON, LATER):
            assert organ.ask(queries.permits_of, kind="entry", of_id="safe", person_id=person, on=day) == []
    with pytest.raises(AlreadyEndedError):
        organ.act(operations.end_permit, day=ON, permit_id=running, on=ON)


def test_an_area_ends_with_its_permits_and_not_while_something_is_kept_there(organ: Site) -> None:
    organs_registers(organ)
    area(organ, "meti")
    permit(organ)
    area(organ, "meti", "safe-2")
    store = {"document_id": "doc-1", "organization_id": "meti"}
    organ.act(operations.store_document, day=ON, **store, area_id="safe", on=ON)
    with pytest.raises(RegisterRefusedError) as refused:
        organ.act(operations.end_area, day=ON, area_id="safe", on=ON)
    assert refused.value.reason == "something_is_kept_there"
    organ.act(operations.store_document, day=ON, **store, area_id="safe-2", on=ON)
    organ.act(operations.end_area, day=ON, area_id="safe", on=ON)
    assert organ.ask(queries.permits_of, kind="entry", of_id="safe", person_id="mori", on=LATER) == []
    with pytest.raises(RegisterRefusedError):
        permit(organ)
    with pytest.raises(RegisterRefusedError):
        organ.act(operations.store_document, day=ON, **store, area_id="safe", on=ON)


def test_a_line_of_another_kind_is_no_area_and_no_permit(organ: Site) -> None:
    organs_registers(organ)
    area(organ, "meti")
    entry = permit(organ)
    with pytest.raises(UnknownIdError):
        permit(organ, area_id=entry)
    with pytest.raises(UnknownIdError):
        organ.act(operations.end_permit, day=ON, permit_id="safe", on=ON)


# Inspections (NPSC Rule 39).


def test_a_custodian_never_inspects_their_own_holdings(organ: Site) -> None:
    organs_registers(organ)
    with pytest.raises(RegisterRefusedError) as refused:
        organ.act(operations.begin_inspection, day=ON, **INSPECTION | {"inspector_id": "kato"})
    assert refused.value.reason == "own_holdings"


def test_an_inspection_compares_every_line_of_the_ledger(organ: Site) -> None:
    organs_registers(organ)
    area(organ, "meti")
    area(organ, "meti", "safe-of-ono", keeper_id="ono")
    for document, place in (("doc-1", "safe"), ("doc-2", "safe-of-ono")):
        organ.act(operations.store_document, day=ON, document_id=document, organization_id="meti", area_id=place, on=ON)
    inspection = organ.act(operations.begin_inspection, day=ON, **INSPECTION)
    with pytest.raises(AlreadyRecordedError):
        organ.act(operations.begin_inspection, day=ON, **INSPECTION)
    with pytest.raises(RegisterRefusedError) as refused:
        organ.act(operations.end_inspection, day=ON, inspection_id=inspection, on=ON)
    assert (refused.value.reason, refused.value.facts) == ("not_all_compared", {"left": 1})
    with pytest.raises(UnknownIdError):
        organ.act(operations.record_inspection, day=ON, inspection_id=inspection, document_id="doc-2", found="present", on=ON)
    organ.act(operations.record_inspection, day=ON, inspection_id=inspection, document_id="doc-1", found="missing", on=ON)
    assert state(organ) == "lost"
    with pytest.raises(AlreadyRecordedError):
        organ.act(operations.record_inspection, day=ON, inspection_id=inspection, document_id="doc-1", found="present", on=ON)
    assert organ.act(operations.end_inspection, day=ON, inspection_id=inspection, on=ON) == ("doc-1",)
    with pytest.raises(AlreadyEndedError):
        organ.act(operations.end_inspection, day=ON, inspection_id=inspection, on=ON)
    lend = {"document_id": "doc-1", "organization_id": "meti", "on": ON, "due_on": LATER, "way": "carried", "person_id": "mori"}
    with pytest.raises(RegisterRefusedError) as lost:
        organ.act(operations.lend_document, day=ON, **lend)
    assert lost.value.reason == "lost"
    again = organ.act(operations.begin_inspection, day=LATER, **INSPECTION | {"on": LATER, "occasion": "special"})
    organ.act(operations.record_inspection, day=LATER, inspection_id=again, document_id="doc-1", found="misplaced", on=LATER)
    assert state(organ) == "held"
    organ.act(operations.end_inspection, day=LATER, inspection_id=again, on=LATER)
    done = organ.ask(queries.inspections_in, organization_id="meti", year=2026)
    assert [row.id for row in done] == [inspection]


@pytest.mark.parametrize(("day", "year"), [(date(2027, 3, 31), 2026), (date(2027, 4, 1), 2027), (date(2026, 12, 31), 2026)])
def test_a_fiscal_year_begins_in_april(day: date, year: int) -> None:
    first, after = fiscal_days(year)
    assert fiscal_year(day) == year
    assert first <= day < after


# Incidents (NPSC Rule 40).


def follow(site: Site, incident: str, operation: Any, **facts: Any) -> Any:
    return site.act(operation, day=LATER, incident_id=incident, paper="報告第1号", on=LATER, **facts)


def test_an_incident_goes_to_the_head_before_it_is_closed(organ: Site) -> None:
    organs_registers(organ)
    incident = organ.act(operations.report_incident, day=ON, **INCIDENT)
    assert state(organ) == "lost"
    assert organ.ask(queries.line, line_id=incident).due_on == ON
    with pytest.raises(RegisterRefusedError) as refused:
        follow(organ, incident, operations.close_incident, outcome="recovered")
    assert refused.value.reason == "head_not_told"
    follow(organ, incident, operations.tell_head_of_incident)
    assert organ.ask(queries.line, line_id=incident).due_on == LATER + timedelta(days=30)
    with pytest.raises(RegisterRefusedError) as none:
        follow(organ, incident, operations.follow_treaty_procedure)
    assert none.value.reason == "not_foreign"
    follow(organ, incident, operations.close_incident, outcome="recovered")
    assert state(organ) == "held"
    with pytest.raises(AlreadyEndedError):
        follow(organ, incident, operations.close_incident, outcome="recovered")


def test_what_was_not_recovered_stays_lost(organ: Site) -> None:
    organs_registers(organ)
    incident = organ.act(operations.report_incident, day=ON, **INCIDENT)
    follow(organ, incident, operations.tell_head_of_incident)
    follow(organ, incident, operations.close_incident, outcome="not_recovered")
    assert state(organ) == "lost"


def test_nobody_learns_by_a_report_what_another_place_keeps(operator: Site) -> None:
    operators_registers(operator)
    told = []
    for words in ({"document_id": "doc-1", "organization_id": "meti"}, {"document_id": "no-such", "organization_id": "denryoku"}):
        from tests.builders.personnel import employee

        if words["organization_id"] == "meti":
            employee(operator, "ono-2", "meti")
        with pytest.raises(UnknownIdError) as unknown:
            operator.act(
                operations.report_incident,
                day=ON,
                **INCIDENT | words | {"person_id": "ono-2" if words["organization_id"] == "meti" else "ono"},
            )
        told.append(tuple(unknown.value.facts))
    assert told == [("document_id",), ("document_id",)]


# Information from abroad (NPSC Rule 48, 49).


def foreign(site: Site) -> None:
    organs_registers(site)
    words: dict[str, Any] = {"organ_id": "meti", "on": date(2026, 6, 1), "years": 5, "information_id": "d9"}
    subject = designation.Subject(originator_id="alpha", released_to=["meti"])
    site.act(designation.designate, day=date(2026, 6, 1), **words, subject=subject)
    site.act(designation.register_document, day=ON, carries=["d9"], document_id="doc-9", organization_id="meti")
    site.act(operations.enter_document, day=ON, document_id="doc-9", organization_id="meti", on=ON)


def test_an_incident_with_foreign_information_takes_the_treaty_s_procedure(organ: Site) -> None:
    foreign(organ)
    incident = organ.act(operations.report_incident, day=ON, **INCIDENT | {"document_id": "doc-9"})
    follow(organ, incident, operations.tell_head_of_incident)
    with pytest.raises(RegisterRefusedError) as refused:
        follow(organ, incident, operations.close_incident, outcome="recovered")
    assert refused.value.reason == "treaty_procedure_open"
    follow(organ, incident, operations.follow_treaty_procedure)
    follow(organ, incident, operations.close_incident, outcome="recovered")


USE: dict[str, Any] = {"information_id": "d9", "organization_id": "meti", "purpose": "共同訓練", "paper": "A-1"}


def test_another_use_needs_the_originator_s_written_approval_before_it(organ: Site) -> None:
    foreign(organ)
    span = {"from_on": LATER, "last_day": LATER + timedelta(days=30)}
    with pytest.raises(RegisterRefusedError) as refused:
        organ.act(operations.permit_other_use, day=ON, **USE, **span, approved_on=LATER + timedelta(days=1))
    assert (refused.value.reason, str(refused.value.basis[0])) == ("originator_approval_needed", "NPSC Rule 8/2025 48")
    made = organ.act(operations.permit_other_use, day=ON, **USE, **span, approved_on=ON)
    assert organ.ask(queries.line, line_id=made).party_id == "alpha"
    organ.act(operations.end_permit, day=LATER, permit_id=made, on=LATER)


def test_what_is_not_from_abroad_has_no_originator_to_ask(organ: Site) -> None:
    foreign(organ)
    for operation, facts in (
        (operations.record_foreign_origin, {"on": ON}),
        (operations.permit_other_use, {"from_on": ON, "last_day": LATER, "approved_on": ON}),
    ):
        with pytest.raises(RegisterRefusedError) as refused:
            organ.act(operation, day=ON, **USE | {"information_id": "d1"}, **facts)
        assert refused.value.reason == "not_foreign"
    organ.act(operations.record_foreign_origin, day=ON, **USE, on=ON)
    with pytest.raises(AlreadyRecordedError):
        organ.act(operations.record_foreign_origin, day=ON, **USE, on=ON)


# Numbers of the house.


def test_a_number_of_the_house_stands_from_its_day_on_and_what_was_due_before_stays(organ: Site) -> None:
    organs_registers(organ)
    first = organ.act(operations.report_incident, day=ON, **INCIDENT)
    words = {"organization_id": "meti", "period": "incident_to_head"}
    organ.act(operations.set_register_period, day=ON, **words, amount=2, from_on=LATER)
    with pytest.raises(AlreadyRecordedError):
        organ.act(operations.set_register_period, day=ON, **words, amount=3, from_on=LATER)
    second = organ.act(operations.report_incident, day=LATER, **INCIDENT | {"on": LATER, "document_id": None})
    due = {row.id: row.due_on for row in organ.ask(queries.due_lines, organization_id="meti")}
    assert (due[first], due[second]) == (ON, LATER + timedelta(days=2))
    assert organ.ask(amount_of, name="incident_to_head", organization_id="mof", on=LATER) == 0


@pytest.mark.parametrize(("period", "amount"), [("training_months", 13), ("inspections_a_year", 1), ("incident_to_head", -1)])
def test_a_house_may_be_stricter_than_the_published_rule_and_not_laxer(organ: Site, period: str, amount: int) -> None:
    organs_registers(organ)
    with pytest.raises(ValueError, match="amount"):
        organ.act(operations.set_register_period, day=ON, organization_id="meti", period=period, amount=amount, from_on=ON)
