"""Results, doubt notices and offices (Act 11 to 13)."""

from service.acts.table.known import APPROVAL, HR, Known
from service.ledger import Kind

ROOM = "clearance.operations"
NO_CLEARANCE = ("outcome", frozenset({"negative", "refused", "withdrawn", "not_carried_out"}))
CORRECTING = "clearance.correcting"

ACTS = (
    Known("record_result", ROOM, Kind.RESULT_RECORDED, None, (HR,), APPROVAL, narrow_when=NO_CLEARANCE, makes="result_id"),
    Known("record_notice_day", ROOM, Kind.RESULT_RECORDED, "operator", (HR,), APPROVAL, wide_with="widening"),
    Known("pass_result", ROOM, Kind.RESULT_PASSED, "operator", (HR,), own="organization_id", makes="passed_result_id"),
    Known("record_doubt_notice", ROOM, Kind.DOUBT_NOTIFIED, roles=(HR,), makes="doubt_notice_id"),
    Known("record_office", ROOM, Kind.OFFICE_HELD, None, (HR,), APPROVAL, makes="office_id"),
    Known("correct_result", CORRECTING, Kind.RESULT_CORRECTED, None, (HR,), APPROVAL, judged_by="widens_result"),
    Known("correct_doubt_notice", CORRECTING, Kind.DOUBT_CORRECTED, None, (HR,), APPROVAL, judged_by="widens_doubt_notice"),
    Known("correct_office", CORRECTING, Kind.OFFICE_CORRECTED, None, (HR,), APPROVAL, judged_by="widens_office"),
)
