import inspect
from datetime import date
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import text

from service.assessment import operations as assessment
from service.assessment import queries as assessments
from service.clearance import operations as clearance
from service.designation import operations as designation
from service.need_to_know import operations as need_to_know
from service.need_to_know.operations import Target
from service.personnel import operations as personnel
from service.provision import operations as provision
from service.provision.rules import CONTRACT_ITEMS, Conditions
from service.registers.duties import operations as duties
from tests.builders.site import Site, notice
from tests.builders.verified import verified

ON = date(2026, 7, 10)
LETTER = notice(ON)
TERMS = provision.Terms(informations=["d1", "d2"], from_on=ON, settled=[item for item in CONTRACT_ITEMS if item != "hand_over"])
GENERATED = {"information_id": "d2", "organ_id": "meti", "operator_id": "denryoku", "on": ON}
D2_ARISES = {"information_id": "d2", "giver_id": "meti", "receiver_id": "denryoku", "under": "Act 10(2)", "on": ON}
D1_TO_DENRYOKU = {"information_id": "d1", "giver_id": "meti", "receiver_id": "denryoku", "under": "Act 10(1)", "on": ON}
PARTIES = {"operator_id": "denryoku", "organ_id": "meti"}
TOLD = {"information_id": "d1", "giver_id": "meti", "receiver_id": "denryoku", "about": "validity", "on": ON, "number": "経保第3号"}
MOVED = {"matter": "place", "planned_on": ON, "on": ON, "change_id": "ch-1"}
TERM = {"organ_id": "meti", "days": 14, "from_on": ON, "source": "認定要領"}
DISCLOSED = {"information_id": "d2", "operator_id": "denryoku", "receiver_id": "meti", "under": "Act 10(5)", "on": ON}
SATO = {"information_id": "d1", "organization_id": "denryoku", "target": Target(person_id="sato")}
ASKED = {"information_id": "d1", "organization_id": "denryoku", "person_id": "sato", "purpose": "custody", "on": ON}
HERE = {"organization_id": "denryoku"}
ACTING = HERE | {"person_id": "officer", "from_on": ON, "last_day": ON, "acting_id": "am1"}
MORI = HERE | {"information_id": "d1", "person_id": "mori", "ground": "disaster", "listing_id": "e1"}

Script = list[tuple[str, Any, dict[str, Any]]]
"""The kind of the entry, the operation, and its facts."""

