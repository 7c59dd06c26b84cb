"""Acts of Act 6 to 10."""

from service.acts.table.known import APPROVAL, MANAGER, Known
from service.ledger import Kind

ROOM = "provision.operations"
_MANAGER = (MANAGER,)
CORRECTING = "provision.correcting"

ACTS = (
    Known("certify", ROOM, Kind.OPERATOR_CERTIFIED, "organ", _MANAGER, APPROVAL, own="organ_id", makes="certification_id"),
    Known(
        "record_certification", ROOM, Kind.OPERATOR_CERTIFIED, "operator", _MANAGER, APPROVAL, own="operator_id", makes="certification_id"
    ),
    Known("end_certification", ROOM, Kind.CERTIFICATION_ENDED, roles=_MANAGER),
    Known("refuse_certification", ROOM, Kind.CERTIFICATION_REFUSED, "organ", _MANAGER, own="organ_id", makes="refusal_id"),
    Known("record_certification_refusal", ROOM, Kind.CERTIFICATION_REFUSED, "operator", _MANAGER, own="operator_id", makes="refusal_id"),
    Known("record_readiness", ROOM, Kind.READINESS_RECORDED, "operator", _MANAGER, own="operator_id", makes="readiness_id"),
    Known("examine_readiness", ROOM, Kind.READINESS_RECORDED, "organ", _MANAGER, own="organ_id", makes="readiness_id"),
    Known("plan_change", ROOM, Kind.CHANGE_PLANNED, "operator", _MANAGER, own="operator_id", makes="change_id"),
    Known("report_change", ROOM, Kind.CHANGE_REPORTED, "operator", _MANAGER),
    Known("receive_change", ROOM, Kind.CHANGE_REPORTED, "organ", _MANAGER, own="organ_id", makes="change_id"),
    Known("settle_change", ROOM, Kind.CHANGE_SETTLED, "organ", _MANAGER),
    Known("set_report_term", ROOM, Kind.REPORT_TERM_SET, None, _MANAGER, APPROVAL),
    Known("conclude_contract", ROOM, Kind.CONTRACT_CONCLUDED, "organ", _MANAGER, APPROVAL, own="organ_id", makes="contract_id"),
    Known("record_contract", ROOM, Kind.CONTRACT_CONCLUDED, "operator", _MANAGER, APPROVAL, own="operator_id", makes="contract_id"),
    Known("complete_contract_item", ROOM, Kind.CONTRACT_COMPLETED, None, _MANAGER, APPROVAL),
    Known("end_contract", ROOM, Kind.CONTRACT_ENDED, None, _MANAGER, APPROVAL, wide_with="return_by", wide_before="last_day"),
    Known("provide", ROOM, Kind.INFORMATION_PROVIDED, "organ", _MANAGER, APPROVAL, own="giver_id", makes="provision_id"),
    Known("record_provision", ROOM, Kind.INFORMATION_PROVIDED, "operator", _MANAGER, APPROVAL, own="receiver_id", makes="provision_id"),
    Known("record_return", ROOM, Kind.INFORMATION_RETURNED, roles=_MANAGER),
    Known("disclose", ROOM, Kind.INFORMATION_DISCLOSED, "operator", _MANAGER, APPROVAL, own="operator_id", makes="provision_id"),
    Known("demand_handover", ROOM, Kind.HANDOVER_DEMANDED, "organ", _MANAGER, own="organ_id", makes="demand_id"),
    Known("record_demand", ROOM, Kind.HANDOVER_DEMANDED, "operator", _MANAGER, own="operator_id", makes="demand_id"),
    Known("record_handover", ROOM, Kind.HANDOVER_RECEIVED, "organ", _MANAGER, APPROVAL, own="organ_id", makes="provision_id"),
    Known("send_notice", ROOM, Kind.NOTICE_SENT, None, _MANAGER, own="giver_id", makes="message_id"),
    Known("record_receipt", ROOM, Kind.RECEIPT_RECORDED, None, _MANAGER),
    Known("correct_certification", CORRECTING, Kind.CERTIFICATION_CORRECTED, None, (MANAGER,), APPROVAL, judged_by="widens_certification"),
    Known("correct_contract", CORRECTING, Kind.CONTRACT_CORRECTED, None, (MANAGER,), APPROVAL, judged_by="widens_contract"),
    Known("correct_notice", "provision.correcting_notices", Kind.NOTICE_CORRECTED, None, _MANAGER),
    Known("correct_provision", CORRECTING, Kind.PROVISION_CORRECTED, None, (MANAGER,), APPROVAL, judged_by="widens_provision"),
)
