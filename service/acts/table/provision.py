"""Acts of Act 6 to 10."""

from service.acts.table.known import APPROVAL, MANAGER, Known
from service.ledger import Kind

ROOM = "provision.operations"
CORRECTING = "provision.correcting"

ACTS = (
    Known("certify", ROOM, Kind.OPERATOR_CERTIFIED, "organ", (MANAGER,), APPROVAL, own="organ_id", makes="certification_id"),
    Known(
        "record_certification", ROOM, Kind.OPERATOR_CERTIFIED, "operator", (MANAGER,), APPROVAL, own="operator_id", makes="certification_id"
    ),
    Known("end_certification", ROOM, Kind.CERTIFICATION_ENDED, roles=(MANAGER,)),
    Known("conclude_contract", ROOM, Kind.CONTRACT_CONCLUDED, "organ", (MANAGER,), APPROVAL, own="organ_id", makes="contract_id"),
    Known("record_contract", ROOM, Kind.CONTRACT_CONCLUDED, "operator", (MANAGER,), APPROVAL, own="operator_id", makes="contract_id"),
    Known("end_contract", ROOM, Kind.CONTRACT_ENDED, None, (MANAGER,), APPROVAL, wide_with="return_by", wide_before="last_day"),
    Known("provide", ROOM, Kind.INFORMATION_PROVIDED, "organ", (MANAGER,), APPROVAL, own="giver_id", makes="provision_id"),
    Known("record_provision", ROOM, Kind.INFORMATION_PROVIDED, "operator", (MANAGER,), APPROVAL, own="receiver_id", makes="provision_id"),
    Known("record_return", ROOM, Kind.INFORMATION_RETURNED, roles=(MANAGER,)),
    Known("correct_certification", CORRECTING, Kind.CERTIFICATION_CORRECTED, None, (MANAGER,), APPROVAL, judged_by="widens_certification"),
    Known("correct_contract", CORRECTING, Kind.CONTRACT_CORRECTED, None, (MANAGER,), APPROVAL, judged_by="widens_contract"),
    Known("correct_provision", CORRECTING, Kind.PROVISION_CORRECTED, None, (MANAGER,), APPROVAL, judged_by="widens_provision"),
)