FIRST: Script = [
    (
        "personnel:organization:registered",
        personnel.register_organization,
        {"kind": "organ", "name": "経済産業省", "organization_id": "meti"},
    ),
    (
        "personnel:organization:registered",
        personnel.register_organization,
        {"kind": "operator", "name": "電力", "organization_id": "denryoku"},
    ),
    (
        "personnel:organization:registered",
        personnel.register_organization,
        {"kind": "dispatch_agency", "name": "派遣", "organization_id": "haken"},
    ),
    ("personnel:unit:registered", personnel.register_unit, {"organization_id": "denryoku", "name": "保安", "unit_id": "hoan"}),
    ("personnel:person:registered", personnel.register_person, {"legal_name": "佐藤", "person_id": "sato"}),
    ("personnel:person:changed", personnel.record_name, {"person_id": "sato", "legal_name": "鈴木"}),
    (
        "personnel:post:taken",
        personnel.take_post,
        {"person_id": "sato", "organization_id": "denryoku", "employer_id": "haken", "post_id": "p1"},
    ),
    ("personnel:person:registered", personnel.register_person, {"legal_name": "森", "person_id": "mori"}),
    ("personnel:post:taken", personnel.take_post, {"person_id": "mori", "organization_id": "denryoku"}),
    ("personnel:person:registered", personnel.register_person, {"legal_name": "代行", "person_id": "officer"}),
    ("personnel:post:taken", personnel.take_post, {"person_id": "officer", "organization_id": "denryoku"}),
    (
        "personnel:alias:granted",
        personnel.grant_alias,
        {"namespace": "badge", "value": "1", "target_kind": "person", "target_id": "sato", "alias_id": "a1"},
    ),
    ("personnel:alias:ended", personnel.end_alias, {"alias_id": "a1", "on": ON}),
]
REPORT = {"person_id": "sato", "organization_id": "denryoku", "on": ON, "reported_on": ON}
LAST: Script = [
    ("designation:document:registered", designation.register_document, {"carries": ["d1"], "document_id": "doc-1"}),
    ("designation:document:registered", designation.carry, {"document_id": "doc-1", "information_id": "d2"}),
    (
        "designation:document:narrowed",
        designation.find_narrower,
        {"document_id": "doc-1", "information_id": "d2", "finding": "left_out", "on": ON},
    ),
    (
        "designation:designation:doubted",
        designation.doubt_designation,
        {"person_id": "sato", "designation_number": "1", "requirement": "not_public", "on": ON},
    ),
    (
        "personnel:alias:granted",
        designation.grant_resource_alias,
        {"namespace": "dms", "value": "1", "target_kind": "document", "target_id": "doc-1"},
    ),
    (
        "clearance:doubt:notified",
        clearance.record_doubt_notice,
        {"person_id": "sato", "head_id": "meti", "notified_on": ON, "notice": LETTER},
    ),
    ("clearance:office:held", clearance.record_office, {"person_id": "sato", "office": "nra_member", "from_on": ON}),
    ("need_to_know:handler:listed", need_to_know.list_handler, SATO | {"from_on": ON, "listing_id": "l1"}),
    ("need_to_know:request:made", need_to_know.request_listing, ASKED | {"request_id": "r1"}),
    ("need_to_know:request:ended", need_to_know.decline_request, {"request_id": "r1", "reason": "not_needed", "on": ON}),
    ("need_to_know:request:made", need_to_know.request_listing, ASKED | {"request_id": "r2"}),
    ("need_to_know:request:ended", need_to_know.take_back_request, {"request_id": "r2", "on": ON}),
    (
        "need_to_know:listings:confirmed",
        need_to_know.confirm_listings,
        {"organization_id": "denryoku", "listings": ("l1",), "on": ON},
    ),
    ("need_to_know:number:set", need_to_know.set_list_number, HERE | {"setting": "listing_months", "amount": 6, "from_on": ON}),
    (
        "need_to_know:purpose:set",
        need_to_know.set_purpose,
        HERE | {"purpose_code": "audit", "purpose_name": "監査", "purpose_name_en": "Audit", "on": ON},
    ),
    ("need_to_know:purpose:ended", need_to_know.end_purpose, HERE | {"purpose_code": "audit", "on": ON}),
    ("need_to_know:acting_manager:named", need_to_know.name_acting_manager, ACTING),
    ("need_to_know:handler:listed_in_emergency", need_to_know.list_in_emergency, MORI),
    ("need_to_know:emergency:confirmed", need_to_know.confirm_emergency, {"listing_id": "e1", "on": ON}),
    ("need_to_know:acting_manager:ended", need_to_know.end_acting_manager, {"acting_id": "am1", "on": ON}),
    ("need_to_know:handler:removed", need_to_know.remove_handler, SATO | {"on": ON}),
    (
        "registers:training:given",
        duties.record_training,
        {"organization_id": "denryoku", "name": "保護教育", "on": ON, "training_id": "t1"},
    ),
    ("registers:training:attended", duties.record_attendance, {"training_id": "t1", "person_id": "sato"}),
    (
        "registers:pledge:made",
        duties.record_pledge,
        {"person_id": "sato", "organization_id": "denryoku", "head_id": "meti", "on": ON},
    ),
    (
        "registers:event_rule:set",
        duties.set_event_rule,
        {"organization_id": "denryoku", "code": "finances", "removal": "review", "from_on": ON},
    ),
    (
        "need_to_know:handler:excluded",
        duties.exclude_person,
        {"person_id": "sato", "organization_id": "denryoku", "on": ON, "exclusion_id": "x1"},
    ),
    ("need_to_know:exclusion:ended", duties.end_exclusion, {"exclusion_id": "x1", "on": ON}),
    ("registers:person:reported", duties.report_event, REPORT | {"code": "finances"}),
    ("registers:person:reported", duties.report_doubt, REPORT | {"head_id": "meti"}),
    ("provision:information:returned", provision.record_return, {"provision_id": "prov-1", "on": ON}),
    ("provision:contract:ended", provision.end_contract, {"contract_id": "c1", "last_day": ON}),
    ("provision:certification:ended", provision.end_certification, {"certification_id": "cert-1", "on": ON}),
    ("personnel:post:left", personnel.leave_post, {"post_id": "p1", "last_day": ON}),
]
RESULT = {"person_id": "sato", "head_id": "meti", "outcome": "positive", "notified_on": ON}
WHY = designation.Grounds("shows_a_weakness", "never_published", "helps_an_attack", "経保第1号")
D1 = {"information_id": "d1", "on": ON}
AT_AN_ORGAN: Script = [
    *FIRST,
    ("designation:care:begun", designation.begin_care, {"organ_id": "meti", "on": ON, "information_id": "d3"}),
    ("designation:care:ended", designation.end_care, {"information_id": "d3", "on": ON}),
    ("designation:information:designated", designation.designate, {"organ_id": "meti", "on": ON, "years": 1, "information_id": "d1"}),
    ("designation:information:designated", designation.designate, {"organ_id": "meti", "on": ON, "years": 1, "information_id": "d2"}),
    ("provision:certification:refused", provision.refuse_certification, PARTIES | {"on": ON, "document_number": "認第3号"}),
    ("provision:operator:certified", provision.certify, PARTIES | {"on": ON, "certification_id": "cert-1"}),
    ("provision:contract:concluded", provision.conclude_contract, PARTIES | {"terms": TERMS, "contract_id": "c1"}),
    ("provision:contract:completed", provision.complete_contract_item, {"contract_id": "c1", "item": "hand_over", "on": ON}),
    ("provision:information:provided", provision.provide, D1_TO_DENRYOKU | {"conditions": Conditions(), "provision_id": "prov-1"}),
    ("provision:information:provided", provision.provide, D2_ARISES),
    ("provision:handover:demanded", provision.demand_handover, GENERATED | {"number": "経保第2号"}),
    ("provision:handover:received", provision.record_handover, GENERATED),
    ("provision:notice:sent", provision.send_notice, TOLD),
    ("provision:readiness:recorded", provision.examine_readiness, PARTIES | {"item": "education", "met": True, "on": ON}),
    ("provision:change:reported", provision.receive_change, PARTIES | MOVED),
    ("provision:change:settled", provision.settle_change, {"change_id": "ch-1", "on": ON, "outcome": "kept"}),
    ("provision:report_term:set", provision.set_report_term, TERM),
    ("clearance:result:recorded", clearance.record_result, RESULT),
    ("clearance:result:recorded", clearance.record_result, RESULT | {"person_id": "mori"}),
    ("clearance:result:recorded", clearance.record_result, RESULT | {"person_id": "officer"}),
    *LAST,
    ("designation:reasons:recorded", designation.record_grounds, D1 | {"grounds": WHY}),
    ("designation:reasons:reviewed", designation.review_reasons, D1 | {"finding": "met"}),
    ("designation:marking:switched", designation.switch_to_marking, D1),
    ("designation:information:lifted_in_part", designation.lift_in_part, D1 | {"part_number": "1"}),
    ("designation:approval:refused", designation.record_cabinet_refusal, D1),
    ("designation:information:handed_over", designation.hand_over_as_sds, {"information_id": "d2", "on": ON, "sds_number": "1"}),
    ("designation:information:extended", designation.extend, {"information_id": "d1", "until": date(2028, 1, 1), "on": ON}),
    ("designation:information:lifted", designation.lift, {"information_id": "d1", "on": ON}),
    ("provision:notice:sent", provision.send_notice, TOLD | {"about": "lifted", "message_id": "m1"}),
    ("provision:receipt:recorded", provision.record_receipt, {"message_id": "m1", "on": ON}),
    ("designation:information:closed", designation.close, {"information_id": "d1", "on": ON}),
]
RECORDED = {"organ_id": "meti", "on": ON, "until": date(2027, 7, 9), "notice": LETTER}
AT_AN_OPERATOR: Script = [
    *FIRST,
    ("designation:information:designated", designation.record_designation, RECORDED | {"information_id": "d1"}),
    ("designation:information:designated", designation.record_designation, RECORDED | {"information_id": "d2"}),
    ("provision:certification:refused", provision.record_certification_refusal, PARTIES | {"on": ON, "notice": LETTER}),
    ("provision:operator:certified", provision.record_certification, PARTIES | {"on": ON, "certification_id": "cert-1", "notice": LETTER}),
    ("provision:contract:concluded", provision.record_contract, PARTIES | {"terms": TERMS, "contract_id": "c1"}),
    ("provision:contract:completed", provision.complete_contract_item, {"contract_id": "c1", "item": "hand_over", "on": ON}),
    ("provision:information:provided", provision.record_provision, D1_TO_DENRYOKU | {"notice": LETTER, "provision_id": "prov-1"}),
    ("provision:information:provided", provision.record_provision, D2_ARISES | {"notice": LETTER}),
    ("provision:handover:demanded", provision.record_demand, GENERATED | {"number": "経保第2号"}),
    ("provision:information:disclosed", provision.disclose, DISCLOSED),
    ("provision:readiness:recorded", provision.record_readiness, {"operator_id": "denryoku", "item": "education", "met": True, "on": ON}),
    ("provision:change:planned", provision.plan_change, PARTIES | MOVED),
    ("provision:change:reported", provision.report_change, {"change_id": "ch-1", "on": ON}),
    ("provision:report_term:set", provision.set_report_term, TERM),
    ("clearance:result:recorded", clearance.record_result, RESULT | {"notice": LETTER}),
    ("clearance:result:recorded", clearance.record_result, RESULT | {"notice": LETTER, "notified_on": None, "result_id": "r1"}),
    ("clearance:result:recorded", clearance.record_notice_day, {"result_id": "r1", "notified_on": ON}),
    (
        "clearance:result:passed",
        clearance.pass_result,
        {"result_id": "r1", "organization_id": "denryoku", "employer_id": "haken", "on": ON},
    ),
    ("clearance:result:recorded", clearance.record_result, RESULT | {"notice": LETTER, "person_id": "mori"}),
    ("clearance:result:recorded", clearance.record_result, RESULT | {"notice": LETTER, "person_id": "officer"}),
    *LAST,
    ("designation:marking:switched", designation.record_marking_switch, D1 | {"notice": LETTER}),
    (
        "designation:information:lifted_in_part",
        designation.record_partial_lifting,
        D1 | {"part_number": "1", "notice": LETTER},
    ),
    (
        "designation:information:extended",
        designation.record_extension,
        {"information_id": "d1", "until": date(2028, 1, 1), "on": ON, "notice": LETTER},
    ),
    ("designation:information:lifted", designation.record_lifting, {"information_id": "d1", "on": ON, "notice": LETTER}),
    ("designation:information:closed", designation.close, {"information_id": "d1", "on": ON, "organization_id": "denryoku"}),
]


