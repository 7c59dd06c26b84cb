"""Acts on registers (Act 5, Order 11): documents, loans, destruction, areas, inspections, incidents, foreign origin."""

from service.acts.table.known import APPROVAL, APPROVER, CUSTODIAN, MANAGER, PERSON, Known
from service.ledger import Kind

ROOM = "registers.operations"
KEEPING = (CUSTODIAN, MANAGER)
MANAGED = (MANAGER, APPROVER)
"""Who approves what the custodian lets out, lets in or lets be destroyed (NPSC Rule 8/2025, 19(1), 27(1))."""
HERE = "organization_id"
STRICTER = ("approvals", frozenset({"kept"}))

ACTS = (
    Known("enter_document", ROOM, Kind.DOCUMENT_ENTERED, None, KEEPING, own=HERE, makes="line_id"),
    Known("receive_document", ROOM, Kind.DOCUMENT_RECEIVED, None, KEEPING, own=HERE, makes="line_id"),
    Known("store_document", ROOM, Kind.DOCUMENT_STORED, None, KEEPING, own=HERE),
    Known("record_handling", ROOM, Kind.DOCUMENT_HANDLED, None, KEEPING, own=HERE),
    Known("make_copy", ROOM, Kind.DOCUMENT_COPIED, None, KEEPING, own=HERE),
    Known("lend_document", ROOM, Kind.DOCUMENT_LENT, None, KEEPING, MANAGED, own=HERE),
    Known("return_loan", ROOM, Kind.LOAN_RETURNED, None, KEEPING),
    Known("deliver_document", ROOM, Kind.DOCUMENT_DELIVERED, None, KEEPING, MANAGED, own=HERE),
    Known("dispose_document", ROOM, Kind.DOCUMENT_DISPOSED, None, KEEPING, MANAGED, own=HERE),
    Known("destroy_in_emergency", ROOM, Kind.DOCUMENT_DESTROYED, None, KEEPING, own=HERE),
    Known("report_emergency_destruction", ROOM, Kind.DESTRUCTION_REPORTED, None, (MANAGER,)),
    Known("designate_area", ROOM, Kind.AREA_DESIGNATED, None, (MANAGER,), APPROVAL, own=HERE, makes="area_id"),
    Known("end_area", ROOM, Kind.AREA_ENDED, None, KEEPING),
    Known("grant_area_alias", ROOM, Kind.ALIAS_GRANTED, None, KEEPING, (MANAGER, CUSTODIAN, APPROVER), makes="alias_id"),
    Known("permit_entry", ROOM, Kind.ENTRY_PERMITTED, None, KEEPING, MANAGED),
    Known("permit_device", ROOM, Kind.DEVICE_PERMITTED, None, KEEPING, MANAGED),
    Known("end_permit", ROOM, Kind.PERMIT_ENDED, None, KEEPING),
    Known("approve_document", ROOM, Kind.DOCUMENT_APPROVED, None, KEEPING, MANAGED, own=HERE, makes="approval_id"),
    Known("end_approval", ROOM, Kind.APPROVAL_ENDED, None, KEEPING),
    Known(
        "set_approval_rule",
        ROOM,
        Kind.APPROVAL_RULE_SET,
        None,
        (MANAGER,),
        APPROVAL,
        own=HERE,
        narrow_when=STRICTER,
        makes="approval_rule_id",
    ),
    Known("begin_inspection", ROOM, Kind.INSPECTION_BEGUN, None, (MANAGER,), own=HERE),
    Known("record_earlier_inspection", ROOM, Kind.INSPECTION_ENDED, None, (MANAGER,), APPROVAL, own=HERE),
    Known("record_inspection", ROOM, Kind.INSPECTION_RECORDED, None, (MANAGER,)),
    Known("end_inspection", ROOM, Kind.INSPECTION_ENDED, None, (MANAGER,)),
    Known("report_incident", ROOM, Kind.INCIDENT_REPORTED, None, (CUSTODIAN, MANAGER, PERSON), own=HERE),
    Known("tell_head_of_incident", ROOM, Kind.INCIDENT_FOLLOWED, None, (MANAGER,)),
    Known("follow_treaty_procedure", ROOM, Kind.INCIDENT_FOLLOWED, None, (MANAGER,)),
    Known("close_incident", ROOM, Kind.INCIDENT_CLOSED, None, (MANAGER,), APPROVAL),
    Known("record_foreign_origin", ROOM, Kind.ORIGIN_RECORDED, None, KEEPING, own=HERE),
    Known("permit_other_use", ROOM, Kind.USE_PERMITTED, None, (MANAGER,), APPROVAL, own=HERE),
    Known("strike_line", ROOM, Kind.LINE_STRUCK, None, KEEPING, MANAGED),
    Known("set_register_period", ROOM, Kind.REGISTER_PERIOD_SET, None, (MANAGER,), APPROVAL, own=HERE),
)
