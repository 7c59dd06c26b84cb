"""Results, doubt notices and offices (Act 11 to 13)."""

from service.acts.table.known import APPROVAL, HR, Known
from service.ledger import Kind

ROOM = "clearance.operations"
NO_CLEARANCE = ("outcome", frozenset({"negative", "refused", "withdrawn", "not_carried_out"}))

ACTS = (
    Known("record_result", ROOM, Kind.RESULT_RECORDED, None, (HR,), APPROVAL, narrow_when=NO_CLEARANCE, makes="result_id"),
    Known("record_notice_day", ROOM, Kind.RESULT_RECORDED, "operator", (HR,), APPROVAL, wide_with="widening"),
    Known("pass_result", ROOM, Kind.RESULT_PASSED, "operator", (HR,), own="organization_id", makes="passed_result_id"),
    Known("record_doubt_notice", ROOM, Kind.DOUBT_NOTIFIED, roles=(HR,), makes="doubt_notice_id"),
    Known("record_office", ROOM, Kind.OFFICE_HELD, None, (HR,), APPROVAL, makes="office_id"),
)