STEP = "assessment:step:recorded"
MORI = {"person_id": "mori", "head_id": "meti", "on": ON}
LISTED = {"person_id": "mori", "organization_id": "meti", "on": ON}
STEPS: Script = [
    (STEP, assessment.give_notice, MORI),
    (STEP, assessment.record_refusal, MORI),
    (STEP, assessment.give_notice, MORI),
    (STEP, assessment.record_consent, MORI),
    (STEP, assessment.record_withdrawal, MORI),
    (STEP, assessment.give_notice, MORI),
    (STEP, assessment.record_consent, MORI),
    (STEP, assessment.answer_inquiries, MORI | {"agreed": True}),
    (STEP, assessment.waive_reasons, MORI),
    (STEP, assessment.request_investigation, MORI),
    (STEP, assessment.receive_opinion, MORI),
    (STEP, assessment.decide, MORI | {"outcome": "positive"}),
    (STEP, assessment.notify_result, MORI),
    (STEP, assessment.sign_pledge, MORI),
    (STEP, assessment.complain, MORI),
    (STEP, assessment.give_notice, MORI),
    (STEP, assessment.record_consent, MORI),
    (STEP, assessment.record_own_investigation, MORI | {"ground": "work_of_the_organ_impeded"}),
]


def perform(site: Site, script: Script) -> None:
    for kind, operation, facts in script:
        entries = site.size()
        site.act(operation, day=ON, **facts)
        assert site.size() == entries + 1, operation.__name__
        with site.engine.connect() as connection:
            body = bytes(connection.execute(text("select body from ledger.entries order by index desc limit 1")).scalar_one())
            facts_kept = connection.execute(
                text("select count(*) from ledger.disclosures where index = :index"), {"index": entries}
            ).scalar_one()
        assert f'"kind":"{kind}"'.encode() in body, operation.__name__
        assert facts_kept == 1, operation.__name__


def test_each_act_of_an_organ_leaves_exactly_one_entry_with_its_facts(organ: Site) -> None:
    perform(organ, AT_AN_ORGAN)


def test_each_act_of_an_operator_leaves_exactly_one_entry_with_its_facts(operator: Site) -> None:
    perform(operator, AT_AN_OPERATOR)


def of_mori(site: Site) -> None:
    site.act(personnel.register_organization, day=ON, kind="organ", name="財務省", organization_id="mof")
    site.act(personnel.take_post, day=ON, person_id="mori", organization_id="meti", employer_id="haken")


def test_each_step_of_an_assessment_leaves_exactly_one_entry_with_its_facts(organ: Site) -> None:
    site = organ
    perform(site, FIRST)
    of_mori(site)
    perform(site, STEPS)
    (complaint,) = site.ask(assessments.complaints_of, person_id="mori")
    first = site.act(clearance.record_result, day=ON, **RESULT | {"person_id": "mori", "head_id": "mof"})
    perform(
        site,
        [
            (STEP, assessment.answer_complaint, {"complaint_id": complaint.id, "outcome": "put_right", "on": ON, "officer_id": "sato"}),
            (STEP, assessment.give_notice, MORI | {"doubt": True}),
            (STEP, assessment.list_candidate, LISTED),
        ],
    )
    (candidate,) = site.ask(assessments.asked_of, person_id="mori")
    named = {"candidate_id": candidate.id, "on": ON}
    perform(
        site,
        [
            (STEP, assessment.answer_listing, named | {"agreed": True}),
            (STEP, assessment.tell_employer, named),
            (STEP, assessment.strike_candidate, named),
        ],
    )
    police = {"person_id": "mori", "head_id": "npa", "on": ON}
    site.act(personnel.register_organization, day=ON, kind="organ", name="警察庁", organization_id="npa")
    perform(site, [(STEP, assessment.record_consent, police | {"reuse": True})])
    perform(site, [(STEP, assessment.reuse_investigation, police | {"result_id": first})])


@pytest.mark.parametrize("room", [personnel, designation, provision, clearance, need_to_know, duties, assessment])
def test_no_operation_is_left_out(room: ModuleType) -> None:
    names = getattr(room, "__all__", None) or vars(room)
    public = {
        getattr(room, name)
        for name in names
        if not name.startswith("_") and inspect.isfunction(getattr(room, name)) and getattr(room, name).__module__.startswith(room.__name__)
    }
    performed = {operation for _kind, operation, _facts in (*AT_AN_ORGAN, *AT_AN_OPERATOR, *STEPS)}
    if room is assessment:
        performed |= {getattr(assessment, name) for name in ("answer_complaint", "list_candidate", "answer_listing", "tell_employer")}
        performed |= {assessment.strike_candidate, assessment.reuse_investigation}
    # What a report says, and its answer, stands in a second disclosure, under a key of the report's own: tests/acts/test_improper_reports.py.
    assert public <= performed | {designation.report_improper, designation.answer_improper_report}


def test_every_row_that_an_act_wrote_names_its_entry(operator: Site) -> None:
    from service.database import Base

    perform(operator, AT_AN_OPERATOR)
    with operator.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.schema in {"personnel", "designation", "provision", "clearance", "need_to_know", "registers"}:
                for (index,) in connection.execute(text(f"select changed_index from {table.schema}.{table.name}")):
                    assert 1 <= index < operator.size()


def test_a_log_with_every_act_of_an_organ_is_verified_whole(organ: Site, database_url: str) -> None:
    perform(organ, AT_AN_ORGAN)
    report = verified(organ, database_url)
    assert report.findings.total == 0, report


def test_a_log_with_every_act_of_an_operator_is_verified_whole(operator: Site, database_url: str) -> None:
    perform(operator, AT_AN_OPERATOR)
    report = verified(operator, database_url)
    assert report.findings.total == 0, report
